"""The feeds of a source: what they name, and whether items between two readings were missed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from flows.discovery.problems import DiscoveryProblem
from flows.discovery.scope import Contents, Scope, aside
from flows.fetching.outcomes import NotModified
from parsers.feeds import NotAFeed, read_feed

MAX_FEED_BYTES = 5_000_000
"""Bytes of one feed; real ones have up to a few hundred thousand."""


async def read_feed_at(scope: Scope, address: str) -> AsyncIterator[Contents | DiscoveryProblem]:
    """What a feed names now."""
    got = await scope.fetch(address, MAX_FEED_BYTES)
    if isinstance(got, NotModified):
        return
    if isinstance(got, DiscoveryProblem):
        yield got
        return
    body, base, charset = got.body, got.url or address, got.charset
    time_zone = scope.source.time_zone
    try:
        feed = await aside(lambda: read_feed(body, base, time_zone, charset=charset))
    except NotAFeed as error:
        yield scope.problem(address, "unreadable", str(error))
        return
    if feed.damage:
        yield scope.problem(address, "unreadable", f"read in part: {feed.damage}")
    pages = scope.pages_of(feed.pages)
    if not pages:
        fitting = f"; {len(feed.pages)} others do not fit" if feed.pages else ""
        yield scope.problem(address, "empty", f"names no page of the source{fitting}")
    yield Contents("feed", address, pages)
