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

from parsers.items import Article, Capture, Visit
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


class PlainInsert:
    """The peer: bulk inserts of the texts alone, each into a new database, closed at the end.

    One for each tenth of the articles, when that was loaded: a busy machine slows both alike.
    """

    def __init__(self, folder: Path, articles: int) -> None:
        self.spent = Spent(0, 0)
        self.file_bytes = 0
        self._folder = folder
        self._tenth = articles // 10
        self._texts: dict[str, str] = {}

    def follow(self, visits: Sequence[Visit]) -> None:
        """Take note of a loaded batch, and insert what is a tenth of all."""
        loaded = (visit.outcome for visit in visits if isinstance(visit.outcome, Article))
        self._texts |= {article.article_id: article.article_body for article in loaded}
        if len(self._texts) >= self._tenth:
            database = self._folder / f"plain-{self.file_bytes}.duckdb"
            self.spent += spent(partial(self._insert, database))
            self.file_bytes += database.stat().st_size
            self._texts.clear()

    def _insert(self, database: Path) -> None:
        ids, bodies = list(self._texts), list(self._texts.values())
        with duckdb.connect(database) as connection:
            connection.execute("CREATE TABLE texts (article_id VARCHAR, article_body VARCHAR)")
            batch = pa.table({"article_id": ids, "article_body": bodies})
            connection.register("batch", batch)
            connection.execute("INSERT INTO texts FROM batch")
            connection.execute("CHECKPOINT")


def load(writer: Writer, articles: int, size: int, plain: PlainInsert | None = None) -> Spent:
    """What it takes to load all articles; captures are indexed unless their payload is known."""
    run_id = writer.start_run("benchmark", {})
    total = Spent(0, 0)
    for visits in batches(articles, size):
        captures = [capture(visit) for visit in visits]
        total += spent(partial(load_batch, writer, run_id, visits, captures))
        if plain:
            plain.follow(visits)
    return total + spent(lambda: writer.finish_run(run_id, "completed"))


def load_batch(
    writer: Writer, run_id: str, visits: Sequence[Visit], captures: Sequence[Capture]
) -> None:
    known = writer.known_payloads([capture.payload_digest for capture in captures])
    writer.load(run_id, visits, [new for new in captures if new.payload_digest not in known])


def answer(reader: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, str]) -> None:
    used = {key: value for key, value in values.items() if f"${key}" in query}
    reader.execute(query, used).fetchall()


def main(articles: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.duckdb")
        with open_writer(path) as writer:
            writer.record_sources(sources())
            plain = PlainInsert(Path(folder), articles)
            first = load(writer, articles, size, plain)
            publishing = spent(writer.publish)
        with open_writer(path) as writer:
            again = load(writer, articles, size)
            publishing_again = spent(writer.publish)
        with open_reader(path) as reader:
            size_published = path.stat().st_size
            print(f"{articles:,} articles in batches of {size:,}")
            print(f"plain insert  {plain.spent}")
            print(f"first load    {first}   {first.over(plain.spent)} x plain insert")
            print(f"second load   {again}   {first.over(again)} x faster than the first")
            print(f"publishing    {publishing}, then {publishing_again}")
            print(f"plain files      {plain.file_bytes / 1e6:8.1f} MB")
            ratio = size_published / plain.file_bytes
            print(f"published file   {size_published / 1e6:8.1f} MB {ratio:6.2f} x plain file")
            article_id, body = reader.execute(
                "SELECT article_id, article_body FROM articles LIMIT 1"
            ).fetchall()[0]
            words = " ".join(body.split()[7:10])
            worked = {f"question {known.name}": known.sql for known in questions()}
            for name, query in (LOOKUPS | worked).items():
                ask = partial(answer, reader, query, {"id": article_id, "words": words})
                print(f"{name:44}{min(spent(ask).clock for _ in range(3)):8.3f} s")
            print(f"{'verify':44}{spent(lambda: print(*verify(reader), end='')).clock:8.3f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] + ["20000", "1000"][len(sys.argv) - 1 :]))
