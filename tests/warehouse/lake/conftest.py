"""Lakes with either catalog, made once and copied: a new one takes half a second."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.warehouse.lake.postgres import PASSWORD, NoPostgres, Postgres, running_postgres
from warehouse import Lake, NoLakeExtension, open_writer
from warehouse.lake.extensions import extension_file

MakeLake = Callable[[Path], Lake]
"""A lake, empty, its schema the newest; the writer's folder lies in the given one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    try:
        extension_file("ducklake")
    except NoLakeExtension as missing:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=str(missing)))


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        try:
            running = running_postgres()
            with running as postgres:
                yield postgres
        except NoPostgres as missing:
            pytest.skip(str(missing))


@pytest.fixture(scope="session")
def make_sqlite_lake(tmp_path_factory: pytest.TempPathFactory) -> MakeLake:
    folder = tmp_path_factory.mktemp("sqlite")
    template = Lake(f"sqlite:{folder / 'template.sqlite'}", str(folder / "files"), folder / "m")
    _make(template)

    def make(place: Path) -> Lake:
        shutil.copyfile(template.connection_string, place / "lake.sqlite")
        # All lakes of a session have one folder of files: their names are never the same.
        return Lake(f"sqlite:{place / 'lake.sqlite'}", template.data, place / "machine")

    return make


@pytest.fixture(scope="session")
def make_postgres_lake(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> MakeLake:
    folder = tmp_path_factory.mktemp("postgres")
    template = server.make_database()

    def named(database: str, machine: Path) -> Lake:
        catalog = f"postgres:{server.connection_string} dbname={database}"
        return Lake(catalog, str(folder / "files"), machine)

    _make(named(template, folder / "m"))
    return lambda place: named(server.make_database(template), place / "machine")


@pytest.fixture(params=["sqlite", "postgres"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """An empty lake with either catalog."""
    made: Lake = request.getfixturevalue(f"make_{request.param}_lake")(tmp_path)
    return made


@pytest.fixture
def path(make_sqlite_lake: MakeLake, tmp_path: Path) -> Lake:
    """The warehouse of tests that hold for any."""
    return make_sqlite_lake(tmp_path)


def _make(lake: Lake) -> None:
    with open_writer(lake) as writer:
        writer.publish()
