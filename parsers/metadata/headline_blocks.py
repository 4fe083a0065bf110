"""Which blocks of the page are the headline, and which lines stand below it."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.document import Document
from parsers.ledger import Ledger
from parsers.likeness import likeness
from parsers.metadata.headline_rank import Candidate
from parsers.metadata.site_names import LONGEST_TITLE

_SAME_LENGTH = 12
_LONGEST_LABEL = 60
_LINES_BELOW = 6


def give_headline_blocks(document: Document, ledger: Ledger, chosen: Candidate) -> int | None:
    """Move the first block that is the headline there; the page's further copies go.

    Where none is, a heading of a label and the headline moves, or else the <title> element.
    Return the position of the block that the page shows as its headline.
    """
    own = likeness(chosen.value)
    titles, labelled = [], []
    shown = [] if chosen.position is None else [chosen.position]
    for position in ledger.open_positions():
        block = document.blocks[position]
        if len(block.text) > LONGEST_TITLE:
            continue
        more = len(block.text) - len(chosen.value)
        if block.tag == "title":
            titles.append(position)
        elif document.form != "html" or not -_SAME_LENGTH <= more <= _LONGEST_LABEL:
            continue
        elif more <= _SAME_LENGTH and likeness(block.text) == own:
            shown.append(position)
        elif block.kind == "heading" and own and likeness(block.text).endswith(own):
            labelled.append(position)
    for position in (shown or labelled or titles)[:1]:
        ledger.move(position, "headline")
    for position in (*shown, *titles):
        ledger.remove(position, "metadata.headline_again", "metadata")
    return next(iter(shown or labelled), None)


def with_lines_below(
    document: Document, ledger: Ledger, title: int | None, near: Sequence[int]
) -> Sequence[int]:
    """Add the lines below the block ``title`` to ``near`` where that was looked for elsewhere."""
    if title is None or title in near or document.form != "html":
        return near
    below = range(title + 1, min(title + 1 + _LINES_BELOW, len(document.blocks)))
    return sorted({*near, *(position for position in below if ledger.is_here(position))})
