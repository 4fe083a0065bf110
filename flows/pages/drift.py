"""Which sources come out otherwise than they did: a site that changed, or a parser that misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flows.pages.overview import FEWEST_LATELY, Drift

ODD_SHARE = 0.1
"""Difference between two shares from which it is told."""

ODD_RATIO = 1.5
"""How many times more, or fewer, words it takes."""


class Shift(NamedTuple):
    """A measure of a source that is not what it was; both in words."""

    source_id: str
    measure: str
    before: str
    lately: str
    pages: int


def shifts(drifts: Iterable[Drift]) -> tuple[Shift, ...]:
    """What has moved, source by source."""
    return tuple(shift for drift in drifts for shift in _shifts(drift))


def _shifts(drift: Drift) -> Iterator[Shift]:
    if _moved(drift.rejected_before, drift.rejected):
        yield _shift(drift, "pages rejected", drift.rejected_before, drift.rejected, drift.pages)
    if min(drift.articles, drift.articles_before) < FEWEST_LATELY:
        return
    shares = {
        "articles with a date": (drift.dated_before, drift.dated),
        "articles with an author": (drift.signed_before, drift.signed),
        "of a page's text kept": (drift.kept_before, drift.kept),
    }
    for measure, (before, lately) in shares.items():
        if before is not None and lately is not None and _moved(before, lately):
            yield _shift(drift, measure, before, lately, drift.articles)
    before, lately = drift.words_before or 0, drift.words or 0
    if max(before, lately) > ODD_RATIO * min(before, lately):
        numbers = f"{before:,.0f}", f"{lately:,.0f}"
        yield Shift(drift.source_id, "words of the middle article", *numbers, drift.articles)


def _moved(before: float, lately: float) -> bool:
    return abs(lately - before) >= ODD_SHARE


def _shift(drift: Drift, measure: str, before: float, lately: float, pages: int) -> Shift:
    return Shift(drift.source_id, measure, f"{before:.0%}", f"{lately:.0%}", pages)
