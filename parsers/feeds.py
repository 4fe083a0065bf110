"""Feeds: RSS, RDF, Atom and JSON Feed to what they say of each page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from lxml import etree

from parsers.dates import read_moment, zone_of
from parsers.encoding import NotText, Undecodable, decode
from parsers.items import Listed
from parsers.urls import absolute
from parsers.xml_elements import BrokenXml, local_name, read_elements

MAX_ITEMS = 10_000
"""Items read of one feed; real ones have tens."""

_ROOTS = frozenset(("rss", "RDF", "feed", "channel"))
_ITEMS = frozenset(("item", "entry"))
_PUBLISHED = ("pubDate", "published", "issued", "created", "date")
_MODIFIED = ("updated", "modified")
_OLDER = ("next", "prev-archive")
_ATOM_PAGE_RELATIONS = (None, "", "alternate")
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TAG = re.compile(r"<[^<>]{0,1000}>")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_LONGEST_TITLE = 500


class NotAFeed(ValueError):
    """A document that is no feed: says what it is instead, or what is wrong with it."""


class Feed(NamedTuple):
    """The pages of a feed in its order, and what was wrong with it, if it could be read yet.

    ``next_page`` is where the feed says that older pages are listed (RFC 5005, JSON Feed).
    """

    pages: tuple[Listed, ...]
    damage: str | None = None
    next_page: str | None = None


def read_feed(body: bytes, url: str, time_zone: str, *, charset: str | None = None) -> Feed:
    """Read a feed of any form. ``url`` resolves its links, ``time_zone`` dates without a zone.

    Raises:
        NotAFeed: not RSS, RDF, Atom or JSON Feed.
    """
    try:
        text = decode(body, charset).text.lstrip("\ufeff \t\r\n")
    except (NotText, Undecodable) as error:
        raise NotAFeed(f"is no text: {error}") from error
    if text.startswith("{"):
        return _json_feed(text, url, time_zone)
    return _xml_feed(text, url, time_zone)


# --- RSS, RDF, Atom --------------------------------------------------------------------------


def _xml_feed(text: str, url: str, time_zone: str) -> Feed:
    # The text is Unicode by now, whatever its declaration says.
    document = _NOT_XML.sub("", _XML_DECLARATION.sub("", text, count=1)).encode("utf-8", "replace")
    pages: list[Listed] = []
    items, is_feed, damage, next_page = 0, False, None, None
    try:
        for root, node in read_elements((document,), _ITEMS | _ROOTS):
            is_feed = root in _ROOTS
            if not is_feed:
                break
            if items == MAX_ITEMS:
                damage = f"only its first {MAX_ITEMS:,} items were read"
                break
            if local_name(node) in _ITEMS:
                next_page = next_page or (_next_page(node, url) if not items else None)
                items += 1
                page = _page_of_item(node, url, time_zone)
                pages += [page] if page else []
    except BrokenXml as error:
        damage = str(error)
    if not is_feed:
        raise NotAFeed(f"is no feed: {damage or f'it begins with {text[:40]!r}'}")
    return Feed(tuple(pages), damage, next_page)


def _next_page(first_item: etree._Element, base: str) -> str | None:
    """Where a feed is continued, as its own links before its first item say."""
    for before in first_item.itersiblings(preceding=True):
        if local_name(before) == "link" and before.get("rel") in _OLDER:
            return absolute(before.get("href", ""), base)
    return None


def _page_of_item(item: etree._Element, base: str, time_zone: str) -> Listed | None:
    fields: dict[str, etree._Element] = {}
    links: list[etree._Element] = []
    for child in item:
        name = local_name(child)
        if name == "link":
            links.append(child)
        elif name:
            fields.setdefault(name, child)
    address = next(
        (
            found
            for written in _addresses(item, fields, links)
            if (found := absolute(written, item.base or base) or absolute(written, base))
        ),
        None,
    )
    if address is None:
        return None
    return Listed(
        url=address,
        title=_plain("".join(fields["title"].itertext())) if "title" in fields else None,
        published=_first_date(fields, _PUBLISHED, time_zone),
        modified=_first_date(fields, _MODIFIED, time_zone),
    )


def _addresses(
    item: etree._Element, fields: Mapping[str, etree._Element], links: list[etree._Element]
) -> Iterator[str]:
    """What may be the page's address, the best first: its own before that of a counting proxy."""
    if "origLink" in fields:
        yield _text(fields["origLink"])
    for link in links:
        if link.get("href") and link.get("rel") in _ATOM_PAGE_RELATIONS:
            yield link.get("href", "")
        elif link.text:
            yield _text(link)
    guid = fields.get("guid")
    if guid is not None and guid.get("isPermaLink", "true").lower() == "true":
        yield _text(guid)
    if item.get(_RDF_ABOUT):
        yield item.get(_RDF_ABOUT, "")


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()


def _first_date(
    fields: Mapping[str, etree._Element], names: tuple[str, ...], time_zone: str
) -> datetime | None:
    written = (_text(fields[name]) for name in names if name in fields)
    return next((moment for text in written if (moment := read_date(text, time_zone))), None)


# --- JSON Feed -------------------------------------------------------------------------------


def _json_feed(text: str, url: str, time_zone: str) -> Feed:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"is no feed: broken JSON: {str(error)[:100]}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise NotAFeed("is no feed: JSON, but not a JSON Feed (https://www.jsonfeed.org)")
    pages = (_page_of_json(item, url, time_zone) for item in items[:MAX_ITEMS])
    cut = f"only its first {MAX_ITEMS:,} items were read" if len(items) > MAX_ITEMS else None
    following = feed.get("next_url")
    next_page = absolute(following, url) if isinstance(following, str) else None
    return Feed(tuple(page for page in pages if page), cut, next_page)


def _page_of_json(item: Any, base: str, time_zone: str) -> Listed | None:
    if not isinstance(item, dict):
        return None
    fields = {key: value for key, value in item.items() if isinstance(value, str)}
    written = fields.get("url") or fields.get("external_url") or fields.get("id") or ""
    address = absolute(written, base) if written else None
    if address is None:
        return None
    return Listed(
        url=address,
        title=_plain(fields.get("title", "")),
        published=read_date(fields.get("date_published", ""), time_zone),
        modified=read_date(fields.get("date_modified", ""), time_zone),
    )


# --- Values ----------------------------------------------------------------------------------


def read_date(text: str, time_zone: str) -> datetime | None:
    """A date as feeds write them (RFC 5322, RFC 3339, and what is meant to be), aware; or None."""
    if not text or len(text) > 100:
        return None
    # The second counts: it tells whether a page changed after it was fetched. A day alone is no
    # moment; it stands for midnight UTC, as everywhere here.
    for read in (datetime.fromisoformat, parsedate_to_datetime) if ":" in text else ():
        try:
            moment = read(text)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=_zone(text, time_zone))
            return aware.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    found = read_moment(text, time_zone)
    try:
        return found.value.astimezone(UTC) if found else None
    except OverflowError:
        return None


def _zone(text: str, time_zone: str) -> Any:
    """RFC 5322's -0000 is UTC of a place that is not told; no zone at all is the source's."""
    return UTC if text.rstrip().endswith("-0000") else zone_of(time_zone)


def _plain(title: str) -> str | None:
    """A title as one line of text; some feeds send it as HTML, quoted once more."""
    text = _TAG.sub("", html.unescape(title[:5_000]))
    return " ".join(text.split())[:_LONGEST_TITLE] or None
