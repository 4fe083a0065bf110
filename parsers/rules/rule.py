"""The form of a rule: data with a name, a reason and an example, and no code of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from parsers.items import Reason, Role, RuleScope


@dataclass(frozen=True, slots=True)
class Rule:
    """Text by which a piece of boilerplate is known wherever it stands, with or without markup.

    ``pattern`` is searched in blocks of at most ``longest`` characters that hold one of
    ``words`` (lower case; empty: any block). ``scope`` is ``block`` (this block), ``run`` (this
    block and the list-like ones after it) or ``pair`` (up to the next block of the same words). ``example`` is removed by the rule and ``story`` is a
    sentence of reporting that it must leave alone: tests hold both.
    """

    name: str
    reason: Reason
    pattern: re.Pattern[str]
    words: frozenset[str]
    example: str
    story: str
    scope: RuleScope = "block"
    longest: int = 400


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Text by which a kept block is known to point the reader on. ``example`` has the role."""

    name: str
    role: Role
    pattern: re.Pattern[str]
    words: frozenset[str]
    example: str
    story: str


def pattern(text: str) -> re.Pattern[str]:
    """Compile a rule's pattern, written in lower case: it is searched in ``matching_form``."""
    return re.compile(text)


def finder(compiled: re.Pattern[str]) -> Callable[[str], re.Match[str] | None]:
    """Return the quickest way to find a pattern: one that can only stand at the start is not
    tried at every place of a text."""
    return compiled.match if _starts_all(compiled.pattern) else compiled.search


def _starts_all(text: str) -> bool:
    """Tell whether every alternative of a pattern is bound to the start of the text."""
    depth, inside, escaped, begins = 0, False, False, True
    for character in text:
        if begins and character != "^":
            return False
        begins = False
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif inside:
            inside = character != "]"
        elif character == "[":
            inside = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            begins = True
    return not begins


def matching_form(text: str) -> str:
    """Return a block's text as patterns see it: one line, lower case, straight apostrophes.

    Patterns that need not mind case are found twice as fast.
    """
    return text.replace("’", "'").replace("\n", " ").replace("\t", " ").lower()


def words(text: str) -> frozenset[str]:
    """Split trigger words."""
    return frozenset(text.split())
