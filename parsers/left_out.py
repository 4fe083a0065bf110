"""Blocks that the model leaves out although they belong to the article, by where they stand."""

from __future__ import annotations

from itertools import pairwise

from parsers import document as d
from parsers.document import Document
from parsers.ledger import Ledger
from parsers.strip import matching_rule, role_rule
from parsers.structure.region import Region, reason_against


def take_in_pointers(document: Document, region: Region, ledger: Ledger) -> Region:
    """Take in contact lines and the like that follow the article in the same element.

    They are short, linked and last, as boilerplate is; only their words tell them apart.
    """
    blocks, parents = document.blocks, document.frames.parent
    inside = list(region.inside)
    before: int | None = None
    for position, block in enumerate(blocks):
        if inside[position]:
            before = position
        elif before is not None and ledger.is_open(position):
            beside = parents[block.frame] == parents[blocks[before].frame]
            against = reason_against(block.context, region.valid)
            if beside and against is None and role_rule(block.text):
                inside[position] = True
                before = position
    return region._replace(inside=inside)


def take_in_siblings(document: Document, region: Region, ledger: Ledger) -> Region:
    """Take in what stands between two blocks of the article as their sibling.

    Authors put a list, a question or a short line among their paragraphs; cards, forms and adverts
    come in elements of their own. Links, captions and known words stay out.
    """
    blocks, parents = document.blocks, document.frames.parent
    positions = [position for position, is_inside in enumerate(region.inside) if is_inside]
    taken: list[int] = []
    for before, after in pairwise(positions):
        parent = parents[blocks[before].frame]
        if after - before == 1 or parent != parents[blocks[after].frame]:
            continue
        taken += [
            position
            for position in range(before + 1, after)
            if parents[blocks[position].frame] == parent and ledger.is_open(position)
        ]
    inside = list(region.inside)
    for position in taken:
        block = blocks[position]
        inside[position] = (
            not block.context & d.HEAD
            and block.kind != "caption"
            and 2 * block.link_characters <= block.characters
            and reason_against(block.context, region.valid) is None
            and matching_rule(block.text) is None
        )
    return region._replace(inside=inside) if taken else region
