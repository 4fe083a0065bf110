"""Texts that a pattern may match: one for each way through its alternatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from math import prod
from re import _constants as op  # type: ignore[attr-defined]  # parsed patterns are not public
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_TEXTS = 20_000
# The first that fits is taken: a blank, where it may be one, is no part of a word.
_CHARACTERS = [" ", *map(chr, range(0x21, 0x30000))]
_CLASSES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def alternatives(pattern: str) -> list[str]:
    """Return a text for each combination of a pattern's alternatives, as short as they may be.

    Where there are too many combinations, each alternative stands in one. What may be any text is
    blank, so that no word in it is one that the pattern does not name. Texts may fail to match:
    nothing is looked behind for.
    """
    return _of_sequence(_parser.parse(pattern))


def _of_sequence(sequence: Iterable[tuple[Any, Any]]) -> list[str]:
    choices = [_of_item(code, argument) for code, argument in sequence]
    if prod(map(len, choices)) <= MOST_TEXTS:
        texts = map("".join, product(*choices))
    else:
        texts = _each_once(choices)
    return list(dict.fromkeys(texts))


def _each_once(choices: Sequence[Sequence[str]]) -> Iterator[str]:
    firsts = [choice[0] for choice in choices]
    for place, choice in enumerate(choices):
        for text in choice:
            yield "".join((*firsts[:place], text, *firsts[place + 1 :]))


def _of_item(code: Any, argument: Any) -> list[str]:
    if code is op.LITERAL:
        return [chr(argument)]
    if code is op.BRANCH:
        return [text for branch in argument[1] for text in _of_sequence(branch)]
    if code is op.SUBPATTERN:
        return _of_sequence(argument[-1])
    if code is op.ATOMIC_GROUP:
        return _of_sequence(argument)
    if code is op.ASSERT and argument[0] > 0:
        return _of_sequence(argument[1])
    if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return [""]
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeated(*argument)
    if code is op.IN and all(member is op.LITERAL for member, _ in argument):
        return [chr(letter) for _, letter in argument]
    return [next(filter(_test_of(code, argument), _CHARACTERS))]


def _repeated(fewest: int, most: int, sequence: Sequence[tuple[Any, Any]]) -> list[str]:
    if [code for code, _ in sequence] == [op.ANY]:
        return [" " * fewest or " "] if most else [""]
    once = _of_sequence(sequence)
    return [text * fewest for text in once] if fewest else ["", *once]


def _test_of(code: Any, argument: Any) -> Callable[[str], bool]:
    """Return what tells whether a character is one that an item of a pattern stands for."""
    if code is op.ANY:
        return lambda character: character != "\n"
    if code is op.NOT_LITERAL:
        return lambda character: ord(character) != argument
    if code is op.CATEGORY:
        return lambda character: re.match(_CLASSES[argument], character) is not None
    if code is op.RANGE:
        return lambda character: argument[0] <= ord(character) <= argument[1]
    if code is op.LITERAL:
        return lambda character: ord(character) == argument
    negated = argument[0][0] is op.NEGATE
    tests = [_test_of(*member) for member in argument[negated:]]
    return lambda character: any(test(character) for test in tests) is not negated
