"""When two texts say the same but for punctuation, spaces and case."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.rules import matching_form

_OTHER = re.compile(r"[\W_]+")


@lru_cache(maxsize=1_024)
def likeness(text: str) -> str:
    """Return the letters and digits of a text: titles that differ in nothing else are one."""
    return _OTHER.sub("", matching_form(text)).casefold()
