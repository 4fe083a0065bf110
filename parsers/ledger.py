"""The account of a page: each block gets exactly one fate, and who came first keeps it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from parsers.columns import rows_of
from parsers.document import Document
from parsers.items import Block, Disposition, Field, Reason, Role


class Fate(NamedTuple):
    """Where a block ended, and by which rule."""

    disposition: Disposition
    role: Role | None = None
    field: Field | None = None
    rule: str | None = None
    reason: Reason | None = None


@cache
def _removed(rule: str, reason: Reason) -> Fate:
    return Fate("removed", rule=rule, reason=reason)


class Ledger:
    """Fates of a document's blocks by position. A block that has one keeps it."""

    def __init__(self, document: Document) -> None:
        self._blocks = document.blocks
        self._fates: list[Fate | None] = [None] * len(document.blocks)

    def remove(self, position: int, rule: str, reason: Reason) -> None:
        """Remove a block by a named rule, unless it has a fate."""
        if self._fates[position] is None:
            self._fates[position] = _removed(rule, reason)

    def move(self, position: int, field: Field) -> None:
        """Move a block into a field, unless it has a fate."""
        if self._fates[position] is None:
            self._fates[position] = Fate("moved", field=field)

    def keep(self, position: int, role: Role) -> None:
        """Keep a block in a role, unless it has a fate."""
        if self._fates[position] is None:
            self._fates[position] = Fate("kept", role=role)

    def is_open(self, position: int) -> bool:
        """Tell whether a block has no fate yet."""
        return self._fates[position] is None

    def is_here(self, position: int) -> bool:
        """Tell whether a block is open or kept: neither moved nor removed so far."""
        fate = self._fates[position]
        return fate is None or fate.disposition == "kept"

    def fate(self, position: int) -> Fate | None:
        """Return a block's fate, or None while it is open."""
        return self._fates[position]

    def open_positions(self) -> list[int]:
        """Return the positions of blocks without a fate, in order."""
        return [i for i, fate in enumerate(self._fates) if fate is None]

    def closed(self) -> tuple[Block, ...]:
        """Return the finished account. Every block must have a fate by now."""
        fates = [fate for fate in self._fates if fate is not None]
        if len(fates) < len(self._blocks):
            position = self._fates.index(None)
            raise AssertionError(
                f"block {position} has no fate: {self._blocks[position].text[:80]!r}"
            )
        texts = [block.text for block in self._blocks]
        kinds = [block.kind for block in self._blocks]
        return rows_of(
            Block, (tuple(range(len(texts))), tuple(texts), tuple(kinds), *zip(*fates, strict=True))
        )
