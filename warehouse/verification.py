"""Checks of a whole warehouse, for `newsgrain doctor`: what constraints would hold, and more.

A check is a file ``checks/*.sql`` that gives a row (subject, detail) for each thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

import duckdb

from parsers.account import Fate, passage_digest
from warehouse.migrations import newest_version, schema_version

_PASSAGES_AT_ONCE = 1_000


class Problem(NamedTuple):
    """Something that should not be: which check says so, about what, and what was found."""

    check: str
    subject: str
    detail: str


def verify(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Everything that is wrong with a warehouse; nothing when all is well.

    A database of another schema version is said to be one, and not looked into.
    """
    present, newest = schema_version(connection), newest_version()
    if present != newest:
        yield Problem("schema_version", str(present), f"this Newsgrain works with {newest}")
        return
    for check in sorted((resources.files("warehouse") / "checks").iterdir(), key=str):
        for subject, detail in connection.execute(check.read_text("utf-8")).fetchall():
            yield Problem(check.name.removesuffix(".sql"), subject, detail)
    yield from _altered_passages(connection)


def _altered_passages(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Passages whose content is no longer what their digest says."""
    cursor = connection.execute(
        "SELECT passage, texts, kinds, disposition, NULL AS role, field, rule, reason FROM passages"
    )
    while rows := cursor.fetchmany(_PASSAGES_AT_ONCE):
        for passage, texts, kinds, *fate in rows:
            if passage_digest(Fate(*fate), texts, kinds) != passage.bytes:
                yield Problem("passage_altered", str(passage), f"its texts begin {texts[:1]}")
