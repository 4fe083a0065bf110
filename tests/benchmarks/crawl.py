"""Crawl newsrooms on loopback with the whole pipeline, undisturbed, killed and resumed.

    python -m tests.benchmarks.crawl --hosts 40 --pages 50 --kills 50

1. An undisturbed run of ``newsgrain ingest --direct``: pages a second, most memory resident (the
   process, and with its pool), the shortest pause between two requests to one host.
2. A second run with every page due: the share of conditional requests, versions made.
3. The same crawl from the start, killed with SIGKILL so many times, each after a random number of
   pages and a moment more or after a random time, and resumed: pages lost, captured pages fetched
   again, whether the content is that of the undisturbed run.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import psutil

from tests.flows.collecting.news_web import (
    asked,
    captured_urls,
    content,
    intervals,
    kill,
    newsrooms,
    start,
)
from tests.flows.newsroom import ask
from tests.flows.webserver import WebServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all three and print their figures."""
    options = _command_line().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newsgrain-crawl-") as name, WebServer() as web:
        calm, killed = Path(name) / "calm", Path(name) / "killed"
        delay = f"{{delay: {options.delay}}}"
        rooms = newsrooms(web, calm / "seeds", options.hosts, options.pages, politeness=delay)
        for room in rooms:
            room.declare(killed / "seeds", politeness=delay)
        print(f"{options.hosts} hosts, {options.pages} pages each, delay {options.delay} s")

        seconds, alone, together = _measured(calm, options.workers)
        pages = options.hosts * options.pages
        pause = min(min(intervals(web.log, room.site), default=9.9) for room in rooms)
        print(f"undisturbed: {pages} pages in {seconds:.1f} s, {pages / seconds:.0f} pages/s")
        print(f"  resident at most: {alone:.0f} MB the process, {together:.0f} MB with its pool")
        print(f"  shortest pause between two requests to one host: {pause:.3f} s")
        print(f"  articles: {ask(calm / 'news.duckdb', 'SELECT count(*) FROM articles')[0][0]}")
        undisturbed = content(calm / "news.duckdb")

        _make_all_due(calm)
        before = len(web.log)
        seconds, alone, together = _measured(calm, options.workers)
        print(f"second run: {seconds:.1f} s, {alone:.0f} MB, {together:.0f} MB with its pool")
        print(f"  {_second_run(web, before, calm)}")

        _killed(web, killed, options, undisturbed)


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.crawl")
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--pages", type=int, default=50, help="of each host")
    parser.add_argument("--delay", type=float, default=0.1, help="seconds, of each host")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def _measured(folder: Path, workers: int) -> tuple[float, float, float]:
    """Seconds of one run, and its most megabytes resident: the process, and all its processes."""
    began = time.perf_counter()
    run = start(folder, NEWSGRAIN_WORKERS=str(workers))
    peaks = [0.0, 0.0]
    watch = threading.Thread(target=_watch, args=(psutil.Process(run.pid), peaks), daemon=True)
    watch.start()
    output, _ = run.communicate()
    seconds = time.perf_counter() - began
    if run.returncode:
        raise SystemExit(f"the run ended with {run.returncode}:\n{output.decode()}")
    return seconds, *peaks


def _watch(process: psutil.Process, peaks: list[float]) -> None:
    while process.is_running():
        try:
            own = process.memory_info().rss
            others = [child.memory_info().rss for child in process.children(recursive=True)]
        except psutil.Error:
            return
        peaks[0] = max(peaks[0], own / 1e6)
        peaks[1] = max(peaks[1], (own + sum(others)) / 1e6)
        time.sleep(0.05)


def _make_all_due(folder: Path) -> None:
    with duckdb.connect(str(folder / "news.duckdb.d" / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE pages SET due_at = fetched_at")


def _second_run(web: WebServer, before: int, folder: Path) -> str:
    again = [e for e in web.log[before:] if e.target.startswith("/news/")]
    conditional = sum("if-none-match" in exchange.headers for exchange in again)
    versions = ask(
        folder / "news.duckdb", "SELECT count(*) FROM article_versions WHERE version > 1"
    )
    return (
        f"{conditional} of {len(again)} revisits conditional, {versions[0][0]} versions made by it"
    )


def _killed(web: WebServer, folder: Path, options: argparse.Namespace, undisturbed: object) -> None:
    moments = random.Random(options.seed)
    warehouse = folder / "news.duckdb"
    kills, fetched_again, began = 0, 0, len(web.log)
    ended = False
    while not ended:
        captured, mark = captured_urls(warehouse), len(web.log)
        run = start(folder, NEWSGRAIN_WORKERS=str(options.workers))
        if kills < options.kills:
            _let_run(run, web, mark, moments, options)
        else:
            run.wait()
        ended = not kill(run)
        if ended and run.returncode:
            raise SystemExit(f"a run ended with {run.returncode} after {kills} kills")
        kills += not ended
        fetched_again += len(captured & set(asked(web.log, after=mark)))
    requests = asked(web.log, after=began)
    print(f"{kills} kills: {len(requests)} requests for {len(set(requests))} pages")
    print(f"  captured pages fetched again: {fetched_again}")
    print(f"  same content as the undisturbed run: {content(warehouse) == undisturbed}")


def _let_run(
    run: subprocess.Popen[bytes],
    web: WebServer,
    mark: int,
    moments: random.Random,
    options: argparse.Namespace,
) -> None:
    """Let a run live for a random number of pages and a moment more, or for a random time."""
    if moments.random() < 0.2:
        time.sleep(moments.uniform(0, 6))
        return
    pages = moments.randint(0, 2 * options.hosts * options.pages // options.kills)
    while len(asked(web.log, after=mark)) < pages and run.poll() is None:
        time.sleep(0.02)
    time.sleep(moments.uniform(0, 0.5))


if __name__ == "__main__":
    main()
