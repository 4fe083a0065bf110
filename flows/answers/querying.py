"""The answers of ``newsgrain sql``: rows of a query in the format that was asked for."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO
from uuid import UUID

import duckdb
from rich.table import Table
from rich.text import Text

from flows.terminal.printable import printable
from flows.terminal.tables import print_table

Format = Literal["table", "csv", "json", "jsonl", "parquet"]
Row = tuple[Any, ...]

TABLE_ROWS = 1_000
"""Rows that a table shows; the other formats give all."""

CELL_CHARACTERS = 200
"""Characters of one value that a table shows."""

_ROWS_AT_ONCE = 2_000


class QueryError(Exception):
    """The query has no answer: says why."""


def answer(
    connection: duckdb.DuckDBPyConnection, query: str, fmt: Format, output: Path | None
) -> None:
    """Run a query and write its rows to ``output``, whole or not at all, or to standard output.

    Raises:
        QueryError: wrong SQL, parquet without a file, or an output that cannot be written.
    """
    if fmt == "parquet":
        _write_parquet(connection, query, output)
        return
    rows = _run(connection, query)
    names = [name for name, *_ in connection.description or ()]
    try:
        write_rows(names, rows, fmt, output)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error


def write_rows(
    names: Sequence[str],
    rows: Iterator[Row],
    fmt: Literal["table", "csv", "json", "jsonl"],
    output: Path | None,
) -> None:
    """Write rows to ``output``, whole or not at all, or to standard output.

    Raises:
        QueryError: an output that cannot be written.
    """
    if output is None:
        _WRITERS[fmt](names, rows, sys.stdout)
        return
    with _whole_file(output) as place, place.open("w", encoding="utf-8", newline="") as out:
        _WRITERS[fmt](names, rows, out)


def _run(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    try:
        connection.execute(query)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    return _rows(connection)


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    while rows := connection.fetchmany(_ROWS_AT_ONCE):
        yield from rows


@contextmanager
def _whole_file(output: Path) -> Iterator[Path]:
    """A place to write that takes the name of ``output`` when all is written."""
    place = output.with_name(f".{output.name}.part")
    try:
        yield place
        place.replace(output)
    except OSError as error:
        raise QueryError(f"cannot write {output}: {error.strerror}") from error
    finally:
        place.unlink(missing_ok=True)


# --- Formats ---------------------------------------------------------------------------------


def _write_csv(names: Sequence[str], rows: Iterator[Row], out: TextIO) -> None:
    """RFC 4180 with a header; null is an empty field, lists and structs are JSON."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_flat(value) for value in row] for row in rows)


def _write_json(names: Sequence[str], rows: Iterator[Row], out: TextIO) -> None:
    separator = "["
    for row in rows:
        out.write(f"{separator}\n  {_json(dict(zip(names, row, strict=True)))}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def _write_jsonl(names: Sequence[str], rows: Iterator[Row], out: TextIO) -> None:
    for row in rows:
        out.write(_json(dict(zip(names, row, strict=True))) + "\n")


def _write_table(names: Sequence[str], rows: Iterator[Row], out: TextIO) -> None:
    """A table cut to what a person reads: long values and further rows are left off, and said."""
    table = Table()
    for name in names:
        table.add_column(Text(printable(name)))
    shown = 0
    more = False
    for row in rows:
        if shown == TABLE_ROWS:
            more = True
            break
        table.add_row(*map(_cell, row))
        shown += 1
    print_table(table, out)
    if more:
        out.write(f"the first {TABLE_ROWS:,} rows; --format csv gives all\n")
    else:
        out.write(f"{shown:,} row{'s' if shown != 1 else ''}\n")


_WRITERS: dict[str, Callable[[Sequence[str], Iterator[Row], TextIO], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_jsonl,
}


def _write_parquet(connection: duckdb.DuckDBPyConnection, query: str, output: Path | None) -> None:
    if output is None:
        raise QueryError("parquet is not for a terminal: name a file with --output")
    with _whole_file(output) as place:
        try:
            relation = connection.sql(query)
            if relation is None:
                raise QueryError("the query returns no rows to write")
            relation.write_parquet(str(place))
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


# --- Values ----------------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """What JSON has no type for: moments as ISO 8601, decimals and identifiers as text."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal() | UUID():
            return str(value)
        case bytes():
            return value.hex()
    return str(value)


def _flat(value: object) -> object:
    match value:
        case list() | dict() | tuple():
            return _json(value)
        case None | str() | int() | float():
            return value
    return _plain(value)


def _cell(value: object) -> Text:
    if value is None:
        return Text("NULL", "dim")
    text = printable(str(_flat(value)))
    if len(text) > CELL_CHARACTERS:
        text = f"{text[:CELL_CHARACTERS]}…"
    numeric = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Text(text, justify="right" if numeric else "left")
