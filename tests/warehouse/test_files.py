"""The files: made whole or not at all, one writer, readers who never wait."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.building import BLOCKS, NOON, article, visit
from tests.warehouse.conftest import Query, Run
from warehouse import (
    NotAWarehouse,
    NoWarehouse,
    WarehouseBusy,
    WarehouseError,
    captures_folder,
    open_reader,
    open_writer,
)
from warehouse.migrations import newest_version


def database(path: Path) -> Path:
    return path.with_name(path.name + ".d") / "warehouse.duckdb"


# --- Making ------------------------------------------------------------------------------------


def test_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "folder" / "w.duckdb"
    with open_writer(path) as writer:
        writer.publish()
    assert path.is_file()
    assert captures_folder(path) == tmp_path / "missing" / "folder" / "w.duckdb.d" / "captures"


def test_nothing_is_left_beside(path: Path, run: Run) -> None:
    run([visit(article())])
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name, path.name + ".d"]
    left = {file.name for file in database(path).parent.iterdir()}
    assert left == {"warehouse.duckdb", "lock", "lock.holder", "search", "search.json"}


def test_a_text_file_is_refused_and_left(path: Path) -> None:
    path.write_text("my notes")
    with pytest.raises(NotAWarehouse, match="not a DuckDB database"):
        open_writer(path)
    with pytest.raises(NotAWarehouse, match="not a DuckDB database"):
        open_reader(path)
    assert path.read_text() == "my notes"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    for opening in (open_writer, open_reader):
        with pytest.raises(NotAWarehouse, match="cannot be read"):
            opening(tmp_path)


def test_another_database_is_refused_and_left(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS one")
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(NotAWarehouse, match="did not make"):
            open_writer(path)
    with pytest.raises(NotAWarehouse, match="did not make"):
        open_reader(path)
    assert path.read_bytes() == before


def test_a_damaged_writers_database_is_named(path: Path) -> None:
    database(path).parent.mkdir()
    database(path).write_bytes(bytes(8) + b"DUCK" + bytes(20_000))
    with pytest.raises(NotAWarehouse, match=r"warehouse\.duckdb cannot be opened"):
        open_writer(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="cannot be made"):
        open_writer(tmp_path / "file" / "w.duckdb")


def test_a_missing_warehouse_has_a_cure(path: Path) -> None:
    with pytest.raises(NoWarehouse, match="newsgrain ingest"):
        open_reader(path)
    assert not path.exists()


def test_a_failed_opening_gives_the_lock_back(path: Path) -> None:
    database(path).parent.mkdir()
    database(path).write_text("not a database")
    with pytest.raises(NotAWarehouse):
        open_writer(path)
    database(path).unlink()
    open_writer(path).close()


def test_the_writer_begins_from_a_published_copy_without_its_folder(
    path: Path, run: Run, query: Query
) -> None:
    run([visit(article())])
    moved = path.with_name("moved.duckdb")
    path.rename(moved)
    with open_writer(moved) as writer:
        run_id = writer.start_run("ingest", {})
        assert writer.load(run_id, [visit(article())], []) == ("unchanged",)


# --- One writer --------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_is_first(path: Path) -> None:
    with open_writer(path), pytest.raises(WarehouseBusy) as caught:
        open_writer(path)
    assert f"process {os.getpid()} on {socket.gethostname()} since 20" in str(caught.value)
    assert str(path) in str(caught.value)
    open_writer(path).close()


def test_a_writer_may_wait_for_the_first(path: Path) -> None:
    first = open_writer(path)
    threading.Timer(0.3, first.close).start()
    start = time.monotonic()
    open_writer(path, wait=20).close()
    assert time.monotonic() - start >= 0.2


# --- Readers -----------------------------------------------------------------------------------


def test_readers_see_what_is_published_while_a_load_runs(
    path: Path, run: Run, query: Query
) -> None:
    run([visit(article())])
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        writer.load(run_id, [visit(article(page="second"))], [])
        assert query("SELECT count(*) FROM articles") == [(1,)]
        writer.finish_run(run_id, "completed")
        with open_reader(path) as early:
            writer.publish()
            assert early.execute("SELECT count(*) FROM articles").fetchone() == (1,)
            # A fresh reader sees the fresh copy, even while an older one is open.
            assert query("SELECT count(*) FROM articles") == [(2,)]


def test_readers_cannot_write(path: Path, run: Run) -> None:
    run([])
    with open_reader(path) as reader, pytest.raises(duckdb.Error, match="read-only"):
        reader.execute("DELETE FROM runs")


def test_a_quote_in_the_path_is_only_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "it's; a 'path'.duckdb"
    with open_writer(path) as writer:
        writer.publish()
    with open_reader(path) as reader:
        assert reader.execute("SELECT schema_version FROM publication").fetchone() == (
            newest_version(),
        )


HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_a_foreign_writer_on_the_published_file(path: Path, run: Run, query: Query) -> None:
    run([])
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(WarehouseBusy, match="another program"):
            open_reader(path)
        run([visit(article())])  # publishing replaces the file and waits for nobody
        assert query("SELECT count(*) FROM articles") == [(1,)]
        holder.communicate()


def test_a_log_of_the_old_copy_is_not_played_into_the_new(
    path: Path, run: Run, query: Query
) -> None:
    run([])
    path.with_name(path.name + ".wal").write_bytes(b"left by another program")
    run([visit(article())])
    assert query("SELECT count(*) FROM articles") == [(1,)]


READ = """
import sys
from pathlib import Path
from warehouse import open_reader

path, stop = map(Path, sys.argv[1:])
seen = set()
stopping = False
while not stopping:
    stopping = stop.exists()
    with open_reader(path) as reader:
        seen.add(
            reader.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT sum(new) FROM runs), "
                "(SELECT count(DISTINCT article_id) FROM blocks), (SELECT count(*) FROM runs)"
            ).fetchone()
        )
    if len(seen) == 1:
        print("reading", flush=True)
assert all(articles == new == blocks for articles, new, blocks, _ in seen), seen
"""


def test_publishing_under_the_eyes_of_readers(path: Path, run: Run, tmp_path: Path) -> None:
    run([visit(article(page="0"))])
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(path), str(stop)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        assert [reader.stdout and reader.stdout.readline() for reader in readers] == (
            ["reading\n"] * 2
        )
        for number in range(1, 7):
            run([visit(article(page=str(number)))])
    finally:
        stop.touch()
        for reader in readers:
            reader.communicate()
    assert [reader.returncode for reader in readers] == [0, 0]


# --- Killed in the middle ----------------------------------------------------------------------

LOAD = """
import sys
from pathlib import Path
from tests.warehouse.building import article, capture, visit
from warehouse import open_writer

path, name = Path(sys.argv[1]), sys.argv[2]
print("begin", flush=True)
number = 0
while True:
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        for _ in range(3):
            seen = visit(article(page=f"{name}-{number}"))
            writer.load(run_id, [seen], [capture(seen)])
            number += 1
            print(number, flush=True)
        writer.finish_run(run_id, "completed")
        writer.publish()
        print("published", flush=True)
"""


@pytest.mark.parametrize("delay", [0.01, 0.08, 0.2, 0.5, 1.1])
def test_a_kill_leaves_nothing_half_made(path: Path, delay: float) -> None:
    """Killed while creating, loading or publishing: what was told to be loaded is there."""
    with subprocess.Popen(
        [sys.executable, "-c", LOAD, str(path), "killed"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "begin\n"
        time.sleep(delay)
        child.kill()
        told = child.stdout.read().splitlines()
    loaded = max((int(line) for line in told if line.isdecimal()), default=0)
    if "published" in told:
        with open_reader(path) as reader:
            [count] = reader.execute("SELECT count(*) FROM articles").fetchone() or [0]
            assert count >= 3
    # The next run finds all that was told, and converges.
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        again = [visit(article(page=f"killed-{number}")) for number in range(loaded)]
        assert set(writer.load(run_id, again, [])) <= {"unchanged"}
        writer.load(run_id, [visit(article(BLOCKS[:4], page="after"), at=NOON + timedelta(1))], [])
        writer.finish_run(run_id, "completed")
        writer.publish()
    with open_reader(path) as reader:
        statuses = reader.execute("SELECT DISTINCT status FROM runs").fetchall()
        assert set(statuses) <= {("completed",), ("crashed",)}
        [count] = reader.execute("SELECT count(*) FROM articles").fetchone() or [0]
        assert loaded < count <= loaded + 2  # one more may have been loaded but not told
