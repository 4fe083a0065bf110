"""All rows of a warehouse into another one, which is empty: from a file into a lake, or back."""

from __future__ import annotations

import duckdb

from warehouse.errors import WarehouseError
from warehouse.migrations import newest_version, schema_version

_ROWS_AT_ONCE = 20_000


def copy_rows(reader: duckdb.DuckDBPyConnection, connection: duckdb.DuckDBPyConnection) -> int:
    """Copy all rows from what a reader sees into an empty warehouse; how many there were.

    The caller holds the transaction. Raises WarehouseError when there are rows already, or when
    the schema that is read is not the newest.
    """
    if connection.execute("SELECT count(*) FROM runs").fetchone() != (0,):
        raise WarehouseError(
            "There is a warehouse already, and two are not made one. Name another."
        )
    if schema_version(reader) != newest_version():
        raise WarehouseError(
            "What is copied has the schema of an older Newsgrain: let this one write to it once."
        )
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() "
        "AND table_name <> 'schema_migrations' ORDER BY table_name"
    ).fetchall()
    return sum(_copy(reader, connection, table) for (table,) in tables)


def _copy(
    reader: duckdb.DuckDBPyConnection, connection: duckdb.DuckDBPyConnection, table: str
) -> int:
    batches = reader.execute(f"FROM {table}").to_arrow_reader(_ROWS_AT_ONCE)
    connection.register("batches", batches)
    try:
        row = connection.execute(f"INSERT INTO {table} BY NAME FROM batches").fetchone()
    finally:
        connection.unregister("batches")
    return int(row[0]) if row else 0
