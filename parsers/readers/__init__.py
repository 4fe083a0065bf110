"""Three readers, one result: HTML, extracted text and front matter become a Document."""

from __future__ import annotations

import re

from parsers.document import Document
from parsers.encoding import Decoded, NotText, Undecodable, decode
from parsers.items import RejectionReason, Snapshot
from parsers.readers.depth import TAGS_TO_NEST, flatten
from parsers.readers.html import read_html
from parsers.readers.plain_text import read_text

_HTML_TYPES = frozenset(
    ("text/html", "application/xhtml+xml", "application/xml+html", "multipart/related")
)
_TEXT_TYPES = frozenset(("text/plain", "text/markdown", "text/x-markdown", "text/yaml"))
_NO_PAGES = re.compile(
    r"^(?:image|audio|video|font|model)/|^application/(?:pdf|zip|gzip|json|rss\+xml|atom\+xml|"
    r"javascript|msword|vnd\.|x-tar|x-7z|octet-stream$)|^text/(?:css|csv|javascript|xml$)"
)
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body|"
    r"meta|title|article|main|div|p|h1|section|header|table|span|a|script|link)\b",
    re.IGNORECASE | re.DOTALL,
)
_START = 16_000
MAX_TAGS = 500_000
"""A page with more tags, or a text with more lines, is not read: no article needs as many."""

MAX_BLOCKS = 110_000
"""Blocks that a page may have: as many as pass through all stages in a few seconds."""

_LOOKS_LIKE_XML = re.compile(r"\s*<\?xml|\s*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.I)


class Unreadable(ValueError):
    """The bytes are no page that can be read; ``reason`` is a rejection's."""

    def __init__(self, reason: RejectionReason, detail: str) -> None:
        super().__init__(detail)
        self.reason: RejectionReason = reason
        self.detail = detail


def read(snapshot: Snapshot) -> Document:
    """Read a page's bytes into a Document. Raises ``Unreadable``.

    The bytes decide what they are: a PDF that is named .html is no page, and HTML that is served
    as text/plain is still HTML when it begins like it.
    """
    if not snapshot.body.strip(b" \t\r\n\x00"):
        raise Unreadable("empty", f"{len(snapshot.body)} bytes, none of them text")
    try:
        decoded = decode(snapshot.body, snapshot.charset)
    except NotText as error:
        raise Unreadable("unsupported_media_type", f"no text: {error}") from error
    except Undecodable as error:
        raise Unreadable("undecodable", str(error)) from error
    if not decoded.text.strip():
        raise Unreadable("empty", f"{len(snapshot.body)} bytes, none of them text")
    start = _without_comments(decoded.text[:_START].lstrip("\ufeff"))
    if _is_html(start, snapshot.media_type):
        html, flags = _markup(decoded)
        del decoded  # as large as the page, and no longer needed
        return _bounded(read_html(html, flags))
    _check("lines", decoded.text.count("\n"), MAX_TAGS)
    return _bounded(read_text(decoded.text.lstrip("\ufeff"), decoded.flags))


def _is_html(start: str, media_type: str | None) -> bool:
    """Tell HTML from text by how it begins. Raises ``Unreadable`` for what is neither."""
    if _LOOKS_LIKE_HTML.match(start):
        return True
    if media_type and _NO_PAGES.match(media_type):
        raise Unreadable("unsupported_media_type", media_type)
    if _LOOKS_LIKE_XML.match(start) and media_type not in _TEXT_TYPES:
        raise Unreadable("unsupported_media_type", "XML that is no page")
    return media_type in _HTML_TYPES or (media_type is None and start.lstrip().startswith("<"))


def _bounded(document: Document) -> Document:
    _check("blocks", len(document.blocks), MAX_BLOCKS)
    return document


def _check(what: str, found: int, allowed: int) -> None:
    if found > allowed:
        raise Unreadable("too_large", f"{found:,} {what}, more than the {allowed:,} allowed")


def _markup(decoded: Decoded) -> tuple[bytes, tuple[str, ...]]:
    """Return a page's markup, its depth bounded, and the flags of how it was read."""
    tags = decoded.utf8.count(b"<")
    _check("tags", tags, MAX_TAGS)
    if tags >= TAGS_TO_NEST and (html := flatten(decoded.text)) != decoded.text:
        return html.encode("utf-8", "ignore"), (*decoded.flags, "nesting_flattened")
    return decoded.utf8, decoded.flags


def _without_comments(start: str) -> str:
    """Return the start of a page from the first thing that is no comment on."""
    start = start.lstrip()
    while start.startswith("<!--") and (end := start.find("-->")) >= 0:
        start = start[end + 3 :].lstrip()
    return start
