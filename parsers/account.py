"""The account of an article: every block of its page, packed for storage and checked.

Blocks that left the article (moved or removed) are packed by passage: a maximal run of
neighbouring blocks that met the same fate. A site's chrome is the same passages on page after
page, so a passage has a name by its content and is stored once per warehouse. Kept blocks need no
text here: the k-th of them is the k-th part of the body, split at blank lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain, groupby, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers.columns import Columns

if TYPE_CHECKING:
    from parsers.items import Article

PARAGRAPH_BREAK = "\n\n"


class Fate(NamedTuple):
    """What happened to a block: the last fields of ``Block``, in its order."""

    disposition: str
    role: str | None
    field: str | None
    rule: str | None
    reason: str | None


class Kept(NamedTuple):
    """The kept blocks of an article in order: a column for each value, a place for each block."""

    positions: Sequence[int]
    kinds: Sequence[str]
    roles: Sequence[str]


class Departures(NamedTuple):
    """The passages that left an article in order, each neighbouring blocks with one fate.

    A column for each value, a place for each passage: position of its first block, how many blocks
    it has, their fate, the characters of all of them, and the 16 bytes that name its content.
    """

    positions: Sequence[int]
    block_counts: Sequence[int]
    fates: Sequence[Fate]
    characters: Sequence[int]
    passages: Sequence[bytes]


class Account(NamedTuple):
    """Where the blocks of one article went, by columns: so they are stored, and travel quickly.

    Positions count from ``first``.
    """

    first: int
    kept: Kept
    departures: Departures


def draw_up(article: Article) -> Account:
    """The account of an article.

    Raises ValueError when the blocks do not account for the whole document: positions with a gap,
    a fate that is not told in full, a kept text that holds a blank line, or characters that do not
    add up to ``input_characters``.
    """
    account = _pack(article.columns["blocks"])
    characters = sum(account.departures.characters) + count_characters(article.article_body)
    if characters != article.input_characters:
        raise ValueError(
            f"its blocks hold {characters} characters, it has {article.input_characters}"
        )
    paragraphs = article.article_body.split(PARAGRAPH_BREAK)
    if account.kept.positions and paragraphs != list(article.paragraphs):
        raise ValueError("a kept block holds a blank line, or begins or ends with a break")
    return account


def passage_digest(fate: Fate, texts: Sequence[str], kinds: Sequence[str]) -> bytes:
    """16 bytes that name a passage. Hostile pages must not collide: 128 bits, cryptographic.

    The lengths of the texts are digested before the texts, so that no text can pass for two.
    """
    lengths = map(str, map(len, texts))
    content = "\0".join((_named(fate), *kinds, *lengths, *texts))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


_ASCII_SPACES = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
_WIDER_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def count_characters(text: str) -> int:
    """Non-space characters: the unit in which a page is accounted for.

    Counted in another way than the readers count a page's, which this is held against.
    """
    # Bytes are cleared of spaces in one sweep; in UTF-8 no other character holds an ASCII byte.
    encoded = text.encode("utf-8", "surrogatepass")
    spaces = len(encoded) - len(encoded.translate(None, _ASCII_SPACES))
    if not text.isascii():
        spaces += sum(map(text.count, _WIDER_SPACES))
    return len(text) - spaces


def _pack(blocks: Columns) -> Account:
    """Each block passes through here, so the page is taken by columns: much of its work is then
    done outside Python.
    """
    positions, texts, kinds, *fates = blocks
    first = positions[0] if positions else 0
    if positions != tuple(range(first, first + len(positions))):
        raise ValueError("its blocks are not numbered one after another")
    kept: list[tuple[int, str, str]] = []
    departures: list[tuple[int, int, Fate, int, bytes]] = []
    start = 0
    for told, group in groupby(zip(*fates, strict=True)):
        count = len(list(group))
        end = start + count
        if told[0] == "kept":
            kept += zip(positions[start:end], kinds[start:end], repeat(_kept_role(told)))
        else:
            fate, left = _departure(told), texts[start:end]
            characters = count_characters(" ".join(left))
            digest = passage_digest(fate, left, kinds[start:end])
            departures.append((positions[start], count, fate, characters, digest))
        start = end
    return Account(
        first, Kept(*_by_column(kept, Kept)), Departures(*_by_column(departures, Departures))
    )


def _by_column(
    rows: Sequence[tuple[Any, ...]], kind: type[Kept | Departures]
) -> Iterator[Sequence[Any]]:
    """The values of rows for each column of a kind."""
    values = [*chain.from_iterable(rows)]
    return (values[place :: len(kind._fields)] for place in range(len(kind._fields)))


def _kept_role(fate: tuple[str | None, ...]) -> str:
    match fate:
        case ("kept", str(role), None, None, None):
            return role
    raise ValueError(f"a kept block has the fate {fate}")


@cache
def _departure(fate: tuple[str | None, ...]) -> Fate:
    match fate:
        case ("moved", None, str(field), None, None):
            return Fate("moved", None, field, None, None)
        case ("removed", None, None, str(rule), str(reason)):
            return Fate("removed", None, None, rule, reason)
    raise ValueError(f"a block that left has the fate {fate}")


@cache
def _named(fate: Fate) -> str:
    return "\0".join(told or "" for told in fate)
