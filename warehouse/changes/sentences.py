"""Sentences of two texts laid side by side: which were changed, lost, added or moved.

The cost is bounded: sentences are aligned exactly up to ten thousand on either side and window by
window beyond, and no more than a fixed number of pairs is looked at closely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

_WINDOW: Final = 10_000
_AHEAD: Final = 12
_MOST_LOOKS: Final = 6_000
_LIKE: Final = 55.0
_LOOKED_AT: Final = 500
# A sentence ends at a mark and what closes after it, before white space and no small letter.
_END: Final = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(\s++)(?=[\"'“‘(\[]*+[^\Wa-z_])")
_THOUSANDS: Final = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_DECIMAL: Final = re.compile(r"\.(?<=\d\.)(?=\d)")
# Punctuation, quotes and dashes; no currency signs.
_TYPOGRAPHY: Final = str.maketrans(
    dict.fromkeys(
        (
            *"!\"#&'()*+,-./:;<=>?@[\\]^_`{|}~\u00a1\u00a6\u00a7\u00a8\u00a9\u00ab\u00ad\u00ae\u00af\u00b0",
            *"\u00b1\u00b4\u00b6\u00b7\u00b8\u00bb\u00bf\u3001\u3002\u3003\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f",
            *map(chr, range(0x2000, 0x2070)),
            *map(chr, range(0x3008, 0x3012)),
        ),
        " ",
    )
)
_DECIMAL_POINT: Final = "\x00"


class Sentence(NamedTuple):
    """A sentence, what it says (see ``words_of``), and the index of the paragraph it is in."""

    text: str
    words: str
    paragraph: int


class Difference(NamedTuple):
    """Sentences that differ; one side is empty when they were added or lost.

    ``same_words``: nothing but spacing, punctuation, case or typography differs. ``moved``: the
    sentences are the same and stand elsewhere.
    """

    before: tuple[Sentence, ...]
    after: tuple[Sentence, ...]
    same_words: bool = False
    moved: bool = False


def sentences(paragraphs: Iterable[str]) -> list[Sentence]:
    """Split paragraphs into sentences. Every character but white space between them is kept."""
    return [
        Sentence(text, words_of(text), index)
        for index, paragraph in enumerate(paragraphs)
        for line in paragraph.split("\n")
        for text in _split(line)
    ]


def _split(line: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        yield line[start : end.start(1)]
        start = end.end()
    if start < len(line):
        yield line[start:]


def words_of(text: str) -> str:
    """Return what a text says without spacing, punctuation, case and typography.

    Two numbers stay apart, and so do 1.5 and 15; 1,500 and 1500 are one.
    """
    text = text.casefold()
    if "." in text:
        text = _DECIMAL.sub(_DECIMAL_POINT, text)
    if "," in text:
        text = _THOUSANDS.sub("", text)
    parts: list[str] = []
    for word in text.translate(_TYPOGRAPHY).split():
        if parts and word[0].isdigit() and parts[-1][-1].isdigit():
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def differences(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Difference]:
    """Yield where two texts differ, in the order of the page."""
    runs = list(_runs(before, after))
    lost = Counter(s.words for run in runs if not run.same_words for s in run.before)
    added = Counter(s.words for run in runs if not run.same_words for s in run.after)
    moved = lost & added
    arrived = moved.copy()
    looks = _MOST_LOOKS
    for run in runs:
        if run.same_words:
            yield run
            continue
        gone = [s for s in run.before if not _take(moved, s.words)]
        come = []
        for sentence in run.after:
            if _take(arrived, sentence.words):
                yield Difference((sentence,), (sentence,), moved=True)
            else:
                come.append(sentence)
        if gone and come and _say(gone) == _say(come):  # parted otherwise into sentences
            yield Difference(tuple(gone), tuple(come), same_words=True)
            continue
        paired, looked = _paired(gone, come, looks)
        looks -= looked
        yield from paired


def _say(told: Iterable[Sentence]) -> str:
    return words_of(" ".join(sentence.text for sentence in told))


def _take(left: Counter[str], key: str) -> bool:
    """Take one of a key from what is left, and tell whether there was one."""
    if left[key] > 0:
        left[key] -= 1
        return True
    return False


# --- Alignment -------------------------------------------------------------------------------


def _runs(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Difference]:
    """Yield runs of sentences without a counterpart, and pairs that differ in typography alone."""
    numbers: dict[str, int] = {}
    first = [numbers.setdefault(key, len(numbers)) for _, key, _ in before]
    second = [numbers.setdefault(key, len(numbers)) for _, key, _ in after]
    start = _common_length(first, second)
    end = _common_length(first[start:][::-1], second[start:][::-1])
    yield from _same_words(before[:start], after[:start])
    for window in range(start, max(len(first), len(second)) - end, _WINDOW):
        rows = slice(window, min(window + _WINDOW, len(first) - end))
        columns = slice(window, min(window + _WINDOW, len(second) - end))
        yield from _window(first[rows], second[columns], before[rows], after[columns])
    if end:
        yield from _same_words(before[-end:], after[-end:])


def _window(
    first: Sequence[int],
    second: Sequence[int],
    before: Sequence[Sentence],
    after: Sequence[Sentence],
) -> Iterator[Difference]:
    opcodes = Indel.opcodes(first, second)
    for equal, group in groupby(opcodes, lambda opcode: opcode.tag == "equal"):
        steps = list(group)
        rows = slice(steps[0].src_start, steps[-1].src_end)
        columns = slice(steps[0].dest_start, steps[-1].dest_end)
        if equal:
            yield from _same_words(before[rows], after[columns])
        else:
            yield Difference(tuple(before[rows]), tuple(after[columns]))


def _same_words(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Difference]:
    for one, other in zip(before, after, strict=True):
        if one.text != other.text:
            yield Difference((one,), (other,), same_words=True)


def _common_length(first: Sequence[int], second: Sequence[int]) -> int:
    """Count the numbers that two sequences begin with alike."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


# --- Pairing within a run --------------------------------------------------------------------


def _paired(
    gone: Sequence[Sentence], come: Sequence[Sentence], looks: int
) -> tuple[list[Difference], int]:
    """Pair sentences that are alike, in order; the rest is lost or added. Returns looks taken."""
    found: list[Difference] = []
    lost: list[Sentence] = []
    place = looked = 0
    for sentence in gone:
        ahead = come[place : place + _AHEAD] if looked < looks else ()
        looked += len(ahead)
        alike = [_likeness(sentence, other) for other in ahead]
        best = max(range(len(alike)), key=alike.__getitem__, default=0)
        if not alike or alike[best] < _LIKE:
            lost.append(sentence)
            continue
        found += _parts(lost, come[place : place + best])
        found.append(Difference((sentence,), (come[place + best],)))
        lost, place = [], place + best + 1
    return found + _parts(lost, come[place:]), looked


def _parts(lost: Sequence[Sentence], added: Sequence[Sentence]) -> list[Difference]:
    parts = []
    if lost:
        parts.append(Difference(tuple(lost), ()))
    if added:
        parts.append(Difference((), tuple(added)))
    return parts


def _likeness(one: Sentence, other: Sentence) -> float:
    """Tell how alike two sentences begin, 0 to 100."""
    return fuzz.ratio(one.text[:_LOOKED_AT], other.text[:_LOOKED_AT], score_cutoff=_LIKE)
