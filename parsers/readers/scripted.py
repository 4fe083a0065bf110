"""What a page's own scripts show: parts that stream in late, a text hidden until they run, and
one that stands only in their data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers import document as d
from parsers.document import Frames, SourceBlock
from parsers.readers.hints import is_for_other_eyes

STREAMED = b'<div hidden id="S:'
"""Stands in a page that React streams, written like this. (The longer, the quicker looked for.)"""

_PART = "S:"
_MOST_PARTS = 500
_DEEPEST = 12
_MOST_OF_A_SHELL = 1_000
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_FEWEST_PARAGRAPHS = 2
_PARAGRAPH = 80
_LEAST_HIDDEN = 400
_MOST_SHOWN = 500
_TIMES_SHOWN = 4
# Prose of these may be seen on a page whose article is not; and hidden, it is no article.
_CHROME = (
    d.HEAD | d.NAV | d.FOOTER | d.ASIDE | d.FORM | d.BUTTON | d.NOSCRIPT | d.H_CONSENT | d.H_EXIT
    | d.H_RELATED | d.H_APPEAL | d.H_SHARING | d.H_COMMENTS | d.H_ADVERT | d.H_NAVIGATION
    | d.H_FURNITURE | d.H_NOTICE
)  # fmt: skip
_NEVER_SHOWN = frozenset(("dialog", "iframe", "noembed", "noframes", "video", "audio", "svg"))


def place_streamed(tree: LexborHTMLParser) -> None:
    """Put the parts that React streamed where its script puts them.

    A part arrives as ``<div hidden id="S:1">`` anywhere on the page; an empty
    ``<template id="B:1">`` (or ``P:1``) marks its place
    (https://github.com/facebook/react, ReactDOMFizzInstructionSet). A part with no place is shown
    where it stands.
    """
    found = tree.css(f'div[hidden][id^="{_PART}"]')[:_MOST_PARTS]
    parts = {_key(part): part for part in found if _part_around(part) is None}
    places = {
        _key(place): place
        for kind in "BP"
        for place in tree.css(f'template[id^="{kind}:"]')[:_MOST_PARTS]
    }
    around = {key: _part_around(places[key]) for key in parts.keys() & places.keys()}
    for part in parts.values():
        del part.attrs["hidden"]
    # A part is copied to its place, so what belongs inside it must stand there before.
    depths = {key: _depth(key, around) for key in parts if key in around}
    for key in sorted(depths, key=lambda key: -depths[key]):
        if depths[key] < _DEEPEST:
            places[key].insert_before(parts[key])
            parts[key].decompose()


def _key(node: LexborNode) -> str:
    return (node.id or "")[len(_PART) :]


def _part_around(node: LexborNode) -> str | None:
    """Return the key of the outermost part that a node stands in."""
    found = None
    outer = node.parent
    while outer is not None:
        if (outer.id or "").startswith(_PART):
            found = _key(outer)
        outer = outer.parent
    return found


def _depth(key: str, around: Mapping[str, str | None]) -> int:
    """Count the parts around a part's place, at most ``_DEEPEST``: they may go round in a ring."""
    depth, outer = 0, around[key]
    while outer is not None and depth < _DEEPEST:
        depth, outer = depth + 1, around.get(outer)
    return depth


def is_shell(blocks: Sequence[SourceBlock]) -> bool:
    """Tell whether a page shows next to nothing, so that a script is left to fill it."""
    return sum(block.characters for block in blocks) < _MOST_OF_A_SHELL and not any(
        block.characters >= _PARAGRAPH and not block.context & (d.HIDDEN | _CHROME)
        for block in blocks
    )


def fill_shell(tree: LexborHTMLParser, html: bytes) -> bool:
    """Add the article that stands in the data of a page's scripts, if any, to the end of its body.

    It is the longest string of markup with paragraphs. ``tree`` may be without scripts by now;
    ``html`` is the page as it came.
    """
    found = max(_strings_of_markup(LexborHTMLParser(html)), key=len, default="")
    if len(found) < _LEAST_HIDDEN or tree.body is None:
        return False
    article = LexborHTMLParser(f"<article>{found}</article>").css_first("article")
    if article is None:
        return False
    tree.body.insert_child(article)
    return True


def _strings_of_markup(tree: LexborHTMLParser) -> Iterator[str]:
    for script in tree.css("script"):
        text = script.text(deep=True)
        at = text.find('"')
        while at >= 0 and (match := _STRING.match(text, at)):
            if len(match[0]) > _LEAST_HIDDEN:
                try:
                    string = json.loads(match[0], strict=False)
                except ValueError:
                    string = ""
                if string.count("</p>") + string.count("<br") >= _FEWEST_PARAGRAPHS:
                    yield string
            at = text.find('"', match.end())


def hidden_article(blocks: Sequence[SourceBlock], frames: Frames) -> int | None:
    """Return the hidden element that holds nearly all prose of a page, by index into its frames.

    A reader without scripts would see a page of nothing, so its script is taken to show it.
    What is hidden from readers for good (glossaries, texts for screen readers) is not meant, and
    neither is what is named for something else than an article.
    """
    of_frame: Counter[int] = Counter()
    for block in blocks:
        if block.context & d.HIDDEN and block.characters >= _PARAGRAPH and block.frame >= 0:
            of_frame[block.frame] += block.characters
    if sum(of_frame.values()) < _LEAST_HIDDEN:
        return None
    hidden: Counter[int] = Counter()
    for frame, size in of_frame.items():
        hidden[_outermost_hidden(frame, frames)] += size
    root, size = hidden.most_common(1)[0]
    if (
        size < _LEAST_HIDDEN
        or frames.context[root] & _CHROME
        or frames.tag[root] in _NEVER_SHOWN
        or is_for_other_eyes(frames.name[root])
    ):
        return None
    shown = sum(
        block.characters - block.link_characters
        for block in blocks
        if block.characters >= _PARAGRAPH and not block.context & (d.HIDDEN | _CHROME)
    )
    return root if shown <= _MOST_SHOWN and _TIMES_SHOWN * shown <= size else None


def _outermost_hidden(frame: int, frames: Frames) -> int:
    parent = frames.parent[frame]
    while parent >= 0 and frames.context[parent] & d.HIDDEN:
        frame, parent = parent, frames.parent[parent]
    return frame
