"""Sitemaps, sitemap indexes, news sitemaps and lists of addresses, plain or gzip: streamed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from lxml import etree

from parsers.feeds import read_date
from parsers.items import Listed
from parsers.urls import absolute
from parsers.xml_elements import BrokenXml, local_name, read_elements

MAX_ENTRIES = 50_000
"""Entries of one sitemap, as sitemaps.org allows."""

MAX_BYTES = 52_428_800
"""Bytes of one sitemap, decompressed, as sitemaps.org allows."""

_GZIP = b"\x1f\x8b"
_SLICE = 65_536
_ENTRIES = frozenset(("url", "sitemap"))
_ROOTS = frozenset(("urlset", "sitemapindex"))


class NotASitemap(ValueError):
    """A document that is no sitemap: says what is wrong with it."""


class ChildSitemap(NamedTuple):
    """A sitemap that an index names, and when it last changed, if told."""

    url: str
    modified: datetime | None


class Sitemap(NamedTuple):
    """The pages and the sitemaps that a sitemap names, and what was wrong with it, if anything."""

    pages: tuple[Listed, ...]
    sitemaps: tuple[ChildSitemap, ...] = ()
    damage: str | None = None


def read_sitemap(body: bytes, url: str, time_zone: str) -> Sitemap:
    """Read a sitemap of any form, as XML or as lines of addresses, gzip or not.

    Raises:
        NotASitemap: neither, or damaged before its first entry.
    """
    chunks = _gunzipped(body) if body.startswith(_GZIP) else iter((body,))
    try:
        first = next((chunk for chunk in chunks if chunk.strip()), b"")
        whole = chain((first,), chunks)
        if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return _xml_sitemap(whole, url, time_zone)
        return Sitemap(tuple(Listed(address) for address in _addresses(whole)))
    except _BadGzip as error:
        raise NotASitemap(str(error)) from error


def _xml_sitemap(chunks: Iterable[bytes], url: str, time_zone: str) -> Sitemap:
    pages: list[Listed] = []
    children: list[ChildSitemap] = []
    is_sitemap, damage = False, None
    try:
        for root, node in read_elements(_without_blank_head(chunks), _ENTRIES | _ROOTS):
            is_sitemap = root in _ROOTS
            if not is_sitemap or local_name(node) in _ROOTS:
                break
            if len(pages) + len(children) == MAX_ENTRIES:
                damage = f"only its first {MAX_ENTRIES:,} entries were read"
                break
            entry = _entry(node, url, time_zone)
            if entry and local_name(node) == "url":
                pages.append(entry)
            elif entry:
                children.append(ChildSitemap(entry.url, entry.modified))
    except (BrokenXml, _BadGzip) as error:
        if not pages and not children:
            raise NotASitemap(str(error)) from error
        damage = str(error)
    if not is_sitemap:
        raise NotASitemap("neither <urlset> nor <sitemapindex>; a feed is declared under feeds")
    return Sitemap(tuple(pages), tuple(children), damage)


def _without_blank_head(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """White space before an XML declaration is an error, and common."""
    stream = iter(chunks)
    yield next(stream).lstrip(b"\xef\xbb\xbf \t\r\n")
    yield from stream


def _entry(node: etree._Element, base: str, time_zone: str) -> Listed | None:
    said = {local_name(child): (child.text or "").strip() for child in node if len(child) == 0}
    news = {
        local_name(child): (child.text or "").strip()
        for group in node
        if local_name(group) == "news"
        for child in group
    }
    address = absolute(said.get("loc", ""), base) if said.get("loc") else None
    if address is None:
        return None
    return Listed(
        url=address,
        title=" ".join(news.get("title", "").split())[:500] or None,
        published=read_date(news.get("publication_date", ""), time_zone),
        modified=read_date(said.get("lastmod", ""), time_zone),
    )


# --- Lists of addresses ----------------------------------------------------------------------


def _addresses(chunks: Iterable[bytes]) -> Iterator[str]:
    text = b"".join(chunks).decode("utf-8-sig", "replace")
    found = 0
    for line in text.splitlines():
        address = absolute(line, None) if line.strip() else None
        if address and found < MAX_ENTRIES:
            found += 1
            yield address
        elif line.strip() and not found:
            raise NotASitemap(f"neither XML nor addresses: it begins with {line[:40]!r}")


# --- gzip ------------------------------------------------------------------------------------


class _BadGzip(ValueError):
    """Damaged, cut short, or larger than allowed."""


def _gunzipped(body: bytes) -> Iterator[bytes]:
    """The content in small pieces, so that it is never held whole."""
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    total, data = 0, body
    while data and not stream.eof:
        try:
            piece = stream.decompress(data, _SLICE)
        except zlib.error as error:
            raise _BadGzip(f"the gzip data is damaged: {error}") from error
        data = stream.unconsumed_tail
        total += len(piece)
        if total > MAX_BYTES:
            raise _BadGzip(f"larger than {MAX_BYTES:,} bytes when decompressed")
        yield piece
    if not stream.eof:
        raise _BadGzip("the gzip data ends early")
