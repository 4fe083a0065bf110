"""Readers beside a load: eight processes ask in a loop while articles are loaded and published.

Run by hand: ``python -m tests.benchmarks.warehouse_readers [articles] [runs]``. Half of the readers
open the file with Newsgrain, half with DuckDB alone, each ten times a second at most. A wait is the
time to open the file and hear how fresh it is; a state is torn when what was counted in different
tables does not agree.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

import duckdb

from parsers.items import Visit
from tests.benchmarks.warehouse_pages import batches, capture
from warehouse import open_reader, open_writer

READERS = 8
PAUSE = 0.1
COUNTS = """
    SELECT
        (SELECT count(*) FROM articles),
        (SELECT sum(new) FROM runs),
        (SELECT count(*) FROM accounts),
        (SELECT count(*) FROM snapshots),
        (SELECT count(DISTINCT article_id) FROM fetches)
"""


class Seen(NamedTuple):
    """What one reader saw: its answers, the states among them, its longest wait, what failed."""

    answers: int
    states: int
    longest_wait: float
    slowest_answer: float
    failures: list[str]


def read(path: Path, stop: Event, results: Queue[Seen], by_newsgrain: bool) -> None:
    """Ask until told to stop."""
    answers, states, failures = 0, set(), []
    waits, spent = [0.0], [0.0]
    while not stop.wait(PAUSE):
        start = time.perf_counter()
        try:
            opened = open_reader(path) if by_newsgrain else duckdb.connect(path, read_only=True)
            with opened as reader:
                fresh = reader.execute("SELECT as_of, status FROM publication").fetchone()
                waits.append(time.perf_counter() - start)
                counts = reader.execute(COUNTS).fetchone()
                reader.execute("SELECT rule, blocks FROM rule_activity").fetchall()
        except Exception as error:
            failures.append(repr(error))
            continue
        spent.append(time.perf_counter() - start)
        answers += 1
        states.add(counts)
        if len(set(counts or ())) != 1:
            failures.append(f"torn: {counts}")
        if fresh is None or fresh[1] != "completed":
            failures.append(f"not whole: {fresh}")
    results.put(Seen(answers, len(states), max(waits), max(spent), failures))


def main(articles: int, runs: int) -> None:
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "w.duckdb")
        size = min(1_000, articles // runs)
        made = batches(articles, size)
        run(path, [next(made)])
        readers = [
            context.Process(target=read, args=(path, stop, results, number % 2 == 0))
            for number in range(READERS)
        ]
        for reader in readers:
            reader.start()
        start = time.perf_counter()
        in_a_run = -(-articles // size // runs)
        for _ in range(runs):
            run(path, islice(made, in_a_run))
        took = time.perf_counter() - start
        stop.set()
        seen = [results.get() for _ in readers]
        for reader in readers:
            reader.join()
    print(f"{articles:,} articles in {runs} runs beside {READERS} readers: {took:.1f} s")
    print(f"answers {sum(s.answers for s in seen):,}, states seen {max(s.states for s in seen)}")
    print(f"longest wait to open and hear as_of {max(s.longest_wait for s in seen):.3f} s")
    print(f"slowest whole answer {max(s.slowest_answer for s in seen):.3f} s")
    failures = [failure for s in seen for failure in s.failures]
    print(f"errors and torn states {len(failures)}", *failures[:5], sep="\n")


def run(path: Path, made: Iterable[Sequence[Visit]]) -> None:
    with open_writer(path) as writer:
        run_id = writer.start_run("readers", {})
        for visits in made:
            writer.load(run_id, visits, [capture(visit) for visit in visits])
        writer.finish_run(run_id, "completed")
        writer.publish()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] + ["20000", "10"][len(sys.argv) - 1 :]))
