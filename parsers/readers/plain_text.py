"""Extracted text to blocks: every line that is not blank is one block, never joined."""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsers.document import Document, Frames, Head, SourceBlock
from parsers.items import Kind
from parsers.normalise import clean, count_characters, one_line
from parsers.readers.front_matter import FrontMatter, find_front_matter

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BULLET = re.compile(r"(?:[•‣▪●◦]|[-*–] |\(?\d{1,2}[.)] )\s*\S")
_HEADING = re.compile(r"#{1,6} \S")
_ONE_FRAME = Frames((-1,), ("body",), (0,), ("",))


def read_text(text: str, flags: tuple[str, ...] = ()) -> Document:
    """Read extracted text, with or without front matter, into a Document.

    White space inside a line is folded; front-matter lines keep their indentation, which is part
    of what they say.
    """
    text = clean(_LINE_END.sub("\n", text))
    lines = text.split("\n")
    front = find_front_matter(lines)
    blocks: list[SourceBlock] = []
    position_of_line: dict[int, int] = {}
    for number, line in enumerate(lines):
        if not line or line.isspace():
            continue
        position_of_line[number] = len(blocks)
        if front and number < front.end:
            blocks.append(_block(line.rstrip().replace("\xa0", " "), "front_matter"))
        else:
            folded = one_line(line)
            blocks.append(_block(folded, _kind(folded)))
    return Document(
        form="front_matter" if front else "text",
        blocks=tuple(blocks),
        frames=_ONE_FRAME,
        images=(),
        head=Head(),
        input_characters=count_characters(text),
        front=_values(front, position_of_line),
        flags=flags + (front.flags if front else ()),
    )


def _block(text: str, kind: Kind) -> SourceBlock:
    return SourceBlock(text, kind, "line", 0, 0, count_characters(text), 0, 0, ())


def _kind(line: str) -> Kind:
    if _HEADING.match(line):
        return "heading"
    return "list_item" if _BULLET.match(line) else "paragraph"


def _values(
    front: FrontMatter | None, position_of_line: Mapping[int, int]
) -> dict[str, tuple[str, int]]:
    if front is None:
        return {}
    return {
        key: (value, position_of_line[line])
        for key, (value, line) in front.values.items()
        if line in position_of_line
    }
