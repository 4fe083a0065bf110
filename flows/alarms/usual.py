"""What is usual for a source, and in which ways a signature departs from it. Pure.

Ranges come from the deciles of a source's latest articles, so that a few odd ones among them do
not widen them. They are wide: what lies outside is not just long or short for its source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import exp, inf, log
from statistics import quantiles
from typing import Final, NamedTuple

from warehouse import History, Signature

FEWEST = 20
"""Articles of a source before anything of it is judged."""

RECENT = 20
"""The latest articles are judged together with new ones, not the measure of them: what crept in a
few pages a day is no habit yet. A history too short to spare them is taken whole."""

MARGIN = 2.5
"""How far a range reaches beyond the outer deciles, in their distances from the median."""

MOST_LIST_ITEMS = 0.5
"""Share of list items among kept blocks that no source finds many."""

SAME_MOMENT = 4
"""Other articles of the source that came out at the very same time, before that is strange."""

ASPECTS: Final = {
    "no_headline": "headline",
    "no_date": "date",
    "date_ahead": "date",
    "date_repeated": "date",
    "no_authors": "authors",
    "few_words": "text",
    "many_words": "text",
    "short_blocks": "text",
    "long_blocks": "text",
    "many_list_items": "text",
    "little_removed": "removed",
    "much_removed": "removed",
    "chrome_kept": "chrome",
}
"""Each alarm, and the aspect of an article that it is about.

Length and shape are one: a rare kind of page, such as a gallery, differs in both.
"""


class Range(NamedTuple):
    """From where to where a measure of a source's articles lies."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:,.0f} to {self.high:,.0f}"


class _Measure(NamedTuple):
    """A measure: the alarms below and above its range, and how wide that is at least.

    ``downward`` and ``upward`` are the factors by which a page may always lie below and above the
    median; ``small`` is added to both, so that small numbers may differ by any factor.
    """

    below: str
    above: str
    unit: str
    downward: float
    upward: float
    small: float


_MEASURES: Final = {
    "words": _Measure("few_words", "many_words", "words", 2.5, 5, 10),
    "words_per_block": _Measure("short_blocks", "long_blocks", "words a block", 2, 3, 2),
    "removed": _Measure("little_removed", "much_removed", "characters removed", 2, 2, 200),
}


def _values(signature: Signature) -> dict[str, float]:
    return {
        "words": signature.words,
        "words_per_block": signature.words / max(signature.blocks, 1),
        "removed": signature.removed,
    }


Departures = dict[str, str]
"""The alarms of a page, each with what it has and what is usual, in words."""


class Usual:
    """What is usual for a source, by its history of ``FEWEST`` articles or more.

    ``latest`` are the alarms of its latest articles, oldest first.
    """

    def __init__(self, history: History) -> None:
        settled = len(history.signatures) - RECENT
        self.number = settled if settled >= FEWEST else len(history.signatures)
        habits = history.signatures[: self.number]
        released = [s for s in history.signatures if s.article_id in history.released]
        self._ranges = _ranges(habits, released)
        self._most_list_items = _most_list_items(habits, released)
        self._moments: dict[datetime, set[str]] = {}
        for signature in history.signatures:
            self.meet(signature)
        # A person has looked at these and found nothing wrong: their like is not held back again.
        self._allowed = {
            alarm
            for alarms in history.released.values()
            for alarm in alarms
            if alarm not in _NUMERIC
        }
        alarms = [frozenset(self.departures(signature)) for signature in history.signatures]
        self.latest = tuple(alarms[-RECENT:])
        self._known = alarms[: self.number]
        self._counts = Counter(alarm for found in self._known for alarm in found)

    def meet(self, signature: Signature) -> None:
        """Remember when an article came out; others of the same moment are told by it."""
        if signature.moment is not None:
            self._moments.setdefault(signature.moment, set()).add(signature.article_id)

    def departures(self, signature: Signature) -> Departures:
        """In which ways a signature departs from what is usual."""
        found = dict((*self._of_fields(signature), *self._of_numbers(signature)))
        return {alarm: told for alarm, told in found.items() if alarm not in self._allowed}

    def chance(self, alarm: str) -> float:
        """How often a page has this alarm, at most about: as if two more of the history had it."""
        return (self._counts[alarm] + 2) / (self.number + 3)

    def knows(self, alarms: frozenset[str]) -> bool:
        """Whether an article of the history has all of these alarms at once."""
        return any(alarms <= known for known in self._known)

    def _of_fields(self, signature: Signature) -> Iterator[tuple[str, str]]:
        if not signature.has_headline:
            yield "no_headline", "no headline"
        if not signature.has_date:
            yield "no_date", "no date"
        if not signature.has_authors:
            yield "no_authors", "no authors"
        if signature.is_ahead:
            yield "date_ahead", "dated when it was looked at, or later"
        others = self._moments.get(signature.moment, set()) if signature.moment else set()
        if len(others - {signature.article_id}) >= SAME_MOMENT:
            yield "date_repeated", "the very date and time of many others"
        if signature.leaks:
            yield "chrome_kept", f"{signature.leaks:,} blocks kept that are removed elsewhere"

    def _of_numbers(self, signature: Signature) -> Iterator[tuple[str, str]]:
        values = _values(signature)
        for name, measure in _MEASURES.items():
            value, usual = values[name], self._ranges[name]
            if not usual.low <= value <= usual.high:
                alarm = measure.below if value < usual.low else measure.above
                yield alarm, f"{value:,.0f} {measure.unit}, usually {usual}"
        share = _list_share(signature)
        if share > self._most_list_items:
            yield (
                "many_list_items",
                f"{share:.0%} list items, usually at most {self._most_list_items:.0%}",
            )


_NUMERIC: Final = frozenset(
    alarm for measure in _MEASURES.values() for alarm in (measure.below, measure.above)
) | {"many_list_items"}


def _ranges(habits: Sequence[Signature], released: Sequence[Signature]) -> dict[str, Range]:
    """The range of each measure, wide enough for what a person has released."""
    rows, right = list(map(_values, habits)), list(map(_values, released))
    ranges = {}
    for name, measure in _MEASURES.items():
        usual = _range([row[name] for row in rows], measure)
        allowed = [row[name] for row in right]
        ranges[name] = Range(min(usual.low, *allowed, inf), max(usual.high, *allowed, -inf))
    return ranges


def _range(values: Sequence[float], measure: _Measure) -> Range:
    """Counts and sizes vary by factors: their range is taken on a logarithmic scale."""
    small = measure.small
    first, median, last = _deciles(log(value + small) for value in values)
    low = min(median - log(measure.downward), first - MARGIN * (median - first))
    high = max(median + log(measure.upward), last + MARGIN * (last - median))
    return Range(max(exp(low) - small, 0.0), exp(high) - small)


def _most_list_items(habits: Sequence[Signature], released: Sequence[Signature]) -> float:
    _, median, last = _deciles(map(_list_share, habits))
    return max(MOST_LIST_ITEMS, last + MARGIN * (last - median), *map(_list_share, released))


def _list_share(signature: Signature) -> float:
    return signature.list_items / max(signature.blocks, 1)


def _deciles(values: Iterable[float]) -> tuple[float, float, float]:
    """The first decile, the median and the last decile."""
    cuts = quantiles(values, n=10, method="inclusive")
    return cuts[0], cuts[4], cuts[8]
