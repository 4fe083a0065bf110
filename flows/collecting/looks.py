"""A look at a page of the web: what was known of it, and how asking for it went."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from flows.fetching.outcomes import Failure, Fetch, NotModified, Validators
from flows.reading.missed import Missed
from parsers.items import Rejection, Snapshot, Source, Unmodified, Unread, Visit
from parsers.urls import canonicalise
from warehouse import Page


class Look(NamedTuple):
    """One page looked at in this run.

    ``fetch`` is None when the page comes from the capture of a run that died before it was loaded;
    ``told`` are the validators of the answer, for the next request. ``archive`` is the index of the
    web archive that was asked, when that was not the page's own server.
    """

    page: Page
    source: Source
    fetch: Fetch | None
    told: Validators
    archive: str | None = None

    @property
    def failure(self) -> Failure | None:
        """Why there was no usable answer, if there was none."""
        result = self.fetch.result if self.fetch else None
        return result if isinstance(result, Failure) else None


def look_at(page: Page, source: Source, fetch: Fetch) -> Look:
    """The look that a fetch was."""
    result = fetch.result
    told = validators_of(result) if isinstance(result, Snapshot) else Validators()
    return Look(page, source, fetch, told)


def validators_of(snapshot: Snapshot) -> Validators:
    """The validators that an answer gave to ask with next time."""
    told = {name.lower(): value.strip() for name, value in reversed(snapshot.http_headers)}
    return Validators(told.get("etag") or None, told.get("last-modified") or None, snapshot.url)


def asked_for(visit: Visit, look: Look | None) -> Visit:
    """A visit with what its look, if it had one, tells of how the page was found and asked for."""
    if look is None:
        return visit
    page = look.page
    found = (
        replace(visit, found_by="archive", found_at=look.archive)
        if look.archive
        else replace(visit, found_by=page.found_by, found_at=page.found_at)
    )
    fetch = look.fetch
    if fetch is None:
        return found
    unread = not isinstance(fetch.result, Snapshot)
    ended_at = fetch.started_at + timedelta(seconds=fetch.seconds)
    return replace(
        found,
        visited_at=ended_at if unread else visit.visited_at,
        http_status=getattr(fetch.result, "http_status", None),
        robots=fetch.robots,
        attempts=fetch.attempts,
        failure=look.failure.kind if look.failure else None,
    )


def outcome_of(look: Look, fetch: Fetch) -> Snapshot | Missed:
    """What a look brought: a snapshot to parse, or why there is none."""

    def missed(outcome: Rejection | Unread | Unmodified) -> Missed:
        return Missed(look.page.address, look.page.source_id, fetch.url, None, outcome)

    match fetch.result:
        case Snapshot() as snapshot:
            listing = listing_instead(look.page.address, snapshot.url, look.source)
            if listing is None:
                return snapshot
            return missed(Rejection("soft_404", f"redirected to the listing {listing}"))
        case NotModified():
            return missed(Unmodified(look.page.article_id))
        case Failure(kind="too_large", detail=detail):
            return missed(Rejection("too_large", detail))
        case Failure(kind=kind, detail=detail):
            return missed(Unread(f"{kind}: {detail}"))


def listing_instead(url: str, final_url: str | None, source: Source) -> str | None:
    """The address of the listing or home page that a request for ``url`` was led to, or None.

    Publishers that take a page down often lead to where it was listed: to a declared listing, to
    the home page, or to a folder that the page lay in.
    """
    if final_url is None:
        return None
    final, asked = (_canonical(address, source) for address in (final_url, url))
    if final == asked:
        return None
    lists = {_canonical(address, source) for address in source.discovery.listings}
    if source.home:
        lists.add(_canonical(source.home, source))
    if final in lists or urlsplit(final).path in ("", "/"):
        return final_url
    if source.article_url and re.search(source.article_url, final):
        return None
    return final_url if asked.startswith(final.rstrip("/") + "/") else None


def _canonical(address: str, source: Source) -> str:
    return canonicalise(address, source.host_aliases, source.home)
