"""Files put together and dropped, and a whole warehouse moved into a lake and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse import world
from tests.warehouse.lake.conftest import MakeLake
from tests.warehouse.lake.contents import everything, load_pages, loaded
from warehouse import Lake, WarehouseError, open_reader, open_writer
from warehouse.lake import upkeep
from warehouse.lake.attaching import open_lake
from warehouse.moving import move


def test_the_files_of_a_run_are_put_together(lake: Lake) -> None:
    with open_writer(lake) as writer:
        run_id = writer.start_run("ingest", {})
        writer.finish_run(run_id, "completed")
    load_pages(lake, "north", 3)
    assert len(_files(lake, "article_versions")) == 1
    load_pages(lake, "south", 1)
    assert len(_files(lake, "article_versions")) == 1
    with open_reader(lake) as reader:
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (15,)


def test_what_nothing_names_is_dropped_after_its_days(
    make_postgres_lake: MakeLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = make_postgres_lake(tmp_path)
    load_pages(lake, "north", 2)
    with open_writer(lake) as writer, writer.transaction():
        writer._connection.execute("DELETE FROM links")
    before = everything(lake)
    with open_writer(lake) as writer:
        writer.rewrite()
        assert _files(lake, "links", at=_newest(lake) - 1)  # too young to be dropped
    monkeypatch.setattr(upkeep, "SNAPSHOT_DAYS", 0)
    monkeypatch.setattr(upkeep, "FILE_DAYS", 0)
    with open_writer(lake) as writer:
        writer.rewrite()
        assert writer.wasted_share == 0
    assert everything(lake) == before
    with open_lake(lake) as connection:
        assert connection.execute("SELECT count(*) FROM ducklake_snapshots('warehouse')").fetchone()
        assert upkeep.stored_bytes(connection) > 0


def test_a_file_moves_into_a_lake_and_back(tmp_path: Path) -> None:
    file, back = tmp_path / "file.duckdb", tmp_path / "back.duckdb"
    address = f"ducklake:sqlite:{tmp_path / 'new.sqlite'}"
    world.build(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        rows = move(str(file), address, "files")
        assert move(address, str(back)) == rows > 50
        assert everything(back) == everything(file)
        assert everything(Lake(f"sqlite:{tmp_path / 'new.sqlite'}")) == everything(file)
        with pytest.raises(WarehouseError, match="warehouse already"):
            move(str(file), address)
    # What was moved is loaded into as if it had always been there.
    lake = Lake(f"sqlite:{tmp_path / 'new.sqlite'}", folder=tmp_path / "machine")
    for place in (lake, file):
        load_pages(place, "north", 1)
    assert loaded(lake) == loaded(file)


def _files(lake: Lake, table: str, at: int | None = None) -> list[tuple[object, ...]]:
    with open_lake(lake) as connection:
        version = f", snapshot_version => {at}" if at is not None else ""
        query = f"SELECT data_file FROM ducklake_list_files('warehouse', '{table}'{version})"
        return connection.execute(query).fetchall()


def _newest(lake: Lake) -> int:
    with open_lake(lake) as connection:
        row = connection.execute("FROM ducklake_current_snapshot('warehouse')").fetchone()
        assert row is not None
        return int(row[0])
