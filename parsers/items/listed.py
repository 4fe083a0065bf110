"""A page that a source lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


class Listed(NamedTuple):
    """What an index (feed, sitemap, listing) says of one page.

    ``url`` is absolute, as written; ``published`` and ``modified`` are aware.
    """

    url: str
    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None


FoundBy = Literal["feed", "sitemap", "listing", "list", "link", "index", "known", "archive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page to look at, and how it was found.

    ``url`` is canonical: no tracking parameters, no fragment; ``listed_url`` is the address to ask
    for, as the index wrote it, when that is another (a trailing slash, an older host): asking for
    the canonical one may cost a redirect. ``found_at`` is the address of the
    feed, sitemap, listing or index that named it; ``lastmod`` what that says of its last change
    (aware), ``title`` how it calls the page.
    """

    source_id: str
    url: str
    found_by: FoundBy
    found_at: str | None = None
    lastmod: datetime | None = None
    title: str | None = None
    listed_url: str | None = None
