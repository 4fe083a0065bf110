"""When it was published and changed: every witness kept, ranked, and held against the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from parsers import document as d
from parsers.dates import (
    Moment,
    find_short_year,
    find_written,
    read_in_words,
    read_moment,
)
from parsers.document import Document, SourceBlock
from parsers.ledger import Ledger
from parsers.metadata.json_ld import article_nodes, page_nodes, text_of
from parsers.urls import date_of_path

DateField = Literal["date_published", "date_modified"]
PUBLISHED: Final = "date_published"
MODIFIED: Final = "date_modified"

_FRONT_KEYS: dict[DateField, str] = {
    PUBLISHED: "publish.date date published date_published datepublished publish_date pubdate "
    "published_at publication_date publishdate article.published_time created",
    MODIFIED: "modified updated date_modified lastmod last_modified updated_at",
}
_JSON_KEYS: dict[DateField, str] = {PUBLISHED: "datePublished", MODIFIED: "dateModified"}
_META_KEYS: dict[DateField, str] = {
    PUBLISHED: "article:published_time article:published og:published_time "
    "og:article:published_time "
    "datepublished date_published publish-date publish_date publishdate pubdate published_time "
    "parsely-pub-date "
    "sailthru.date dc.date.issued dc.date.created dcterms.created dcterms.issued dcterms.date "
    "dc.date "
    "date article.published cxenseparse:recs:publishtime publication_date "
    "citation_publication_date "
    "article_date_original originalpublicationdate iso-8601-publish-date rnews:datepublished "
    "bt:pubdate "
    "cxenseparse:publishtime vr:published_time date.created shareaholic:article_published_time",
    MODIFIED: "article:modified_time og:updated_time article:updated datemodified last-modified "
    "dcterms.modified dc.date.modified lastmod revised article:modified",
}
_LABEL = re.compile(
    r"\b(?:first )?(?P<published>published|posted|publication|issued|released|created|written|"
    r"veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd|cyhoeddwyd)"
    r"|\b(?:last )?(?P<modified>updated?|modified|edited|amended|changed|aktualisiert|geändert|"
    r"mis à jour|modifié|actualizado|aggiornato|atualizado|bijgewerkt|diweddarwyd)",
    re.I,
)
_FILLER = re.compile(
    r"\b(?:first|last|published|posted|publication|issued|released|created|written|updated?|"
    r"modified|edited|amended|"
    r"date|time|on|at|by|and|in|news|press release|the|am|pm|gmt|bst|utc|edt|est|monday|tuesday|"
    r"wednesday|thursday|friday|"
    r"saturday|sunday|mon|tues?|wed|thurs?|fri|sat|sun|january|february|march|april|may|june|july|"
    r"august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|st|nd|rd|th|of|"
    r"ionawr|chwefror|mawrth|ebrill|"
    r"mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr|cyhoeddwyd|read|mins?|minutes?|"
    r"hours?|ago|investigation|categor(?:y|ies)|"
    r"uhr|stand|vom|von|um|lesezeit|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    r"mo|di|mi|do|fr|sa|so|januar|februar|märz|juni|juli|oktober|dezember|"
    r"publié|le|à|par|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|"
    r"décembre|el|por|de|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|diciembre)\b|[\W\d_]+",
    re.I,
)
_DAY = re.compile(r"(?<![\d/])\d{1,2}(?!\d)")
# "Date of hearing", "Deadline": the date of something else than the page.
_OTHER_DATE = re.compile(
    r"\b(?:date|time|day) (?:of|for|to) (?!publi)|^(?:deadline|due|expires?|hearing|event|born|"
    r"died|start|end|closing)\b",
    re.I,
)
# In full, or the short one of a date in points.
_YEAR = re.compile(r"(?:19|20)\d\d|(?<![\d.])\d{1,2}\.\d{1,2}\.\d\d(?![\d.])")
_LONGEST_LINE = 140
_MOST_OTHER_LETTERS = 24
_A_DAY = 86_400


class Witness(NamedTuple):
    """What one witness says of a date; ``moment`` is None when its words make no date."""

    field: DateField
    witness: str
    raw: str
    moment: Moment | None
    position: int | None = None


def date_witnesses(
    document: Document,
    ledger: Ledger,
    near: Sequence[int],
    url: str | None,
    time_zone: str,
    language: str | None,
) -> list[Witness]:
    """Return all witnesses of both dates, the most trusted of each field first."""
    found: list[Witness] = []
    if document.front:
        found += _from_front(document, time_zone)
    found += _from_json_ld(document, time_zone)
    found += _from_meta(document, time_zone)
    found += _from_microdata(document, time_zone)
    found += _from_lines(document, ledger, near, time_zone, language)
    found += _from_times(document, near, time_zone)
    found += _from_url(url)
    return found


def choose(witnesses: Sequence[Witness], field: str) -> Witness | None:
    """Return the first witness of ``field`` that names a moment, minutes before days of one day.

    A day is given its minute by the next witness that names the same day.
    """
    valid = [w for w in witnesses if w.field == field and w.moment]
    if not valid:
        return None
    first = valid[0]
    for other in valid[1:]:
        if first.moment and other.moment and _refines(first.moment, other.moment):
            return other
    return first


def contradict(witnesses: Sequence[Witness], chosen: Witness | None) -> bool:
    """Tell whether a witness puts publication more than a day away from the chosen moment."""
    if chosen is None or chosen.moment is None:
        return False
    for other in witnesses:
        if other.field != chosen.field or other.moment is None or other.moment.precision == "month":
            continue
        apart = abs((other.moment.value - chosen.moment.value).total_seconds())
        if apart > 1.5 * _A_DAY and chosen.moment.precision != "month":
            return True
    return False


def is_date_line(block: SourceBlock) -> bool:
    """Tell whether a block holds a date and little else: "Published: 2:16 PM April 14, 2022"."""
    text = block.text
    if len(text) > _LONGEST_LINE or block.kind == "table_row" or not _YEAR.search(text):
        return False
    return bool(_DAY.search(text)) and len(_FILLER.sub("", text)) <= _MOST_OTHER_LETTERS


def is_date_of_something_else(label: str) -> bool:
    """Tell whether a label announces another date than that of publication."""
    return len(label) <= 60 and _OTHER_DATE.search(label) is not None


def _refines(coarse: Moment, fine: Moment) -> bool:
    if coarse.precision == "month":
        return fine.precision in ("day", "minute") and (coarse.day.year, coarse.day.month) == (
            fine.day.year,
            fine.day.month,
        )
    return coarse.precision == "day" and fine.precision == "minute" and coarse.day == fine.day


def _from_front(document: Document, time_zone: str) -> Iterator[Witness]:
    for field, keys in _FRONT_KEYS.items():
        for key in keys.split():
            if key in document.front:
                raw, position = document.front[key]
                yield Witness(field, "front_matter", raw, read_moment(raw, time_zone), position)
                break


def _from_json_ld(document: Document, time_zone: str) -> Iterator[Witness]:
    nodes = article_nodes(document.head.json_ld)
    for name, found in (("json_ld", nodes), ("json_ld_page", page_nodes(document.head.json_ld))):
        for field, key in _JSON_KEYS.items():
            for node in found:
                raw = text_of(node.get(key)) or (
                    text_of(node.get("dateCreated")) if field == PUBLISHED else None
                )
                if raw:
                    yield Witness(field, name, raw, read_moment(raw, time_zone))
                    break


def _from_meta(document: Document, time_zone: str) -> Iterator[Witness]:
    for field, keys in _META_KEYS.items():
        seen: set[str] = set()
        for key in keys.split():
            for raw in document.head.meta.get(key, ())[:1]:
                if raw not in seen:
                    seen.add(raw)
                    yield Witness(field, "meta", raw, read_moment(raw, time_zone))


def _from_microdata(document: Document, time_zone: str) -> Iterator[Witness]:
    for field, key in _JSON_KEYS.items():
        for name, raw, _ in document.head.microdata:
            if name == key and raw:
                yield Witness(field, "microdata", raw, read_moment(raw, time_zone))
                break


def _from_times(document: Document, near: Sequence[int], time_zone: str) -> Iterator[Witness]:
    close = set(near)
    for position, stated, text in document.head.times:
        if position in close:
            raw = stated or text
            moment = read_moment(raw, time_zone)
            if moment:
                yield Witness(_field_of(_label_before(document, position)), "time", raw, moment)


def _label_before(document: Document, position: int) -> str:
    return document.blocks[position].text if position < len(document.blocks) else ""


def _from_lines(
    document: Document, ledger: Ledger, near: Sequence[int], time_zone: str, language: str | None
) -> Iterator[Witness]:
    for position in near:
        block = document.blocks[position]
        if not ledger.is_open(position) or block.kind == "caption" or block.context & d.H_CAPTION:
            continue
        if position and is_date_of_something_else(document.blocks[position - 1].text):
            continue
        hinted = block.context & (d.H_DATE | d.H_BYLINE) and len(block.text) <= _LONGEST_LINE
        if not _YEAR.search(block.text) or not (hinted or is_date_line(block)):
            continue
        for field, raw in _labelled_parts(block.text):
            moment = (
                find_written(raw, time_zone)
                or read_moment(raw, time_zone)
                or find_short_year(raw, time_zone, language)
            )
            if moment is None and language not in (None, "en", "cy"):
                moment = read_in_words(raw, time_zone, language)
            if moment:
                yield Witness(field, "visible", raw, moment, position)


def _labelled_parts(text: str) -> Iterator[tuple[DateField, str]]:
    """Split "PUBLISHED: … | UPDATED: …" at its labels; text without a label is publication."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        yield PUBLISHED, text
        return
    before = text[: labels[0].start()]
    if _YEAR.search(before):
        yield PUBLISHED, before.strip(" |·,-–")
    elif len(labels) == 1:
        yield (MODIFIED if labels[0]["modified"] else PUBLISHED), text
        return
    starts = [label.start() for label in labels]
    ends = [*starts[1:], len(text)]
    for label, start, end in zip(labels, starts, ends, strict=True):
        yield (MODIFIED if label["modified"] else PUBLISHED), text[start:end].strip(" |·,-–")


def _field_of(text: str) -> DateField:
    label = _LABEL.search(text) if len(text) <= _LONGEST_LINE else None
    return MODIFIED if label and label["modified"] else PUBLISHED


def _from_url(url: str | None) -> Iterator[Witness]:
    found = date_of_path(url) if url else None
    if found:
        yield Witness(PUBLISHED, "url", found[0], found[1])
