"""The data dictionary: every table, view and macro with its columns, their meaning, an example.

``python -m warehouse.dictionary [PATH]`` prints it in Markdown, with examples from the warehouse at
PATH (default ``newsgrain.duckdb``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse.reader import open_reader

LONGEST_EXAMPLE = 60
_HEADING = """\
# Data dictionary
Every table and view that readers open, every column with an example, and the macros.
`docs/warehouse.md` tells how they hang together. Print this page for a warehouse of your own, with
examples from it, by `python -m warehouse.dictionary PATH`. No example means that there is no value.
"""


class Column(NamedTuple):
    """A column: its SQL type, its meaning, and a value from one of its rows (None: it has none)."""

    name: str
    data_type: str
    meaning: str
    example: object


def dictionary(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The lines of the page for the connected warehouse: tables first, then views, then macros."""
    yield from _HEADING.splitlines()
    for heading, names in (("Tables", _tables(connection)), ("Views", _views(connection))):
        yield f"\n## {heading}"
        for name, meaning in names:
            yield f"\n### {name}\n{meaning}.\n"
            yield "| column | type | meaning | example |\n|---|---|---|---|"
            for column in columns(connection, name):
                yield (
                    f"| `{column.name}` | {column.data_type} | {_cell(column.meaning)} "
                    f"| {_shown(column.example)} |"
                )
    yield "\n## Macros\n\n| macro | meaning |\n|---|---|"
    for name, parameters, meaning in _macros(connection):
        yield f"| `{name}({', '.join(parameters)})` | {_cell(meaning)} |"


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterator[Column]:
    """The columns of a table or view, in their order."""
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
        [relation],
    ).fetchall()
    for name, data_type, meaning in rows:
        found = connection.execute(
            f'SELECT "{name}" FROM {relation} WHERE "{name}" IS NOT NULL ORDER BY 1 DESC LIMIT 1'  # noqa: S608 - names of the catalogue
        ).fetchone()
        yield Column(name, data_type, meaning, found[0] if found else None)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() "
        "WHERE database_name = current_database() ORDER BY table_name"
    ).fetchall()


def _views(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT view_name, comment FROM duckdb_views() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY view_name"
    ).fetchall()


def _macros(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str], str]]:
    return connection.execute(
        "SELECT function_name, parameters, comment FROM duckdb_functions() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY function_name"
    ).fetchall()


def _shown(example: object) -> str:
    match example:
        case None | [] | "":
            return ""
        case [first, *_]:
            return _shown(first)
        case dict():
            text = ", ".join(f"{name}: {value}" for name, value in example.items())
        case _:
            text = " ".join(str(example).split())
    cut = text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"
    return f"`{_cell(cut).replace('`', chr(39))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    with open_reader(Path((sys.argv[1:] or ["newsgrain.duckdb"])[0])) as reader:
        sys.stdout.writelines(f"{line}\n" for line in dictionary(reader))
