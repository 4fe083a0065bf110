"""From a snapshot to an article or a rejection: the stages in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from parsers import document as d
from parsers.captions import images_of, move_captions
from parsers.document import Document, SourceBlock
from parsers.duplicates import NEAR_FLAG, has_near_repeat, remove_repeats
from parsers.identity import article_id
from parsers.items import (
    Article,
    Attribute,
    Block,
    Evidence,
    Explanation,
    Link,
    Reason,
    Rejection,
    Snapshot,
    Source,
)
from parsers.ledger import Ledger
from parsers.left_out import take_in_pointers, take_in_siblings
from parsers.metadata import Metadata, Setting, resolve
from parsers.metadata.json_ld import is_news
from parsers.metadata.language import detect_language
from parsers.readers import Unreadable, read
from parsers.records.reading import UNKNOWN_LABEL, Record, read_record
from parsers.rejections import judge, judge_status
from parsers.strip import apply_rules, apply_source_rules, matching_rule, role_rule
from parsers.structure.region import (
    Region,
    find_region,
    is_prose,
    is_sure,
    is_vague,
    outweighs,
    reason_against,
)
from parsers.urls import absolute
from parsers.version import PARSER_VERSION

_NEAR_LINES = 12
_NEAR_BEFORE = 12
_NEAR_AFTER = 6
_MOST_NEAR = 80
_FEWEST_HEADLINE_SPACES = 4


class _Parsed(NamedTuple):
    """A page with its outcome and all that led there; no region when it could not be read."""

    outcome: Article | Rejection
    blocks: tuple[Block, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    region: Region | None = None


def parse(
    snapshot: Snapshot, source: Source | None = None, *, default_time_zone: str = "Europe/London"
) -> Article | Rejection:
    """Return the article a snapshot holds, or why it holds none.

    ``source`` gives publisher, time zone, host aliases and rules; without it, times that state no
    zone are taken in ``default_time_zone``.
    """
    return _parse(snapshot, source, default_time_zone).outcome


def explain(
    snapshot: Snapshot, source: Source | None = None, *, default_time_zone: str = "Europe/London"
) -> Explanation:
    """Parse a page and tell everything that led to the outcome."""
    parsed = _parse(snapshot, source, default_time_zone)
    features = {}
    if parsed.region:
        scores = parsed.region.scores
        features = {
            position: {"probability": round(scores[position], 3), **found}
            for position, found in parsed.region.deciding().items()
        }
    return Explanation(parsed.outcome, parsed.blocks, parsed.evidence, features)


def _parse(snapshot: Snapshot, source: Source | None, default_time_zone: str) -> _Parsed:
    refused = judge_status(snapshot.http_status)
    if refused:
        return _Parsed(refused)
    try:
        document = read(snapshot)
    except Unreadable as error:
        return _Parsed(Rejection(error.reason, error.detail))
    setting = Setting(
        url=snapshot.url or snapshot.requested_url,
        source=source,
        time_zone=source.time_zone if source else default_time_zone,
        fetched_at=snapshot.fetched_at,
    )
    ledger = Ledger(document)
    record = read_record(document, source)
    if record:
        _keep_record(document, record, ledger)
    region, metadata = account_for(document, setting, ledger)
    blocks = ledger.closed()
    attributes = record.attributes(blocks) if record else ()
    outcome = judge(document, blocks, metadata) or _article(
        document, region, metadata, snapshot, source, ledger, blocks, attributes
    )
    return _Parsed(outcome, blocks, metadata.evidence, region)


def _keep_record(document: Document, record: Record, ledger: Ledger) -> None:
    """Keep the labels and values of a record: no date of a hearing is one of publication.

    What goes on with a value stays too, unless a rule knows its words.
    """
    blocks = document.blocks
    further = (position for position in record.likely if not _is_of_page(blocks[position]))
    for position in (*record.certain, *further):
        ledger.keep(position, "heading" if blocks[position].kind == "heading" else "body")


def _is_of_page(block: SourceBlock) -> bool:
    """Tell whether a block below a record is the page's own: boilerplate, a contact line, links."""
    linked = 2 * block.link_characters > block.characters
    return linked or bool(matching_rule(block.text) or role_rule(block.text))


def account_for(document: Document, setting: Setting, ledger: Ledger) -> tuple[Region, Metadata]:
    """Give every block of a document its fate."""
    _remove_hidden(document, ledger)
    region = take_in_pointers(document, find_region(document, ledger), ledger)
    region = take_in_siblings(document, region, ledger)
    if document.form == "html":
        metadata = resolve(document, setting, ledger, _near_headline(document, region, ledger))
        metadata = _keep_standfirst(document, region, metadata, ledger)
        move_captions(document, region, _story_span(document, region, ledger), ledger)
        _remove_outside(document, region, ledger)
    else:
        body = [p for p in ledger.open_positions() if document.blocks[p].kind != "front_matter"]
        move_captions(document, region, body, ledger)
        apply_rules(document.blocks, body, ledger)
        metadata = resolve(document, setting, ledger, _first_lines(document, ledger))
        _remove_front_matter(document, ledger)
    inside = [p for p in range(len(document.blocks)) if region.inside[p]]
    if setting.source and setting.source.rules:
        apply_source_rules(document.blocks, inside, setting.source.rules, ledger)
    sure = {p for p in inside if is_sure(region, p)}
    apply_rules(document.blocks, inside, ledger, sure)
    if document.form == "html":
        _remove_links(document, region, ledger)
        _remove_orphan_headings(document, inside, ledger)
    remove_repeats(document.blocks, inside, ledger)
    _keep_rest(document, ledger)
    return region, metadata


def _remove_hidden(document: Document, ledger: Ledger) -> None:
    for position, block in enumerate(document.blocks):
        if block.context & d.HIDDEN:
            ledger.remove(position, "hidden.markup", "hidden")
        elif block.context & d.NOSCRIPT:
            ledger.remove(position, "hidden.noscript", "hidden")


def _remove_front_matter(document: Document, ledger: Ledger) -> None:
    for position, block in enumerate(document.blocks):
        if block.kind == "front_matter":
            ledger.remove(position, "front_matter.line", "front_matter")


def _first_lines(document: Document, ledger: Ledger) -> list[int]:
    return [p for p in ledger.open_positions() if document.blocks[p].kind != "front_matter"][
        :_NEAR_LINES
    ]


def _near_headline(document: Document, region: Region, ledger: Ledger) -> list[int]:
    """Return where bylines and dates may stand: about the headline, and where names say so."""
    blocks = document.blocks
    inside = [p for p in range(len(blocks)) if region.inside[p]]
    first = next((p for p in inside if is_prose(blocks[p].text) and ledger.is_open(p)), None)
    heads = [p for p, b in enumerate(blocks) if b.tag == "h1" and not b.context & d.HIDDEN]
    start = heads[0] if heads else first
    if start is None:
        return []
    end = (first if first is not None and first >= start else start) + _NEAR_AFTER
    near = set(range(max(0, start - _NEAR_BEFORE), min(len(blocks), max(end, start + _NEAR_AFTER))))
    hinted = d.H_BYLINE | d.H_DATE
    near |= {p for p in inside if blocks[p].context & hinted and len(blocks[p].text) <= 160}
    near -= {p for p in near if is_sure(region, p) and blocks[p].context & d.H_BYLINE}
    against = d.H_RELATED | d.H_COMMENTS | d.NAV | d.H_ADVERT | d.FOOTER
    return [
        p
        for p in sorted(near)
        if (not blocks[p].context & region.valid & against or blocks[p].context & d.H_DATE)
        and ((fate := ledger.fate(p)) is None or fate.disposition != "kept")
    ][:_MOST_NEAR]


def _story_span(document: Document, region: Region, ledger: Ledger) -> list[int]:
    """Return the blocks from the headline to the body's end that surroundings do not rule out."""
    blocks = document.blocks
    inside = [p for p in range(len(blocks)) if region.inside[p]]
    if not inside:
        return []
    title = next(
        (p for p in range(len(blocks)) if (f := ledger.fate(p)) and f.field == "headline"), None
    )
    first = inside[0] if title is None else min(inside[0], title)
    last = inside[-1]
    while last + 1 < len(blocks) and blocks[last + 1].context & d.FIGURE:
        last += 1
    span = []
    for position in range(first, last + 1):
        against = reason_against(blocks[position].context, region.valid)
        figure = _is_figure_of_story(blocks[position], region)
        if against is None or is_vague(against[0]) or figure:
            span.append(position)
    return span


def _is_figure_of_story(block: SourceBlock, region: Region) -> bool:
    """Tell a slide or figure of the story from the picture of a card that leads elsewhere."""
    elsewhere = block.context & region.valid & (d.H_COMMENTS | d.NAV | d.FOOTER | d.LINK)
    return (
        bool(block.context & (d.FIGURE | d.H_CAPTION))
        and not elsewhere
        and not block.link_characters
    )


def _keep_standfirst(
    document: Document, region: Region, metadata: Metadata, ledger: Ledger
) -> Metadata:
    """Keep the standfirst and a lead that stand between the headline and the body."""
    blocks = document.blocks
    first = next(
        (p for p in ledger.open_positions() if region.inside[p] and is_prose(blocks[p].text)), None
    )
    title = next(
        (p for p in range(len(blocks)) if (f := ledger.fate(p)) and f.field == "headline"), None
    )
    if title is None:
        title = next((p for p, b in enumerate(blocks) if b.tag == "h1"), None)
    if first is None or title is None or first - title > 60 or first < title:
        return metadata
    stated = metadata.description or ""
    description = metadata.description
    news = is_news(document.head.json_ld)
    for position in range(title + 1, first + 1):
        block = blocks[position]
        if not ledger.is_open(position) or block.kind in ("caption", "other", "list_item"):
            continue
        hinted = block.context & d.H_STANDFIRST and len(block.text) >= 30
        same = len(stated) >= 30 and block.text.strip() == stated.strip()
        against = reason_against(block.context, region.valid)
        if (hinted and not against and 2 * block.link_characters < block.characters) or same:
            if region.inside[position] or (same and news and _may_be_standfirst(against)):
                ledger.keep(position, "standfirst")
            description = block.text
            break
    return replace(metadata, description=description)


def _may_be_standfirst(against: tuple[str, Reason] | None) -> bool:
    """Tell whether a news page's own description may stand there: in a header, or as a teaser."""
    return against is None or is_vague(against[0]) or against[1] == "related"


def _remove_outside(document: Document, region: Region, ledger: Ledger) -> None:
    """Remove what stands outside the article or in surroundings that speak against it."""
    for position, block in enumerate(document.blocks):
        if not ledger.is_open(position):
            continue
        against = reason_against(block.context, region.valid)
        if region.inside[position]:
            if against and outweighs(against[0], region.scores[position]):
                ledger.remove(position, *against)
            continue
        if block.context & d.HEAD:
            ledger.remove(position, "metadata.head", "metadata")
            continue
        rule = matching_rule(block.text) if against is None or is_vague(against[0]) else None
        if rule:
            ledger.remove(position, rule.name, rule.reason)
        elif against:
            ledger.remove(position, *against)
        elif 2 * block.link_characters > block.characters:
            headline = block.text.count(" ") >= _FEWEST_HEADLINE_SPACES
            ledger.remove(
                position,
                "structure.headlines_outside" if headline else "structure.links_outside",
                "related" if headline else "navigation",
            )
        else:
            ledger.remove(position, "structure.outside", "furniture")


def _remove_links(document: Document, region: Region, ledger: Ledger) -> None:
    """Remove doubtful blocks that are nothing but links, unless they point the reader on."""
    for position in ledger.open_positions():
        block = document.blocks[position]
        if (
            not is_sure(region, position)
            and block.link_characters >= 0.9 * block.characters
            and len(block.text) < 200
            and block.kind != "table_row"
            and role_rule(block.text) is None
        ):
            ledger.remove(position, "structure.links_only", "related")


def _remove_orphan_headings(document: Document, inside: Sequence[int], ledger: Ledger) -> None:
    """Remove headings under which nothing is left."""
    kept_since = False
    for position in reversed(inside):
        block = document.blocks[position]
        if not ledger.is_open(position):
            continue
        if block.kind == "heading":
            if not kept_since:
                ledger.remove(position, "structure.orphan_heading", "label")
        else:
            kept_since = True


def _keep_rest(document: Document, ledger: Ledger) -> None:
    for position in ledger.open_positions():
        block = document.blocks[position]
        if block.kind == "heading":
            ledger.keep(position, "heading")
            continue
        rule = role_rule(block.text)
        ledger.keep(position, rule.role if rule else "body")


def _article(
    document: Document,
    region: Region,
    metadata: Metadata,
    snapshot: Snapshot,
    source: Source | None,
    ledger: Ledger,
    blocks: tuple[Block, ...],
    attributes: tuple[Attribute, ...],
) -> Article:
    kept = [block for block in blocks if block.disposition == "kept"]
    texts = [block.text for block in kept]
    base = absolute(document.head.base or "", metadata.url) or metadata.url
    flags = [*document.flags, *metadata.flags]
    if has_near_repeat(texts):
        flags.append(NEAR_FLAG)
    if any(block.reason == "paywall" for block in blocks):
        flags.append("paywall")
    if not all(attribute.known for attribute in attributes):
        flags.append(UNKNOWN_LABEL)
    source_id = source.id if source else snapshot.source_id
    return Article(
        article_id=article_id(metadata.canonical_url, source_id, snapshot.path),
        source_id=source_id,
        url=metadata.url,
        canonical_url=metadata.canonical_url,
        headline=metadata.headline,
        description=metadata.description,
        authors=metadata.authors,
        date_published=metadata.date_published,
        date_published_precision=metadata.date_published_precision,
        date_published_raw=metadata.date_published_raw,
        date_modified=metadata.date_modified,
        publisher=metadata.publisher,
        section=metadata.section,
        area=metadata.area,
        in_language=metadata.in_language or detect_language(" ".join(texts)),
        flags=tuple(dict.fromkeys(flags)),
        blocks=blocks,
        images=images_of(document, region, _story_span(document, region, ledger), ledger, base),
        links=_links(document, kept, base),
        evidence=metadata.evidence,
        input_characters=document.input_characters,
        payload_digest=snapshot.payload_digest,
        parser_version=PARSER_VERSION,
        attributes=attributes,
    )


def _links(document: Document, kept: Sequence[Block], base: str | None) -> tuple[Link, ...]:
    links = []
    for block in kept:
        for href, text in document.blocks[block.position].links:
            url = absolute(href, base)
            if url:
                links.append(Link(block.position, url, text))
    return tuple(links)
