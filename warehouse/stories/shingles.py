"""Texts as sets of shingles: hashes of five words in a row (Broder, 1997), made for many at once.

Words are compared without case and punctuation, so that curly and straight quotation marks are
the same. All texts of a batch are hashed together, byte by byte in NumPy: ten times as fast as
word by word in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

WORDS_A_SHINGLE = 5
BANDS, ROWS_A_BAND = 32, 2
"""Two texts meet when one band of their signatures is the same: at a Jaccard similarity of 0.2
with a probability of 0.73, at 0.3 of 0.95, at 0.5 of 0.9999 (1 - (1 - s ** rows) ** bands)."""

ALGORITHM = 1_000 * RMinHash.ALGORITHM_VERSION + 1
"""Changes when hashes or signatures do: what is stored of other algorithms is made again."""

MAX_BYTES = 1 << 20
"""UTF-8 bytes of one text that are looked at."""

# As many bytes as keep the arrays of a batch within a processor's cache.
_BATCH_BYTES = 1 << 17

Hashes = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15
_SEED = 20_240_501
_WORD_BYTES = np.zeros(256, np.uint8)
for _letter in b"0123456789abcdefghijklmnopqrstuvwxyz":
    _WORD_BYTES[_letter] = _letter
for _letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _WORD_BYTES[_letter] = _letter + 32
_WORD_BYTES[128:] = range(128, 256)


class Shingled(NamedTuple):
    """A text as it is compared.

    ``digest`` (32 hex digits) is of its words in order; ``words`` counts them; ``shingles`` are in
    order too, one for each word that four others follow.
    """

    digest: str
    words: int
    shingles: Hashes


def shingled(texts: Iterable[str]) -> Iterator[Shingled]:
    """Each text with its digest, its number of words and its shingles, in order."""
    for batch in _batches(texts):
        hashes, counts = _word_hashes(batch)
        runs = _in_a_row(hashes)
        first = 0
        for count in counts.tolist():
            end = first + count
            digest = blake2b(hashes[first:end].tobytes(), digest_size=16).hexdigest()
            yield Shingled(digest, count, runs[first : max(first, end - WORDS_A_SHINGLE + 1)])
            first = end


def bands(texts: Sequence[Shingled]) -> NDArray[np.uint32]:
    """The bands of each text's MinHash signature, a row a text: equal numbers, a likely match."""
    if not texts:
        return np.empty((0, BANDS), np.uint32)
    ends = np.cumsum([0, *(len(text.shingles) for text in texts)], dtype=np.uint64)
    signatures = RMinHash.digest_matrix_from_flat_token_hashes(
        np.concatenate([text.shingles for text in texts]), ends, BANDS * ROWS_A_BAND, _SEED
    )
    rows = np.array(signatures.to_rows(), np.uint64).reshape(len(texts), BANDS, ROWS_A_BAND)
    # The number of the band goes in, so that one table can hold the keys of all bands.
    numbers = np.arange(BANDS, dtype=np.uint64)
    keys: Hashes = (rows[:, :, 0] << np.uint64(32) | rows[:, :, 1]) + numbers
    return (_mixed(keys) >> np.uint64(32)).astype(np.uint32)


def _batches(texts: Iterable[str]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for text in texts:
        encoded = text[:MAX_BYTES].encode("utf-8", "replace")[:MAX_BYTES]
        if batch and size + len(encoded) > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(encoded)
        size += len(encoded) + 1
    if batch:
        yield batch


def _word_hashes(texts: Sequence[bytes]) -> tuple[Hashes, NDArray[np.int64]]:
    """The hashes of all words of all texts in order, and how many words each text has.

    A word's hash is a polynomial of its bytes modulo 2**64: a difference of two prefix sums,
    divided by the power at its place.
    """
    raw = np.frombuffer(b"\n".join((*texts, b"")), np.uint8)
    starts, ends = _word_places(raw)
    powers, inverses = _powers(len(raw))
    sums = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum(_WORD_BYTES[raw] * powers, out=sums[1:])
    words: Hashes = (sums[ends] - sums[starts]) * inverses[starts]
    last = np.cumsum([len(text) + 1 for text in texts])
    counts = np.diff(np.searchsorted(starts, last), prepend=0)
    return _mixed(words), counts


def _word_places(raw: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where words begin, and where they end.

    Bytes outside ASCII belong to words, but for punctuation (U+0080-00BF, U+2000-203F,
    U+3000-303F). Each character of Han, kana, Thai and Lao is a word: they have no spaces.
    """
    following = np.append(raw[1:], np.uint8(0))
    inside = _WORD_BYTES[raw] != 0
    for lead, second, length in ((0xC2, None, 2), (0xE2, 0x80, 3), (0xE3, 0x80, 3)):
        marks = raw == lead
        if second is not None:
            marks &= following == second
        places = np.flatnonzero(marks)
        for step in range(length):
            inside[np.minimum(places + step, len(raw) - 1)] = False
    alone = (raw >= 0xE3) & (raw <= 0xE9)
    alone |= (raw == 0xE0) & (following >= 0xB8) & (following <= 0xBB)
    begins = inside & (alone | ~np.concatenate(([False], inside[:-1])))
    outside_next = np.append(~inside[1:] | begins[1:], True)
    return np.flatnonzero(begins), np.flatnonzero(inside & outside_next) + 1


@cache
def _all_powers() -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse modulo 2**64, as many as a batch may have bytes."""
    length = MAX_BYTES + _BATCH_BYTES + 2
    tables = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        table = np.full(length, base, np.uint64)
        table[0] = 1
        tables.append(np.cumprod(table, dtype=np.uint64))
    return tables[0], tables[1]


def _powers(length: int) -> tuple[Hashes, Hashes]:
    powers, inverses = _all_powers()
    return powers[:length], inverses[:length]


def _in_a_row(words: Hashes) -> Hashes:
    """The hash of each run of five words; none for a shorter text."""
    length = len(words) - WORDS_A_SHINGLE + 1
    if length < 1:
        return np.empty(0, np.uint64)
    runs = words[:length].copy()
    for step in range(1, WORDS_A_SHINGLE):
        runs *= np.uint64(_BASE)
        runs += words[step : step + length]
    return _mixed(runs)


def _mixed(values: Hashes) -> Hashes:
    """The values with every bit depending on every other (SplitMix64's finaliser)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed
