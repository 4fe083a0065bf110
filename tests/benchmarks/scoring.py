"""How well a text and its metadata agree with the gold. Pure functions, numbers between 0 and 1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import mean
from typing import NamedTuple

SHINGLE_LENGTH = 4

_TOKEN = re.compile(r"\w+")

Shingle = tuple[str, ...]


class Overlap(NamedTuple):
    """How much of a text is in the gold (precision), and of the gold in the text (recall)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return harmonic_mean(self.precision, self.recall)


class Segments(NamedTuple):
    """Counts of snippets: wanted ones found and missing, unwanted ones found."""

    found: int
    missing: int
    intruding: int

    @property
    def overlap(self) -> Overlap:
        return Overlap(
            precision=_share(self.found, self.found + self.intruding),
            recall=_share(self.found, self.found + self.missing),
        )


def tokens(text: str) -> list[str]:
    """The words of a text, case kept."""
    return _TOKEN.findall(text)


def shingles(words: Sequence[str]) -> Counter[Shingle]:
    """The multiset of runs of four words; a shorter text is one run."""
    if not words:
        return Counter()
    last_start = max(len(words) - SHINGLE_LENGTH, 0)
    return Counter(tuple(words[i : i + SHINGLE_LENGTH]) for i in range(last_start + 1))


def shingle_overlap(text: str, gold: str) -> Overlap:
    """Precision and recall of a text on the shingles of the gold.

    An empty text claims nothing: its precision is 1, its recall 0.
    """
    text_shingles, gold_shingles = shingles(tokens(text)), shingles(tokens(gold))
    common = (text_shingles & gold_shingles).total()
    return Overlap(
        precision=_share(common, text_shingles.total()),
        recall=_share(common, gold_shingles.total()),
    )


def is_exact(text: str, gold: str) -> bool:
    """Whether both have the same words in the same order."""
    return tokens(text) == tokens(gold)


def segments(text: str, wanted: Iterable[str], unwanted: Iterable[str]) -> Segments:
    """Count the snippets in a text, white space folded on both sides."""
    folded = fold_space(text)
    hits = [fold_space(snippet) in folded for snippet in wanted]
    return Segments(
        found=sum(hits),
        missing=len(hits) - sum(hits),
        intruding=sum(fold_space(snippet) in folded for snippet in unwanted),
    )


def corpus_overlap(overlaps: Sequence[Overlap]) -> Overlap:
    """A corpus' precision and recall: the means over its pages (its F1 follows from the means)."""
    return Overlap(
        precision=mean(overlap.precision for overlap in overlaps),
        recall=mean(overlap.recall for overlap in overlaps),
    )


def corpus_segments(counts: Iterable[Segments]) -> Segments:
    """All snippets of a corpus, counted together."""
    totals = [sum(column) for column in zip(*counts, strict=True)]
    return Segments(*totals) if totals else Segments(0, 0, 0)


def fold_space(text: str) -> str:
    """White space runs as one space, none at the ends."""
    return " ".join(text.split())


def same_text(found: str | None, gold: str) -> bool:
    """Equal but for white space."""
    return found is not None and fold_space(found) == fold_space(gold)


def same_authors(found: Iterable[str], gold: Iterable[str]) -> bool:
    """The same set of names, in any order, but for white space."""
    return {fold_space(name) for name in found} == {fold_space(name) for name in gold}


def same_day(found: str | None, gold: str) -> bool:
    """Whether two ISO 8601 texts name the same day.

    Two moments with zones are compared on the gold's calendar, so that one moment written in two
    zones is one day. A text that names no day is never right.
    """
    if found is None or not names_a_day(found):
        return False
    found_moment, gold_moment = datetime.fromisoformat(found), datetime.fromisoformat(gold)
    if found_moment.tzinfo and gold_moment.tzinfo:
        found_moment = found_moment.astimezone(gold_moment.tzinfo)
    return found_moment.date() == gold_moment.date()


def names_a_day(text: str) -> bool:
    """Whether a text is an ISO 8601 day or moment (a month, or a day that is not, is neither)."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def harmonic_mean(precision: float, recall: float) -> float:
    """F1 of a precision and a recall; 0 when both are."""
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _share(part: int, whole: int) -> float:
    """Part of whole; all of nothing is 1, since nothing was got wrong."""
    return part / whole if whole else 1.0
