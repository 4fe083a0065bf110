"""What search and stories cost: per article, and per question.

Run by hand: ``python tests/benchmarks/search.py [articles]``. The articles are those of
``warehouse_pages.py``; the clocks run while stories, search index and published copy are brought up
to date for all of them, for one per cent more, and for nothing new.
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
from warehouse.fulltext.updating import update_index
from warehouse.stories.updating import update_stories

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


def tell_stories(writer: Writer) -> None:
    with writer.transaction():
        update_stories(writer._connection)


def main(articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.duckdb")
        more = articles * 101 // 100
        for name, first, last in (("all", 0, articles), ("1 %", articles, more), ("none", 0, 0)):
            with open_writer(path) as writer:
                load(writer, first, last)
                index = partial(update_index, writer._connection, path.with_name(path.name + ".d"))
                steps = {
                    "stories": partial(tell_stories, writer),
                    "search index": index,
                    "copy": writer.publish,
                }
                for step, work in steps.items():
                    wall, cpu = wall_and_cpu(work)
                    each = f"{cpu / (last - first) * 1e3:8.3f} ms an article" if last else ""
                    print(f"{name} new, {step:14}{wall:8.2f} s, processor {cpu:7.2f} s{each}")
        files = path.with_name(path.name + ".d").joinpath("search").iterdir()
        size = sum(file.stat().st_size for file in files)
        print(f"search index {size / 1e6:.1f} MB, file {path.stat().st_size / 1e6:.1f} MB")
        site = Site(1)
        questions = [site.words(2) for _ in range(ASKED)]
        spent = [wall_and_cpu(partial(search, path, question)) for question in questions]
        for number, clock in enumerate(("wall", "processor")):
            times = [both[number] * 1e3 for both in spent]
            median = statistics.median(times)
            print(f"search, two words, {clock}: median {median:.1f} ms, worst {max(times):.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
