"""What search and stories cost: per article, and per question.

Run by hand: ``python tests/benchmarks/search.py [articles]``. The articles are those of
``warehouse.py``; the clock runs while the search index and the stories are brought up to date for
all of them, for one per cent more, and for nothing new.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

# A script's folder comes first on the path, where this file would pass for the package.
sys.path.append(sys.path.pop(0))

from tests.benchmarks.warehouse_pages import SITES, Site, capture, visit
from warehouse import Writer, open_writer, search

BATCH = 1_000
ASKED = 200


def wall_and_cpu(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def load(writer: Writer, first: int, last: int) -> None:
    sites = [Site(number) for number in range(SITES)]
    run_id = writer.start_run("benchmark", {})
    for start in range(first, last, BATCH):
        numbers = range(start, min(start + BATCH, last))
        visits = [visit(number, sites[number % SITES]) for number in numbers]
        writer.load(run_id, visits, [capture(seen) for seen in visits])
    writer.finish_run(run_id, "completed")


def main(articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.duckdb")
        steps = (("first", 0, articles), ("one per cent more", articles, articles * 101 // 100))
        for name, first, last in (*steps, ("nothing new", 0, 0)):
            with open_writer(path) as writer:
                load(writer, first, last)
                wall, cpu = wall_and_cpu(writer.publish)
            each = f"{wall / (last - first) * 1e3:8.3f} ms an article" if last > first else ""
            print(f"publish, {name:18}{wall:8.2f} s, processor {cpu:8.2f} s{each}")
        index = path.with_name(path.name + ".d") / "search"
        size = sum(file.stat().st_size for file in index.iterdir())
        print(
            f"search index {size / 1e6:.1f} MB, published file {path.stat().st_size / 1e6:.1f} MB"
        )
        site = Site(1)
        questions = [site.words(2) for _ in range(ASKED)]
        spent = [wall_and_cpu(partial(search, path, question))[0] for question in questions]
        print(f"search, two words: median {statistics.median(spent) * 1e3:.1f} ms")
        print(f"search, two words: worst {max(spent) * 1e3:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
