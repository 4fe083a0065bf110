"""What a writer remembers of a table between loads, so that not each batch has to search it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")

_WORTH_READING = 50
"""How many values are read at once for each that was asked for."""


class Remembered(Generic[Value]):
    """Values by key, as the database has them.

    To search a large table for each batch of a long run costs more than to read it once, and to
    read it for a few pages costs time and memory (half a kilobyte a value). So keys are searched
    for until so many were asked for that the rest is worth having.
    Whoever changes what is remembered has to tell: ``note``, ``drop`` or ``forget``.
    """

    def __init__(
        self,
        read: Callable[[Collection[str] | None], dict[str, Value]],
        size: Callable[[], int],
    ) -> None:
        """``read`` gives the values that the database has for keys, or (None) for all keys;
        ``size`` tells how many there are, about.
        """
        self._read = read
        self._size = size
        self._asked = 0
        self._known: dict[str, Value] | None = None
        self._dropped: set[str] = set()

    def get(self, keys: Collection[str]) -> dict[str, Value]:
        """The values of those of the keys that the database has."""
        if self._known is None:
            self._asked += len(keys)
            if self._asked * _WORTH_READING < self._size():
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
        self._asked = 0
        self._dropped.clear()
