"""Articles, visits and captures for the tests, balanced unless a test says otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from parsers.items import Article, Block, Capture, Evidence, Image, Link, Visit

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

BLOCKS = (
    Block(0, "Skip to content", "list_item", "removed", None, None, "skip_link", "navigation"),
    Block(1, "Leave this site", "list_item", "removed", None, None, "quick_exit", "exit_notice"),
    Block(2, "Bridge reopens", "heading", "moved", None, "headline"),
    Block(3, "The bridge has reopened.", "paragraph", "kept", "standfirst"),
    Block(4, "It had been closed\nfor a year.", "paragraph", "kept", "body"),
    Block(5, "Share this page", "list_item", "removed", None, None, "share", "sharing"),
    Block(6, "What comes next", "heading", "kept", "heading"),
    Block(7, "Works go on until May.", "paragraph", "kept", "body"),
    Block(8, "Call 555 0100 to report faults.", "paragraph", "kept", "contact"),
    Block(9, "Read more about the works.", "paragraph", "kept", "call_to_action"),
    Block(10, "Most read", "heading", "removed", None, None, "most_read", "related"),
    Block(11, "A cat was found", "list_item", "removed", None, None, "most_read", "related"),
)


def article(blocks: Sequence[Block] = BLOCKS, *, page: str = "bridge", **changes: Any) -> Article:
    """An article of one page; ``changes`` override its fields."""
    url = f"https://news.example/{page}"
    payload = repr((page, blocks, sorted(changes))).encode()
    fields: dict[str, Any] = {
        "article_id": hashlib.sha256(url.encode()).hexdigest()[:16],
        "source_id": "example",
        "url": url,
        "canonical_url": url,
        "headline": "Bridge reopens",
        "description": None,
        "authors": ("A. Writer", "B. Agency"),
        "date_published": datetime(2024, 4, 30, 17, 5, tzinfo=UTC),
        "date_published_precision": "minute",
        "date_published_raw": "30 April 2024, 18:05",
        "date_modified": None,
        "publisher": "The Example",
        "section": "Roads",
        "area": "Exampleshire",
        "in_language": "en",
        "flags": ("agency_copy",),
        "blocks": tuple(blocks),
        "images": (Image(3, "https://news.example/b.jpg", "A bridge", None, "C. Photo"),),
        "links": (Link(9, "https://news.example/works", "the works"),),
        "evidence": (
            Evidence(
                "date_published", "json_ld", "2024-04-30T18:05", "2024-04-30T17:05:00+00:00",
                1, True, "minute", "assumed", None,
            ),
            Evidence("headline", "json_ld", "Bridge reopens", "Bridge reopens", 1, True),
        ),
        "input_characters": sum(block.characters for block in blocks),
        "payload_digest": "sha256:" + hashlib.sha256(payload).hexdigest(),
        "parser_version": "1",
    }  # fmt: skip
    return Article(**(fields | changes))


def visit(outcome: Any, *, page: str = "bridge", at: datetime = NOON, **changes: Any) -> Visit:
    """One look at a page; an article brings its own address and payload."""
    fields: dict[str, Any] = {
        "target": f"https://news.example/{page}",
        "source_id": "example",
        "url": f"https://news.example/{page}",
        "path": None,
        "visited_at": at,
        "http_status": 200,
        "payload_digest": None,
        "size": 1_000,
        "outcome": outcome,
    }
    if isinstance(outcome, Article):
        fields |= {
            "target": outcome.url or "page.txt",
            "url": outcome.url,
            "payload_digest": outcome.payload_digest,
        }
    return Visit(**(fields | changes))


def capture(seen: Visit) -> Capture:
    """The capture that a visit left."""
    assert seen.payload_digest
    return Capture(
        payload_digest=seen.payload_digest,
        source_id=seen.source_id,
        url=seen.url,
        requested_url=seen.url,
        path=seen.path,
        fetched_at=seen.visited_at,
        http_status=seen.http_status,
        media_type="text/html",
        charset="utf-8",
        size=1_000,
        warc_file="2024/05.warc.gz",
        warc_offset=17,
    )
