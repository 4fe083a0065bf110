"""What one discovery works with: the source, the way to the web, what is known, the window."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flows.discovery.problems import DiscoveryProblem, ProblemKind
from flows.fetching.outcomes import Failure, Fetch, NotModified, Validators
from flows.sources.loading import source_hosts
from parsers.items import FoundBy, Listed, PageRef, Snapshot, Source
from parsers.listing import looks_like_an_article
from parsers.urls import canonicalise, date_of_path, is_web_address, without_tracking

Known = Callable[[Collection[str]], Collection[str]]
"""Tells which of some canonical addresses were seen before."""

_Read = TypeVar("_Read")


class PageFetcher(Protocol):
    """The part of ``flows.fetching.client.Fetcher`` that discovery needs."""

    async def fetch(
        self,
        url: str,
        source: Source | None = None,
        *,
        validators: Validators | None = None,
        max_bytes: int | None = None,
    ) -> Fetch:
        """Fetch one page; nothing is raised for what the web does."""


class Window(NamedTuple):
    """The time in which pages were published that are asked for; None leaves a side open."""

    since: datetime | None = None
    until: datetime | None = None

    def is_past(self, listed: Listed, zone: ZoneInfo) -> bool:
        """Whether a page is certainly older than the window."""
        latest = _published(listed, zone)[1]
        return bool(self.since and latest and latest < self.since)

    def may_hold(self, listed: Listed, zone: ZoneInfo) -> bool:
        """Whether a page may have been published in the window, as far as an index tells."""
        earliest = _published(listed, zone)[0]
        return not self.is_past(listed, zone) and not (
            self.until and earliest and earliest > self.until
        )


class Contents(NamedTuple):
    """What one index names, in its order: the pages of the source, and where they stand."""

    found_by: FoundBy
    found_at: str | None
    pages: tuple[Listed, ...]


@dataclass(frozen=True)
class Scope:
    """One discovery of one source."""

    source: Source
    fetcher: PageFetcher
    known: Known
    window: Window

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of printed times."""
        return ZoneInfo(self.source.time_zone)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that pages of the source lie on; without a home, those of its indexes."""
        declared = self.source.discovery
        named = (*declared.feeds, *declared.sitemaps, *declared.listings, *declared.pages)
        return source_hosts(self.source) or frozenset(urlsplit(url).hostname or "" for url in named)

    def canonical(self, url: str) -> str:
        """The address by which a page of the source is known."""
        return canonicalise(url, self.source.host_aliases, self.source.home)

    def is_page(self, url: str) -> bool:
        """Whether an address is on a host of the source and has the shape of its articles."""
        if not is_web_address(url) or urlsplit(url).hostname not in self.hosts:
            return False
        return self.source.article_url is None or bool(re.search(self.source.article_url, url))

    def is_article(self, url: str) -> bool:
        """The same for a link among others, which without a pattern must look like an article's."""
        return self.is_page(url) and (
            self.source.article_url is not None or looks_like_an_article(url)
        )

    def pages_of(self, listed: Iterable[Listed]) -> tuple[Listed, ...]:
        """Those that are pages of the source."""
        return tuple(page for page in listed if self.is_page(page.url))

    def ref(self, listed: Listed, contents: Contents) -> PageRef:
        """The page as it travels on."""
        url = self.canonical(listed.url)
        asked = without_tracking(listed.url)
        return PageRef(
            source_id=self.source.id,
            url=url,
            found_by=contents.found_by,
            found_at=contents.found_at,
            lastmod=listed.modified or listed.published,
            title=listed.title,
            listed_url=asked if asked != url else None,
        )

    def known_among(self, pages: Iterable[Listed]) -> Collection[str]:
        """The canonical addresses of those pages that were seen before."""
        return self.known(list(dict.fromkeys(self.canonical(page.url) for page in pages)))

    def all_known(self, pages: Iterable[Listed]) -> bool:
        """Whether each of some pages was seen before."""
        addresses = {self.canonical(page.url) for page in pages}
        return len(set(self.known(list(addresses))) & addresses) == len(addresses)

    def problem(self, address: str, kind: ProblemKind, detail: str) -> DiscoveryProblem:
        """A problem of this source."""
        return DiscoveryProblem(self.source.id, address, detail, kind)

    async def fetch(
        self, address: str, max_bytes: int
    ) -> Snapshot | NotModified | DiscoveryProblem:
        """An index as it is now; anything but an answer of success is a problem."""
        fetch = await self.fetcher.fetch(address, self.source, max_bytes=max_bytes)
        result = fetch.result
        if isinstance(result, Failure):
            return self.problem(address, "unread", f"{result.kind}: {result.detail}")
        if isinstance(result, Snapshot) and result.http_status != 200:
            return self.problem(address, "unread", f"the server answered {result.http_status}")
        return result


async def aside(read: Callable[[], _Read]) -> _Read:
    """Run what parses on a thread: a large index must not hold up fetches from other hosts."""
    return await asyncio.to_thread(read)


def _published(listed: Listed, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment at which a page can have been published."""
    if listed.published:
        return listed.published, listed.published
    in_path = date_of_path(listed.url)
    if in_path is None:
        return None, listed.modified
    moment = in_path[1]
    first = moment.value.replace(tzinfo=zone)
    days = 1 if moment.precision == "day" else 31
    return first, first + timedelta(days=days)
