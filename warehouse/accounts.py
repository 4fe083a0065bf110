"""Accounts on their way into the warehouse: checked, and each passage taken once per load."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from parsers.account import Account, Departure, Fate
from parsers.items import Article
from warehouse.errors import AccountError

_text, _kind = attrgetter("text"), attrgetter("kind")


class Passage(NamedTuple):
    """Neighbouring blocks that left an article together; ``digest`` says which (16 bytes)."""

    digest: bytes
    fate: Fate
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    characters: int


class PassageBook:
    """The distinct passages of a load."""

    def __init__(self) -> None:
        self._by_digest: dict[bytes, Passage] = {}

    def enter(self, article: Article, account: Account) -> None:
        """Enter the passages that are met for the first time."""
        for departure in account.departures:
            if departure.passage not in self._by_digest:
                self._by_digest[departure.passage] = _passage(article, account, departure)

    def passages(self) -> Sequence[Passage]:
        """All passages entered, in the order they were met."""
        return tuple(self._by_digest.values())


def checked_account(page: str, article: Article) -> Account:
    """The article's account. ``page`` names it in errors.

    Raises AccountError when the blocks do not account for the whole document.
    """
    try:
        return article.account
    except ValueError as error:
        raise AccountError(f"The account of {page} does not balance: {error}.") from error


def _passage(article: Article, account: Account, departure: Departure) -> Passage:
    start = departure.position - account.first
    blocks = article.blocks[start : start + departure.block_count]
    return Passage(
        departure.passage,
        departure.fate,
        tuple(map(_text, blocks)),
        tuple(map(_kind, blocks)),
        departure.characters,
    )
