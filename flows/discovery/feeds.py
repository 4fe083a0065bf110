"""The feeds of a source: what they name now and, when a span of days is asked for, named before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from flows.discovery.listings import numbered
from flows.discovery.problems import DiscoveryProblem
from flows.discovery.scope import Contents, Scope, aside
from flows.fetching.outcomes import NotModified
from parsers.feeds import Feed, NotAFeed, read_feed

MAX_FEED_BYTES = 5_000_000
"""Bytes of one feed; real ones have up to a few hundred thousand."""


async def read_feed_at(scope: Scope, address: str) -> AsyncIterator[Contents | DiscoveryProblem]:
    """What a feed names now; in a window also what its further pages name, back to its beginning.

    Further pages are those that the feed links to, or that ``{page}`` in its address counts.
    """
    following = numbered(address, scope.source.discovery.first_page)
    asked: dict[str, None] = {}
    at = following(0, None)
    for number in range(scope.source.discovery.max_listing_pages):
        if at is None or at in asked or not _is_ours(scope, at, address):
            return
        asked[at] = None
        feed = await _read(scope, at, told_as=address if number == 0 else at)
        if isinstance(feed, DiscoveryProblem):
            # A number after the last page is often answered with 404.
            if number == 0 or "{page}" not in address or feed.kind != "unread":
                yield feed
            return
        if feed is None:
            return
        if feed.damage:
            yield scope.problem(at, "unreadable", f"read in part: {feed.damage}")
        pages = scope.pages_of(feed.pages)
        if not pages and number == 0:
            fitting = f"; {len(feed.pages)} others do not fit" if feed.pages else ""
            yield scope.problem(address, "empty", f"names no page of the source{fitting}")
        yield Contents("feed", at, pages)
        if not scope.window.since or all(scope.window.is_past(p, scope.zone) for p in feed.pages):
            return
        at = following(number + 1, feed)
    if at and at not in asked:
        cap = f"max_listing_pages ({scope.source.discovery.max_listing_pages})"
        yield scope.problem(at, "cut", f"the feed has more pages than {cap}")


async def _read(scope: Scope, address: str, told_as: str) -> Feed | DiscoveryProblem | None:
    got = await scope.fetch(address, MAX_FEED_BYTES)
    if isinstance(got, NotModified):
        return None
    if isinstance(got, DiscoveryProblem):
        return scope.problem(told_as, got.kind, got.detail)
    body, base, charset = got.body, got.url or address, got.charset
    time_zone = scope.source.time_zone
    try:
        return await aside(lambda: read_feed(body, base, time_zone, charset=charset))
    except NotAFeed as error:
        return scope.problem(told_as, "unreadable", str(error))


def _is_ours(scope: Scope, at: str, declared: str) -> bool:
    """Whether a page of a feed lies on the feed's own host, or on one of the source's."""
    return urlsplit(at).hostname in {*scope.hosts, urlsplit(declared).hostname}
