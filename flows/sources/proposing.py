"""A declaration proposed for a site: what its pages tell of feeds, listings, language, platform."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, get_args
from urllib.parse import urljoin, urlsplit

from flows.discovery.scope import PageFetcher
from flows.fetching.outcomes import Failure
from flows.sources.addresses import article_pattern
from flows.sources.errors import NothingToPropose, UnknownPublisherType
from flows.sources.examining import named_sitemaps
from flows.sources.places import zone_of_host
from flows.sources.values import CHECKS
from parsers.feeds import NotAFeed, read_feed
from parsers.items import Discovery, Listed, Politeness, PublisherType, Snapshot, Source
from parsers.listing import ListingPage, NotAListing, looks_like_an_article
from parsers.platforms.recognising import recognise
from parsers.sitemaps import NotASitemap, read_sitemap

_MOST_FEEDS = 5
_MOST_SITEMAPS = 5
_FEWEST_LINKS = 3
_GOVERNMENT = re.compile(r"\.(?:gov|gouv|govt)(?:\.[a-z]{2})?$")


class Wishes(NamedTuple):
    """What the person who adds a source says of it; None where the site is to tell."""

    source_id: str | None = None
    publisher: str | None = None
    publisher_type: PublisherType | None = None
    delay: float = Politeness().delay


def publisher_type_of(word: str | None) -> PublisherType | None:
    """The publisher type that a word names; None for none.

    Raises:
        UnknownPublisherType: it names none.
    """
    known: tuple[PublisherType, ...] = get_args(PublisherType)
    found = next((name for name in known if name == word), None)
    if word is not None and found is None:
        raise UnknownPublisherType(f"{word!r} is no publisher type; one is {', '.join(known)}")
    return found


class Proposal(NamedTuple):
    """A source as proposed, and for its keys how each value was found."""

    source: Source
    reasons: Mapping[str, str]


@dataclass
class _Site:
    """What was gathered of a site. ``asked`` is the address given, ``listed`` samples of pages."""

    asked: str
    first: Snapshot
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    front: ListingPage | None = None

    @property
    def address(self) -> str:
        return self.first.url or self.asked

    @property
    def home(self) -> str:
        place = urlsplit(self.address)
        return f"{place.scheme}://{place.netloc}/"


async def propose(url: str, fetcher: PageFetcher, wishes: Wishes = Wishes()) -> Proposal:  # noqa: B008
    """Propose a source for the site at ``url``, which is its newsroom, front page or feed.

    Raises:
        NothingToPropose: the address cannot be fetched, or neither it nor its site names pages.
    """
    pacing = Source(
        id="proposed",
        publisher="",
        publisher_type="other",
        home=url,
        politeness=Politeness(delay=wishes.delay),
    )
    site = _Site(url, await _fetched(url, pacing, fetcher))
    await _look_at_front(site, pacing, fetcher)
    await _look_for_sitemaps(site, pacing, fetcher)
    if not (site.feeds or site.sitemaps or site.listings):
        raise NothingToPropose(
            f"{url}: neither a feed nor a sitemap, and fewer than {_FEWEST_LINKS} links that look"
            " like articles; name the page that lists the site's news"
        )
    return _proposal(site, wishes)


# --- What the site shows ---------------------------------------------------------------------


async def _fetched(url: str, pacing: Source, fetcher: PageFetcher) -> Snapshot:
    result = (await fetcher.fetch(url, pacing)).result
    if isinstance(result, Failure):
        raise NothingToPropose(f"{url}: {result.kind}: {result.detail}")
    if not isinstance(result, Snapshot) or result.http_status != 200:
        status = result.http_status if result.http_status else "nothing"
        raise NothingToPropose(f"{url}: the server answered {status}")
    return result


async def _fetched_if_there(url: str, pacing: Source, fetcher: PageFetcher) -> Snapshot | None:
    try:
        return await _fetched(url, pacing, fetcher)
    except NothingToPropose:
        return None


async def _look_at_front(site: _Site, pacing: Source, fetcher: PageFetcher) -> None:
    """The page that was named, and the front page for what that does not tell."""
    candidates = [site.asked] if _add_feed(site, site.asked, site.first) else []
    pages = [] if candidates else [site.first]
    if site.address != site.home:
        front = await _fetched_if_there(site.home, pacing, fetcher)
        pages += [front] if front else []
    linked: list[str] = []
    for page in pages:
        try:
            tree = ListingPage(page.body, page.url or site.address, page.charset)
        except NotAListing:
            continue
        site.front = site.front or tree
        linked += tree.feeds()
        _add_listing(site, tree)
    for address in list(dict.fromkeys(linked))[:_MOST_FEEDS]:
        feed = await _fetched_if_there(address, pacing, fetcher)
        if feed:
            _add_feed(site, address, feed)


def _add_feed(site: _Site, address: str, snapshot: Snapshot) -> bool:
    try:
        feed = read_feed(snapshot.body, snapshot.url or address, "UTC", charset=snapshot.charset)
    except NotAFeed:
        return False
    if address not in site.feeds and feed.pages:
        site.feeds.append(address)
        site.listed += feed.pages
    return True


def _add_listing(site: _Site, tree: ListingPage) -> None:
    """The first page with enough links to articles is the listing; its links are samples."""
    host = urlsplit(site.address).hostname

    def is_article(url: str) -> bool:
        return urlsplit(url).hostname == host and looks_like_an_article(url)

    pages = tree.read(is_article, "UTC").pages
    if len(pages) >= _FEWEST_LINKS and not site.listings:
        site.listings.append(tree.url)
        site.listed += pages


async def _look_for_sitemaps(site: _Site, pacing: Source, fetcher: PageFetcher) -> None:
    """Those that robots.txt names; without any, the one at the usual place if it is there."""
    robots = await _fetched_if_there(urljoin(site.home, "/robots.txt"), pacing, fetcher)
    named = named_sitemaps(robots.body, site.home) if robots else ()
    for address in named[:_MOST_SITEMAPS] or (urljoin(site.home, "/sitemap.xml"),):
        found = await _fetched_if_there(address, pacing, fetcher)
        if found is None:
            continue
        try:
            sitemap = read_sitemap(found.body, found.url or address, "UTC")
        except NotASitemap:
            continue
        if sitemap.pages or sitemap.sitemaps:
            site.sitemaps.append(address)
            if not site.listed:
                site.listed += [page for page in sitemap.pages if looks_like_an_article(page.url)]


# --- What follows from it --------------------------------------------------------------------


def _proposal(site: _Site, wishes: Wishes) -> Proposal:
    host = urlsplit(site.address).hostname or ""
    publisher, publisher_reason = _publisher(site, host)
    publisher_type: PublisherType = "government" if _GOVERNMENT.search(host) else "other"
    platform = recognise(site.front.soup.decode().encode()) if site.front else None
    language = _language(site)
    zone = zone_of_host(host)
    samples = {page.url for page in site.listed if urlsplit(page.url).hostname == host}
    pattern = article_pattern(sorted(samples))
    reasons = {
        "publisher": publisher_reason,
        "publisher_type": "a guess: no page tells",
        "platform": "by marks of its templates" if platform else "",
        "host_aliases": "not proven to be the same site",
        "language": "as its pages say" if language else "no page says",
        "time_zone": f"that of {host}'s country" if zone else "a guess: its host names no country",
        "article_url": f"the shape of {len(samples):,} addresses it lists" if pattern else "",
    }
    source = Source(
        id=wishes.source_id or _id_of(wishes.publisher or publisher),
        publisher=wishes.publisher or publisher,
        publisher_type=wishes.publisher_type or publisher_type,
        platform=platform,
        home=site.home,
        host_aliases=_aliases(host, urlsplit(site.asked).hostname),
        language=language or "en",
        discovery=Discovery(
            feeds=tuple(site.feeds),
            sitemaps=tuple(site.sitemaps),
            listings=tuple(site.listings),
        ),
        article_url=pattern,
        politeness=Politeness(delay=wishes.delay),
    )
    if zone:
        source = replace(source, time_zone=zone)
    if wishes.publisher:
        reasons["publisher"] = ""
    if wishes.publisher_type:
        reasons["publisher_type"] = ""
    return Proposal(source, {key: reason for key, reason in reasons.items() if reason})


def _publisher(site: _Site, host: str) -> tuple[str, str]:
    """The site's name and where it stands."""
    if site.front:
        name = site.front.soup.find("meta", property="og:site_name")
        if name and str(name.get("content", "")).strip():
            return " ".join(str(name["content"]).split())[:100], "og:site_name"
        title = site.front.soup.find("title")
        parts = re.split(r"\s+[|–—-]\s+", " ".join(title.get_text().split())) if title else []
        if parts and parts[-1]:
            return parts[-1][:100], "the end of the page's title"
    return host.removeprefix("www."), "its host"


def _language(site: _Site) -> str | None:
    root = site.front.soup.find("html") if site.front else None
    stated = str(root.get("lang", "")).strip() if root else ""
    language, _, region = stated.partition("-")
    code = f"{language.lower()}-{region.upper()}" if region else language.lower()
    return code if stated and CHECKS["language"](code) is None else None


def _id_of(publisher: str) -> str:
    plain = unicodedata.normalize("NFKD", publisher).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    return words if re.match(r"[a-z]", words) else f"source_{words}".rstrip("_")


def _aliases(host: str, asked: str | None) -> tuple[str, ...]:
    """The name with or without www., and the one asked for if it led here."""
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    candidates: Sequence[str | None] = (other if host.count(".") < 3 else None, asked)
    return _hosts(candidate for candidate in candidates if candidate and candidate != host)


def _hosts(names: Iterable[str]) -> tuple[str, ...]:
    fits = CHECKS["host_aliases.*"]
    return tuple(dict.fromkeys(name for name in names if fits(name) is None))
