"""Paragraphs said twice: an exact repeat goes, a near repeat with another fact stays, flagged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from parsers.document import SourceBlock
from parsers.ledger import Ledger

RULE = "duplicate.exact_repeat"
NEAR_FLAG = "near_duplicate_conflict"

_SHORTEST_REPEAT = 60
_SHORTEST_NEAR = 90
_WORD = re.compile(r"\w+")
_SHINGLE = 4
_KEY = 24
_MOST_ALIKE = 12
_SHARE = 0.6
_ALIKE_IN_LENGTH = 0.7


def remove_repeats(blocks: Sequence[SourceBlock], positions: Sequence[int], ledger: Ledger) -> None:
    """Remove every further copy of a long paragraph. Short lines may be said twice."""
    seen: set[str] = set()
    for position in positions:
        if not ledger.is_open(position):
            continue
        text = blocks[position].text
        if len(text) < _SHORTEST_REPEAT:
            continue
        if text in seen:
            ledger.remove(position, RULE, "duplicate")
        seen.add(text)


def has_near_repeat(texts: Sequence[str]) -> bool:
    """Tell whether two long paragraphs are nearly the same, but not quite.

    Nearly: alike in length, and three fifths of the shorter one's four-word sequences stand in
    the other too. (A pull quotation repeats a part of a much longer paragraph: no conflict.)
    Compared are paragraphs with the same beginning or the same end: one that was pasted twice and
    edited once keeps one of them.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        if len(text) < _SHORTEST_NEAR:
            continue
        # A letter may fold to several: what is cut off before folding is cut off again after it.
        for key in (text[:_KEY].casefold()[:_KEY], text[-_KEY:].casefold()[-_KEY:]):
            others = alike[key]
            if any(_nearly_same(text.casefold(), other.casefold()) for other in others):
                return True
            if len(others) < _MOST_ALIKE:
                others.append(text)
    return False


def _nearly_same(one: str, other: str) -> bool:
    first, second = _shingles(one), _shingles(other)
    shorter, longer = sorted((len(first), len(second)))
    if shorter < _ALIKE_IN_LENGTH * longer or one == other:
        return False
    return len(first & second) >= _SHARE * shorter


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = _WORD.findall(text)
    return set(zip(*(found[i:] for i in range(_SHINGLE)), strict=False))
