"""Two versions of a text as rows to read side by side, the words that differ marked."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

MOST_PARAGRAPHS = 4_000
"""Paragraphs of each version that are laid side by side; what follows is left out."""

_MOST_WORDS = 4_000
"""Words of a paragraph beyond which it is marked as a whole."""

_MOST_CANDIDATES = 40
"""Paragraphs ahead among which the other wording of one is looked for."""

_ALIKE = 50.0
"""Likeness in percent from which two paragraphs are two wordings of one."""

_SHORT = 2
"""Words in common between two differences that are too few to be read as such."""

_WORD = re.compile(r"\S+\s*|\s+")


class Piece(NamedTuple):
    """A part of a paragraph; ``differs`` when the other version has not got it there."""

    text: str
    differs: bool


class Row(NamedTuple):
    """Two wordings of a paragraph; None on the side that lacks it."""

    before: tuple[Piece, ...] | None
    after: tuple[Piece, ...] | None

    @property
    def same(self) -> bool:
        """Whether both versions have the paragraph, letter for letter."""
        return self.before == self.after


def side_by_side(before: Sequence[str], after: Sequence[str]) -> tuple[Row, ...]:
    """The paragraphs of two versions in order, each beside its other wording."""
    before, after = before[:MOST_PARAGRAPHS], after[:MOST_PARAGRAPHS]
    rows: list[Row] = []
    for old, new in _runs(before, after):
        if before[old] == after[new]:
            rows += [_same(text) for text in before[old]]
        else:
            rows += [_row(*pair) for pair in _paired(before[old], after[new])]
    return tuple(rows)


def _runs(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[slice, slice]]:
    """Where two sequences agree and where they do not, in turns; agreeing slices are equal."""
    first = second = 0
    for operation in Indel.opcodes(before, after):
        if operation.tag != "equal":
            continue
        if (first, second) != (operation.src_start, operation.dest_start):
            yield slice(first, operation.src_start), slice(second, operation.dest_start)
        first, second = operation.src_end, operation.dest_end
        yield slice(operation.src_start, first), slice(operation.dest_start, second)
    if (first, second) != (len(before), len(after)):
        yield slice(first, len(before)), slice(second, len(after))


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs that differ, each with the one that is most likely its other wording."""
    next_ = 0
    for old in before:
        ahead = after[next_ : next_ + _MOST_CANDIDATES]
        likeness = [fuzz.ratio(old, new, score_cutoff=_ALIKE) for new in ahead]
        best = max(likeness, default=0.0)
        if best < _ALIKE:
            yield old, None
            continue
        place = next_ + likeness.index(best)
        for new in after[next_:place]:
            yield None, new
        yield old, after[place]
        next_ = place + 1
    for new in after[next_:]:
        yield None, new


def _same(text: str) -> Row:
    pieces = (Piece(text, False),)
    return Row(pieces, pieces)


def _row(before: str | None, after: str | None) -> Row:
    if before is None or after is None:
        return Row(
            (before and (Piece(before, True),)) or None, (after and (Piece(after, True),)) or None
        )
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return Row((Piece(before, True),), (Piece(after, True),))
    sides: tuple[list[Piece], list[Piece]] = [], []
    # A last word has no space after it: what is compared is the word, what is shown has the space.
    runs = list(_runs([word.rstrip() for word in old], [word.rstrip() for word in new]))
    for place, (first, second) in enumerate(runs):
        differs = [w.rstrip() for w in old[first]] != [w.rstrip() for w in new[second]]
        is_between = 0 < place < len(runs) - 1
        differs = differs or (is_between and first.stop - first.start <= _SHORT)
        for side, words in zip(sides, (old[first], new[second]), strict=True):
            _extend(side, "".join(words), differs)
    return Row(*(tuple(_trimmed(side)) for side in sides))


def _extend(side: list[Piece], text: str, differs: bool) -> None:
    """Add a text to the pieces of a side, as one with the last when both are of a kind."""
    if text and side and side[-1].differs == differs:
        side[-1] = Piece(side[-1].text + text, differs)
    elif text:
        side.append(Piece(text, differs))


def _trimmed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces whose marks end with their last word, not with the space after it."""
    for text, differs in pieces:
        words = text.rstrip() if differs else text
        if words:
            yield Piece(words, differs)
        if words != text:
            yield Piece(text[len(words) :], False)
