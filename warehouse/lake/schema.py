"""The warehouse's schema on a lake: the same migrations, without the comments it cannot keep.

DuckLake 1.0 keeps comments on tables, views and the columns of tables; not those on the columns of
views and on macros.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import duckdb

from warehouse.migrations import (
    Migration,
    enter_migration,
    migrations,
    missing_migrations,
    transaction,
)

_VIEW = re.compile(r"^CREATE (?:OR REPLACE )?VIEW (\w+)", re.MULTILINE)
_COMMENT = re.compile(r"^COMMENT ON (?:(MACRO)|COLUMN (\w+)\.)", re.MULTILINE)


def migrate_lake(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply the migrations that the connected lake lacks, all in one transaction.

    A transaction is what costs time on a lake, and nobody sees one that was made by half.
    Raises NewerWarehouse when the lake has one that this program does not know.
    """
    missing = missing_migrations(connection)
    if not missing:
        return
    with transaction(connection):
        for migration in missing:
            for statement in lake_statements(migration):
                connection.execute(statement)
            enter_migration(connection, migration)


def lake_statements(migration: Migration) -> Sequence[str]:
    """What a migration does to a lake, statement by statement."""
    statements = (statement.query for statement in duckdb.extract_statements(migration.sql))
    return [statement for statement in statements if not _is_refused(statement)]


def _is_refused(statement: str) -> bool:
    comment = _COMMENT.search(statement)
    return comment is not None and (comment[1] is not None or comment[2] in _views())


@cache
def _views() -> frozenset[str]:
    return frozenset(name for known in migrations() for name in _VIEW.findall(known.sql))
