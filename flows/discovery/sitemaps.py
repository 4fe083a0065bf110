"""The sitemaps of a source: indexes followed newest first, no further than a run may go."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit

from flows.discovery.problems import DiscoveryProblem
from flows.discovery.scope import Contents, Scope, aside
from flows.fetching.outcomes import NotModified
from parsers.items import Snapshot
from parsers.sitemaps import MAX_BYTES, ChildSitemap, NotASitemap, Sitemap, read_sitemap
from parsers.urls import date_of_path

MAX_DEPTH = 3
"""Indexes within indexes; sitemaps.org allows one level, publishers more."""

_OLDEST = datetime.min.replace(tzinfo=UTC)


async def read_sitemaps(
    scope: Scope, addresses: Iterable[str]
) -> AsyncIterator[Contents | DiscoveryProblem]:
    """What the sitemaps name, each read once, those changed last first.

    Sitemaps that an index says have not changed since the window began are left out. Without a
    window, reading ends at a dated sitemap whose pages are all known: what changed before it was
    seen then.
    """
    order = count()
    # Newest first; among those without a date, in the order in which they are named.
    waiting = [(0.0, next(order), ChildSitemap(address, None), 0) for address in addresses]
    seen = {child.url for _, _, child, _ in waiting}
    read = 0
    while waiting:
        _, _, child, depth = heapq.heappop(waiting)
        if read == scope.source.discovery.max_sitemaps:
            left = len(waiting) + 1
            yield scope.problem(
                child.url, "cut", f"{left:,} sitemaps more than max_sitemaps ({read}) were not read"
            )
            return
        read += 1
        got = await _read(scope, child.url)
        if got is None:
            continue
        if isinstance(got, DiscoveryProblem):
            yield got
            continue
        if got.damage:
            yield scope.problem(child.url, "unreadable", f"read in part: {got.damage}")
        if got.pages:
            pages = scope.pages_of(got.pages)
            yield Contents("sitemap", child.url, pages)
            if child.modified and pages and not scope.window.since and scope.all_known(pages):
                return
        elif not got.sitemaps:
            yield scope.problem(child.url, "empty", "names no page")
        if got.sitemaps and depth == MAX_DEPTH:
            yield scope.problem(child.url, "cut", f"sitemaps nested deeper than {MAX_DEPTH} levels")
            continue
        for named in _worth_reading(scope, child.url, got.sitemaps):
            if named.url not in seen:
                seen.add(named.url)
                heapq.heappush(waiting, (-_changed(named), next(order), named, depth + 1))


async def _read(scope: Scope, address: str) -> Sitemap | DiscoveryProblem | None:
    got = await scope.fetch(address, MAX_BYTES)
    if isinstance(got, NotModified):
        return None
    if isinstance(got, DiscoveryProblem):
        return got
    snapshot: Snapshot = got
    base, time_zone = snapshot.url or address, scope.source.time_zone
    try:
        return await aside(lambda: read_sitemap(snapshot.body, base, time_zone))
    except NotASitemap as error:
        return scope.problem(address, "unreadable", f"is no sitemap: {error}")


def _worth_reading(
    scope: Scope, parent: str, children: Iterable[ChildSitemap]
) -> Iterable[ChildSitemap]:
    """On the source's own hosts, and not older than the window."""
    hosts = scope.hosts | {urlsplit(parent).hostname}
    since = scope.window.since
    for child in children:
        unchanged = since and child.modified and child.modified < since
        if urlsplit(child.url).hostname in hosts and not unchanged:
            yield child


def _changed(child: ChildSitemap) -> float:
    """When a sitemap changed, in seconds; its name may tell (``/sitemap-2024-05.xml``)."""
    in_name = date_of_path(child.url.replace("sitemap-", "/").replace("sitemap_", "/"))
    moment = child.modified or (in_name[1].value if in_name else None)
    return (moment - _OLDEST).total_seconds() if moment else 0.0
