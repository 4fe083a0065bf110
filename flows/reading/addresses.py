"""Addresses that are named as targets: each is one page, fetched as politely as any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.reading.missed import Missed
from flows.settings import Settings
from flows.sources.loading import source_of_url
from parsers.items import Rejection, Snapshot, Source, Unread

if TYPE_CHECKING:
    from flows.fetching.blocking import BlockingFetcher


class AddressReader:
    """Reads one address after the other, all with one client. To be closed.

    The client comes with the first address: it takes a tenth of a second to import, and files
    need none.
    """

    def __init__(
        self, sources: Mapping[str, Source], settings: Settings, source_id: str | None
    ) -> None:
        self._sources = sources
        self._settings = settings
        self._source_id = source_id
        self._fetcher: BlockingFetcher | None = None

    def read(self, url: str) -> Snapshot | Missed:
        """The page at an http(s) address, or why there is none."""
        from flows.fetching.outcomes import Failure
        from flows.fetching.urls import without_credentials

        scheme = url.partition(":")[0].lower()
        if scheme not in ("http", "https"):
            why = Unread(f"{scheme} addresses are not read")
            return Missed(without_credentials(url), self._source_id, None, None, why)
        source = self._source_of(url)
        fetched = self._open().fetch(url, source)
        if isinstance(fetched.result, Snapshot):
            return fetched.result
        failed = fetched.result if isinstance(fetched.result, Failure) else None
        told = f"{fetched.url}: {failed.detail if failed else 'not modified'}"
        too_large = failed is not None and failed.kind == "too_large"
        outcome = Rejection("too_large", told) if too_large else Unread(told)
        shown = fetched.requested_url
        return Missed(shown, source.id if source else self._source_id, shown, None, outcome)

    def close(self) -> None:
        """Close the client, if there was any use of it."""
        if self._fetcher:
            self._fetcher.close()

    def _open(self) -> BlockingFetcher:
        from flows.fetching.blocking import BlockingFetcher

        if self._fetcher is None:
            self._fetcher = BlockingFetcher(self._settings, self._sources)
        return self._fetcher

    def _source_of(self, url: str) -> Source | None:
        if self._source_id:
            return self._sources.get(self._source_id)
        return source_of_url(url, self._sources)
