"""The headline: what the page shows as its title, held against what it says elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from parsers import document as d
from parsers.dates import find_written
from parsers.document import Document, SourceBlock
from parsers.ledger import Ledger
from parsers.metadata.json_ld import article_nodes, text_of
from parsers.rules import matching_form

_KEYS = ("title", "headline", "og.title", "name")
_SEPARATOR = re.compile(r"\s+[|–—·•»«:]{1,2}\s+|\s+-{1,2}\s+|\s*\|\s*")
_ALIKE = re.compile(r"[\W_]+")
_ORDER = ("json_ld", "visible", "microdata", "open_graph", "twitter", "title")
_SHORTEST_SURE = 10
_MOST_STATED = 3
_LONGEST_HEADLINE = 220
_LONGEST_TITLE = 400
_SENTENCE_END = re.compile(r"[.;,]$")
_BYLINE = re.compile(r"^(?:by|gan|von|par|por|di|door)\s", re.I)


class Candidate(NamedTuple):
    """A possible headline: where it was found, and the block it stands in, if any."""

    witness: str
    raw: str
    value: str
    position: int | None = None


def likeness(text: str) -> str:
    """Return the letters and digits of a text: titles that differ in nothing else are one."""
    return _ALIKE.sub("", matching_form(text)).casefold()


def headline_candidates(document: Document, ledger: Ledger) -> list[Candidate]:
    """Return the witnesses of the headline, the most trusted first."""
    if document.form == "front_matter":
        found = list(_from_front(document))
        return found or list(_first_line(document, ledger))
    if document.form == "text":
        return list(_first_line(document, ledger))
    return _ranked(list(_from_html(document, ledger)))


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


def _from_html(document: Document, ledger: Ledger) -> Iterator[Candidate]:
    head = document.head
    shown = frozenset(likeness(block.text) for block in document.blocks if _may_be_title(block))
    site = next(iter(head.meta.get("og:site_name", ())), "")
    known = shown
    for node in article_nodes(head.json_ld)[:_MOST_STATED]:
        value = text_of(node.get("headline")) or text_of(node.get("name"))
        if value:
            stated = _without_site(value, shown, site)
            known |= {likeness(stated)}
            yield Candidate("json_ld", value, stated)
    for position, block in enumerate(document.blocks):
        if block.tag == "h1" and not block.context & (d.HIDDEN | d.NOSCRIPT):
            yield Candidate("visible", block.text, block.text.replace("\n", " "), position)
    for name, value, _ in head.microdata:
        if name == "headline" and value:
            yield Candidate("microdata", value, value)
    for name, witness in (("og:title", "open_graph"), ("twitter:title", "twitter")):
        for value in head.meta.get(name, ())[:1]:
            yield Candidate(witness, value, _without_site(value, known, site))
    if head.title:
        yield Candidate("title", head.title, _without_site(head.title, known, site))


def _ranked(found: list[Candidate]) -> list[Candidate]:
    """Put the stated headline first, in the visible heading's spelling where they are alike.

    The visible heading leads when another witness confirms it and JSON-LD states no headline, or
    only what <title> tells search engines.
    """
    likenesses: dict[str, list[str]] = {}
    for candidate in found:
        likenesses.setdefault(candidate.witness, []).append(likeness(candidate.value))
    stated = likenesses.get("json_ld", [""])[0]
    for_search = bool(stated) and stated in likenesses.get("title", ())
    others = [likeness(c.raw) for c in found if c.witness != "visible"]

    words: dict[str, int] = {}
    for candidate in found:
        own = likeness(candidate.value)
        words[own] = max(words.get(own, 0), len(candidate.value.split()))

    def is_confirmed(own: str) -> bool:
        if for_search:
            return own in likenesses.get("open_graph", ())
        return not stated and len(own) >= _SHORTEST_SURE and any(own in other for other in others)

    def trust(candidate: Candidate) -> tuple[int, int]:
        rank = _ORDER.index(candidate.witness) + 2
        if candidate.witness == "visible":
            own = likeness(candidate.value)
            if len(candidate.value.split()) < words.get(own, 0):
                rank = len(_ORDER) + 1  # parts of a heading set apart by style alone run together
            elif own and own == stated:
                rank = 0
            elif is_confirmed(own):
                rank = 1
            elif others:
                rank = len(_ORDER) + 2
        return rank, candidate.position or 0

    return sorted((c for c in found if c.value.strip()), key=trust)


def _may_be_title(block: SourceBlock) -> bool:
    if block.tag in ("h1", "h2"):
        return True
    bold = block.bold_characters == block.characters and len(block.text) <= _LONGEST_HEADLINE
    return bold and block.text.count(" ") >= 2


def _without_site(text: str, known: frozenset[str], site: str) -> str:
    """Cut a site's name off a title: by its stated name, or where a visible heading ends."""
    if len(text) > _LONGEST_TITLE or likeness(text) in known:
        return text
    pieces = list(_SEPARATOR.finditer(text))
    for piece in reversed(pieces):
        if likeness(text[: piece.start()]) in known:
            return text[: piece.start()].strip()
        if likeness(text[piece.end() :]) in known:
            return text[piece.end() :].strip()
    if pieces:
        last = pieces[-1]
        before, after = text[: last.start()], text[last.end() :]
        if site and (likeness(after) in likeness(site) or likeness(site) in likeness(after)):
            return before.strip()
        if "|" in last.group() and len(before) > len(after):
            return before.strip()
        if len(before.split()) >= 4 and len(after.split()) <= 4 and not site:
            return before.strip()
    return text
