"""Which pages are held back: those that chance does not bring. Pure.

One odd page is news. A page that is odd in several ways at once, or in the same way as those
around it, is damage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, lgamma, log, log1p, prod

from flows.alarms.usual import ASPECTS, Usual

RARE = 0.05
"""An alarm that more of a source's articles have says nothing about one of them."""

CHANCE_OF_PAGE = 1e-5
"""A page is held back whose alarms come together less often than this."""

CHANCE_OF_WINDOW = 1e-6
"""Neighbouring pages are held back that share an alarm less often than this."""

WINDOWS = (5, 20)
"""How many neighbouring pages are looked at together."""


def held_back(alarms: Sequence[frozenset[str]], usual: Usual) -> set[int]:
    """Which of some neighbouring pages of a source are damage, by their alarms, in order."""
    alone = {number for number, found in enumerate(alarms) if is_damage(found, usual)}
    kinds = frozenset().union(*alarms)
    return alone.union(*(_shared(alarm, alarms, usual) for alarm in kinds))


def is_damage(alarms: frozenset[str], usual: Usual) -> bool:
    """Whether one page is odd in so many ways that chance does not bring it."""
    chances: dict[str, float] = {}
    for alarm in alarms:
        aspect, chance = ASPECTS[alarm], usual.chance(alarm)
        if chance < RARE:
            chances[aspect] = max(chances.get(aspect, 0.0), chance)
    return prod(chances.values()) < CHANCE_OF_PAGE and not usual.knows(alarms)


def _shared(alarm: str, alarms: Sequence[frozenset[str]], usual: Usual) -> Iterable[int]:
    """The pages with an alarm that more of their neighbours share than chance brings."""
    chance = usual.chance(alarm)
    having = [number for number, found in enumerate(alarms) if alarm in found]
    shared: set[int] = set()
    for size in WINDOWS:
        for start in range(len(having)):
            window = [n for n in having[start : start + size] if n < having[start] + size]
            pages = min(size, len(alarms))
            if at_least(len(window), pages, chance) < CHANCE_OF_WINDOW:
                shared.update(window)
    return shared


@lru_cache(10_000)
def at_least(number: int, pages: int, chance: float) -> float:
    """The probability that so many of some pages or more have what one has by ``chance``.

    ``chance`` lies between 0 and 1, neither included.
    """
    have, have_not = log(chance), log1p(-chance)
    orders = (
        lgamma(pages + 1)
        - lgamma(n + 1)
        - lgamma(pages - n + 1)
        + n * have
        + (pages - n) * have_not
        for n in range(number, pages + 1)
    )
    return sum(map(exp, orders))
