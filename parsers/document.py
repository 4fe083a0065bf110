"""A page as blocks with their surroundings: what every reader makes and every stage reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from parsers.items import Kind

# Where a block stands, as bits: an element hands its own to all that it contains.
# Landmarks and elements.
ARTICLE, MAIN, NAV, HEADER, FOOTER, ASIDE, FORM, FIGURE, TABLE, LIST, QUOTE, HEAD, BUTTON = (
    1 << i for i in range(13)
)
# Hidden from readers, in a link, an inline element of emphasis.
HIDDEN, NOSCRIPT, LINK, BOLD = (1 << i for i in range(13, 17))
# What names of classes and ids hint at.
(
    H_CONSENT,
    H_RELATED,
    H_APPEAL,
    H_SHARING,
    H_COMMENTS,
    H_ADVERT,
    H_CAPTION,
    H_BYLINE,
    H_DATE,
    H_BODY,
    H_NAVIGATION,
    H_PAYWALL,
    H_FURNITURE,
    H_TITLE,
    H_STANDFIRST,
    H_TAGS,
    H_NOTICE,
    H_LIVE,
    H_EXIT,
) = (1 << i for i in range(17, 36))


class SourceBlock(NamedTuple):
    """A block as read. ``frame`` is the index of the block-level element that holds it.

    ``context`` is the bits of all elements around it; ``tag`` that of the nearest block-level
    element; ``link_characters`` and ``bold_characters`` count text in links and in bold type.
    """

    text: str
    kind: Kind
    tag: str
    frame: int
    context: int
    characters: int
    link_characters: int
    bold_characters: int
    links: tuple[tuple[str, str], ...]
    level: int = 0


class Frames(NamedTuple):
    """The block-level elements of a page in document order: parallel columns, root at 0."""

    parent: Sequence[int]
    tag: Sequence[str]
    context: Sequence[int]
    name: Sequence[str]


class SourceImage(NamedTuple):
    """A picture as read: ``position`` is the index of the block that follows it."""

    position: int
    frame: int
    url: str | None
    alt: str | None
    context: int


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself outside its text, as written."""

    title: str | None = None
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    json_ld: tuple[Mapping[str, Any], ...] = ()
    language: str | None = None
    base: str | None = None
    times: tuple[tuple[int, str, str], ...] = ()
    microdata: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A page read: its blocks in reading order and what it says of itself.

    ``form`` is html, text or front_matter. ``input_characters`` is counted apart from the blocks,
    on the whole normalised text. ``front`` holds front-matter values by dotted key, with the
    block each stands in. ``html`` is what was read, in UTF-8; the other forms
    have none.
    """

    form: str
    blocks: tuple[SourceBlock, ...]
    frames: Frames
    images: tuple[SourceImage, ...]
    head: Head
    input_characters: int
    front: Mapping[str, tuple[str, int]]
    flags: tuple[str, ...] = ()
    html: bytes = b""
