"""Which blocks of a page its gold holds, by aligning the two.

Each block is placed as a whole at one stretch of the gold; the chain of placements, in the order
of both, with the most matched words wins. Words of page furniture that occur here and there in
the gold therefore count for nothing, unlike in a plain longest common subsequence of words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(r"\w+")
_SHINGLE = 4  # longest run of words that finds placements
_MOST_PLACES = 12  # placements tried per block
_MOST_OCCURRENCES = 50
_SKIPPED = 0.6  # cost of a word skipped between two matches of a placement
_UNMATCHED = 0.3  # cost of a word of the gold inside a placement that the block lacks
_DISTANCE = 0.15  # cost of log2 of the blocks between two placed ones

Words = Sequence[str]
Pair = tuple[int, int]
Index = Mapping[int, Mapping[tuple[str, ...], Sequence[int]]]


class Place(NamedTuple):
    """A block's placement at the gold's words [start, end), of which ``matched`` are its own."""

    block: int
    start: int
    end: int
    matched: int


def shares_in_gold(texts: Sequence[str], gold: str) -> list[float]:
    """Return the share (0-1) of each text's words that stand in the gold, in order."""
    blocks = [_words(text) for text in texts]
    words = _words(gold)
    index = {n: _occurrences(words, n) for n in range(1, _SHINGLE + 1)}
    places = [
        place
        for number, block in enumerate(blocks)
        if block
        for place in _places(number, block, words, index)
    ]
    shares = [0.0] * len(blocks)
    for place in _best_chain(places):
        shares[place.block] = place.matched / len(blocks[place.block])
    return shares


def _words(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def _occurrences(words: Words, n: int) -> Mapping[tuple[str, ...], Sequence[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for start in range(len(words) - n + 1):
        found[tuple(words[start : start + n])].append(start)
    return found


def _places(number: int, block: Words, gold: Words, index: Index) -> list[Place]:
    n = min(_SHINGLE, len(block))
    hits = sorted(
        (at - start, start)
        for start in range(len(block) - n + 1)
        if len(places := index[n].get(tuple(block[start : start + n]), ())) <= _MOST_OCCURRENCES
        for at in places
    )
    if not hits:
        return []
    clusters = _clusters(hits, max(8, len(block) // 3) if len(block) > 8 else 0)
    found = []
    for cluster in sorted(clusters, key=len, reverse=True)[:_MOST_PLACES]:
        starts = [start for _, start in cluster]
        low = max(0, min(sum(hit) for hit in cluster) - min(starts))
        high = max(sum(hit) for hit in cluster) + len(block) - max(starts)
        pairs = _densest(_tightest(block, gold[low:high]))
        if pairs:
            found.append(Place(number, low + pairs[0][1], low + pairs[-1][1] + 1, len(pairs)))
    return found


def _clusters(hits: Sequence[Pair], slack: int) -> list[list[Pair]]:
    """Part the hits where their diagonal jumps: a long block's may drift, a short one's not."""
    clusters = [[hits[0]]]
    for hit in hits[1:]:
        if hit[0] - clusters[-1][-1][0] > slack:
            clusters.append([])
        clusters[-1].append(hit)
    return clusters


def _tightest(a: Words, b: Words) -> list[Pair]:
    """The common subsequence whose ends lie closest to its middle."""
    left = common_subsequence(a, b)
    mirrored = common_subsequence(a[::-1], b[::-1])
    right = [(len(a) - 1 - i, len(b) - 1 - j) for i, j in reversed(mirrored)]
    middle = len(left) // 2
    joined = right[:middle] + left[middle:]
    ordered = all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(joined))
    options = [left, right, joined] if ordered else [left, right]
    return min(options, key=lambda pairs: pairs[-1][1] - pairs[0][1] if pairs else 0)


def _densest(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """The run of pairs with the greatest sum of 1 a pair, less a cost per word skipped."""
    best = run = 0.0
    begin = best_begin = best_end = 0
    for k, (i, j) in enumerate(pairs):
        if k:
            run -= _SKIPPED * (max(i - pairs[k - 1][0], j - pairs[k - 1][1]) - 1)
        if run <= 0:
            run, begin = 0.0, k
        run += 1
        if run > best:
            best, best_begin, best_end = run, begin, k + 1
    return pairs[best_begin:best_end]


def common_subsequence(a: Words, b: Words) -> list[Pair]:
    """A longest common subsequence as index pairs, the leftmost in ``b``.

    Bit-parallel (Hyyrö, Bit-Parallel LCS-length Computation Revisited, 2004), with traceback.
    """
    masks: dict[str, int] = defaultdict(int)
    for j, word in enumerate(b):
        masks[word] |= 1 << j
    everything = (1 << len(b)) - 1
    row, rows = everything, []
    for word in a:
        matched = row & masks.get(word, 0)
        row = ((row + matched) | (row - matched)) & everything
        rows.append(row)
    pairs: list[Pair] = []
    i, j = len(a) - 1, len(b) - 1
    while i >= 0 and j >= 0:
        if rows[i] >> j & 1:
            j -= 1
        elif i > 0 and not rows[i - 1] >> j & 1:
            i -= 1
        else:
            pairs.append((i, j))
            i, j = i - 1, j - 1
    return pairs[::-1]


def _best_chain(places: Sequence[Place]) -> list[Place]:
    """The chain in increasing block and gold order, without overlap, of the greatest weight."""
    ordered = sorted(places, key=lambda place: (place.block, place.start))
    best: list[float] = []
    back: list[int] = []
    for place in ordered:
        score, link = 0.0, -1
        for j in range(len(best) - 1, -1, -1):
            other = ordered[j]
            if other.block < place.block and other.end <= place.start:
                value = best[j] - _DISTANCE * math.log2(place.block - other.block)
                if value > score:
                    score, link = value, j
        lacking = place.end - place.start - place.matched
        best.append(score + place.matched - _UNMATCHED * lacking)
        back.append(link)
    chain: list[Place] = []
    k = max(range(len(best)), key=best.__getitem__, default=-1)
    while k >= 0:
        chain.append(ordered[k])
        k = back[k]
    return chain[::-1]
