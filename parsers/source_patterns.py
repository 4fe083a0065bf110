"""The patterns that sources declare: searched in time in proportion to the text."""

from __future__ import annotations

from functools import lru_cache

import re2

_SOURCE_PATTERNS = re2.Options()
_SOURCE_PATTERNS.case_sensitive = False
_SOURCE_PATTERNS.log_errors = False


@lru_cache(maxsize=1_024)
def source_pattern(pattern: str) -> re2._Regexp:
    """Compile the pattern of a source's rule, searched without case.

    RE2 takes time in proportion to the text, so that no pattern that somebody declares can stall
    on a page. It has neither lookaround nor back references.

    Raises:
        ValueError: what is wrong with the pattern.
    """
    try:
        return re2.compile(pattern, _SOURCE_PATTERNS)
    except re2.error as error:
        told = error.args[0] if error.args else error
        raise ValueError(told.decode() if isinstance(told, bytes) else str(told)) from None
