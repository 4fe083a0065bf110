from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.warehouse import world
from tests.warehouse.building import article, visit
from tests.warehouse.lake.contents import everything, load_batch, load_pages, loaded
from warehouse import Lake, LakeError, WarehouseBusy, open_reader, open_writer, verify
from warehouse.lake import turns

BATCHES = 3
_processes = multiprocessing.get_context("spawn")


def test_a_lake_says_what_a_file_says(lake: Lake, tmp_path: Path) -> None:
    for place in (tmp_path / "file.duckdb", lake):
        world.build(place)
    assert everything(lake) == everything(tmp_path / "file.duckdb")
    with open_reader(lake) as reader:
        assert list(verify(reader)) == []
        cited = reader.execute("SELECT count(*) FROM why('the ferry Marigold')").fetchone()
        assert cited is not None
        assert cited[0] >= 2


def test_the_same_again_changes_nothing_but_the_ledgers(lake: Lake) -> None:
    load_pages(lake, "north", 1)
    before = loaded(lake)
    with open_writer(lake) as writer:
        run_id = writer.start_run("ingest", {})
        assert set(load_batch(writer, run_id, "north", 0)) == {"unchanged"}
        writer.finish_run(run_id, "completed")
        writer.publish()
    assert loaded(lake) == before


def test_hostile_text_stays_text(lake: Lake) -> None:
    hostile = "'); DROP TABLE runs; -- \\' \0 \u202e {%s} \ud7ff"
    first = article(page="hostile").blocks
    blocks = tuple(block._replace(text=f"{block.text} {hostile}") for block in first)
    changed = article(blocks, page="hostile", headline=hostile, description=hostile)
    with open_writer(lake) as writer:
        writer.load(writer.start_run(hostile, {hostile: hostile}), [visit(changed)], [])
    with open_reader(lake) as reader:
        told = reader.execute("SELECT text FROM blocks ORDER BY position").fetchall()
        assert [text for (text,) in told] == [block.text for block in blocks]
        assert reader.execute("SELECT headline FROM articles").fetchall() == [(hostile,)]
        assert reader.execute("SELECT kind FROM runs").fetchall() == [(hostile,)]


def test_two_machines_load_at_once_while_others_read(lake: Lake, tmp_path: Path) -> None:
    machines = [
        _processes.Process(
            target=load_pages, args=(replace(lake, folder=tmp_path / name), name, BATCHES)
        )
        for name in ("north", "south")
    ]
    for machine in machines:
        machine.start()
    looks = 0
    while any(machine.is_alive() for machine in machines):
        with open_reader(lake) as reader:
            # One snapshot, however long it is asked: whole transactions, each block once.
            assert list(verify(reader)) == []
            blocks = reader.execute("SELECT count(*) FROM blocks").fetchone()
            assert blocks == reader.execute("SELECT 12 * count(*) FROM article_versions").fetchone()
        looks += 1
    assert [machine.exitcode for machine in machines] == [0, 0]
    assert looks > 0
    one_after_the_other = tmp_path / "file.duckdb"
    for name in ("north", "south"):
        load_pages(one_after_the_other, name, BATCHES)
    assert loaded(lake) == loaded(one_after_the_other)
    with open_reader(lake) as reader:
        ended = reader.execute("SELECT status, count(DISTINCT writer) FROM runs GROUP BY 1")
        assert ended.fetchall() == [("completed", 2)]


def test_a_killed_writer_leaves_a_whole_lake_and_the_next_run_converges(
    lake: Lake, tmp_path: Path
) -> None:
    beginning, doomed = _processes.Event(), replace(lake, folder=tmp_path / "doomed")
    writing = _processes.Process(target=_load_for_ever, args=(doomed, beginning))
    writing.start()
    assert beginning.wait(120)
    time.sleep({"sqlite": 0.1, "postgres": 0.5}[lake.kind])  # in the midst of one load or another
    os.kill(writing.pid or 0, signal.SIGKILL)
    writing.join()
    with open_reader(lake) as reader:
        assert list(verify(reader)) == []
    load_pages(lake, "south", 1)  # another machine: nothing that was killed is in its way
    with open_reader(lake) as reader:
        open_runs = reader.execute("SELECT kind FROM runs WHERE status = 'running'").fetchall()
        assert open_runs == [("doomed",)]  # it may be going, for all that another machine knows
    load_pages(doomed, "north", BATCHES)
    undisturbed = tmp_path / "file.duckdb"
    for name, batches in (("south", 1), ("north", BATCHES)):
        load_pages(undisturbed, name, batches)
    assert loaded(lake) == loaded(undisturbed)
    with open_reader(lake) as reader:
        assert list(verify(reader)) == []
        ended = reader.execute("SELECT status, count(*) FROM runs GROUP BY 1 ORDER BY 1").fetchall()
        assert ended == [("completed", 2), ("crashed", 1)]


def test_a_reader_keeps_the_snapshot_that_it_opened(lake: Lake) -> None:
    with open_reader(lake) as reader:
        load_pages(lake, "north", 1)
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (0,)
        with pytest.raises(duckdb.Error, match="read-only"):
            reader.execute("DELETE FROM runs")
    with open_reader(lake) as reader:
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (4,)


def test_who_waits_too_long_for_a_turn_says_so(lake: Lake) -> None:
    first, second = turns.turns_of(lake, wait=60), turns.turns_of(lake, wait=0.2)
    with first.taken():
        with pytest.raises(WarehouseBusy, match=r"busy for 0\.2 s"), second.taken():
            pass
        first.confirm()
    with second.taken():
        second.confirm()


def test_turns_are_taken_one_after_the_other(lake: Lake) -> None:
    first, second = turns.turns_of(lake), turns.turns_of(lake)
    order = []

    def follow() -> None:
        with second.taken():
            order.append("second")

    with first.taken():
        following = threading.Thread(target=follow)
        following.start()
        time.sleep(0.2)
        order.append("first")
    following.join()
    assert order == ["first", "second"]


def test_a_lost_turn_commits_nothing(make_postgres_lake, server, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lake = make_postgres_lake(tmp_path)
    kill = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with open_writer(lake) as writer:
        run_id = writer.start_run("ingest", {})
        with pytest.raises(LakeError, match=r"turn at .* was lost"), writer.transaction():  # noqa: PT012
            load_batch(writer, run_id, "north", 0)
            server.run("psql", "-d", f"{lake.connection_string}", "-c", kill)
        load_batch(writer, run_id, "north", 1)  # the next transaction has a turn of its own
    with open_reader(lake) as reader:
        told = reader.execute("SELECT count(*) FROM articles").fetchone()
        assert told == (4,)


def _load_for_ever(lake: Lake, beginning: threading.Event) -> None:
    with open_writer(lake) as writer:
        run_id = writer.start_run("doomed", {})
        for number in range(1_000):
            load_batch(writer, run_id, "north", number % BATCHES)
            beginning.set()
