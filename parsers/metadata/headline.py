"""The headline: what the page shows as its title, held against what it says elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Set

from parsers import document as d
from parsers.dates import find_written
from parsers.document import Document, SourceBlock
from parsers.ledger import Ledger
from parsers.likeness import likeness
from parsers.metadata.headline_rank import Candidate, ranked
from parsers.metadata.json_ld import article_nodes, is_news, text_of
from parsers.metadata.site_names import (
    added_names,
    without_bar,
    without_prefix,
    without_site,
    without_suffix,
)
from parsers.urls import absolute

_KEYS = ("title", "headline", "og.title", "name")
_META = (
    ("headline", "meta"),
    ("citation_title", "meta"),
    ("og:title", "open_graph"),
    ("twitter:title", "twitter"),
)
_MOST_STATED = 3
_LONGEST_HEADLINE = 220
_SENTENCE_END = re.compile(r"[.;,]$")
_BYLINE = re.compile(r"^(?:by|gan|von|par|por|di|door)\s", re.I)


def headline_candidates(
    document: Document, ledger: Ledger, publishers: Set[str], url: str | None
) -> list[Candidate]:
    """Return the witnesses of the headline, the most trusted first.

    ``publishers`` are the names of the page's publisher, as likenesses.
    """
    if document.form == "front_matter":
        found = list(_from_front(document))
        return found or list(_first_line(document, ledger))
    if document.form == "text":
        return list(_first_line(document, ledger))
    names = publishers | _names_shown(document, url)
    found = [c for c in _from_html(document, names) if c.value.strip()]
    return ranked(found, names, is_news(document.head.json_ld))


def _from_front(document: Document) -> Iterator[Candidate]:
    for key in _KEYS:
        if key in document.front:
            value, position = document.front[key]
            yield Candidate("front_matter", value, value, position)


def _first_line(document: Document, ledger: Ledger) -> Iterator[Candidate]:
    """A title is the first line left, if it is short, no sentence, and something follows it."""
    positions = [p for p in ledger.open_positions() if document.blocks[p].kind != "front_matter"]
    if len(positions) < 2:
        return
    text = document.blocks[positions[0]].text
    rest = max(len(document.blocks[p].text) for p in positions[1:])
    if (
        len(text) <= _LONGEST_HEADLINE
        and rest > len(text)
        and not _SENTENCE_END.search(text)
        and not _BYLINE.match(text)
        and not (find_written(text, "UTC") and len(text) < 40)
    ):
        yield Candidate("visible", text, text.lstrip("# "), positions[0])


def _names_shown(document: Document, url: str | None) -> set[str]:
    """Return the site's names that the page shows: headings that lead home, what titles add."""
    head = document.head
    names: set[str] = set()
    for block in document.blocks:
        if block.tag == "h1" and block.links and block.link_characters >= block.characters:
            address = absolute(block.links[0][0], url)
            if address and address.count("/") <= 3 and address.split("?")[0].endswith("/"):
                names.add(likeness(block.text))
    if head.title:
        names |= set(added_names(head.title, head.meta.get("og:title", ())))
    return names - {""}


def _from_html(document: Document, names: Set[str]) -> Iterator[Candidate]:
    head = document.head
    known = _headings(document, names)
    guess = without_bar if "og:site_name" in head.meta else without_suffix
    for node in article_nodes(head.json_ld)[:_MOST_STATED]:
        value = text_of(node.get("headline")) or text_of(node.get("name"))
        if value:
            stated = without_site(value, known, names)
            known |= {likeness(stated)}
            yield Candidate("json_ld", value, stated)
    for name, value, _ in head.microdata:
        if name == "headline" and value:
            yield Candidate("microdata", value, value)
    for name, witness in _META:
        for value in head.meta.get(name, ())[:1]:
            title = _cut(value, known, names, guess)
            known |= {likeness(title)}
            yield Candidate(witness, value, title)
    if head.title:
        title = _cut(without_prefix(head.title, known), known, names, guess)
        known |= {likeness(title)}
        yield Candidate("title", head.title, title)
    for position, block in enumerate(document.blocks):
        if block.tag == "h1" and not block.context & (d.HIDDEN | d.NOSCRIPT):
            yield Candidate("visible", block.text, _heading_text(block.text, known), position)


def _cut(text: str, known: Set[str], names: Set[str], guess: Callable[[str], str]) -> str:
    """Cut the site's name off a title, by a ``guess`` where nothing tells what it is."""
    title = without_site(text, known, names)
    return title if title != text or likeness(text) in known else guess(text)


def _heading_text(text: str, known: Set[str]) -> str:
    """Return a heading as one line: that line of it which is a ``known`` title, or all of them."""
    lines = text.split("\n")
    line = next((line for line in lines if likeness(line) in known), " ".join(lines))
    return html.unescape(line)


def _headings(document: Document, names: Set[str]) -> frozenset[str]:
    """Return the likenesses of the page's main headings, or of lesser ones where there is none."""
    main = {likeness(block.text) for block in document.blocks if block.tag == "h1"} - names
    if main - {""}:
        return frozenset(main)
    return frozenset(likeness(block.text) for block in document.blocks if _may_be_title(block))


def _may_be_title(block: SourceBlock) -> bool:
    if block.tag in ("h1", "h2"):
        return True
    bold = block.bold_characters == block.characters and len(block.text) <= _LONGEST_HEADLINE
    return bold and block.text.count(" ") >= 2
