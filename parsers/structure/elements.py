"""A page's elements seen from its blocks: what stands in the same parent, in the same kind."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from parsers.document import Frames

Matrix = NDArray[np.float32]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NAMES = (
    "parent_prose", "parent_share", "parent_link_share", "parent_headings", "grandparent_share",
    "grandparent_link_share", "great_share", "great_link_share", "signature_share",
    "signature_count", "signature_prose", "signature_link_share", "name_share", "depth_in_best",
    "in_best", "around_best", "in_heaviest", "from_first_best", "to_last_best", "best_share",
    "common_with_best", "parent_blocks", "grandparent_blocks", "frame_blocks", "article_share",
    "in_first_article", "articles_before", "titles_before",
)  # fmt: skip

_MOST_LEVELS = 64
_LONGEST_SCORE = 1_200
_LINKS_SCORE = -15.0
_LABEL_SCORE = -4.0
_LEVELS_OVER_BEST = 12
_MOST_ARTICLES = 500
_ARTICLE_PROSE = 400


class Elements:
    """The elements that hold a page's blocks, by index into its frames.

    Blocks stand in document order, so those within one element are a stretch of them, and sums
    over an element are differences of running sums. Looked at to 64 levels above each block.

    ``parent_groups`` and ``signatures`` number the blocks' groups by their first block: blocks of
    one parent element; blocks whose element and parent element have the same tags, classes and ids.
    """

    def __init__(self, frames: Frames, of_blocks: Sequence[int]) -> None:
        self._up = np.maximum(np.array(array("q", frames.parent)), 0)
        self.own = np.maximum(np.array(of_blocks, np.int64), 0)
        self.parent = self._up[self.own]
        self.grandparent = self._up[self.parent]
        self._great = self._up[self.grandparent]
        self._articles = _places(frames.tag, "article", _MOST_ARTICLES)
        self._levels = self._all_levels()
        self._first = np.full(len(self._up), len(self.own))
        self._last = np.full(len(self._up), -1)
        around = self._levels.ravel()
        blocks = np.tile(np.arange(len(self.own)), len(self._levels))
        np.minimum.at(self._first, around, blocks)
        np.maximum.at(self._last, around, blocks)
        self._names, above = (
            _numbered(zip(_at(frames.tag, level), _at(frames.name, level), strict=True))
            for level in (self.own.tolist(), self.parent.tolist())
        )
        self.signatures = _numbered((self._names * len(self.own) + above).tolist())
        self.parent_groups = _numbered(self.parent.tolist())

    def _all_levels(self) -> Integers:
        """Return the elements around the blocks: a row for each level, the root in the last."""
        levels = [self.own]
        for _ in range(_MOST_LEVELS):
            above = self._up[levels[-1]]
            if not above.any():
                break
            levels.append(above)
        return np.stack([*levels, np.zeros_like(self.own)])

    def features(
        self,
        prose: Matrix,
        sizes: Matrix,
        linked: Matrix,
        heading: NDArray[np.bool_],
        titles: NDArray[np.bool_],
    ) -> Matrix:
        """Describe the surroundings of each block, a column for each of ``NAMES``.

        ``prose``, ``sizes`` and ``linked`` count the blocks' characters: of prose outside links,
        all, and in links; ``heading`` and ``titles`` tell which are headings, and which are h1.
        """
        total = max(float(prose.sum()), 1.0)
        prose_in, size_in, linked_in, headings_in = map(
            self._within, (prose, sizes, linked, heading)
        )
        signatures, groups = self.signatures, self.parent_groups
        in_signature, in_names, in_group = (
            np.bincount(numbers, weights=prose).astype(np.float64)
            for numbers in (signatures, self._names, groups)
        )
        signature_links = np.bincount(signatures, weights=linked) / np.maximum(
            np.bincount(signatures, weights=sizes), 1
        )
        blocks_in = self._last - self._first + 1
        in_parent = prose_in(self.parent)
        columns = (
            np.log1p(in_parent) / 8,
            in_parent / total,
            linked_in(self.parent) / np.maximum(size_in(self.parent), 1),
            headings_in(self.parent) / blocks_in[self.parent],
            prose_in(self.grandparent) / total,
            linked_in(self.grandparent) / np.maximum(size_in(self.grandparent), 1),
            prose_in(self._great) / total,
            linked_in(self._great) / np.maximum(size_in(self._great), 1),
            in_signature[signatures] / total,
            np.log1p(np.bincount(signatures)[signatures]) / 4,
            np.log1p(in_signature[signatures]) / 8,
            signature_links[signatures],
            in_names[self._names] / total,
            *self._about_best(prose, sizes, linked, total, in_group),
            np.log1p(blocks_in[self.parent]) / 4,
            np.log1p(blocks_in[self.grandparent]) / 4,
            np.log1p(np.bincount(self.own)[self.own]) / 2,
            *self._about_articles(prose, total),
            np.minimum(np.cumsum(titles) - titles, 5) / 2,
        )
        return joined(columns)

    def _about_best(
        self, prose: Matrix, sizes: Matrix, linked: Matrix, total: float, in_group: Floats
    ) -> tuple[NDArray[np.generic], ...]:
        """Where each block stands to the best container: the element of the highest sum of scores.

        Prose scores by its length, links and labels count against, so the article's own element
        sums higher than one with chrome around it.
        """
        size = len(prose)
        index = np.arange(size)
        score = np.where(2 * linked > sizes, _LINKS_SCORE, _LABEL_SCORE)
        score = np.where(prose > 0, np.minimum(prose, _LONGEST_SCORE), score)
        candidates = np.flatnonzero(self._last >= 0)
        sums = self._within(score)(candidates)
        best = int(candidates[len(sums) - 1 - int(np.argmax(sums[::-1]))])
        is_best = self._levels == best
        depth = np.where(is_best.any(axis=0), is_best.argmax(axis=0), -1)
        above = [best]
        for _ in range(_LEVELS_OVER_BEST - 1):
            above.append(int(self._up[above[-1]]))
        common = np.zeros(size, np.float32)
        for up, frame in reversed(list(enumerate(above))):
            common[self._first[frame] : self._last[frame] + 1] = 1 - up / _LEVELS_OVER_BEST
        first, last = int(self._first[best]), int(self._last[best])
        outer = above[1]
        return (
            np.minimum(depth, 8) / 4,
            depth >= 0,
            (index >= self._first[outer]) & (index <= self._last[outer]),
            self.parent_groups == int(np.argmax(in_group)),
            signed_log(index - first),
            signed_log(last - index),
            np.full(size, float(prose[first : last + 1].sum()) / total),
            common,
        )

    def _about_articles(self, prose: Matrix, total: float) -> tuple[NDArray[np.generic], ...]:
        """The nearest article element of each block: a page may hold a second one after its own."""
        nearest = np.zeros(len(prose), np.int64)
        for number, frame in enumerate(self._articles, 1):
            nearest[self._first[frame] : self._last[frame] + 1] = number
        in_article = np.bincount(nearest, weights=prose)
        long = in_article > _ARTICLE_PROSE
        first = int(np.argmax(long)) if long.any() else 0
        begun = np.cumsum(long[1:]) if len(long) > 1 else np.zeros(0)
        before = np.concatenate([[0], begun])[nearest]
        return in_article[nearest] / total, nearest == first, np.minimum(before, 6) / 2

    def _within(self, values: NDArray[np.generic]) -> Callable[[Integers], Floats]:
        running = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        return lambda frames: running[self._last[frames] + 1] - running[self._first[frames]]


def joined(columns: Sequence[NDArray[np.generic]]) -> Matrix:
    """Return columns as one matrix. (Several times as quick as to stack them.)"""
    matrix = np.empty((len(columns), len(columns[0])), np.float32)
    for number, column in enumerate(columns):
        matrix[number] = column
    return matrix.T


def signed_log(values: NDArray[np.int64]) -> Floats:
    """Return the distances as logarithms that keep their sign."""
    return np.sign(values) * np.log1p(np.abs(values)) / 4


def _places(column: Sequence[str], value: str, most: int) -> list[int]:
    """Return the first places of a value, at most ``most``."""
    places: list[int] = []
    try:
        while len(places) < most:
            places.append(column.index(value, places[-1] + 1 if places else 0))
    except ValueError:
        pass
    return places


def _at(column: Sequence[str], rows: Sequence[int]) -> list[str]:
    return list(map(column.__getitem__, rows))


def _numbered(keys: Iterable[Hashable]) -> Integers:
    """Number each key by the place where it first comes."""
    numbers: dict[Hashable, int] = {}
    return np.array(list(map(numbers.setdefault, keys, count())), np.int64)
