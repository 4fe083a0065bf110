"""HTML to blocks: one pass over the lexbor tree."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers import document as d
from parsers.document import Document, Frames
from parsers.normalise import clean, count_characters
from parsers.readers.head import read_head
from parsers.readers.scripted import (
    STREAMED,
    fill_shell,
    hidden_article,
    is_shell,
    place_streamed,
)
from parsers.readers.walk import walk

_NO_TEXT = ("script", "style", "template")


def read_html(html: bytes, flags: tuple[str, ...] = ()) -> Document:
    """Read a page's HTML, in UTF-8, into a Document.

    Linear in the page's size; depth is not limited.
    """
    # A NUL is U+FFFD to a browser in most places and nothing in others; it is neither here.
    tree = LexborHTMLParser(html.replace(b"\x00", b"") if b"\x00" in html else html)
    root = tree.root
    if root is None:
        return Document("html", (), Frames((), (), (), ()), (), d.Head(), 0, {}, flags)
    json_ld = [node.text(deep=True) for node in tree.css('script[type*="ld+json" i]')]
    if STREAMED in html:
        place_streamed(tree)
    tree.strip_tags(list(_NO_TEXT))
    text = _all_text(root)
    found = walk(root, is_clean=text.is_clean)
    shown = hidden_article(found.blocks, found.frames)
    if shown is not None:
        found = walk(root, is_clean=text.is_clean, shown=shown)
    elif is_shell(found.blocks) and fill_shell(tree, html):
        tree.strip_tags(list(_NO_TEXT))
        text = _all_text(root)
        found = walk(root, is_clean=text.is_clean)
        flags += ("text_from_script",)
    head = read_head(tree, json_ld, found.marks)
    return Document(
        form="html",
        blocks=tuple(found.blocks),
        frames=found.frames,
        images=tuple(found.images),
        head=head,
        input_characters=text.characters,
        front={},
        flags=flags,
        html=html,
    )


class _AllText(NamedTuple):
    """All text of a page at once: how many characters it has, and whether it is clean as it is.

    On most pages it is, and then so is each piece of it.
    """

    characters: int
    is_clean: bool


def _all_text(root: LexborNode) -> _AllText:
    text = root.text(deep=True, separator="\n", skip_empty=True)
    cleaned = clean(text)
    return _AllText(count_characters(cleaned), cleaned == text)
