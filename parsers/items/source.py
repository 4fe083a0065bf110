"""A source, as an analyst declares it in ``seeds/sources/<id>.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parsers.items.words import PublisherType, Reason, RuleScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Where a source lists its pages. Addresses are absolute URLs.

    A listing's address may hold ``{page}``, which counts from ``first_page``; without it the links
    to further pages are followed. ``listing_links`` is a CSS selector for the links to articles.
    ``pages`` are addresses given one by one; those of ``pages_file`` (in the seeds folder, one a
    line) are added to them when the source is read. ``max_listing_pages`` and ``max_sitemaps``
    bound what one run reads: of each listing, and of all sitemaps together.
    """

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    pages_file: str | None = None
    first_page: int = 1
    listing_links: str | None = None
    max_listing_pages: int = 20
    max_sitemaps: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How gently to fetch: seconds between requests to one host, requests at once per host.

    ``shared_by`` names what its hosts have in common, such as a platform: all hosts whose sources
    give the same name count as one.
    """

    delay: float = 1.0
    concurrency: int = 1
    shared_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRule:
    """A removal rule that holds for one source only.

    ``pattern`` is a regular expression (RE2's: no lookaround, no back references) searched without
    case in a block's text; ``scope`` says whether the
    block alone goes, the list-like ones after it too (``run``), or everything after it (``rest``).
    """

    name: str
    reason: Reason
    pattern: str
    scope: RuleScope = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertions:
    """What a healthy run of the source yields: pages at least; share of pages with a date (0-1)."""

    fewest_pages: int = 0
    share_with_date: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """How long the publisher leaves pages up: ``days`` after publication, for ``what``."""

    what: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebArchive:
    """A web archive that holds captures of a source's pages, as the Wayback Machine and pywb do.

    ``index`` is the address of its CDX server; ``replay`` what the addresses of its captures begin
    with, before timestamp and original address. ``prefixes`` are what the addresses of the
    source's pages began with; without them, captures of all its hosts are asked for. ``delay`` are
    seconds between requests.
    """

    index: str
    replay: str
    prefixes: tuple[str, ...] = ()
    delay: float = 4.0


Cadence = Literal["hourly", "daily", "weekly"]
"""How often scheduled runs look at what a source lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher's newsroom as declared in ``seeds/sources``. ``id`` is the file's stem.

    ``every`` is how often scheduled runs look at what it lists; its known pages have due times of
    their own.
    """

    id: str
    publisher: str
    publisher_type: PublisherType
    home: str | None = None
    platform: str | None = None
    area: str | None = None
    language: str = "en"
    time_zone: str = "Europe/London"
    enabled: bool = False
    every: Cadence = "daily"
    checked: str | None = None
    folder: str | None = None
    discovery: Discovery = field(default_factory=Discovery)
    article_url: str | None = None
    host_aliases: tuple[str, ...] = ()
    politeness: Politeness = field(default_factory=Politeness)
    rules: tuple[SourceRule, ...] = ()
    assertions: Assertions = field(default_factory=Assertions)
    removals: tuple[Removal, ...] = ()
    archive: WebArchive | None = None
    allow_private_hosts: bool = False
    notes: str | None = None
