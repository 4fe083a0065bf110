"""Reading what is published: at any moment, from any process, beside a running load."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.errors import NotAWarehouse, NoWarehouse, WarehouseBusy
from warehouse.files import check_database_file
from warehouse.lake.address import Lake
from warehouse.migrations import schema_version
from warehouse.places import Place


def open_reader(place: Place) -> duckdb.DuckDBPyConnection:
    """A read-only connection to what is published at a place now, with times in UTC.

    Raises NoWarehouse when nothing is, NotAWarehouse when something else lies there,
    WarehouseBusy when a program that is not Newsgrain holds the file open for writing, and
    LakeError when a lake cannot be reached.
    """
    if isinstance(place, Lake):
        from warehouse.lake.attaching import open_lake_reader

        return open_lake_reader(place)
    return _open_copy(place)


def _open_copy(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        raise NoWarehouse(
            f"There is no warehouse at {path}. `newsgrain ingest` makes one there; "
            "--warehouse or NEWSGRAIN_WAREHOUSE names another place."
        )
    check_database_file(path)
    # Attached, not connected to: while a connection to a path lives, DuckDB answers another
    # connection to it with the same database, even after the file was replaced.
    connection = duckdb.connect()
    try:
        _attach(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    place = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{place}' AS warehouse (TYPE duckdb, READ_ONLY)")
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise WarehouseBusy(
                f"{path} is open for writing in another program. Open it read-only there: {error}"
            ) from error
        raise NotAWarehouse(f"{path} cannot be opened as a warehouse: {error}") from error
    connection.execute("USE warehouse")
    if schema_version(connection) is None:
        raise NotAWarehouse(f"{path} is a DuckDB database that Newsgrain did not make.")
