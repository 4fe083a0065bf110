"""When a page is no article: judged last, with everything known, so that no stump is stored."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.document import HIDDEN, Document, SourceBlock
from parsers.items import Block, Rejection
from parsers.metadata import Metadata
from parsers.metadata.json_ld import article_nodes
from parsers.rules import PAGE_RULES, matching_form
from parsers.structure.region import is_prose

_FEWEST_CHARACTERS = 80
_FEWEST_WITH_HEADLINE = 20
_LEAST_CONSENT = 100
_CONSENT_WALL_BODY = 600
_CONSENT_WALL_SHARE = 3
_OVER_STRIPPED_BODY = 500
_OVER_STRIPPED_SHARE = 4
_LEAST_STRIPPED = 400
_FIRST_BLOCKS = 6
_LISTING_CARDS = 6
_LISTING_BODY = 2_500
_CARD_LINES = 2


def judge_status(status: int | None) -> Rejection | None:
    """Return the rejection that an HTTP status alone calls for, or None."""
    if status is None or status < 400:
        return None
    if status in (401, 403, 407, 429, 451, 503):
        return Rejection("blocked_page", f"HTTP {status}")
    return Rejection("not_found", f"HTTP {status}")


def judge(document: Document, blocks: Sequence[Block], metadata: Metadata) -> Rejection | None:
    """Return why a page is no article, or None when it is one."""
    kept = [b for b in blocks if b.disposition == "kept" and b.role != "heading"]
    size = sum(document.blocks[b.position].characters for b in kept)
    if not blocks:
        return Rejection("empty", "the page holds no text")
    return (
        _special_page(document, blocks, kept, size)
        or _consent_wall(blocks)
        or _listing(document, blocks, size)
        or _too_little(document, blocks, metadata, size)
    )


def _special_page(
    document: Document, blocks: Sequence[Block], kept: Sequence[Block], size: int
) -> Rejection | None:
    first = [document.head.title] if document.head.title else []
    first += [b.text for b in blocks if b.kind == "heading" or b.field == "headline"][
        :_FIRST_BLOCKS
    ]
    first += [b.text for b in kept[:_FIRST_BLOCKS]]
    for rule in PAGE_RULES:
        if size > rule.longest:
            continue
        for text in first:
            if len(text) <= 400 and rule.pattern.search(matching_form(text)):
                return Rejection(rule.reason, f"{rule.name}: {text[:120]}")
    return None


def _consent_wall(blocks: Sequence[Block]) -> Rejection | None:
    """Tell a page of consent alone from a short article with a banner."""
    consent = sum(b.characters for b in blocks if b.reason == "consent")
    if consent <= _LEAST_CONSENT:
        return None
    size = sum(b.characters for b in blocks if b.disposition == "kept")
    if size < _CONSENT_WALL_BODY and consent > _CONSENT_WALL_SHARE * size:
        return Rejection("consent_wall", f"{consent} characters of consent text, {size} of article")
    return None


def _listing(document: Document, blocks: Sequence[Block], size: int) -> Rejection | None:
    if document.form != "html" or article_nodes(document.head.json_ld):
        return None
    if "article" in document.head.meta.get("og:type", ()):
        return None
    cards = {b.position for b in blocks if _is_card(document.blocks[b.position])}
    kept = [b.position for b in blocks if b.disposition == "kept" and b.role != "heading"]
    teasers = sum(1 for p in kept if not cards.isdisjoint(range(p - _CARD_LINES, p)))
    if len(cards) >= _LISTING_CARDS and size < _LISTING_BODY and 2 * teasers > len(kept):
        return Rejection("not_an_article", f"{len(cards)} linked headings, {size} characters")
    return None


def _is_card(block: SourceBlock) -> bool:
    """Tell whether a block is the linked headline of another page."""
    linked = block.link_characters >= 0.9 * block.characters
    return block.kind == "heading" and linked and not block.context & HIDDEN


def _too_little(
    document: Document, blocks: Sequence[Block], metadata: Metadata, size: int
) -> Rejection | None:
    if size >= _OVER_STRIPPED_BODY:
        return None
    prose = sum(
        b.characters
        for b in blocks
        if b.disposition == "removed"
        and b.reason not in ("hidden", "duplicate", "front_matter")
        and is_prose(b.text)
        and (document.form != "html" or not str(b.rule).startswith("structure."))
    )
    if prose > _OVER_STRIPPED_SHARE * size and prose > _LEAST_STRIPPED:
        return Rejection("over_stripped", f"{prose} characters of sentences removed, {size} kept")
    if size == 0:
        return Rejection("body_missing", "no text of an article on the page")
    stated = metadata.headline or article_nodes(document.head.json_ld)
    if size < (_FEWEST_WITH_HEADLINE if stated else _FEWEST_CHARACTERS):
        return Rejection("body_missing", f"only {size} characters of text")
    return None
