"""What the warehouse's bookkeeping costs, as ratios to a plain DuckDB insert of the same texts.

Run by hand: ``python -m tests.benchmarks.warehouse [articles] [pages in a batch]``. Making the
pages is not counted (``warehouse_pages``); all that the writer does with them is. Seconds are those
of the clock, in brackets those that processors spent.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.dataset  # DuckDB imports it when it meets a table: the plain insert does not pay

from parsers.items import Visit
from tests.benchmarks.warehouse_pages import batches, capture, sources
from warehouse import Writer, open_reader, open_writer, verify
from warehouse.questions import questions

LOOKUPS = {
    "one article's blocks": "SELECT * FROM blocks WHERE article_id = $id ORDER BY position",
    "one article": "SELECT * FROM articles WHERE article_id = $id",
    "cite, a paragraph": "FROM cite($id || '@1#2')",
    "why, three words": "FROM why($words)",
    "removed blocks with a word": "SELECT rule, count(*) FROM removed_blocks "
    "WHERE contains(text, 'skip') GROUP BY rule",
    "count of all blocks": "SELECT disposition, count(*) FROM blocks GROUP BY disposition",
    "rule_activity": "FROM rule_activity",
    "coverage": "SELECT certainty, count(*), sum(missing) FROM coverage GROUP BY certainty",
    "article_narrative, length": "SELECT sum(length(narrative)) FROM article_narrative",
    "articles, full scan": "SELECT sum(length(article_body)) FROM articles",
}


class Spent(NamedTuple):
    """Seconds of the clock, and of processors."""

    clock: float
    processors: float

    def __add__(self, other: Spent) -> Spent:  # type: ignore[override]
        return Spent(self.clock + other.clock, self.processors + other.processors)

    def over(self, other: Spent) -> str:
        return f"{self.clock / other.clock:5.2f} ({self.processors / other.processors:.2f})"

    def __str__(self) -> str:
        return f"{self.clock:8.2f} ({self.processors:.2f}) s"


def spent(work: Callable[[], object]) -> Spent:
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - clock, time.process_time() - processors)


def load(writer: Writer, articles: int, size: int) -> Spent:
    """What it takes to load all articles; captures are indexed unless their payload is known."""
    run_id = writer.start_run("benchmark", {})
    total = Spent(0, 0)
    for visits in batches(articles, size):
        total += spent(partial(load_batch, writer, run_id, visits))
    return total + spent(lambda: writer.finish_run(run_id, "completed"))


def load_batch(writer: Writer, run_id: str, visits: Sequence[Visit]) -> None:
    known = writer.known_payloads([str(seen.payload_digest) for seen in visits])
    captures = [capture(seen) for seen in visits if seen.payload_digest not in known]
    writer.load(run_id, visits, captures)


def plain_insert(database: Path, ids: Sequence[str], bodies: Sequence[str]) -> Spent:
    """One bulk insert of the texts alone into a new database, closed at the end.

    It takes a few seconds in which the machine may be busy: the median of three counts.
    """

    def work() -> None:
        with duckdb.connect(database) as connection:
            connection.execute("CREATE TABLE texts (article_id VARCHAR, article_body VARCHAR)")
            batch = pa.table({"article_id": ids, "article_body": bodies})
            connection.register("batch", batch)
            connection.execute("INSERT INTO texts FROM batch")
            connection.execute("CHECKPOINT")

    return spent(work)


def answer(reader: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, str]) -> None:
    used = {key: value for key, value in values.items() if f"${key}" in query}
    reader.execute(query, used).fetchall()


def main(articles: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.duckdb")
        with open_writer(path) as writer:
            writer.record_sources(sources())
            first = load(writer, articles, size)
            publishing = spent(writer.publish)
        with open_writer(path) as writer:
            again = load(writer, articles, size)
            publishing_again = spent(writer.publish)
        with open_reader(path) as reader:
            rows = reader.execute("SELECT article_id, article_body FROM articles").fetchall()
            ids, bodies = zip(*rows, strict=True)
            files = [Path(folder, f"plain-{number}.duckdb") for number in range(3)]
            plain = sorted(plain_insert(file, ids, bodies) for file in files)[1]
            plain_size, size_published = files[0].stat().st_size, path.stat().st_size
            print(f"{articles:,} articles in batches of {size:,}")
            print(f"plain insert  {plain}")
            print(f"first load    {first}   {first.over(plain)} x plain insert")
            print(f"second load   {again}   {first.over(again)} x faster than the first")
            print(f"publishing    {publishing}, then {publishing_again}")
            print(f"plain file       {plain_size / 1e6:8.1f} MB")
            ratio = size_published / plain_size
            print(f"published file   {size_published / 1e6:8.1f} MB {ratio:6.2f} x plain file")
            words = " ".join(bodies[0].split()[7:10])
            worked = {f"question {known.name}": known.sql for known in questions()}
            for name, query in (LOOKUPS | worked).items():
                ask = partial(answer, reader, query, {"id": ids[0], "words": words})
                print(f"{name:44}{min(spent(ask).clock for _ in range(3)):8.3f} s")
            print(f"{'verify':44}{spent(lambda: print(*verify(reader), end='')).clock:8.3f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] + ["20000", "1000"][len(sys.argv) - 1 :]))
