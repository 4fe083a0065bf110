"""The schema as numbered SQL files, applied in order and each exactly once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
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
    """All migrations that this version of Newsgrain knows, in the order of their numbers."""
    files = (resources.files("warehouse") / "schema").iterdir()
    known = sorted(
        Migration(int(match[1]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in files
        if (match := _FILE_NAME.fullmatch(file.name))
    )
    if len({migration.version for migration in known}) != len(known):
        raise ValueError(f"two migrations have one number: {[m.name for m in known]}")
    return tuple(known)


def newest_version() -> int:
    """The schema version that this version of Newsgrain works with."""
    return migrations()[-1].version


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


def missing_migrations(connection: duckdb.DuckDBPyConnection) -> tuple[Migration, ...]:
    """The migrations that the connected database lacks, in order.

    Raises NewerWarehouse when the database has one that this program does not know.
    """
    applied = _applied(connection)
    unknown = applied - {migration.version for migration in migrations()}
    if unknown:
        raise NewerWarehouse(
            f"The warehouse has schema version {max(unknown)}, this Newsgrain knows versions up "
            f"to {newest_version()}: install the newer Newsgrain that wrote it."
        )
    return tuple(known for known in migrations() if known.version not in applied)


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply the migrations that the connected database lacks, each in one transaction.

    Raises NewerWarehouse when the database has one that this program does not know.
    """
    for migration in missing_migrations(connection):
        with transaction(connection):
            connection.execute(migration.sql)
            enter_migration(connection, migration)


def enter_migration(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    """Enter a migration as applied, in the transaction in which it is."""
    connection.execute(
        "INSERT INTO schema_migrations VALUES (?, ?, now())", [migration.version, migration.name]
    )


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that is done inside is committed together, or nothing of it when it raises."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _applied(connection: duckdb.DuckDBPyConnection) -> set[int]:
    if schema_version(connection) is None:
        return set()
    return {
        version
        for (version,) in connection.execute("SELECT version FROM schema_migrations").fetchall()
    }
