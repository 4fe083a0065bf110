"""Reading what a source lists of a span of days: paged feeds, sitemaps, listings to any depth."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import NamedTuple

from flows.backfilling.windows import Span
from flows.discovery import DiscoveryProblem
from flows.discovery.discover import Found, read_indexes
from flows.discovery.scope import Scope, Window
from flows.fetching.client import Fetcher
from flows.fetching.hosts import HostState
from flows.fetching.outcomes import Fetch, Validators
from flows.settings import Settings
from parsers.items import PageRef, Source

DEPTH = 10_000
"""Listing pages and sitemaps that are read at most; the declared caps are for scheduled runs."""


class Listing(NamedTuple):
    """What a source lists of a span, the newest first, and what went wrong in reading it.

    ``complete`` when nothing did and the lists reach back to the first day. ``requests`` were made
    for it; ``hosts`` is what is to be remembered of hosts.
    """

    refs: tuple[PageRef, ...]
    problems: tuple[str, ...]
    complete: bool
    requests: int
    hosts: Mapping[str, HostState]


def read_lists(
    source: Source,
    span: Span,
    settings: Settings,
    sources: Mapping[str, Source],
    hosts: Mapping[str, HostState],
) -> Listing:
    """Read all that a source lists of the span; requests go to its lists alone."""
    return asyncio.run(_read_lists(source, span, settings, sources, hosts))


async def _read_lists(
    source: Source,
    span: Span,
    settings: Settings,
    sources: Mapping[str, Source],
    hosts: Mapping[str, HostState],
) -> Listing:
    since = datetime.combine(span.since, time.min, UTC)
    until = datetime.combine(span.until, time.max, UTC)
    problems: list[str] = []
    reaches_back = bool(source.discovery.sitemaps or source.discovery.listings)
    async with Fetcher(settings, sources, hosts) as fetcher:
        counted = _Counted(fetcher)
        scope = Scope(_to_depth(source), counted, lambda _: (), Window(since, until))
        found = Found(scope)
        async for finding in read_indexes(scope):
            if isinstance(finding, DiscoveryProblem):
                if finding.kind != "empty":  # a feed may well name nothing of those days
                    problems.append(str(finding))
                continue
            found.add(finding)
            reaches_back |= any(scope.window.is_past(page, scope.zone) for page in finding.pages)
        if not reaches_back:
            problems.append(
                f"{source.id}: its feeds do not reach back to {span.since};"
                " declare a sitemap or a listing to go further"
            )
        refs = tuple(found.newest_first())
        return Listing(refs, tuple(problems), not problems, counted.requests, fetcher.hosts())


def _to_depth(source: Source) -> Source:
    deep = replace(source.discovery, max_listing_pages=DEPTH, max_sitemaps=DEPTH)
    return replace(source, discovery=deep)


class _Counted:
    """A fetcher that counts the requests for lists."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.requests = 0

    async def fetch(
        self,
        url: str,
        source: Source | None = None,
        *,
        validators: Validators | None = None,
        max_bytes: int | None = None,
    ) -> Fetch:
        """Fetch one list."""
        fetch = await self._fetcher.fetch(url, source, validators=validators, max_bytes=max_bytes)
        self.requests += fetch.attempts
        return fetch
