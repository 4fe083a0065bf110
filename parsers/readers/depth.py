"""How deep a page nests: a parser of the HTML standard takes quadratic time over depth."""

from __future__ import annotations

import re

MOST_DEPTH = 2_000
"""Elements nested deeper than this are unwrapped. (Browsers unwrap from 512 on.)"""

TAGS_TO_NEST = 20_000
"""With fewer tags, depth costs no more than half a second."""

# Start and end tags of elements that the standard neither closes by itself nor leaves empty.
_TAG = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|option|optgroup|tr|td|th|tbody|thead|tfoot|br|img|hr|input|meta|link|"
    r"area|base|col|embed|source|track|wbr|param|html|head|body)[\s/>])[a-z][^<>]{0,2000}>",
    re.IGNORECASE,
)


def flatten(html: str) -> str:
    """Return a page without the tags nested deeper than ``MOST_DEPTH``; their text stays."""
    depth = 0

    def unwrapped(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[1]:
            depth = max(0, depth - 1)
            return tag[0] if depth < MOST_DEPTH else ""
        depth += 1
        return tag[0] if depth <= MOST_DEPTH else ""

    return _TAG.sub(unwrapped, html)
