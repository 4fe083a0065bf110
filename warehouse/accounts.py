"""Accounts on their way into the warehouse: checked, and each passage taken once per load."""

from __future__ import annotations

from parsers.account import Account, Departure
from parsers.items import Article, Block
from warehouse.errors import AccountError


class PassageBook:
    """The distinct passages of a load, in the order they were met.

    ``departures`` has the first departure of each; ``blocks`` are those that left with them, one
    passage's after the other's.
    """

    def __init__(self) -> None:
        self.departures: list[Departure] = []
        self.blocks: list[Block] = []
        self._entered: set[bytes] = set()

    def enter(self, article: Article, account: Account) -> None:
        """Enter the passages that are met for the first time."""
        for departure in account.departures:
            if departure.passage not in self._entered:
                self._entered.add(departure.passage)
                self.departures.append(departure)
                start = departure.position - account.first
                self.blocks += article.blocks[start : start + departure.block_count]


def checked_account(page: str, article: Article) -> Account:
    """The article's account. ``page`` names it in errors.

    Raises AccountError when the blocks do not account for the whole document.
    """
    try:
        return article.account
    except ValueError as error:
        raise AccountError(f"The account of {page} does not balance: {error}.") from error
