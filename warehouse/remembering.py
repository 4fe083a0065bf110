"""What a writer remembers of a table between loads, so that not each batch has to search it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by key, as the database has them.

    To search a large table for one batch costs a tenth of what it costs to read it whole. So the
    first keys are searched for, and when more are asked for, everything is read and remembered.
    Whoever changes what is remembered has to tell: ``note``, ``drop`` or ``forget``.
    """

    def __init__(self, read: Callable[[Collection[str] | None], dict[str, Value]]) -> None:
        """``read`` gives the values that the database has for keys, or (None) for all keys."""
        self._read = read
        self._asked_before = False
        self._known: dict[str, Value] | None = None
        self._dropped: set[str] = set()

    def get(self, keys: Collection[str]) -> dict[str, Value]:
        """The values of those of the keys that the database has."""
        if self._known is None:
            if not self._asked_before:
                self._asked_before = True
                return self._read(keys) if keys else {}
            self._known = self._read(None)
        again = self._dropped.intersection(keys)
        if again:
            self._known.update(self._read(again))
            self._dropped -= again
        known = self._known
        return {key: known[key] for key in keys if key in known}

    def note(self, values: Mapping[str, Value]) -> None:
        """Remember values that were stored."""
        if self._known is not None:
            self._known.update(values)

    def drop(self, keys: Collection[str]) -> None:
        """Ask the database again for these keys, whose values were changed in it; none went."""
        if self._known is not None:
            self._dropped.update(keys)

    def forget(self) -> None:
        """Remember nothing: what was noted was not committed, or others have written."""
        self._known = None
        self._asked_before = False
        self._dropped.clear()
