"""The site's name, which titles carry and headlines do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from parsers.likeness import likeness

_SEPARATOR = re.compile(r"\s+[|–—·•»«:]{1,2}\s+|\s+-{1,2}\s+|\s*[|｜]\s*")
LONGEST_TITLE = 400
"""Characters of the longest text that may be a title."""

_SHORTEST_NAME = 4
_MOST_TIMES = 3
_LONGEST_LABEL = 2
_LONGEST_GUESS = 4
_FEWEST_WORDS = 4


def is_site(own: str, names: Set[str]) -> bool:
    """Tell whether a likeness is one of the site's ``names``, a part of one, or not much more."""
    return own in names or any(
        len(name) >= _SHORTEST_NAME
        and (
            (name in own and len(own) <= _MOST_TIMES * len(name))
            or (len(own) >= _SHORTEST_NAME and own in name)
        )
        for name in names
    )


def added_names(title: str, stated: Iterable[str]) -> Iterator[str]:
    """Yield what ``title`` adds to a title stated without it, as a likeness: a site's name."""
    known = {likeness(text) for text in stated}
    for piece in _pieces(title):
        if likeness(title[: piece.start()]) in known:
            yield likeness(title[piece.end() :])
        elif likeness(title[piece.end() :]) in known:
            yield likeness(title[: piece.start()])


def without_site(text: str, known: Set[str], names: Set[str]) -> str:
    """Cut off a title what stands beside a ``known`` one (a likeness), or the site's name."""
    if likeness(text) in known:
        return text
    pieces = _pieces(text)
    for piece in reversed(pieces):
        if likeness(text[: piece.start()]) in known:
            return text[: piece.start()].strip()
    if not pieces:
        return text
    if is_site(likeness(text[pieces[-1].end() :]), names):
        return _without_labels(text, pieces)
    if is_site(likeness(text[: pieces[0].start()]), names):
        return text[pieces[0].end() :].strip()
    return text


def without_prefix(text: str, known: Set[str]) -> str:
    """Cut off a title what stands before a ``known`` one (a likeness), if that is longer."""
    for piece in _pieces(text) if likeness(text) not in known else ():
        before, after = text[: piece.start()], text[piece.end() :]
        if len(before) < len(after) and likeness(after) in known:
            return after.strip()
    return text


def without_suffix(text: str) -> str:
    """Cut off a title its last piece where that is short as a site's name, which nobody states."""
    pieces = _pieces(text)
    if pieces:
        before, after = text[: pieces[-1].start()].strip(), text[pieces[-1].end() :]
        if len(before.split()) >= _FEWEST_WORDS and len(after.split()) <= _LONGEST_GUESS:
            return before
    return without_bar(text)


def without_bar(text: str) -> str:
    """Cut off a title what stands behind its last bar, if that is the shorter part."""
    pieces = _pieces(text)
    if pieces and "|" in pieces[-1].group():
        before, after = text[: pieces[-1].start()].strip(), text[pieces[-1].end() :]
        if len(before) > len(after):
            return before
    return text


def _without_labels(text: str, pieces: list[re.Match[str]]) -> str:
    """Cut off the last piece, a site's name, and the sections of the site before it."""
    cut = text[: pieces[-1].start()]
    for piece in reversed(pieces[:-1]):
        label = cut[piece.end() :]
        if "|" not in piece.group() or len(label.split()) > _LONGEST_LABEL:
            break
        cut = cut[: piece.start()]
    return cut.strip()


def _pieces(text: str) -> list[re.Match[str]]:
    return list(_SEPARATOR.finditer(text)) if len(text) <= LONGEST_TITLE else []
