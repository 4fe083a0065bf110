"""Newsrooms made up at random: each with habits of its own, and articles that vary within them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from parsers.items import Article, Block, Visit

START = datetime(2024, 5, 1, 9, tzinfo=UTC)
CHROME = ("Sign up to our evening letter", "Terms and conditions of use", "Most read this week")


@dataclass(frozen=True)
class Newsroom:
    """Its habits: how long and in which shape it writes, what it tells, how much chrome it has.

    ``briefs`` and ``galleries`` are the shares of pages that are quite another thing.
    """

    words: float
    spread: float
    words_per_block: float
    dated: float
    signed: float
    list_items: float
    chrome: float
    chrome_spread: float
    briefs: float
    galleries: float
    to_the_minute: bool

    def page(self, number: int, random: Random) -> Article:
        """One of its articles."""
        kind = random.random()
        words = random.lognormvariate(0, self.spread) * self.words
        listed = random.random() < self.list_items
        if kind < self.briefs:
            words = random.uniform(15, 60)
        elif kind < self.briefs + self.galleries:
            words, listed = random.uniform(30, 120), True
        length = max(random.lognormvariate(0, 0.25) * self.words_per_block, 4)
        chrome = int(random.lognormvariate(0, self.chrome_spread) * self.chrome)
        minutes = random.randrange(24 * 60) if self.to_the_minute else 0
        day = START - timedelta(days=random.randrange(300), minutes=minutes)
        return article(
            number,
            words=max(int(words), 5),
            words_per_block=length,
            list_items=random.uniform(0.3, 0.9) if listed else 0.0,
            chrome=chrome,
            date_published=day if random.random() < self.dated else None,
            date_published_precision="minute" if self.to_the_minute else "day",
            authors=("A. Writer",) if random.random() < self.signed else (),
        )


def newsroom(random: Random) -> Newsroom:
    """A newsroom with habits of its own."""
    some = random.choice
    return Newsroom(
        words=random.uniform(80, 900),
        spread=random.uniform(0.1, 0.8),
        words_per_block=random.uniform(15, 60),
        dated=some((1.0, 0.99, 0.9, 0.6, 0.0)),
        signed=some((1.0, 0.98, 0.8, 0.5, 0.0)),
        list_items=some((0.0, 0.02, 0.3)),
        chrome=random.uniform(0, 9_000),
        chrome_spread=random.uniform(0.0, 0.5),
        briefs=some((0.0, 0.02, 0.1, 0.3)),
        galleries=some((0.0, 0.02, 0.1)),
        to_the_minute=some((True, False)),
    )


def article(
    number: int,
    *,
    words: int = 300,
    words_per_block: float = 30,
    list_items: float = 0.0,
    chrome: int = 2_000,
    kept: tuple[str, ...] = (),
    **changes: Any,
) -> Article:
    """An article of so many words, in blocks of so many, with so many characters of chrome."""
    lengths = _parts(words, max(round(words / words_per_block), 1))
    texts = [f"{number}.{at} " + "word " * (length - 1) for at, length in enumerate(lengths)]
    listed = round(list_items * len(texts))
    blocks = [
        *(_removed(text) for text in (*CHROME, "x" * chrome) if text and text not in kept),
        *(
            _kept(text, "list_item" if at < listed else "paragraph")
            for at, text in enumerate(texts)
        ),
        *(_kept(text, "paragraph") for text in kept),
    ]
    url = f"https://gazette.example/{number}"
    fields: dict[str, Any] = {
        "article_id": hashlib.sha256(url.encode()).hexdigest()[:16],
        "source_id": "gazette",
        "url": url,
        "canonical_url": url,
        "headline": f"Story {number}",
        "description": None,
        "authors": ("A. Writer",),
        "date_published": START - timedelta(days=number % 300, minutes=number),
        "date_published_precision": "minute",
        "date_published_raw": None,
        "date_modified": None,
        "publisher": "The Gazette",
        "section": None,
        "area": None,
        "in_language": "en",
        "flags": (),
        "blocks": tuple(block._replace(position=at) for at, block in enumerate(blocks)),
        "images": (),
        "links": (),
        "evidence": (),
        "input_characters": sum(block.characters for block in blocks),
        "payload_digest": _digest(number, words, changes),
        "parser_version": "1",
    }  # fmt: skip
    if changes.get("date_published", START) is None:
        changes["date_published_precision"] = "unknown"
    return Article(**(fields | changes))


def look(found: Article, at: datetime = START) -> Visit:
    """One look at the page of an article."""
    return Visit(
        target=found.url or "",
        source_id=found.source_id,
        url=found.url,
        path=None,
        visited_at=at,
        http_status=200,
        payload_digest=found.payload_digest,
        size=1_000,
        outcome=found,
    )


def _digest(*told: object) -> str:
    return "sha256:" + hashlib.sha256(repr(told).encode()).hexdigest()


def _parts(total: int, number: int) -> list[int]:
    return [total // number + (at < total % number) for at in range(number)]


def _kept(text: str, kind: Any) -> Block:
    return Block(0, text.strip(), kind, "kept", "body")


def _removed(text: str) -> Block:
    return Block(0, text, "other", "removed", None, None, "furniture.footer", "furniture")
