"""Pages for the tests, written down to what each test is about, and questions to an outcome."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from parsers import parse
from parsers.document import Document
from parsers.items import Article, Block, Rejection, Snapshot, Source
from parsers.readers.html import read_html

LEAD = (
    "The footbridge at Pell Weir will stay shut until the spring, the council said on Tuesday, "
    "because the steel for its deck has to come from abroad."
)
MIDDLE = (
    "Engineers found rust in eleven of its hangers last summer, and a diver who looked at the "
    "piers in October came back with photographs that nobody wanted to see."
)
END = (
    "Until then walkers have to go round by the lock, which adds a mile to the way to school for "
    "the children of four villages on the north bank."
)
STORY = (LEAD, MIDDLE, END)
HEADLINE = "Footbridge at Pell Weir to stay shut until spring"


def paragraphs(*texts: str) -> str:
    """Texts as HTML paragraphs."""
    return "\n".join(f"<p>{text}</p>" for text in texts)


def page(body: str = paragraphs(*STORY), *, head: str = "", above: str = "") -> bytes:
    """A page with the usual headline, ``above`` what stands between it and the ``body``."""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head><body><main>"
        f"<article><h1>{HEADLINE}</h1>{above}{body}</article></main></body></html>"
    ).encode()


def lines(*texts: str) -> bytes:
    """Extracted text, a line a paragraph."""
    return "\n\n".join(texts).encode()


def article_of(body: bytes, source: Source | None = None, **known: Any) -> Article:
    """The article that a body holds; ``known`` are further fields of its snapshot."""
    outcome = parse(Snapshot(body=body, **known), source)
    assert isinstance(outcome, Article), outcome
    return outcome


def article_of_html(body: str = paragraphs(*STORY), *, head: str = "", above: str = "") -> Article:
    """The article of a page built by ``page``."""
    return article_of(page(body, head=head, above=above))


def article_of_lines(*texts: str) -> Article:
    """The article of a text with a line for each of ``texts``."""
    return article_of(lines(*texts), media_type="text/plain")


def rejection_of(body: bytes, **known: Any) -> Rejection:
    """The rejection that a body meets."""
    outcome = parse(Snapshot(body=body, **known))
    assert isinstance(outcome, Rejection), outcome
    return outcome


def html_document(body: str) -> Document:
    """What the HTML reader makes of the contents of a body element."""
    page = f"<!doctype html><html><head></head><body>{body}</body></html>"
    return read_html(page.encode())


def block_of(article: Article, text: str) -> Block:
    """The one block with exactly this text."""
    (found,) = [block for block in article.blocks if block.text == text]
    return found


def fate_of(article: Article, text: str) -> tuple[str, str | None]:
    """Where the one block with this text ended: disposition and role, field or reason."""
    block = block_of(article, text)
    return block.disposition, block.role or block.field or block.reason


def source(**declared: Any) -> Source:
    """A declared source; ``declared`` are the fields that a test is about."""
    return Source(
        **{
            "id": "pell_courier",
            "publisher": "The Pell Courier",
            "publisher_type": "newspaper",
            "home": "https://www.pell-courier.example/",
            **declared,
        }
    )


def assert_accounted(outcome: Article | Rejection) -> None:
    """Each block has one fate and no more, and no character of the page is lost or made up."""
    if isinstance(outcome, Rejection):
        assert outcome.detail
        return
    assert [block.position for block in outcome.blocks] == list(range(len(outcome.blocks)))
    for block in outcome.blocks:
        given = {
            "kept": (block.role, None, None, None),
            "moved": (None, block.field, None, None),
            "removed": (None, None, block.rule, block.reason),
        }[block.disposition]
        assert given == (block.role, block.field, block.rule, block.reason), block
        assert any(given), block
        assert block.text.strip(), block
        assert not any(not line.strip() for line in block.text.split("\n")), block
    assert sum(block.characters for block in outcome.blocks) == outcome.input_characters


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop and fail what takes more processor time: what hostile input may cost, no benchmark.

    The process's own time is counted, so that a busy machine does not fail a test.
    """

    def stop(*_: object) -> None:
        raise AssertionError(f"takes more than the {seconds:g} s that are allowed")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
