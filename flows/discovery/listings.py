"""The listing pages of a source, walked from the newest until nothing new is to be expected."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flows.discovery.problems import DiscoveryProblem
from flows.discovery.scope import Contents, Scope, aside
from flows.fetching.outcomes import NotModified
from parsers.items import Listed, Snapshot
from parsers.listing import Listing, NotAListing, read_listing

MAX_LISTING_BYTES = 5_000_000
"""Bytes of one listing page."""

_PAGE = "{page}"


@dataclass
class Walk:
    """One listing, page by page. ``feeds`` are those that its first page names."""

    scope: Scope
    address: str
    feeds: tuple[str, ...] = ()
    _seen: set[str] = field(default_factory=set)

    async def contents(self) -> AsyncIterator[Contents | DiscoveryProblem]:
        """What the pages name, until one is wholly known or wholly older than the window.

        Also at a page that names nothing new in this walk, as sites do that answer any number
        with their first or last page. In a window, known pages do not end it: those before them
        may be missing.
        """
        discovery = self.scope.source.discovery
        following = numbered(self.address, discovery.first_page)
        address: str | None = following(0, None)
        asked: set[str] = set()
        for number in range(discovery.max_listing_pages):
            if address is None or address in asked:
                return
            asked.add(address)
            got = await self._read(address)
            if got is None:
                return
            if isinstance(got, DiscoveryProblem):
                # A number after the last page is often answered with 404.
                if number == 0 or got.kind != "unread" or _PAGE not in self.address:
                    yield got
                return
            if number == 0:
                self.feeds = got.feeds
            new = tuple(page for page in got.pages if page.url not in self._seen)
            if number == 0 and not new:
                yield self.scope.problem(address, "empty", "names no page of the source")
            yield Contents("listing", address, new)
            if self._ends_at(new):
                return
            self._seen.update(page.url for page in new)
            address = following(number + 1, got)
        if address and address not in asked:
            cap = f"max_listing_pages ({discovery.max_listing_pages})"
            yield self.scope.problem(address, "cut", f"there are more pages than {cap}")

    def _ends_at(self, new: Sequence[Listed]) -> bool:
        scope = self.scope
        if scope.window.since:
            return all(scope.window.is_past(page, scope.zone) for page in new)
        return scope.all_known(new)

    async def _read(self, address: str) -> Listing | DiscoveryProblem | None:
        scope = self.scope
        got = await scope.fetch(address, MAX_LISTING_BYTES)
        if isinstance(got, NotModified):
            return None
        if isinstance(got, DiscoveryProblem):
            return got
        snapshot: Snapshot = got
        try:
            return await aside(
                lambda: read_listing(
                    snapshot.body,
                    snapshot.url or address,
                    scope.is_article if not scope.source.discovery.listing_links else scope.is_page,
                    scope.source.time_zone,
                    links=scope.source.discovery.listing_links,
                    charset=snapshot.charset,
                )
            )
        except NotAListing as error:
            return scope.problem(address, "unreadable", f"a listing that {error}")


class Paged(Protocol):
    """A page of a listing or feed, which may link to the next."""

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""


def numbered(address: str, first: int) -> Callable[[int, Paged | None], str | None]:
    """The address of a page: by its number when the declaration tells, else by the last's link."""
    if _PAGE in address:
        return lambda number, _: address.replace(_PAGE, str(first + number))
    return lambda _, last: last.next_page if last else address
