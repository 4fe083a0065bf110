"""The ladder: candidates of each field in, one value with its evidence out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parsers import document as d
from parsers.document import Document
from parsers.items import Evidence, Precision, Source
from parsers.ledger import Ledger
from parsers.likeness import likeness
from parsers.metadata.authors import Authors, author_candidates, is_agency, is_byline
from parsers.metadata.headline import headline_candidates
from parsers.metadata.headline_blocks import give_headline_blocks, with_lines_below
from parsers.metadata.json_ld import article_nodes, names_of, text_of
from parsers.metadata.language import primary_tag, stated_language
from parsers.metadata.published import (
    MODIFIED,
    PUBLISHED,
    Witness,
    choose,
    contradict,
    date_witnesses,
    is_date_line,
    is_date_of_something_else,
)
from parsers.strip import matching_rule
from parsers.urls import absolute, canonicalise, is_web_address

_ADDRESS = re.compile(r"[\w-]+\.[a-zA-Z]{2,4}")
_LONGEST_BYLINE_PART = 60
_LONGEST_TITLE = 400
_AHEAD = timedelta(days=2)
_SENTENCE_END = re.compile(r"[.!?…”\"'’)]$")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a page from outside it."""

    url: str | None
    source: Source | None
    time_zone: str
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of an article, apart from its text, with the evidence for each."""

    url: str | None
    canonical_url: str | None
    headline: str | None
    description: str | None
    authors: tuple[str, ...]
    date_published: datetime | None
    date_published_precision: Precision
    date_published_raw: str | None
    date_modified: datetime | None
    publisher: str | None
    section: str | None
    area: str | None
    in_language: str | None
    flags: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def resolve(document: Document, setting: Setting, ledger: Ledger, near: Sequence[int]) -> Metadata:
    """Choose each field's value, and give the blocks that hold one to the field.

    ``near`` are the positions where bylines and date lines may stand.
    """
    evidence: list[Evidence] = []
    flags: list[str] = []
    url, canonical = _addresses(document, setting, ledger, evidence)
    language = _language(document, setting, evidence)
    publishers = _publishers(document, setting, url)
    found = headline_candidates(document, ledger, publishers, url)
    evidence += [
        Evidence("headline", witness, raw, value, rank, rank == 1)
        for rank, (witness, raw, value, _) in enumerate(found, 1)
    ]
    if found:
        title = give_headline_blocks(document, ledger, found[0])
        near = with_lines_below(document, ledger, title, near)
    dates = date_witnesses(document, ledger, near, url, setting.time_zone, language)
    published = _date(dates, PUBLISHED, setting, evidence, flags)
    modified = _date(dates, MODIFIED, setting, evidence, flags)
    authors = author_candidates(document, ledger, near)
    _give_date_blocks(document, ledger, dates, published, modified, near)
    _give_byline_blocks(document, ledger, authors, near)
    moment = published.moment if published else None
    changed = modified.moment if modified else None
    return Metadata(
        url=url,
        canonical_url=canonical,
        headline=found[0].value if found else None,
        description=_description(document, ledger),
        authors=_authors(authors, publishers, evidence, flags),
        date_published=moment.value if moment else None,
        date_published_precision=moment.precision if moment else "unknown",
        date_published_raw=published.raw if published else None,
        date_modified=changed.value if changed and changed.precision != "month" else None,
        publisher=_publisher(document, setting),
        section=_section(document, ledger),
        area=_area(document, setting, ledger),
        in_language=language,
        flags=tuple(dict.fromkeys(flags)),
        evidence=tuple(evidence),
    )


def _addresses(
    document: Document, setting: Setting, ledger: Ledger, evidence: list[Evidence]
) -> tuple[str | None, str | None]:
    found: list[tuple[str, str]] = []
    if setting.url:
        found.append(("request", setting.url))
    for key in ("url", "link", "permalink", "canonical", "canonical_url", "source_url", "og.url"):
        if key in document.front:
            value, position = document.front[key]
            if is_web_address(value):
                ledger.move(position, "url")
                found.append(("front_matter", value))
                break
    for witness, stated in (
        ("canonical_link", document.head.links.get("canonical")),
        ("open_graph", next(iter(document.head.meta.get("og:url", ())), None)),
    ):
        resolved = absolute(stated, setting.url) if stated else None
        if resolved:
            found.append((witness, resolved))
    for rank, (witness, value) in enumerate(found, 1):
        evidence.append(Evidence("url", witness, value, value, rank, rank == 1))
    if not found:
        return None, None
    aliases = setting.source.host_aliases if setting.source else ()
    home = setting.source.home if setting.source else None
    url = found[0][1]
    link = next((value for witness, value in found if witness == "canonical_link"), None)
    own = canonicalise(url, aliases, home)
    if link:
        canonical = canonicalise(link, aliases, home)
        # A page may name its own better address; one that names the home page or another host
        # would make all of a site one article.
        if _host(canonical) == _host(own) and canonical.count("/") > 3:
            return url, canonical
    return url, own


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")


def _language(document: Document, setting: Setting, evidence: list[Evidence]) -> str | None:
    found = [(w, raw, primary_tag(raw)) for w, raw in stated_language(document)]
    if setting.source:
        found.append(("source", setting.source.language, primary_tag(setting.source.language)))
    chosen = next((tag for _, _, tag in found if tag), None)
    for rank, (witness, raw, tag) in enumerate(found, 1):
        evidence.append(Evidence("in_language", witness, raw, tag, rank, rank == 1))
    return chosen


def _date(
    dates: Sequence[Witness],
    field: str,
    setting: Setting,
    evidence: list[Evidence],
    flags: list[str],
) -> Witness | None:
    possible: list[Witness] = []
    notes: dict[int, str] = {}
    for index, witness in enumerate(dates):
        if witness.field != field:
            continue
        if witness.moment is None:
            notes[index] = "makes no date"
            if witness.witness in ("front_matter", "json_ld"):
                flags.append("date_unreadable")
        elif setting.fetched_at and witness.moment.value > setting.fetched_at + _AHEAD:
            notes[index] = "after the page was read"
            flags.append("date_in_future")
        else:
            possible.append(witness)
    chosen = choose(possible, field)
    rank = 0
    for index, witness in enumerate(dates):
        if witness.field != field:
            continue
        rank += 1
        moment = witness.moment
        evidence.append(
            Evidence(
                field,
                witness.witness,
                witness.raw,
                moment.value.isoformat() if moment else None,
                rank,
                witness is chosen,
                moment.precision if moment else "unknown",
                moment.zone if moment else None,
                notes.get(index),
            )
        )
    if field == PUBLISHED and contradict(possible, chosen):
        flags.append("date_conflict")
    if chosen and chosen.moment and chosen.moment.zone == "assumed" and setting.source is None:
        flags.append("zone_assumed")
    return chosen


def _give_date_blocks(
    document: Document,
    ledger: Ledger,
    dates: Sequence[Witness],
    published: Witness | None,
    modified: Witness | None,
    near: Sequence[int],
) -> None:
    moved: set[str] = set()
    for witness in dates:
        if witness.position is None or witness.moment is None:
            continue
        chosen = published if witness.field == PUBLISHED else modified
        agrees = (
            chosen and chosen.moment and chosen.moment.value.date() == witness.moment.value.date()
        )
        if agrees and witness.field not in moved and ledger.is_open(witness.position):
            ledger.move(witness.position, witness.field)
            moved.add(witness.field)
        elif document.form != "front_matter":
            ledger.remove(witness.position, "metadata.date_line", "metadata")
    for position in near:
        block = document.blocks[position]
        label = document.blocks[position - 1].text if position else ""
        if is_date_line(block) and not is_date_of_something_else(label):
            ledger.remove(position, "metadata.date_line", "metadata")


def _authors(
    found: Sequence[Authors], publishers: set[str], evidence: list[Evidence], flags: list[str]
) -> tuple[str, ...]:
    # A site that names itself says nothing that a byline does not say better.
    persons = [c for c in found if not {likeness(name) for name in c.names} <= publishers]
    chosen = next(iter(persons or found), None)
    for rank, candidate in enumerate(found, 1):
        evidence.append(
            Evidence(
                "authors",
                candidate.witness,
                candidate.raw,
                ", ".join(candidate.names),
                rank,
                candidate is chosen,
            )
        )
    if chosen is None:
        return ()
    if any(is_agency(name) for name in chosen.names):
        flags.append("agency_copy")
    # Beside a person, the site's address only says where the person works.
    others = [name for name in chosen.names if not _ADDRESS.fullmatch(name)]
    return tuple(others) or chosen.names


def _give_byline_blocks(
    document: Document, ledger: Ledger, found: Sequence[Authors], near: Sequence[int]
) -> None:
    for candidate in found:
        if candidate.position is not None:
            ledger.move(candidate.position, "authors")
    names = {likeness(name) for candidate in found for name in candidate.names}
    given = any(candidate.position is not None for candidate in found)
    for position in near:
        block = document.blocks[position]
        if not ledger.is_open(position):
            continue
        if block.context & d.H_BYLINE and len(block.text) <= _LONGEST_BYLINE_PART:
            if not given and any(name in likeness(block.text) for name in names):
                ledger.move(position, "authors")
                given = True
            rule = matching_rule(block.text)
            if rule:
                ledger.remove(position, rule.name, rule.reason)
            ledger.remove(position, "metadata.beside_byline", "metadata")
        short = len(block.text) <= _LONGEST_TITLE
        if is_byline(block) or (short and likeness(block.text) in names):
            if not given:
                ledger.move(position, "authors")
                given = True
            ledger.remove(position, "metadata.byline_again", "metadata")


def _description(document: Document, ledger: Ledger) -> str | None:
    for key in ("description", "og.description", "summary", "excerpt", "standfirst"):
        if key in document.front:
            value, position = document.front[key]
            if not is_truncated(value, document):
                ledger.move(position, "description")
                return value
    for name in ("og:description", "description", "twitter:description", "dc.description"):
        for value in document.head.meta.get(name, ())[:1]:
            if value and not is_truncated(value, document):
                return value
    for node in article_nodes(document.head.json_ld):
        stated = text_of(node.get("description"))
        if stated and not is_truncated(stated, document):
            return stated
    return None


def is_truncated(text: str, document: Document) -> bool:
    """Tell whether a description is only the cut-off beginning of a paragraph of the page."""
    stem = text.rstrip(".… ").rstrip()
    if _SENTENCE_END.search(text) and not text.endswith(("...", "…")):
        return False
    return any(
        len(block.text) > len(stem) and block.text.startswith(stem) and block.kind != "front_matter"
        for block in document.blocks
    )


def _publishers(document: Document, setting: Setting, url: str | None) -> set[str]:
    """Return the names by which a page's publisher calls itself, as likenesses."""
    names = {likeness(_publisher(document, setting) or "")}
    names |= {likeness(name) for name in document.head.meta.get("og:site_name", ())}
    host = _host(url) if url else ""
    names |= {likeness(host), likeness(host.split(".", 1)[0])}
    for node in article_nodes(document.head.json_ld)[:1]:
        names |= {likeness(name) for name, _ in names_of(node.get("publisher"))}
    return names - {""}


def _publisher(document: Document, setting: Setting) -> str | None:
    # A folder of pages from many publishers names itself last.
    if setting.source and not setting.source.folder:
        return setting.source.publisher
    for key in ("publisher", "site_name", "og.site_name", "site", "source"):
        if key in document.front:
            return document.front[key][0]
    for node in article_nodes(document.head.json_ld):
        for name, _ in names_of(node.get("publisher")):
            return name
    stated = next(iter(document.head.meta.get("og:site_name", ())), None)
    return stated or (setting.source.publisher if setting.source else None)


def _section(document: Document, ledger: Ledger) -> str | None:
    for key in ("section", "category", "article.section"):
        if key in document.front:
            value, position = document.front[key]
            ledger.move(position, "section")
            return value
    for node in article_nodes(document.head.json_ld):
        stated = text_of(node.get("articleSection"))
        if stated:
            return stated
    return next(iter(document.head.meta.get("article:section", ())), None)


def _area(document: Document, setting: Setting, ledger: Ledger) -> str | None:
    for key in ("area", "region", "force_area"):
        if key in document.front:
            value, position = document.front[key]
            ledger.move(position, "area")
            return value
    return setting.source.area if setting.source else None


__all__ = ["Metadata", "Setting", "is_truncated", "resolve"]
