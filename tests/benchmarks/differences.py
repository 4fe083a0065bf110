"""What a text lacks of the gold and what it has too much, line by line, for a reader's eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.benchmarks.scoring import SHINGLE_LENGTH, tokens

_TOKEN = re.compile(r"\w+")


class LineDifference(NamedTuple):
    """A line that the other text does not have whole.

    ``share`` is the share of its words that the other text lacks; ``marked`` is the line with
    the lacking runs of words in double brackets.
    """

    share: float
    marked: str


def lines_lacking(text: str, other: str) -> Iterator[LineDifference]:
    """The lines of a text that the other text lacks in whole or in part, in order.

    A word is there when a run of four words that it belongs to (the whole line, if shorter)
    stands in the other text, in any place.
    """
    present = _runs(tokens(other))
    for line in text.splitlines():
        spans = [match.span() for match in _TOKEN.finditer(line)]
        words = [line[start:end] for start, end in spans]
        found = _covered(words, present)
        if words and not all(found):
            yield LineDifference(found.count(False) / len(words), _mark(line, spans, found))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    """All runs of at most four words."""
    runs: set[tuple[str, ...]] = set()
    for length in range(1, SHINGLE_LENGTH + 1):
        runs.update(tuple(words[i : i + length]) for i in range(len(words) - length + 1))
    return runs


def _covered(words: list[str], present: set[tuple[str, ...]]) -> list[bool]:
    covered = [False] * len(words)
    length = min(SHINGLE_LENGTH, len(words))
    for start in range(len(words) - length + 1):
        if tuple(words[start : start + length]) in present:
            covered[start : start + length] = [True] * length
    return covered


def _mark(line: str, spans: list[tuple[int, int]], found: list[bool]) -> str:
    """The line with each run of words not found in double brackets."""
    if not any(found):
        return line.strip()
    parts, position, is_open = [], 0, False
    for (start, end), is_found in zip(spans, found, strict=True):
        gap = line[position:start]
        if is_found == is_open:
            gap = f"]]{gap}" if is_open else f"{gap}[["
            is_open = not is_open
        parts.append(gap + line[start:end])
        position = end
    return ("".join(parts) + ("]]" if is_open else "") + line[position:]).strip()
