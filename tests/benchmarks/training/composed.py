"""Small pages composed of other pages' texts: a story in plain markup, with an intruder or two.

Pages of sites are large and each site's markup is its own. From these the model learns what the
markup itself says: that what stands in an aside, or in something named for related stories, is no
part of a story, even where there is little else on the page.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

_STORY = ("{}", "<article>{}</article>", "<main>{}</main>", "<div>{}</div>",
          "<div class=article-body>{}</div>",
          "<main><article><div>{}</div></article></main>")  # fmt: skip
_AROUND_INTRUDER = (
    "<nav>{}</nav>", "<footer>{}</footer>", "<aside>{}</aside>", "<form>{}</form>",
    "<div role=complementary>{}</div>", "<div class=cookie-banner>{}</div>",
    "<div class=related-stories>{}</div>", "<section class='related'>{}</section>",
    "<div class=recommended>{}</div>", "<div class='more-stories'>{}</div>",
    "<div class=newsletter-signup>{}</div>", "<div class=newsletter>{}</div>",
    "<div id=comments>{}</div>", "<div class=comment>{}</div>", "<div class=share-bar>{}</div>",
    "<div class=social-share>{}</div>", "<div class=ad-slot>{}</div>",
    "<div class=advertisement>{}</div>", "<div class=paywall>{}</div>",
    "<div class=author-bio>{}</div>", "<div class=promo>{}</div>",
)  # fmt: skip
_INTRUDER = ("<p>{}</p>", "<p>{}</p>", "{}", "<h3>{}</h3>", "<p><a href=/x>{}</a></p>")
_MENU = "<nav><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav>"
_SENTENCE = re.compile(r"\S.{15,90}?[.!?](?= )")
_SHORTENED = 0.3
_TABLES = 0.1
_TAGS = {"heading": "h2", "quote": "blockquote"}

Part = tuple[str, str]
"""A block's kind and text."""


def compose(
    stories: Sequence[tuple[str, Sequence[Part]]], count: int, seed: int
) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the number of the story, a page's HTML, and the texts that belong, ``count`` times.

    ``stories`` are titles with the blocks of the text that follows.
    """
    chance = random.Random(seed)
    for _ in range(count):
        number = chance.randrange(len(stories))
        title, parts = stories[number]
        start = chance.randrange(max(len(parts) - 2, 1))
        chosen = [_shortened(part, chance) for part in parts[start : start + chance.randint(3, 12)]]
        if chance.random() < _TABLES:
            chosen[1:1] = _table(chosen[0][1], chance)
        pieces = _elements(chosen)
        for _ in range(chance.choice((0, 1, 1, 2))):
            other = chance.choice(chance.choice(stories)[1])[1]
            if any(other == text for _, text in chosen):
                continue
            wrapped = chance.choice(_INTRUDER).format(escape(other))
            if "<a" not in wrapped or chance.random() < 0.5:
                wrapped = chance.choice(_AROUND_INTRUDER).format(wrapped)
            pieces.insert(chance.randint(1, len(pieces)), wrapped)
        if chance.random() < 0.7:
            pieces.insert(0, f"<h1>{escape(title)}</h1>")
        body = chance.choice(_STORY).format("".join(pieces))
        if chance.random() < 0.5:
            body = _MENU + body
        yield number, f"<html><body>{body}</body></html>", [text for _, text in chosen]


def _shortened(part: Part, chance: random.Random) -> Part:
    """Now and then a paragraph's first sentence alone: short ones are part of a story too."""
    sentence = _SENTENCE.match(part[1])
    if part[0] == "paragraph" and sentence and chance.random() < _SHORTENED:
        return part[0], sentence[0]
    return part


def _table(text: str, chance: random.Random) -> list[Part]:
    words = [word for word in text.split() if word.isalpha()][: chance.randint(2, 6)]
    return [("table_row", f"{word}\t{chance.randint(2, 2030)}") for word in words]


def _elements(parts: Sequence[Part]) -> list[str]:
    """Return the parts as HTML; rows that follow each other are one table, items one list."""
    pieces = []
    for kind, group in groupby(parts, key=lambda part: part[0]):
        texts = [text for _, text in group]
        if kind == "table_row":
            pieces.append(f"<table>{''.join(map(_row, texts))}</table>")
        elif kind == "list_item":
            pieces.append(f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>")
        else:
            tag = _TAGS.get(kind, "p")
            pieces += [f"<{tag}>{escape(text)}</{tag}>" for text in texts]
    return pieces


def _row(text: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in text.split(chr(9)))}</tr>"
