"""Captures fetched from a web archive, as if the page's own server had sent them long ago.

The snapshot has the page's own address and the moment of the archive's capture, and names the
address in the archive that gave it: nothing pretends that the publisher was asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flows.fetching.client import Fetcher
from flows.fetching.outcomes import Failure, Fetch, NotModified, Validators
from flows.reading.days import Days
from flows.webarchives.addresses import asking, replay_base, replay_of
from parsers.items import Snapshot, Source, WebArchive

_ORIGINAL = "x-archive-orig-"


class ReplayFetcher:
    """Fetches captures of a source's pages that were made in some days."""

    def __init__(self, fetcher: Fetcher, source: Source, archive: WebArchive, days: Days) -> None:
        self._fetcher = fetcher
        self._archive = archive
        self._asker = asking(source, archive)
        self._days = days

    async def fetch(
        self, url: str, source: Source | None = None, *, validators: Validators | None = None
    ) -> Fetch:
        """Fetch the capture at an address of the archive; redirects stay in the archive.

        An answer that is no capture, or is one of other days, is a failure of the kind
        ``archive``: archives give the nearest capture when they do not have the one asked for.
        """
        fetch = await self._fetcher.fetch(url, self._asker, within=replay_base(self._archive))
        return replace(fetch, result=self._replayed(fetch.result))

    def _replayed(
        self, result: Snapshot | NotModified | Failure
    ) -> Snapshot | NotModified | Failure:
        if not isinstance(result, Snapshot):
            return result
        if result.http_status != 200:
            return Failure("archive", f"the archive answered {result.http_status}")
        replay = replay_of(self._archive, result.url or "")
        captured_at = _memento_datetime(result)
        if replay is None or captured_at is None:
            return Failure("archive", f"no capture as it was received at {result.url}")
        if not self._days.include(captured_at):
            told = f"{captured_at:%Y-%m-%d %H:%M:%S} UTC"
            return Failure("archive", f"the nearest capture is of {told}, which was not asked for")
        return replace(
            result,
            url=replay.url,
            replayed_from=result.url,
            fetched_at=captured_at,
            http_headers=_original_headers(result),
            request_headers=(),
        )


def _memento_datetime(snapshot: Snapshot) -> datetime | None:
    """When the capture was made, as the archive says (RFC 7089, 2.1.1)."""
    told = next((v for name, v in snapshot.http_headers if name.lower() == "memento-datetime"), "")
    try:
        moment = parsedate_to_datetime(told[:100])
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _original_headers(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """What the page's own server sent, as far as the archive tells; its media type at least."""
    kept = tuple(
        (name[len(_ORIGINAL) :], value)
        for name, value in snapshot.http_headers
        if name.lower().startswith(_ORIGINAL)
    )
    if any(name.lower() == "content-type" for name, _ in kept):
        return kept
    stated = (h for h in snapshot.http_headers if h[0].lower() == "content-type")
    return (*stated, *kept)
