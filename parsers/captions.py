"""Captions become pictures: the first use of one moves there, its copies go."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import document as d
from parsers.document import Document, SourceBlock
from parsers.items import Image
from parsers.ledger import Ledger
from parsers.likeness import likeness
from parsers.strip import caption_rule
from parsers.structure.region import Region, is_sure, reason_against
from parsers.urls import absolute

_SPLIT = re.compile(
    r"^(?P<caption>.*?)[\s.(\[|/–—-]*\b(?:pictures?|images?|photos?|photographs?|pics?|credit|"
    r"photographer|copyright|llun)"
    r"(?: by| credit| courtesy of)?\s?[:/]\s?(?P<credit>[^.:]{2,80}?)[)\].\s]*$",
    re.IGNORECASE | re.DOTALL,
)
_SHORTEST_ALT = 12
_LONGEST_CAPTION = 600
_PROSE_LENGTH = 300
_MOST_IMAGES = 400


def move_captions(
    document: Document, region: Region, positions: Sequence[int], ledger: Ledger
) -> None:
    """Move captions among ``positions`` to images; remove copies, alternative texts and credits."""
    seen: set[str] = set()
    for index, position in enumerate(positions):
        if not ledger.is_open(position):
            continue
        block = document.blocks[position]
        following = positions[index + 1] if index + 1 < len(positions) else None
        if document.form != "html" and _is_alternative(document, position, following):
            ledger.remove(position, "caption.alternative_text", "caption")
            continue
        rule = _caption_rule(block, region, is_sure(region, position))
        if rule is None:
            continue
        key = likeness(block.text)
        caption, _ = split_credit(block.text)
        if key in seen or not caption:
            ledger.remove(position, rule, "caption")
        else:
            ledger.move(position, "images")
        seen.add(key)


def images_of(
    document: Document, region: Region, span: Sequence[int], ledger: Ledger, base: str | None
) -> tuple[Image, ...]:
    """Return the pictures within ``span`` with their captions and credits, in page order."""
    blocks = document.blocks
    captions = {
        i: blocks[i] for i in range(len(blocks)) if (f := ledger.fate(i)) and f.field == "images"
    }
    images: list[Image] = []
    used: set[int] = set()
    if span and document.images:
        inside = range(span[0], span[-1] + 2)
        for image in document.images[:_MOST_IMAGES]:
            if image.position not in inside or reason_against(image.context, region.valid):
                continue
            url = absolute(image.url, base) if image.url else None
            caption_at = next(
                (
                    p
                    for p in range(image.position, image.position + 3)
                    if p in captions and p not in used
                ),
                None,
            )
            caption, credit = (None, None)
            if caption_at is not None:
                used.add(caption_at)
                caption, credit = split_credit(captions[caption_at].text)
            images.append(Image(image.position, url or image.url, image.alt, caption, credit))
    for position, block in captions.items():
        if position not in used:
            caption, credit = split_credit(block.text)
            images.append(Image(position, None, None, caption, credit))
    return tuple(sorted(images, key=lambda image: image.position))


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Split "What it shows - Credit: Who" into caption and credit."""
    match = _SPLIT.match(text)
    if match is None:
        return text, None
    return match["caption"].strip(" -–—") or None, match["credit"].strip() or None


def _caption_rule(block: SourceBlock, region: Region, sure: bool) -> str | None:
    """Return the rule by which a block is a caption; a sure block is none by its place alone."""
    text = block.text
    if len(text) > _LONGEST_CAPTION:
        return None
    if block.kind == "caption":
        return "caption.figure"
    if (
        not sure
        and block.context & d.FIGURE
        and block.kind in ("paragraph", "other")
        and len(text) < _PROSE_LENGTH
    ):
        return "caption.figure"
    if not sure and block.context & region.valid & d.H_CAPTION and len(text) < _PROSE_LENGTH:
        return "caption.named"
    rule = caption_rule(text)
    return rule.name if rule else None


def _is_alternative(document: Document, position: int, following: int | None) -> bool:
    """Tell whether a line is the picture's alternative text: the next line, a caption, cut off."""
    if following is None:
        return False
    text, after = document.blocks[position].text, document.blocks[following].text
    stem = text.rstrip(" .…")
    if len(stem) < _SHORTEST_ALT or not after.startswith(stem):
        return False
    return caption_rule(after) is not None
