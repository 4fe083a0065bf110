"""The schema as numbered SQL files, applied in order and each exactly once."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import duckdb

from warehouse.errors import NewerWarehouse

_FILE_NAME = re.compile(r"(\d{3})_[a-z_]+\.sql")


class Migration(NamedTuple):
    """One step of the schema: its number, its name (the file's, without extension), its SQL."""

    version: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """All migrations that this version of Newsgrain knows, by number from 1 without a gap."""
    files = (resources.files("warehouse") / "schema").iterdir()
    known = sorted(
        Migration(int(match[1]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in files
        if (match := _FILE_NAME.fullmatch(file.name))
    )
    if [migration.version for migration in known] != list(range(1, len(known) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3 ...: {[m.name for m in known]}")
    return tuple(known)


def schema_version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The schema version of the connected database; None when Newsgrain did not make it."""
    made_here = connection.execute(
        "SELECT true FROM duckdb_tables() "
        "WHERE database_name = current_database() AND table_name = 'schema_migrations'"
    ).fetchone()
    if made_here is None:
        return None
    row = connection.execute("SELECT max(version) FROM schema_migrations").fetchone()
    return row[0] if row else None


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the connected database to the newest schema, each migration in one transaction.

    Raises NewerWarehouse when the database is ahead of this program.
    """
    present = schema_version(connection) or 0
    newest = len(migrations())
    if present > newest:
        raise NewerWarehouse(
            f"The warehouse has schema version {present}, this Newsgrain knows versions up to "
            f"{newest}: install the newer Newsgrain that wrote it."
        )
    for migration in migrations()[present:]:
        _apply(connection, migration)


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    connection.begin()
    try:
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO schema_migrations VALUES (?, ?, now())",
            [migration.version, migration.name],
        )
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
