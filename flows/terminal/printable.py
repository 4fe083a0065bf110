"""Text from outside made safe for a terminal."""

from __future__ import annotations

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
_CONTROLS |= {ord(space): " " for space in "\t\n\r\v\f\x85"}


def printable(text: str) -> str:
    """One line of the text: white space as spaces, no control character left to move a cursor."""
    return text.translate(_CONTROLS)
