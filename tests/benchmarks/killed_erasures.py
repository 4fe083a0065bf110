"""Erasures killed with SIGKILL at random moments: the next command finds either before or after.

``python -m tests.benchmarks.killed_erasures [kills] [seed]`` prints what was found.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from flows.archive.stored import sample_captures
from flows.archive.warc import read_payload
from flows.runs.erasing import is_unfinished
from tests.flows.newsroom import ask, ingest, page_text, settings_in, write_source
from tests.flows.runs.test_erasing import TOWN, URL, archive_of, fetched, where_found
from warehouse import captures_folder, open_reader, verify

PAGES = 300


def main(kills: int, seed: int) -> None:
    """Make a warehouse, then erase one of its pages, over and over, killed each time."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        make(whole)
        span = seconds_of(whole, Path(name) / "timed")
        print(f"{PAGES} pages; the steps take {span:.2f} s; {kills} kills, seed {seed}")
        found = Counter(
            kill_at(chance.uniform(0, 1.2 * span), whole, Path(name) / "killed")
            for _ in range(kills)
        )
        for what, count in sorted(found.items()):
            print(f"{count:4} {what}")


def make(folder: Path) -> None:
    """A warehouse of as many pages, one of which is to be erased."""
    settings = settings_in(folder)
    write_source(settings.seeds, "gazette", home="https://www.gazette.example/", enabled=False)
    pages = [
        fetched(f"https://www.gazette.example/news/{n}", page_text(f"Arlsey {n}"))
        for n in range(PAGES)
    ]
    ingest(settings, archive_of(folder / "archive", *pages, fetched(URL, page_text(TOWN))))
    shutil.rmtree(folder / "archive")


def start_erasing(folder: Path) -> subprocess.Popen[bytes]:
    """Begin to erase the page in a process of its own."""
    settings = settings_in(folder)
    options = [
        URL,
        "--reason",
        "kill",
        "--warehouse",
        settings.warehouse,
        "--seeds",
        settings.seeds,
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "flows", "erase", *map(str, options)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_first_step(erasing: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until something changes: the imports and the look for traces are over."""
    while not is_unfinished(settings_in(folder).warehouse) and erasing.poll() is None:
        time.sleep(0.001)


def seconds_of(whole: Path, folder: Path) -> float:
    """How long the steps of an erasure take that nobody kills."""
    shutil.copytree(whole, folder)
    erasing = start_erasing(folder)
    wait_for_first_step(erasing, folder)
    began = time.perf_counter()
    if erasing.wait() != 0:
        raise SystemExit("an erasure that nobody kills fails")
    return time.perf_counter() - began


def kill_at(seconds: float, whole: Path, folder: Path) -> str:
    """Kill an erasure so long after its first step, run the next command, say what is found."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    settings = settings_in(folder)
    erasing = start_erasing(folder)
    wait_for_first_step(erasing, folder)
    time.sleep(seconds)
    erasing.kill()
    erasing.wait()
    with open_reader(settings.warehouse) as connection:
        at_once = "damaged" if list(verify(connection)) else "readable"
    unfinished = "unfinished" if is_unfinished(settings.warehouse) else "no trace"
    other = fetched("https://www.gazette.example/after", page_text("Dunmore"))
    ingest(settings, archive_of(folder / "after", other))
    shutil.rmtree(folder / "after")
    return f"copy {at_once}, {unfinished}; after the next command {state_of(folder)}"


def state_of(folder: Path) -> str:
    """Whether the page is there whole or gone wholly; anything else is an error."""
    settings = settings_in(folder)
    with open_reader(settings.warehouse) as connection:
        problems = list(verify(connection))
        captures = sample_captures(connection, 10 * PAGES)
    for capture in captures:
        read_payload(captures_folder(settings.warehouse), capture)
    ((articles,),) = ask(settings.warehouse, "SELECT count(*) FROM articles")
    words = where_found(settings, (TOWN,))
    match articles, bool(words), len(captures), bool(problems):
        case (_, True, n, False) if articles == PAGES + 2 and n == PAGES + 2:
            return "as before"
        case (_, False, n, False) if articles == PAGES + 1 and n == PAGES + 1:
            return "erased"
    return f"TORN: {articles} articles, {len(captures)} captures, words in {words}, {problems}"


if __name__ == "__main__":
    main(*(int(given) for given in (*sys.argv[1:], 100, 1)[:2]))
