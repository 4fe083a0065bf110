"""Planning a backfill: the lists are read and the pages put into windows; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb

from flows.backfilling.archived import by_canonical, list_captures, newer
from flows.backfilling.listing import read_lists
from flows.backfilling.request import BadRequest, Request, archive_of
from flows.backfilling.warc_windows import warc_files
from flows.backfilling.windows import DayCoverage, Span, assign, assign_captures, gaps, windows
from flows.fetching.hosts import HostState
from flows.runs.steps import check_source, lists_pages
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from flows.webarchives.addresses import asking
from parsers.items import PageRef, Source
from parsers.urls import canonicalise
from warehouse import NoWarehouse, open_reader
from warehouse.backfills import Backfills
from warehouse.collecting import hosts


@dataclass(frozen=True)
class Plan:
    """A backfill as it would be done: its windows, the newest first, with their pages.

    ``complete`` when the lists were read to their end and reach back to the first day;
    ``outside`` counts pages not read yet that changed after the last day and may be older,
    ``older`` captures in a web archive that are older than the last look at their page;
    ``requests`` were made for the lists.
    """

    request: Request
    sources: Mapping[str, Source]
    windows: Mapping[Span, tuple[PageRef, ...]]
    problems: tuple[str, ...] = ()
    complete: bool = True
    outside: int = 0
    older: int = 0
    requests: int = 0
    hosts: Mapping[str, HostState] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The source that is asked."""
        return self.sources[self.request.source_id]

    @property
    def asker(self) -> Source:
        """For whom pages are asked: the source, or that at its web archive."""
        if self.request.archived:
            return asking(self.source, archive_of(self.source))
        return self.source

    @property
    def pages(self) -> int:
        """Pages in all windows."""
        return sum(map(len, self.windows.values()))


def plan_backfill(request: Request, settings: Settings, progress: Progress) -> Plan:
    """Read the lists of the source, and decide which pages to ask for, window by window.

    Files that were named are not opened yet: their windows tell no pages.

    Raises:
        SourceError, UnknownSourceError: the source is not declared.
        BadRequest: the source lists nothing, and no files were named.
    """
    sources = load_sources(settings.seeds)
    check_source(request.source_id, sources)
    source = sources[request.source_id]
    if request.targets:
        _check_files(request.targets)
        cut = windows((request.span,), request.window_days)
        return Plan(request, sources, dict.fromkeys(cut, ()), complete=False)
    if request.archived:
        return _plan_archived(request, sources, settings, progress)
    if not lists_pages(source):
        raise BadRequest(f"source {source.id!r} lists no pages on the web; name WARC files to read")
    known = _known(request, settings)
    spans = gaps(request.span, known.coverage) if request.missing_only else (request.span,)
    if not spans:
        return Plan(request, sources, {})
    reach = Span(spans[0].since, spans[-1].until)
    progress.say(f"reading what {source.id} lists of {reach}")
    listing = read_lists(source, reach, settings, sources, known.hosts)
    refs = _wanted(request, listing.refs, known, source)
    assigned = assign(refs, windows(spans, request.window_days))
    later = sum(ref.url not in known.read for ref in assigned.outside)
    return Plan(
        request,
        sources,
        assigned.pages,
        listing.problems,
        listing.complete and not later,
        outside=later,
        requests=listing.requests,
        hosts=listing.hosts,
    )


def _plan_archived(
    request: Request, sources: Mapping[str, Source], settings: Settings, progress: Progress
) -> Plan:
    """Ask the index of the source's web archive; never complete, as no archive has everything.

    What is missing of a day may have been captured on any later one.
    """
    source = sources[request.source_id]
    archive = archive_of(source)
    known = _known(request, settings)
    missing = gaps(request.span, known.coverage) if request.missing_only else (request.span,)
    if not missing:
        return Plan(request, sources, {})
    reach = Span(missing[0].since, request.span.until)
    progress.say(f"asking {archive.index} for captures of {reach}")
    listing = list_captures(source, archive, reach, settings, sources, known.hosts)
    read = by_canonical(source, known.last_read)
    refs = newer(listing.refs, read)
    older = len(listing.refs) - len(refs)
    if request.missing_only:
        unread = [r for r in refs if r.url not in known.read and r.url not in read]
        asked = _asked_before([r.listed_url or r.url for r in unread], settings)
        refs = [r for r in unread if r.listed_url not in asked]
    return Plan(
        request,
        sources,
        assign_captures(refs, windows((reach,), request.window_days)),
        listing.problems,
        complete=False,
        older=older,
        requests=listing.requests,
        hosts=listing.hosts,
    )


def _asked_before(addresses: Sequence[str], settings: Settings) -> Collection[str]:
    with suppress(NoWarehouse), open_reader(settings.warehouse) as connection:
        return Backfills(connection).asked(addresses)
    return ()


def _check_files(targets: Iterable[str]) -> None:
    for target in targets:
        place = Path(target)
        if not place.exists():
            raise BadRequest(f"there is no {target}; name WARC files, or folders of them")
        if place.is_dir() and not warc_files(place):
            raise BadRequest(f"the folder {target} holds no WARC files")


def _wanted(
    request: Request, listed: tuple[PageRef, ...], known: _Known, source: Source
) -> tuple[PageRef, ...]:
    """The listed pages; when only missing ones are asked for, those never read, listed or not."""
    if not request.missing_only:
        return listed
    names = {canonicalise(ref.url, source.host_aliases, source.home) for ref in listed}
    unlisted = tuple(ref for ref in known.unread if ref.url not in names)
    return tuple(ref for ref in listed if ref.url not in known.read) + unlisted


# --- What is known ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the published warehouse tells: pages read and unread, coverage by day, hosts.

    ``last_read`` is when each address that gave an article was last looked at.
    """

    read: frozenset[str] = frozenset()
    unread: tuple[PageRef, ...] = ()
    coverage: Mapping[date, DayCoverage] = field(default_factory=dict)
    hosts: Mapping[str, HostState] = field(default_factory=dict)
    last_read: Mapping[str, datetime] = field(default_factory=dict)


def _known(request: Request, settings: Settings) -> _Known:
    with suppress(NoWarehouse), open_reader(settings.warehouse) as connection:
        return _Known(
            _read_pages(connection, request.source_id),
            _unread_pages(connection, request.source_id),
            _coverage(connection, request),
            {host.host: HostState(**asdict(host)) for host in hosts(connection)},
            Backfills(connection).last_read(request.source_id),
        )
    return _Known()


def _read_pages(connection: duckdb.DuckDBPyConnection, source_id: str) -> frozenset[str]:
    rows = connection.execute(
        "SELECT url FROM pages WHERE source_id = ? AND payload_digest IS NOT NULL", [source_id]
    ).fetchall()
    return frozenset(url for (url,) in rows)


def _unread_pages(connection: duckdb.DuckDBPyConnection, source_id: str) -> tuple[PageRef, ...]:
    """Pages that were listed once and never read; those that tell no day are left to their due."""
    rows = connection.execute(
        "SELECT url, address, found_at, lastmod FROM pages WHERE source_id = ? "
        "AND payload_digest IS NULL AND gone_at IS NULL AND lastmod IS NOT NULL "
        "ORDER BY lastmod DESC",
        [source_id],
    ).fetchall()
    return tuple(
        PageRef(
            source_id=source_id,
            url=url,
            found_by="known",
            found_at=found_at,
            lastmod=lastmod,
            listed_url=address,
        )
        for url, address, found_at, lastmod in rows
    )


def _coverage(connection: duckdb.DuckDBPyConnection, request: Request) -> dict[date, DayCoverage]:
    rows = connection.execute(
        "SELECT day, missing, certainty FROM coverage WHERE source_id = ? AND day BETWEEN ? AND ?",
        [request.source_id, *request.span],
    ).fetchall()
    return {day: DayCoverage(missing, certainty) for day, missing, certainty in rows}
