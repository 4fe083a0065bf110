"""Days, windows of days, and the pages that belong into them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from parsers.items import PageRef
from parsers.urls import date_of_path

_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from ``since`` to ``until``, both included; days are those of UTC."""

    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class DayCoverage(NamedTuple):
    """What the warehouse says of one day of a source: pages not read yet, and how sure that is."""

    missing: int
    certainty: str


def gaps(span: Span, coverage: Mapping[date, DayCoverage]) -> tuple[Span, ...]:
    """The parts of a span in which pages are missing or may be, the oldest first."""
    found: list[Span] = []
    for day in days(span):
        told = coverage.get(day)
        if told and told.certainty == "complete" and not told.missing:
            continue
        if found and found[-1].until + _DAY == day:
            found[-1] = Span(found[-1].since, day)
        else:
            found.append(Span(day, day))
    return tuple(found)


def days(span: Span) -> Iterator[date]:
    """Each day of a span."""
    for number in range((span.until - span.since).days + 1):
        yield span.since + number * _DAY


def windows(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """Spans cut into windows of so many days, the newest first; the oldest of each may be short."""
    found = []
    for span in sorted(spans, reverse=True):
        until = span.until
        while until >= span.since:
            since = max(span.since, until - (length - 1) * _DAY)
            found.append(Span(since, until))
            until = since - _DAY
    return tuple(found)


class Assigned(NamedTuple):
    """The pages of each window, and those that are of days before or after all of them."""

    pages: Mapping[Span, tuple[PageRef, ...]]
    outside: tuple[PageRef, ...]


def assign(refs: Iterable[PageRef], into: Sequence[Span]) -> Assigned:
    """Each page to the window of its day, pages and windows the newest first.

    A page that tells no day belongs where the one listed before it does.
    """
    oldest_first = sorted(into)
    starts = [window.since for window in oldest_first]
    span = Span(starts[0], oldest_first[-1].until)
    pages: dict[Span, list[PageRef]] = {window: [] for window in into}
    outside: list[PageRef] = []
    window = oldest_first[-1]
    for ref in refs:
        told = days_of(ref)
        if told:
            if told.until < span.since or told.since > span.until:
                outside.append(ref)
                continue
            day = max(told.since, span.since)
            window = oldest_first[bisect_right(starts, day) - 1]
        pages[window].append(ref)
    return Assigned({window: tuple(found) for window, found in pages.items()}, tuple(outside))


def assign_captures(
    refs: Iterable[PageRef], into: Sequence[Span]
) -> Mapping[Span, tuple[PageRef, ...]]:
    """Captures to the window of their page's first, so that a window brings a page as a whole.

    ``lastmod`` is when each was made. Windows and pages come the newest first, the captures of a
    page the oldest first: versions are numbered in the order in which they are loaded.
    """
    by_page: dict[str, list[PageRef]] = {}
    for ref in sorted(refs, key=captured_at):
        by_page.setdefault(ref.url, []).append(ref)
    oldest_first = sorted(into)
    starts = [window.since for window in oldest_first]
    found: dict[Span, list[PageRef]] = {window: [] for window in into}
    for captures in sorted(by_page.values(), key=lambda own: captured_at(own[0]), reverse=True):
        first_day = captured_at(captures[0]).date()
        found[oldest_first[bisect_right(starts, first_day) - 1]] += captures
    return {window: tuple(captures) for window, captures in found.items()}


def captured_at(ref: PageRef) -> datetime:
    """When a capture was made, in UTC."""
    if ref.lastmod is None:
        raise ValueError(f"a capture without its moment: {ref.listed_url}")
    return ref.lastmod.astimezone(UTC)


def days_of(ref: PageRef) -> Span | None:
    """The days one of which a page was published on, as far as its lists and its address tell."""
    changed = ref.lastmod.astimezone(UTC).date() if ref.lastmod else None
    in_path = date_of_path(ref.url)
    if in_path is None:
        return Span(changed, changed) if changed else None
    first = in_path[1].value.date()
    if in_path[1].precision == "day":
        return Span(first, first)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if changed and first <= changed <= last:
        return Span(changed, changed)
    return Span(first, last)
