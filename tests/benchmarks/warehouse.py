"""What the warehouse's bookkeeping costs, as ratios to a plain DuckDB insert of the same texts.

Run by hand: ``python tests/benchmarks/warehouse.py [articles] [pages in a batch]``. Articles have
4 kB of text and 200 blocks of site chrome: most of it the same on every page of a site, one list
that changes now and then, one that is the page's own. Batches cross a pickle, as they do on their
way from the parsing processes, so that no two pages share a string. What parsers compute
(``article_body``, ``word_count``, ``body_digest``) is computed before the clock starts.
"""

from __future__ import annotations

import pickle
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import accumulate
from pathlib import Path

# A script's folder comes first on the path, where this file would pass for the package.
sys.path.append(sys.path.pop(0))

import duckdb
import pyarrow as pa

from parsers.items import Article, Block, Capture, Evidence, Field, Image, Link, Reason, Visit
from warehouse import Writer, open_reader, open_writer, verify

SITES = 50
BODY_CHARACTERS = 4_000
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)

# rule, reason, blocks: 150 that a site has on every page
SAME: tuple[tuple[str, Reason, int], ...] = (
    ("skip_link", "navigation", 34),
    ("cookie_banner", "consent", 12),
    ("share_buttons", "sharing", 6),
    ("sign_up", "appeal", 8),
    ("footer", "furniture", 90),
)
MOST_READ, MOST_READ_LASTS_PAGES = 40, 200
RELATED = 10

QUESTIONS = {
    "one article's blocks": "SELECT * FROM blocks WHERE article_id = $id ORDER BY position",
    "one article": "SELECT * FROM articles WHERE article_id = $id",
    "why was this removed": "SELECT rule, count(*) FROM removed_blocks "
    "WHERE contains(text, $word) GROUP BY rule",
    "count of all blocks": "SELECT disposition, count(*) FROM blocks GROUP BY disposition",
    "rule_activity": "FROM rule_activity",
    "coverage_by_month": "FROM coverage_by_month",
    "article_narrative, words": "SELECT sum(length(narrative)) FROM article_narrative",
    "articles, full scan": "SELECT sum(length(article_body)) FROM articles",
}


class Site:
    """One site: its vocabulary of chrome, the same on every page."""

    def __init__(self, number: int) -> None:
        self.source_id = f"site-{number:02}"
        self._random = random.Random(number)
        self.chrome: list[tuple[str, Reason, list[str]]] = [
            (rule, reason, [self.words(5) for _ in range(blocks)]) for rule, reason, blocks in SAME
        ]
        self._teasers = [self.words(9) for _ in range(2_000)]

    def words(self, count: int) -> str:
        """Words in the proportions of a language: a few of them very often."""
        words, cumulative_weights = vocabulary()
        return " ".join(self._random.choices(words, cum_weights=cumulative_weights, k=count))

    def teasers(self, seed: str, count: int) -> list[str]:
        return random.Random(seed).sample(self._teasers, count)


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    letters = random.Random(0)
    words = [
        "".join(letters.choices("etaoinshrdlucmfwypvbgkjqxz", range(26, 0, -1), k=length))
        for length in letters.choices(range(2, 12), k=20_000)
    ]
    return words, list(accumulate(1 / rank for rank in range(1, len(words) + 1)))


def visit(number: int, site: Site) -> Visit:
    blocks: list[Block] = []

    def remove(rule: str, reason: Reason, texts: Sequence[str]) -> None:
        for text in texts:
            blocks.append(
                Block(len(blocks), text, "list_item", "removed", None, None, rule, reason)
            )

    for rule, reason, texts in site.chrome[:2]:
        remove(rule, reason, texts)
    headline, author = site.words(9), site.words(2)
    published = FIRST_DAY + timedelta(minutes=17 * number)
    moved: dict[Field, str] = {
        "headline": headline,
        "authors": author,
        "date_published": f"{published:%d %B %Y, %H:%M}",
    }
    for name, text in moved.items():
        blocks.append(Block(len(blocks), text, "paragraph", "moved", None, name))
    first_paragraph, length = len(blocks), 0
    while length < BODY_CHARACTERS:
        text = site.words(45) + "."
        length += len(text) + 2
        blocks.append(Block(len(blocks), text, "paragraph", "kept", "body"))
        if len(blocks) == first_paragraph + 6:
            remove(*site.chrome[2])
    remove("related_list", "related", site.teasers(f"related {number}", RELATED))
    era = number // SITES // MOST_READ_LASTS_PAGES
    remove("most_read", "related", site.teasers(f"most read {era}", MOST_READ))
    for rule, reason, texts in site.chrome[3:]:
        remove(rule, reason, texts)
    url = f"https://{site.source_id}.example/news/{number}"
    article = Article(
        article_id=f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}",
        source_id=site.source_id,
        url=url,
        canonical_url=url,
        headline=headline,
        description=site.words(20),
        authors=(author,),
        date_published=published,
        date_published_precision="minute",
        date_published_raw=f"{published:%d %B %Y, %H:%M}",
        date_modified=None,
        publisher=site.source_id,
        section="News",
        area=None,
        in_language="en",
        flags=(),
        blocks=tuple(blocks),
        images=(Image(first_paragraph, url + "/picture.jpg", site.words(6), site.words(9), None),),
        links=tuple(Link(first_paragraph + k, f"{url}/{k}", site.words(3)) for k in range(3)),
        evidence=tuple(
            Evidence(
                "date_published", witness, str(published), published.isoformat(), rank, rank == 1
            )
            for rank, witness in enumerate(("json_ld", "meta", "visible_text"), 1)
        ),
        input_characters=sum(block.characters for block in blocks),
        payload_digest=f"sha256:{number:064x}",
        parser_version="benchmark",
    )
    assert article.article_body
    assert article.word_count
    assert article.body_digest
    return Visit(
        target=url,
        source_id=site.source_id,
        url=url,
        path=None,
        visited_at=FIRST_DAY,
        http_status=200,
        payload_digest=article.payload_digest,
        size=100_000,
        outcome=article,
    )


def capture(visit: Visit) -> Capture:
    assert visit.payload_digest
    return Capture(
        payload_digest=visit.payload_digest,
        source_id=visit.source_id,
        url=visit.url,
        requested_url=visit.url,
        path=None,
        fetched_at=visit.visited_at,
        http_status=200,
        media_type="text/html",
        charset="utf-8",
        size=100_000,
        warc_file="2020/01/01.warc.gz",
        warc_offset=0,
    )


def batches(articles: int, size: int) -> Iterator[list[Visit]]:
    """The visits, in batches; the same ones each time it is called."""
    sites = [Site(number) for number in range(SITES)]
    for first in range(0, articles, size):
        numbers = range(first, min(first + size, articles))
        pages = [pickle.dumps(visit(number, sites[number % SITES])) for number in numbers]
        yield [pickle.loads(page) for page in pages]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load(writer: Writer, articles: int, size: int) -> float:
    """Seconds to load all articles, making them not counted."""
    run_id = writer.start_run("benchmark", {})
    spent = 0.0
    for visits in batches(articles, size):
        captures = [capture(visit) for visit in visits]
        spent += seconds(partial(writer.load, run_id, visits, captures))
    return spent + seconds(lambda: writer.finish_run(run_id, "completed"))


def plain_insert(database: Path, ids: Sequence[str], bodies: Sequence[str]) -> float:
    """Seconds for one bulk insert of the texts alone into a new database, closed at the end."""

    def work() -> None:
        with duckdb.connect(database) as connection:
            connection.execute("CREATE TABLE texts (article_id VARCHAR, article_body VARCHAR)")
            batch = pa.table({"article_id": ids, "article_body": bodies})
            connection.register("batch", batch)
            connection.execute("INSERT INTO texts FROM batch")
            connection.execute("CHECKPOINT")

    return seconds(work)


def answer(reader: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, str]) -> None:
    reader.execute(query, values).fetchall()


def main(articles: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.duckdb")
        with open_writer(path) as writer:
            first = load(writer, articles, size)
            publishing = seconds(writer.publish)
        with open_writer(path) as writer:
            again = load(writer, articles, size)
            publishing_again = seconds(writer.publish)
        with open_reader(path) as reader:
            rows = reader.execute("SELECT article_id, article_body FROM articles").fetchall()
            ids, bodies = zip(*rows, strict=True)
            plain_file = Path(folder, "plain.duckdb")
            plain = plain_insert(plain_file, ids, bodies)
            plain_size, size_published = plain_file.stat().st_size, path.stat().st_size
            print(f"{articles:,} articles in batches of {size:,}")
            print(f"plain insert     {plain:8.2f} s  {plain / articles * 1e6:6.0f} us an article")
            print(f"first load       {first:8.2f} s  {first / plain:6.2f} x plain insert")
            total = first + publishing
            print(f"  and publishing {total:8.2f} s  {total / plain:6.2f} x plain insert")
            print(f"second load      {again:8.2f} s  {first / again:6.1f} x faster than the first")
            print(f"publishing       {publishing:8.2f} s, then {publishing_again:.2f} s")
            print(f"plain file       {plain_size / 1e6:8.1f} MB")
            ratio = size_published / plain_size
            print(f"published file   {size_published / 1e6:8.1f} MB {ratio:6.2f} x plain file")
            for name, query in QUESTIONS.items():
                values = {"id": ids[0], "word": "skip"}
                used = {key: value for key, value in values.items() if f"${key}" in query}
                spent = min(seconds(partial(answer, reader, query, used)) for _ in range(3))
                print(f"{name:26}{spent:8.3f} s")
            print(f"{'verify':26}{seconds(lambda: print(*verify(reader), end='')):8.3f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] + ["20000", "1000"][len(sys.argv) - 1 :]))
