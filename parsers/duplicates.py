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
_MOST_HOLDERS = 12
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
    """Tell whether two long paragraphs are nearly the same. Linear in the number of words.

    Nearly: alike in length, and three fifths of the shorter one's four-word sequences stand in
    the other too. (A pull quotation repeats a part of a much longer paragraph: no conflict.)
    """
    sizes: dict[int, int] = {}
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for number, text in enumerate(texts):
        if len(text) < _SHORTEST_NEAR:
            continue
        found = _WORD.findall(text.casefold())
        shingles = set(zip(*(found[i:] for i in range(_SHINGLE)), strict=False))
        sizes[number] = len(shingles)
        for shingle in shingles:
            others = holders[shingle]
            if len(others) < _MOST_HOLDERS:
                for other in others:
                    shared[other, number] += 1
                others.append(number)
    return any(
        count >= _SHARE * min(sizes[a], sizes[b])
        and min(sizes[a], sizes[b]) >= _ALIKE_IN_LENGTH * max(sizes[a], sizes[b])
        for (a, b), count in shared.items()
    )
