"""Invented pages for the benchmarks of the warehouse, made as fast as they are loaded.

Articles have 4 kB of text and 200 blocks of site chrome: most of it the same on every page of a
site, one list that changes now and then, one that is the page's own. Batches cross a pickle, as
they do on their way from the parsing processes, so that no two pages share a string. What parsers
compute (``article_body``, ``word_count``, ``body_digest``, ``account``) is computed before that.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate

from parsers.items import (
    Article,
    Block,
    Capture,
    Evidence,
    Field,
    Image,
    Link,
    Reason,
    Source,
    Visit,
)

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


def sources() -> list[Source]:
    return [
        Source(id=f"site-{number:02}", publisher=f"Site {number}", publisher_type="newspaper")
        for number in range(SITES)
    ]


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
    if number % 3 == 0:
        headline += f" {number % 97}"
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
    assert article.account
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
