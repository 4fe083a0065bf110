"""Counts of characters by class for many texts at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

(
    LOWER, DIGIT, UPPER, SPACE, COMMA, STOP, COLON, ELLIPSIS, SEPARATOR, OPENER, BRACKET, LINE,
    WIDE, ADDRESS, RIGHTS, MONEY,
) = (1 << i for i in range(16))  # fmt: skip
_MEMBERS: tuple[tuple[int, str], ...] = (
    (COMMA, ",，、،"),
    (STOP, ".!?…。！？।؟"),
    (COLON, ":："),
    (ELLIPSIS, "…"),
    (SEPARATOR, "|•·/»›>→"),
    (OPENER, '"“‘«„「'),
    (BRACKET, "([（【"),
    (LINE, "\n\t"),
    (ADDRESS, "@#"),
    (RIGHTS, "©®™"),
    (MONEY, "$€£¥₹%"),
)
_CLOSERS = "\"'”’)]»」』）"
_LAST_CODE = 0xFFFF
_FIRST_WIDE = 0x2E80
_LONGEST_TEXT = 4_000


def _classes() -> NDArray[np.uint16]:
    table = np.zeros(_LAST_CODE + 1, np.uint16)
    table[_FIRST_WIDE:] = WIDE
    for code in range(_FIRST_WIDE):
        character = chr(code)
        if character.isdigit():
            table[code] = DIGIT
        elif character.isupper():
            table[code] = UPPER
        elif character.islower():
            table[code] = LOWER
        elif character.isspace():
            table[code] = SPACE
    for bit, characters in _MEMBERS:
        for character in characters:
            table[ord(character)] |= bit
    return table


_CLASS_OF = _classes()


class Characters:
    """The characters of some texts, none of them empty, each read to its 4,000th."""

    def __init__(self, texts: Sequence[str]) -> None:
        texts = [text[:_LONGEST_TEXT] for text in texts]
        lengths = np.array(list(map(len, texts)), np.int64) + 1
        encoded = " ".join(texts).encode("utf-32-le", "surrogatepass")
        classes = _CLASS_OF[np.minimum(np.frombuffer(encoded, np.uint32), _LAST_CODE)]
        starts = np.cumsum(lengths) - lengths
        # Most characters are letters of no interest: the others are looked at once for all.
        places = np.flatnonzero(classes > LOWER)
        self._found = classes[places]
        self._after_space = (classes[places - 1] & SPACE) != 0
        self._before_space = (classes[(places + 1) % len(classes)] & SPACE) != 0
        self._texts = np.repeat(np.arange(len(texts)), lengths)[places]
        self._count = len(texts)
        self._begins = classes[starts]
        self._ends = _CLASS_OF[_last_codes(texts)]

    def count(self, bits: int) -> Matrix:
        """Count the characters of a class in each text."""
        return self._counted((self._found & bits) != 0)

    def count_after_space(self, bits: int) -> Matrix:
        """Count those that begin a word, but not the first text."""
        return self._counted(((self._found & bits) != 0) & self._after_space)

    def count_before_space(self, bits: int) -> Matrix:
        """Count those that end a word."""
        return self._counted(((self._found & bits) != 0) & self._before_space)

    def begins(self, bits: int) -> NDArray[np.bool_]:
        """Tell which texts begin with a character of the class."""
        found: NDArray[np.bool_] = (self._begins & bits) != 0
        return found

    def ends(self, bits: int) -> NDArray[np.bool_]:
        """Tell which texts end with one, closing quotation marks and brackets apart."""
        found: NDArray[np.bool_] = (self._ends & bits) != 0
        return found

    def _counted(self, found: NDArray[np.bool_]) -> Matrix:
        return np.bincount(self._texts[found], minlength=self._count).astype(np.float32)


def _last_codes(texts: Sequence[str]) -> NDArray[np.int64]:
    ends = [text[-1:] for text in texts]
    for i, end in enumerate(ends):
        if end in _CLOSERS:
            ends[i] = texts[i].rstrip(_CLOSERS)[-1:] or " "
    return np.minimum(np.array(list(map(ord, ends)), np.int64), _LAST_CODE)
