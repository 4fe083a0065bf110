"""Accounts on their way into the warehouse: checked, and each passage taken once per load."""

from __future__ import annotations

from parsers.account import Account, Fate
from parsers.items import Article
from warehouse.errors import AccountError


class PassageBook:
    """The distinct passages of a load by columns, in the order they were met.

    ``texts`` and ``kinds`` are those of all their blocks, one passage's after the other's.
    """

    def __init__(self) -> None:
        self.passages: list[bytes] = []
        self.fates: list[Fate] = []
        self.characters: list[int] = []
        self.block_counts: list[int] = []
        self.texts: list[str] = []
        self.kinds: list[str] = []
        self._entered: set[bytes] = set()

    def enter(self, article: Article, account: Account) -> None:
        """Enter the passages that are met for the first time."""
        _, texts, kinds, *_ = article.columns["blocks"]
        for position, count, fate, characters, passage in zip(*account.departures, strict=True):
            if passage in self._entered:
                continue
            self._entered.add(passage)
            self.passages.append(passage)
            self.fates.append(fate)
            self.characters.append(characters)
            self.block_counts.append(count)
            start = position - account.first
            self.texts += texts[start : start + count]
            self.kinds += kinds[start : start + count]


def checked_account(page: str, article: Article) -> Account:
    """The article's account. ``page`` names it in errors.

    Raises AccountError when the blocks do not account for the whole document.
    """
    try:
        return article.account
    except ValueError as error:
        raise AccountError(f"The account of {page} does not balance: {error}.") from error
