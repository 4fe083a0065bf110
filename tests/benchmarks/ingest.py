"""Race a whole ingestion against trafilatura's extraction of the same pages.

    python -m tests.benchmarks.ingest CORPUS.zip [CORPUS.zip ...] --pages 1000

Three commands in turn, each a process of its own with the same number of working processes, timed
from start to exit, imports and all:

- ``newsgrain ingest --direct`` into a fresh warehouse: text, metadata, the account of every block,
  captures, loading, publishing;
- trafilatura on the same files: the text alone, kept nowhere;
- ``newsgrain ingest`` as a Prefect flow with its temporary server.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks.corpus import Corpus
from warehouse import open_reader

DIRECT, PEER, FLOW = "newsgrain ingest --direct", "trafilatura, text only", "newsgrain ingest"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the race and print its table."""
    options = _command_line().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newsgrain-race-") as folder:
        place = Path(folder)
        pages = unpack(options.corpora, place / "pages", options.pages)
        size = sum(page.stat().st_size for page in pages)
        print(
            f"{len(pages)} pages, {size / len(pages) / 1000:.0f} kB each,"
            f" {options.processes} processes, {options.repeats} rounds"
        )
        seconds = race(place, options.processes, options.repeats)
        for line in table(seconds, len(pages)):
            print(line)


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.ingest",
        description="Race a whole ingestion against trafilatura's extraction of the same pages.",
    )
    parser.add_argument("corpora", type=Path, nargs="+", help="zips of the shared form")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3, help="rounds, the commands in turn")
    return parser


def unpack(corpora: Sequence[Path], folder: Path, limit: int) -> list[Path]:
    """Write pages as ``.html`` files, as served; which ones, and their order, is the same on every
    machine and mixes the corpora.
    """
    folder.mkdir()
    written = []
    with ExitStack() as stack:
        opened = [stack.enter_context(Corpus(path)) for path in corpora]
        found = [(corpus, page) for corpus in opened for page in corpus.pages]
        found.sort(key=lambda pair: hashlib.sha256(pair[1].id.encode()).digest())
        for number, (corpus, page) in enumerate(found[:limit]):
            written.append(folder / f"{number:05}.html")
            written[-1].write_bytes(corpus.body(page))
    return written


def race(place: Path, processes: int, repeats: int) -> dict[str, list[float]]:
    """Seconds of each command in each round, the commands in turn."""
    seconds: dict[str, list[float]] = {DIRECT: [], PEER: [], FLOW: []}
    for round_number in range(repeats):
        runs = {
            DIRECT: _ingestion(place, f"direct-{round_number}", processes, ["--direct"]),
            PEER: _peer(place, processes),
            FLOW: _ingestion(place, f"flow-{round_number}", processes, []),
        }
        for name, run in runs.items():
            start = time.perf_counter()
            account = run()
            seconds[name].append(time.perf_counter() - start)
            print(f"  {name:28} {seconds[name][-1]:7.2f} s  {account()}", flush=True)
    return seconds


def table(seconds: dict[str, list[float]], pages: int) -> Iterator[str]:
    """Median and best of the rounds, per page, and the ratio of the medians to the peer's."""
    peer = median(seconds[PEER])
    yield f"{'':28} {'median s':>9} {'best s':>9} {'ms/page':>9} {'ratio':>6}"
    for name, times in seconds.items():
        middle = median(times)
        yield (
            f"{name:28} {middle:9.2f} {min(times):9.2f} {middle / pages * 1000:9.2f}"
            f" {middle / peer:6.2f}"
        )
    added = median(seconds[FLOW]) - median(seconds[DIRECT])
    yield f"Prefect adds {added:.2f} s, its temporary server's start included"


Account = Callable[[], str]


def _ingestion(
    place: Path, name: str, processes: int, options: Sequence[str]
) -> Callable[[], Account]:
    """``newsgrain ingest`` of the pages into a warehouse that is not there yet."""
    warehouse = place / f"{name}.duckdb"
    seeds = place / "seeds"
    (seeds / "sources").mkdir(parents=True, exist_ok=True)
    command = ["-m", "flows", "ingest", str(place / "pages"), *options]
    command += ["--warehouse", str(warehouse), "--seeds", str(seeds)]
    environment = {
        "NEWSGRAIN_WORKERS": str(processes),
        # A home of its own, kept between rounds, so that a person's Prefect is left alone.
        "PREFECT_HOME": str(place / "prefect"),
        "PREFECT_API_URL": "",
    }

    def run() -> Account:
        _run(command, environment)
        return lambda: _account(warehouse)

    return run


def _peer(place: Path, processes: int) -> Callable[[], Account]:
    command = ["-m", "tests.benchmarks.trafilatura_pool", str(place / "pages"), str(processes)]

    def run() -> Account:
        printed = _run(command, {}).strip()
        return lambda: printed

    return run


def _run(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def _account(path: Path) -> str:
    """What an ingestion left behind, so that a fast run that did nothing is seen."""
    counts = {}
    with open_reader(path) as connection:
        for name in ("fetches", "articles", "rejections", "blocks", "snapshots"):
            row = connection.sql(f"SELECT count(*) FROM {name}").fetchone()
            counts[name] = row[0] if row else 0
    return ", ".join(f"{count} {name}" for name, count in counts.items())


if __name__ == "__main__":
    main()
