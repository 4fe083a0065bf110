"""SIGKILL at random moments of a load and its publication: what readers have, what comes next.

Run by hand: ``python -m tests.benchmarks.warehouse_kills [kills] [seed]``. Each kill begins from
the same warehouse: 120 articles, published. A process loads 120 new ones and new versions of 60,
and publishes; it is killed at a random moment. Then what is published must be whole, and be what it
was before or what it was to become; and the next run must make it what it would have been.
"""

from __future__ import annotations

import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from parsers.items import Article, Visit
from tests.benchmarks.warehouse_pages import batches, capture
from warehouse import open_reader, open_writer, verify

PAGES, BATCH = 240, 20
Batches = Sequence[Sequence[Visit]]
CONTENT = """
    SELECT count(*), sum(hash(article_id, version, body_digest, headline)),
        (SELECT count(*) FROM blocks), (SELECT sum(hash(block)) FROM blocks AS block),
        (SELECT count(*) FROM snapshots), (SELECT count(*) FROM links)
    FROM article_versions
"""


def editions() -> tuple[Batches, Batches]:
    """The pages of the warehouse before; then all pages, half of the first ones edited."""
    made = list(batches(PAGES, BATCH))
    first = made[: len(made) // 2]
    later = [
        [edited(visit) if position % 2 else visit for position, visit in enumerate(visits)]
        for visits in first
    ]
    return first, later + made[len(made) // 2 :]


def edited(visit: Visit) -> Visit:
    """The same page with another headline."""
    assert isinstance(visit.outcome, Article)
    fields = {name: getattr(visit.outcome, name) for name in Article.__dataclass_fields__}
    digest = f"{visit.payload_digest}-edited"
    return replace(
        visit,
        payload_digest=digest,
        outcome=Article(**(fields | {"headline": "Edited", "payload_digest": digest})),
    )


def load(path: Path, pages: Batches, say: Callable[[str], object] = lambda phase: None) -> None:
    """One whole run, telling what it is about to do."""
    say("begin")
    with open_writer(path) as writer:
        run_id = writer.start_run("kills", {})
        for visits in pages:
            say("load")
            writer.load(run_id, visits, [capture(visit) for visit in visits])
        writer.finish_run(run_id, "completed")
        say("publish")
        writer.publish()
    say("done")


def content(path: Path) -> tuple[object, ...]:
    """What readers find, run and times left aside. Raises when anything is wrong with it."""
    with open_reader(path) as reader:
        problems = list(verify(reader))
        assert not problems, problems[:3]
        found = reader.execute(CONTENT).fetchone()
        assert found
        return found


def kill(path: Path, pages: Path, moment: float) -> str:
    """Load the pages in a process, kill it, and say what it was about."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.warehouse_kills", "--load", path, pages],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "begin\n"
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        return (["begin", *child.stdout.read().split()])[-1]


def main(kills: int, seed: int) -> None:
    chance = random.Random(seed)
    phases: Counter[str] = Counter()
    first, later = editions()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder, "pages")
        pages.write_bytes(pickle.dumps(later))
        path = Path(folder, "base", "w.duckdb")
        load(path, first)
        before = content(path)
        whole = copied(path, Path(folder, "whole"))
        start = time.perf_counter()
        load(whole, later)
        took = time.perf_counter() - start
        after = content(whole)
        assert before != after
        print(f"seed {seed}; an undisturbed run takes {took:.2f} s", flush=True)
        for number in range(kills):
            victim = copied(path, Path(folder, "victim"))
            phases[kill(victim, pages, chance.uniform(0, 2 * took))] += 1
            left = content(victim)
            assert left in (before, after), (number, left)
            phases["published" if left == after else "not published"] += 1
            load(victim, later)
            assert content(victim) == after, number
    print(f"{kills} kills, last heard of: {dict(phases)}")
    print("published copy whole each time; the next run brought the same content each time")


def copied(path: Path, folder: Path) -> Path:
    """A fresh copy of the warehouse in another folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(path.parent, folder)
    return folder / path.name


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--load", place, pickled]:
            told = pickle.loads(Path(pickled).read_bytes())
            load(Path(place), told, lambda phase: print(phase, flush=True))
        case arguments:
            main(*map(int, arguments + ["100", "1"][len(arguments) :]))
