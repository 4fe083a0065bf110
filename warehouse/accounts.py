"""The account of an article: every block of its page, packed for storage and checked.

Blocks that left the article (moved or removed) are packed by passage: a maximal run of
neighbouring blocks that met the same fate. A site's chrome is the same passages on page after
page, so a passage is made once per load and stored once per warehouse. Kept blocks need no text
here: the k-th of them is the k-th part of ``article_body``, split at blank lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from itertools import groupby, repeat
from typing import NamedTuple

from parsers.items import Article, Block
from warehouse.errors import AccountError

PARAGRAPH_BREAK = "\n\n"


class Fate(NamedTuple):
    """What happened to a block: the last fields of ``Block``, in its order."""

    disposition: str
    role: str | None
    field: str | None
    rule: str | None
    reason: str | None


class Passage(NamedTuple):
    """Neighbouring blocks that left the article together; ``digest`` says which (16 bytes)."""

    digest: bytes
    fate: Fate
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    characters: int


class Account(NamedTuple):
    """Where the blocks of one article went.

    ``kept`` holds position, kind and role of each kept block; ``passages`` the position of each
    passage's first block and its digest. Both are in the order of the page.
    """

    kept: Sequence[tuple[int, str, str]]
    passages: Sequence[tuple[int, bytes]]


class PassageBook:
    """The distinct passages met so far, by content."""

    def __init__(self) -> None:
        self._by_content: dict[tuple[object, ...], Passage] = {}

    def entry(
        self, fate: tuple[str | None, ...], texts: tuple[str, ...], kinds: tuple[str, ...]
    ) -> Passage:
        """The passage with this content, made when it is met for the first time.

        Raises ValueError when the fate does not say how blocks left an article.
        """
        content = (fate, texts, kinds)
        passage = self._by_content.get(content)
        if passage is None:
            departure = _departure(fate)
            passage = self._by_content[content] = Passage(
                passage_digest(departure, texts, kinds),
                departure,
                texts,
                kinds,
                count_characters(" ".join(texts)),
            )
        return passage

    def passages(self) -> tuple[Passage, ...]:
        """All passages entered, in the order they were met."""
        return tuple(self._by_content.values())


def passage_digest(fate: Fate, texts: Sequence[str], kinds: Sequence[str]) -> bytes:
    """16 bytes that name a passage. Hostile pages must not collide: 128 bits, cryptographic.

    The lengths of the texts are digested before the texts, so that no text can pass for two.
    """
    lengths = map(str, map(len, texts))
    content = "\0".join((_named(fate), *kinds, *lengths, *texts))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@cache
def _named(fate: Fate) -> str:
    return "\0".join(told or "" for told in fate)


_ASCII_SPACES = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
_WIDER_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def count_characters(text: str) -> int:
    """Non-space characters: the unit in which a page is accounted for."""
    # Bytes are cleared of spaces in one sweep; in UTF-8 no other character holds an ASCII byte.
    encoded = text.encode("utf-8", "surrogatepass")
    spaces = len(encoded) - len(encoded.translate(None, _ASCII_SPACES))
    if not text.isascii():
        spaces += sum(map(text.count, _WIDER_SPACES))
    return len(text) - spaces


def draw_up(page: str, article: Article, book: PassageBook) -> Account:
    """The article's account, its passages entered in the book. ``page`` names it in errors.

    Raises AccountError when the blocks do not account for the whole document: positions with a
    gap, a fate that is not told in full, a kept text that holds a blank line, or characters that
    do not add up to ``input_characters``.
    """
    try:
        account, characters = _pack(article.blocks, book)
    except ValueError as error:
        raise _unbalanced(page, str(error)) from error
    characters += count_characters(article.article_body)
    if characters != article.input_characters:
        raise _unbalanced(
            page, f"its blocks hold {characters} characters, it has {article.input_characters}"
        )
    if account.kept and article.article_body.split(PARAGRAPH_BREAK) != list(article.paragraphs):
        raise _unbalanced(page, "a kept block holds a blank line, or begins or ends with a break")
    return account


def _pack(blocks: Sequence[Block], book: PassageBook) -> tuple[Account, int]:
    """The account, and the characters of the blocks that left. Each block passes through here,
    so the page is taken by columns: much of its work is then done outside Python.
    """
    if not blocks:
        return Account((), ()), 0
    positions, texts, kinds, *fates = zip(*blocks, strict=True)
    if positions != tuple(range(positions[0], positions[0] + len(positions))):
        raise ValueError("its blocks are not numbered one after another")
    kept: list[tuple[int, str, str]] = []
    passages: list[tuple[int, bytes]] = []
    characters = start = 0
    for fate, group in groupby(zip(*fates, strict=True)):
        end = start + len(list(group))
        if fate[0] == "kept":
            kept += zip(positions[start:end], kinds[start:end], repeat(_kept_role(fate)))
        else:
            passage = book.entry(fate, texts[start:end], kinds[start:end])
            passages.append((positions[start], passage.digest))
            characters += passage.characters
        start = end
    return Account(kept, passages), characters


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


def _unbalanced(page: str, what: str) -> AccountError:
    return AccountError(f"The account of {page} does not balance: {what}.")
