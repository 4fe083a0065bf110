"""Rows of one named tuple as columns, and back: the form in which articles travel.

A page is hundreds of rows. Between processes each would be pickled, and made again, by Python
code; columns of plain values are not, which makes an article's journey three times as fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

Row = TypeVar("Row", bound=tuple[Any, ...])
Columns = tuple[tuple[Any, ...], ...]


def columns_of(fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> Columns:
    """Return a column for each field of the rows, empty when there is no row."""
    return tuple(zip(*rows, strict=True)) or ((),) * len(fields)


def rows_of(kind: type[Row], columns: Columns) -> tuple[Row, ...]:
    """Return the rows whose columns these are, as named tuples of a kind."""
    make = partial(tuple.__new__, kind)
    return tuple(map(make, zip(*columns, strict=True)))
