"""Ingest the same pages on each task runner: pages a second, processor time, memory.

    python -m tests.benchmarks.task_runners --pages 10000

Each ingestion is ``newsgrain ingest --direct`` of invented pages into a fresh warehouse, a command
of its own, timed from start to exit. Processor time is that of the run's own process (reading,
capturing, loading, publishing; with Dask its scheduler too) and of all its workers; on a busy
machine compare these. Memory is the largest sum of all resident sets: pages that processes share
count in each.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

import parsers
from parsers.items import Snapshot
from warehouse import open_reader

SAMPLE_SECONDS = 0.1
WIRE_SAMPLE = 100
WORDS = [
    first + last
    for first in "bar cor den fal gar hol ket lam mor nes pel quin ros sel tor wen".split()
    for last in "ber den field ford ham ing ley low mere sted ton wick worth".split()
]


class Setup(NamedTuple):
    """A task runner with so many workers."""

    task_runner: str
    workers: int

    def __str__(self) -> str:
        return f"{self.task_runner}, {self.workers} worker{'s' if self.workers > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one ingestion took: seconds of the clock and of processors, bytes at most."""

    seconds: float
    own_processor: float
    workers_processor: float
    memory: int
    articles: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the pages, ingest them on each runner, print the table."""
    options = _command_line().parse_args(arguments)
    setups = [Setup(name, workers) for name in options.runners for workers in options.workers]
    with tempfile.TemporaryDirectory(prefix="newsgrain-runners-") as folder:
        place = Path(folder)
        size = write_pages(place / "pages", options.pages)
        there, back = wire_bytes(place / "pages")
        print(
            f"{options.pages:,} pages of {size / options.pages / 1000:.0f} kB;"
            f" to a worker {there / 1000:.0f} kB a page, back {back / 1000:.0f} kB",
            flush=True,
        )
        print(f"{'':22} {'pages/s':>8} {'s':>7} {'run CPU':>8} {'workers CPU':>12} {'MB':>6} ratio")
        first: float | None = None
        for setup in setups:
            cost = ingest(place, setup)
            first = first or cost.seconds
            print(_row(setup, cost, first / cost.seconds), flush=True)


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.task_runners",
        description="Ingest the same pages on each task runner.",
    )
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--runners", nargs="+", default=["processes", "dask"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    return parser


def _row(setup: Setup, cost: Cost, ratio: float) -> str:
    return (
        f"{setup!s:22} {cost.articles / cost.seconds:8.1f} {cost.seconds:7.1f}"
        f" {cost.own_processor:8.1f} {cost.workers_processor:12.1f} {cost.memory / 1e6:6.0f}"
        f" {ratio:5.2f}"
    )


# --- The pages --------------------------------------------------------------------------------


def write_pages(folder: Path, number: int) -> int:
    """Write invented pages, the same ones each time; their bytes in all."""
    folder.mkdir()
    chance = random.Random(6)
    size = 0
    for position in range(number):
        page = folder / f"{position:05}.html"
        size += page.write_bytes(_page(position, chance).encode())
    return size


def _page(position: int, chance: random.Random) -> str:
    """An article of about 500 words among what surrounds one on a site of today."""

    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    title = f"{words(6).capitalize()} {position}"
    text = "".join(f"<p>{words(40).capitalize()}, the {words(2)} said.</p>\n" for _ in range(12))
    links = "".join(f'<li class="nav-item"><a href="/{w}">{w}</a></li>\n' for w in WORDS)
    related = "".join(
        f'<div class="card"><a href="/news/{number}"><h3>{words(7)}</h3></a></div>\n'
        for number in range(20)
    )
    script = f"<script>window.state={{{','.join(f'{w}:{position}' for w in WORDS * 3)}}}</script>"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{script}</head><body>'
        f"<nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>"
        f'<time datetime="2024-03-09T08:30:00+00:00">9 March 2024</time>{text}</article>'
        f'<aside class="related"><h2>Related</h2>{related}</aside></main>'
        f"<footer><ul>{links}</ul></footer></body></html>"
    )


def wire_bytes(folder: Path) -> tuple[float, float]:
    """Bytes a page on the way to a worker, and of its outcome on the way back (means)."""
    there, back = [], []
    for file in sorted(folder.iterdir())[:WIRE_SAMPLE]:
        snapshot = Snapshot(file.read_bytes(), path=file.name, media_type="text/html")
        outcome = parsers.parse(snapshot)
        there.append(len(pickle.dumps(snapshot)))
        back.append(len(pickle.dumps(outcome)))
    return sum(there) / len(there), sum(back) / len(back)


# --- One ingestion ----------------------------------------------------------------------------


def ingest(place: Path, setup: Setup) -> Cost:
    """Run the command and watch its processes until it ends."""
    warehouse = place / f"{setup.task_runner}-{setup.workers}.duckdb"
    seeds = place / "seeds"
    (seeds / "sources").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "flows", "ingest", "--direct", str(place / "pages")]
    command += ["--warehouse", str(warehouse), "--seeds", str(seeds)]
    environment = {
        "NEWSGRAIN_TASK_RUNNER": setup.task_runner,
        "NEWSGRAIN_WORKERS": str(setup.workers),
    }
    began = time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    ) as run:
        processor: dict[int, float] = {}
        memory = 0
        while run.poll() is None:
            resident = 0
            for pid, seconds, size in _processes_of(run.pid):
                processor[pid] = seconds
                resident += size
            memory = max(memory, resident)
            time.sleep(SAMPLE_SECONDS)
    seconds = time.perf_counter() - began
    if run.returncode:
        raise SystemExit(f"{setup}: the run ended with status {run.returncode}")
    own = processor.pop(run.pid)
    return Cost(seconds, own, sum(processor.values()), memory, _articles(warehouse))


def _processes_of(pid: int) -> Iterator[tuple[int, float, int]]:
    """Each process below (and with) this one: id, processor seconds, resident bytes."""
    try:
        first = psutil.Process(pid)
        processes = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in processes:
        try:
            times = process.cpu_times()
            yield process.pid, times.user + times.system, process.memory_info().rss
        except psutil.NoSuchProcess:  # it has just ended; what was seen before counts
            continue


def _articles(path: Path) -> int:
    with open_reader(path) as connection:
        row = connection.sql("SELECT count(*) FROM articles").fetchone()
    return row[0] if row else 0


if __name__ == "__main__":
    main()
