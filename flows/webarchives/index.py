"""Which captures a web archive holds of a source's pages: its index, asked in bounded questions.

Archives page their indexes in ways of their own: the Wayback Machine gives a key to resume with;
pywb counts pages of compressed indexes only, and answers any page of others with the first. So an
answer as long as its limit is gone on with by its key when it has one, else asked again for each
half of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from flows.discovery import DiscoveryProblem, ProblemKind
from flows.discovery.scope import PageFetcher, Scope, aside
from flows.fetching.outcomes import Failure, NotModified
from flows.sources.loading import source_hosts
from flows.webarchives.addresses import Replay, asking, replay_address
from parsers.cdx import IndexAnswer, IndexedCapture, read_cdx
from parsers.items import PageRef, Source, WebArchive

LIMIT = 5_000
"""Captures that one question asks for."""

MAX_INDEX_BYTES = 20_000_000
"""Bytes of one answer, decompressed; 5,000 captures of pywb's take two or three million."""

MAX_QUESTIONS = 1_000
"""Questions that one backfill asks an index."""

MAX_CAPTURES = 500_000
"""Captures that one backfill holds; what lies beyond is for another one, of fewer days."""

_SECOND = timedelta(seconds=1)
_PAGES = ("text/html", "application/xhtml+xml")


class IndexListing(NamedTuple):
    """The captures to ask for, and what went wrong in reading the index.

    ``refs`` are captures of article pages, one for each that differs from the one before of its
    page; those of one page stand together, the oldest first. ``listed_url`` is the address in the
    archive, ``lastmod`` the moment of capture. ``requests`` were made for it.
    """

    refs: tuple[PageRef, ...]
    problems: tuple[str, ...]
    requests: int


async def read_index(
    scope: Scope, archive: WebArchive, fetcher: PageFetcher, since: datetime, until: datetime
) -> IndexListing:
    """Ask the index for captures from ``since`` to ``until`` (aware, both included)."""
    reading = _Reading(scope, archive, fetcher)
    for place in _places(scope.source, archive):
        await reading.ask_for(place, since, until)
    return IndexListing(
        tuple(reading.refs()), tuple(map(str, reading.problems())), reading.requests
    )


def _places(source: Source, archive: WebArchive) -> tuple[Mapping[str, str], ...]:
    """What to ask for: the declared prefixes, else the hosts, the home's with its port."""
    if archive.prefixes:
        return tuple({"url": prefix, "matchType": "prefix"} for prefix in archive.prefixes)
    home = urlsplit(source.home or "")
    hosts = sorted(source_hosts(source) - {home.hostname})
    named = [home.netloc, *hosts] if home.netloc else hosts
    return tuple({"url": host, "matchType": "host"} for host in named)


class _Reading:
    """The answers of one index as they come in."""

    def __init__(self, scope: Scope, archive: WebArchive, fetcher: PageFetcher) -> None:
        self._scope = scope
        self._archive = archive
        self._fetcher = fetcher
        self._asker = asking(scope.source, archive)
        self._captures: dict[tuple[str, datetime], IndexedCapture] = {}
        self._problems: list[DiscoveryProblem] = []
        self._questions = 0
        self.requests = 0
        self._malformed = 0
        self._example: str | None = None

    async def ask_for(self, place: Mapping[str, str], since: datetime, until: datetime) -> None:
        """Take in what the index names of one place."""
        waiting: list[tuple[datetime, datetime, str | None]] = [(since, until, None)]
        keys: set[str] = set()
        while waiting:
            if self._questions == MAX_QUESTIONS or len(self._captures) >= MAX_CAPTURES:
                self._tell("cut", "it names more than is read at once; ask for fewer days")
                return
            first, last, key = waiting.pop()
            answer = await self._ask(place, first, last, key)
            if answer is None:
                return
            self._take_in(answer, since, until)
            if answer.resume_key and answer.resume_key not in keys:
                keys.add(answer.resume_key)
                waiting.append((first, last, answer.resume_key))
            elif key is None and answer.lines >= LIMIT:
                if first >= last:
                    self._tell("cut", f"more than {LIMIT:,} captures in one second, at {first}")
                    continue
                middle = first + (last - first) // 2
                middle = middle.replace(microsecond=0)
                waiting += [(first, middle, None), (middle + _SECOND, last, None)]

    async def _ask(
        self, place: Mapping[str, str], first: datetime, last: datetime, key: str | None
    ) -> IndexAnswer | None:
        self._questions += 1
        address = _question(self._archive.index, place, first, last, key)
        fetch = await self._fetcher.fetch(address, self._asker, max_bytes=MAX_INDEX_BYTES)
        self.requests += fetch.attempts
        match fetch.result:
            case Failure(kind=kind, detail=detail):
                self._tell("unread", f"{kind}: {detail}")
                return None
            case NotModified():
                self._tell("unread", "the server answered 304")
                return None
            case snapshot if snapshot.http_status != 200:
                self._tell("unread", f"the server answered {snapshot.http_status}")
                return None
            case snapshot:
                return await aside(lambda: read_cdx(snapshot.body))

    def _take_in(self, answer: IndexAnswer, since: datetime, until: datetime) -> None:
        self._malformed += answer.malformed
        self._example = self._example or answer.example
        for capture in answer.captures:
            fits = since <= capture.captured_at <= until and _is_page(capture)
            if fits and self._scope.is_article(capture.url):
                self._captures[capture.url, capture.captured_at] = capture

    def refs(self) -> Iterator[PageRef]:
        """The captures to ask for."""
        known = [(self._scope.canonical(c.url), c) for c in self._captures.values()]
        known.sort(key=lambda named: (named[0], named[1].captured_at))
        for url, captures in groupby(known, key=lambda named: named[0]):
            for capture in _changed(capture for _, capture in captures):
                replay = Replay(capture.captured_at, capture.url)
                yield PageRef(
                    source_id=self._scope.source.id,
                    url=url,
                    found_by="archive",
                    found_at=self._archive.index,
                    lastmod=capture.captured_at,
                    listed_url=replay_address(self._archive, replay),
                )

    def problems(self) -> Iterator[DiscoveryProblem]:
        """What went wrong, each thing once."""
        yield from dict.fromkeys(self._problems)
        if self._malformed:
            yield self._problem(
                "unreadable",
                f"{self._malformed:,} lines could not be read, such as {self._example!r}",
            )

    def _tell(self, kind: ProblemKind, detail: str) -> None:
        self._problems.append(self._problem(kind, detail))

    def _problem(self, kind: ProblemKind, detail: str) -> DiscoveryProblem:
        return self._scope.problem(self._archive.index, kind, detail)


def _question(
    index: str, place: Mapping[str, str], first: datetime, last: datetime, key: str | None
) -> str:
    """The address that asks. pywb knows the Wayback Machine's names of fields too."""
    asked: dict[str, str | list[str]] = {
        **place,
        "from": f"{first:%Y%m%d%H%M%S}",
        "to": f"{last:%Y%m%d%H%M%S}",
        "output": "json",
        "filter": ["statuscode:200", "mimetype:text/html"],
        "collapse": "digest",
        "limit": str(LIMIT),
        "showResumeKey": "true",
    }
    if key:
        asked["resumeKey"] = key
    return str(httpx.URL(index).copy_merge_params(asked))


def _is_page(capture: IndexedCapture) -> bool:
    """Whether a capture is a page; an index that takes no filters names everything."""
    return capture.status in (None, "200") and capture.media_type in (None, *_PAGES)


def _changed(captures: Iterable[IndexedCapture]) -> Iterator[IndexedCapture]:
    """Those captures of one page, in order, that do not have the digest of the one before."""
    for digest, same in groupby(captures, key=attrgetter("digest")):
        if digest is None:
            yield from same
        else:
            yield next(same)
