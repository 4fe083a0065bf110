"""The geometry of the plots: percent across, pixels down, so that text never scales with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from flows.pages.overview import DAYS_SHOWN, Day, Month, Rule

MOST_MONTHS = 60
MOST_SOURCES = 40
PLOT_HEIGHT = 34
"""Pixels of the highest bar of a month."""


class MonthBar(NamedTuple):
    """A month of a source: where it stands (percent) and how high (pixels)."""

    month: date
    articles: int
    x: float
    width: float
    height: float


class SourceMonths(NamedTuple):
    """A source by months. ``earlier``, ``later`` and ``undated`` are articles outside the plot."""

    name: str
    articles: int
    bars: Sequence[MonthBar]
    earlier: int
    later: int
    undated: int


class YearMark(NamedTuple):
    """Where a year begins in the plot, in percent."""

    year: int
    x: float


class MonthsPlot(NamedTuple):
    """Articles by source and month, all sources on one scale, the largest source first."""

    first: date
    last: date
    highest: int
    years: Sequence[YearMark]
    sources: Sequence[SourceMonths]


class ReasonBar(NamedTuple):
    """What was removed for a reason; ``percent`` is of the reason that removed most."""

    reason: str
    blocks: int
    characters: int
    percent: float
    rules: Sequence[Rule]


class Stretch(NamedTuple):
    """Neighbouring days of one state: ``missing`` (pages are), ``complete``, ``partial``."""

    state: str
    first: date
    last: date
    loaded: int
    missing: int
    x: float
    width: float


class Strip(NamedTuple):
    """The coverage of a source, day by day; days on which nobody looked are left out."""

    source_id: str
    missing: int
    stretches: Sequence[Stretch]


def months_plot(months: Sequence[Month], last: date) -> MonthsPlot | None:
    """The plot of the months up to ``last``, five years at most; None when there is no article."""
    if not months:
        return None
    counts = _by_source(months)
    known = [m for counter in counts.values() for m in counter if m and m <= last]
    end = _number(last)
    start = max(min(map(_number, known), default=end), end - MOST_MONTHS + 1)
    start = min(start, end - 11)  # a year at least: a bar is no wall
    width = 100 / (end - start + 1)
    inside = [n for c in counts.values() for m, n in c.items() if m and start <= _number(m) <= end]
    highest = max(inside, default=1)

    def bar(month: date, articles: int) -> MonthBar:
        height = max(1.5, PLOT_HEIGHT * articles / highest)
        return MonthBar(month, articles, (_number(month) - start) * width, width, height)

    def source(name: str, counter: Counter[date | None]) -> SourceMonths:
        dated = sorted((m, n) for m, n in counter.items() if m is not None)
        return SourceMonths(
            name,
            counter.total(),
            [bar(m, n) for m, n in dated if start <= _number(m) <= end],
            sum(n for m, n in dated if _number(m) < start),
            sum(n for m, n in dated if _number(m) > end),
            counter[None],
        )

    years = [
        YearMark(number // 12, (number - start) * width)
        for number in range(start, end + 1)
        if number % 12 == 0
    ]
    ranked = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    return MonthsPlot(
        _month(start), _month(end), highest, years, [source(*item) for item in ranked]
    )


def reason_bars(rules: Iterable[Rule]) -> Sequence[ReasonBar]:
    """What was removed by reason, most characters first, each with its rules."""
    by_reason: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_reason[rule.reason].append(rule)
    totals = {
        reason: (sum(r.blocks for r in rules), sum(r.characters for r in rules))
        for reason, rules in by_reason.items()
    }
    most = max((characters for _, characters in totals.values()), default=0) or 1
    bars = [
        ReasonBar(reason, blocks, characters, 100 * characters / most, by_reason[reason])
        for reason, (blocks, characters) in totals.items()
    ]
    return sorted(bars, key=lambda bar: (-bar.characters, bar.reason))


def coverage_strips(days: Sequence[Day]) -> Sequence[Strip]:
    """Days before the last run, the latest on the right; sources that miss most pages first.

    ``days`` are sorted by source and day. Sources that nobody looked at are left out.
    """
    if not days:
        return ()
    last = max(day.day for day in days)
    strips = []
    for source_id, told in groupby(days, key=lambda day: day.source_id):
        looked = [day for day in told if _state(day) != "not_looked"]
        if looked:
            missing = sum(day.missing for day in looked)
            strips.append(Strip(source_id, missing, tuple(_stretches(looked, last))))
    return sorted(strips, key=lambda strip: (-strip.missing, strip.source_id))


def _stretches(days: Iterable[Day], last: date) -> Iterator[Stretch]:
    """Days as stretches: neighbours of one state are one."""
    width = 100 / DAYS_SHOWN
    for _, grouped in groupby(enumerate(days), lambda at: (_state(at[1]), _after(at[1], at[0]))):
        stretch = [day for _, day in grouped]
        before = (last - stretch[-1].day).days
        yield Stretch(
            _state(stretch[0]),
            stretch[0].day,
            stretch[-1].day,
            sum(day.loaded for day in stretch),
            sum(day.missing for day in stretch),
            100 - (before + len(stretch)) * width,
            len(stretch) * width,
        )


def _after(day: Day, place: int) -> int:
    """The same number for days that follow one another, at places that do."""
    return day.day.toordinal() - place


def _state(day: Day) -> str:
    return "missing" if day.missing else day.certainty


def _by_source(months: Iterable[Month]) -> dict[str, Counter[date | None]]:
    """Articles by month of each source; the smallest sources beyond a number are one."""
    counts: defaultdict[str, Counter[date | None]] = defaultdict(Counter)
    for source_id, month, articles in months:
        counts[source_id or "(no source)"][month] += articles
    ranked = sorted(counts, key=lambda name: (-counts[name].total(), name))
    rest = ranked[MOST_SOURCES:]
    if len(rest) > 1:
        others = f"{len(rest)} other sources"
        counts[others] = sum((counts.pop(name) for name in rest), Counter())
    return counts


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
