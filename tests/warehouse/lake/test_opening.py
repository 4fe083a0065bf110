from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.lake.conftest import MakeLake
from tests.warehouse.lake.postgres import Postgres
from warehouse import (
    Lake,
    LakeError,
    NewerWarehouse,
    NoLakeExtension,
    NotAWarehouse,
    NotOnALake,
    NoWarehouse,
    WarehouseBusy,
    open_reader,
    open_writer,
    search,
)
from warehouse.lake import extensions
from warehouse.lake.attaching import open_lake
from warehouse.lake.extensions import load_extensions
from warehouse.lake.schema import lake_statements
from warehouse.migrations import migrations

REPOSITORY = Path(__file__).parents[3]


def test_a_reader_finds_no_lake_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse, match="There is no lake at ducklake:sqlite"):
        open_reader(Lake(f"sqlite:{tmp_path}/none.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_lake_yet(server: Postgres) -> None:
    with pytest.raises(NoWarehouse, match="There is no lake"):
        open_reader(Lake(f"postgres:{server.connection_string} dbname={server.make_database()}"))


def test_a_new_lake_is_told_where_its_files_go(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="NEWSGRAIN_LAKE_DATA"):
        open_writer(Lake(f"sqlite:{tmp_path}/new.sqlite", folder=tmp_path / "machine"))


def test_a_lake_knows_where_its_files_are(make_sqlite_lake: MakeLake, tmp_path: Path) -> None:
    lake = make_sqlite_lake(tmp_path)
    open_writer(replace(lake, data=None)).close()
    with pytest.raises(LakeError, match=r"files of ducklake.* lie in"):
        open_writer(replace(lake, data=str(tmp_path / "elsewhere")))


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    lake = Lake(f"sqlite:{tmp_path}/theirs.sqlite", str(tmp_path / "files"), tmp_path / "machine")
    with open_lake(lake) as connection:
        connection.execute("CREATE TABLE recipes AS SELECT 'soup' AS dish")
    with pytest.raises(NotAWarehouse, match="did not make"):
        open_writer(lake)
    with pytest.raises(NotAWarehouse, match="did not make"):
        open_reader(lake)
    text = tmp_path / "text.sqlite"
    text.write_text("no database at all")
    with pytest.raises(LakeError, match="file is not a database"):
        open_reader(replace(lake, catalog=f"sqlite:{text}"))
    assert text.read_text() == "no database at all"


def test_a_newer_lake_is_left_alone(make_sqlite_lake: MakeLake, tmp_path: Path) -> None:
    lake = make_sqlite_lake(tmp_path)
    with open_lake(lake) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (999, '999_later', now())")
    with pytest.raises(NewerWarehouse, match="999"):
        open_writer(lake)


def test_a_folder_has_one_writer(make_sqlite_lake: MakeLake, tmp_path: Path) -> None:
    lake = make_sqlite_lake(tmp_path)
    with (
        open_writer(lake),
        open_writer(replace(lake, folder=tmp_path / "other machine")),
        pytest.raises(WarehouseBusy),
    ):
        open_writer(lake)


def test_a_wrong_password_is_told_without_it(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong and secret")
    catalog = f"postgres:{server.connection_string} dbname=template1"
    for opened in (open_reader, open_writer):
        with pytest.raises(LakeError, match="password authentication failed") as refused:
            opened(Lake(catalog, str(tmp_path), tmp_path / "machine"))
        assert "wrong and secret" not in str(refused.value)


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="dbname=news"):
        open_reader(Lake(f"postgres:host={tmp_path} dbname=news"))


def test_a_missing_package_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect() as connection, pytest.raises(NoLakeExtension, match=r"newsgrain\[lake\]"):
        load_extensions(connection, ["never_heard_of"])
    monkeypatch.setattr(extensions.duckdb, "__version__", "9.9.9")
    with pytest.raises(NoLakeExtension, match=r"pip install 'duckdb-extension-ducklake==9\.9\.9'"):
        extensions.extension_file("ducklake")


def test_there_is_no_search_index(tmp_path: Path) -> None:
    with pytest.raises(NotOnALake, match="FROM why"):
        search(Lake(f"sqlite:{tmp_path}/any.sqlite"), "bridge")


def test_all_but_two_kinds_of_comments_reach_a_lake() -> None:
    for migration in migrations():
        statements = [s.query for s in duckdb.extract_statements(migration.sql)]
        kept = lake_statements(migration)
        for left_out in (s for s in statements if s not in kept):
            assert "COMMENT ON COLUMN" in left_out or "COMMENT ON MACRO" in left_out
        assert sum("CREATE" in s for s in kept) == sum("CREATE" in s for s in statements)


def test_the_packages_are_for_the_duckdb_that_is_required() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    [required] = [line for line in project["dependencies"] if line.startswith("duckdb")]
    versions = {line.split("==")[1] for line in project["optional-dependencies"]["lake"]}
    assert versions == {required.split("==")[1]}
