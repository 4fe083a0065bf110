"""One web page for code that is not async: the same client, in an event loop of its own."""

from __future__ import annotations

import asyncio

from flows.fetching.client import Fetcher
from flows.fetching.outcomes import Failure, Fetch
from flows.fetching.urls import without_credentials as without_credentials
from flows.settings import Settings
from parsers.items import Snapshot, Source


class FetchError(Exception):
    """A page could not be fetched: says which address and why."""


class TooLarge(FetchError):
    """A page is larger than allowed; no more than the allowed bytes of it were held."""


def fetch(url: str, settings: Settings, source: Source | None = None) -> Snapshot:
    """Fetch one page as ``Fetcher`` does.

    Raises:
        TooLarge: the page has more than ``settings.max_bytes``, compressed or not.
        FetchError: any other failure.
    """

    async def ask() -> Fetch:
        sources = {source.id: source} if source else {}
        async with Fetcher(settings, sources) as fetcher:
            return await fetcher.fetch(url, source)

    fetched = asyncio.run(ask())
    if isinstance(fetched.result, Snapshot):
        return fetched.result
    if isinstance(fetched.result, Failure):
        kind = TooLarge if fetched.result.kind == "too_large" else FetchError
        raise kind(f"{fetched.url}: {fetched.result.detail}")
    raise FetchError(f"{fetched.url}: not modified")
