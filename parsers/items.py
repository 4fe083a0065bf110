"""The values that travel through the pipeline: one frozen type per stage.

Field words are schema.org's in snake_case; words for captures are WARC's.
A field that is not known yet at a stage does not exist on that stage's type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from parsers.account import Account, count_characters, draw_up
from parsers.columns import columns_of, rows_of

Kind = Literal[
    "paragraph",
    "heading",
    "list_item",
    "quote",
    "table_row",
    "preformatted",
    "caption",
    "front_matter",
    "other",
]
Disposition = Literal["kept", "moved", "removed"]
Role = Literal["body", "standfirst", "heading", "contact", "call_to_action"]
Field = Literal[
    "headline",
    "authors",
    "date_published",
    "date_modified",
    "description",
    "section",
    "area",
    "url",
    "images",
]
Reason = Literal[
    "front_matter",
    "metadata",
    "consent",
    "exit_notice",
    "site_notice",
    "related",
    "appeal",
    "caption",
    "label",
    "duplicate",
    "navigation",
    "sharing",
    "comments",
    "paywall",
    "advert",
    "hidden",
    "furniture",
]
RejectionReason = Literal[
    "not_an_article",
    "body_missing",
    "over_stripped",
    "blocked_page",
    "consent_wall",
    "soft_404",
    "unsupported_media_type",
    "undecodable",
    "malformed",
    "too_large",
    "empty",
    "not_found",
    "erased",
]
Precision = Literal["minute", "day", "month", "unknown"]
PublisherType = Literal[
    "police_force", "oversight_body", "newspaper", "broadcaster", "government", "other"
]
RuleScope = Literal["block", "run", "pair", "rest"]


# --- Source: what an analyst declares in seeds/sources/<id>.yaml -----------------------------


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


# --- Listed, PageRef: a page that a source lists ----------------------------------------------


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


# --- Snapshot: the bytes of one page, fetched, read from a file, or stored -------------------


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one page at one moment, whether fetched, read from a file or stored.

    ``url`` is the final address, ``requested_url`` the one asked for, ``path`` the place of a
    file relative to the folder that was given (never absolute). ``media_type`` and ``charset``
    are what HTTP or the file name said, lower case, without parameters. ``http_headers`` are the
    response's as received and ``request_headers`` those it was asked with, kept for the archive.
    ``replayed_from`` is the address of a web archive's capture, when that gave the page and not the
    page's own server; ``fetched_at`` is then when the web archive captured it.
    """

    body: bytes
    url: str | None = None
    requested_url: str | None = None
    path: str | None = None
    source_id: str | None = None
    fetched_at: datetime | None = None
    http_status: int | None = None
    media_type: str | None = None
    charset: str | None = None
    http_headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    replayed_from: str | None = None

    @cached_property
    def payload_digest(self) -> str:
        """WARC-Payload-Digest form, ``sha256:`` and 64 hex digits."""
        return "sha256:" + hashlib.sha256(self.body).hexdigest()


# --- Article: what a page says ---------------------------------------------------------------


class Block(NamedTuple):
    """One paragraph, heading, list item, table row, quotation, caption or label, accounted for.

    ``role`` is set when kept, ``field`` when moved, ``rule`` and ``reason`` when removed.
    """

    position: int
    text: str
    kind: Kind
    disposition: Disposition
    role: Role | None = None
    field: Field | None = None
    rule: str | None = None
    reason: Reason | None = None

    @property
    def characters(self) -> int:
        """Non-space characters, the unit in which a page is accounted for."""
        return count_characters(self.text)


class Image(NamedTuple):
    """A picture of the article. ``position`` is that of the block it stands at or before."""

    position: int
    url: str | None
    alt: str | None
    caption: str | None
    credit: str | None


class Link(NamedTuple):
    """A link in kept text. ``position`` is that of its block; ``url`` is absolute when known."""

    position: int
    url: str
    text: str


class Attribute(NamedTuple):
    """A labelled value of a page that is a record, such as the outcome of a hearing.

    ``position`` is that of the block where the value begins. ``item`` counts the records of a page
    from 1; 0 is told of the page as a whole. ``label`` is as written; ``name`` what it stands for,
    the label itself where that is not ``known``. ``normalised_value`` is None where it is not sure.
    """

    position: int
    item: int
    label: str
    name: str
    value: str
    normalised_value: str | None
    known: bool


class Evidence(NamedTuple):
    """What one witness says about one field.

    ``rank`` 1 is the most trusted of the field's witnesses; ``chosen`` marks the value taken.
    For dates ``value`` is ISO 8601 text, ``precision`` and ``zone`` (``stated``, ``assumed``
    or None when the precision has no use for one) are set.
    """

    field: str
    witness: str
    raw: str
    value: str | None
    rank: int
    chosen: bool
    precision: Precision | None = None
    zone: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Article:
    """A clean article with the account of every block of its page."""

    article_id: str
    source_id: str | None
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
    blocks: tuple[Block, ...]
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    evidence: tuple[Evidence, ...]
    input_characters: int
    payload_digest: str
    parser_version: str
    attributes: tuple[Attribute, ...] = ()

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The kept blocks' texts in order."""
        return tuple(block.text for block in self.blocks if block.disposition == "kept")

    @cached_property
    def article_body(self) -> str:
        """The kept blocks' texts, joined by a blank line."""
        return "\n\n".join(self.paragraphs)

    @cached_property
    def word_count(self) -> int:
        """Words of the body, split at white space."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)

    @cached_property
    def body_digest(self) -> str:
        """SHA-256 (hex) of what a version is: headline, kept texts with roles, authors, date."""
        digest = hashlib.sha256()
        parts = [self.headline or "", "\x1f".join(self.authors), self.date_published_precision]
        parts.append(self.date_published.isoformat() if self.date_published else "")
        kept = (block for block in self.blocks if block.disposition == "kept")
        parts.extend(f"{block.role}\x1f{block.text}" for block in kept)
        digest.update("\x1e".join(parts).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @cached_property
    def account(self) -> Account:
        """Where each block went, packed. ValueError when that is not the whole document."""
        return draw_up(self)

    @property
    def date_evidence(self) -> tuple[Evidence, ...]:
        """The witnesses of the two dates only."""
        return tuple(e for e in self.evidence if e.field in ("date_published", "date_modified"))

    def __getstate__(self) -> dict[str, Any]:
        """The fields and what was computed of them, for another process: rows as columns."""
        return self.__dict__ | {name: columns_of(getattr(self, name)) for name in _ROWS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        rows = {name: rows_of(kind, state[name]) for name, kind in _ROWS.items()}
        self.__dict__.update(state | rows)


_ROWS: Mapping[str, type[tuple[Any, ...]]] = {
    "blocks": Block,
    "images": Image,
    "links": Link,
    "evidence": Evidence,
    "attributes": Attribute,
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that was read but is not stored as an article, and why."""

    reason: RejectionReason
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome with everything that led to it. ``features`` name what decided each block."""

    outcome: Article | Rejection
    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    features: Mapping[int, Mapping[str, float]]


# --- Visit: one look at one page in a run ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unread:
    """A target that could not be read at all (missing, forbidden, no answer)."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unmodified:
    """A page that is as it was, as its server says (304); ``article_id`` is what it held last."""

    article_id: str | None

    @property
    def detail(self) -> str:
        """What the server said, in words."""
        return "it is as it was"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An article that reads unlike those of its source: held back until a person has looked.

    ``alarms`` name how it differs, ``detail`` tells it in words.
    """

    article: Article
    alarms: tuple[str, ...]
    detail: str

    @property
    def article_id(self) -> str:
        """The article that the page would be."""
        return self.article.article_id

    @property
    def reading(self) -> tuple[str, str]:
        """What names the reading: which article, and what it says."""
        return self.article.article_id, self.article.body_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where a payload lies in the captures folder, and what was known when it was captured.

    ``warc_file`` is relative to the captures folder; ``warc_offset`` is where its record begins,
    in bytes; ``size`` is the payload's length in bytes.
    """

    payload_digest: str
    source_id: str | None
    url: str | None
    requested_url: str | None
    path: str | None
    fetched_at: datetime
    http_status: int | None
    media_type: str | None
    charset: str | None
    size: int
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at one page in a run: counted exactly once, by its outcome.

    ``target`` is what the run was told to look at (URL or relative path); ``payload_digest`` is
    None when nothing was read. ``found_by`` and ``found_at`` tell how a collected page was found;
    ``robots`` (the line that decided), ``attempts`` (requests made) and ``failure`` (its kind) how
    the asking went.
    """

    target: str
    source_id: str | None
    url: str | None
    path: str | None
    visited_at: datetime
    http_status: int | None
    payload_digest: str | None
    size: int | None
    outcome: Article | Quarantined | Rejection | Unread | Unmodified
    found_by: str | None = None
    found_at: str | None = None
    robots: str | None = None
    attempts: int | None = None
    failure: str | None = None


class Collected(NamedTuple):
    """What a run collected of one source: pages listed, newly found, asked for, and what came.

    ``fetched`` counts every page asked for; ``not_modified``, ``refused`` (by robots.txt) and
    ``failed`` (any other want of a usable answer) are parts of it.
    """

    listed: int = 0
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did. Every page is counted exactly once in ``outcomes``.

    ``outcomes`` counts new, updated, unchanged, quarantined, rejected, unread; ``rejections``
    counts by reason; ``rules`` and ``reasons`` count removed blocks of the pages that were loaded
    in this run;
    ``collected`` tells of each source that was collected from the web.
    """

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime
    outcomes: Mapping[str, int]
    by_source: Mapping[str, Mapping[str, int]]
    rejections: Mapping[str, int]
    rules: Mapping[str, int]
    reasons: Mapping[str, int]
    problems: tuple[str, ...]
    collected: Mapping[str, Collected] = field(default_factory=dict)
