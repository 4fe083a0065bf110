"""Opening a lake, to write to it or to read it as it is now."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse.errors import NotAWarehouse, NoWarehouse
from warehouse.lake.address import Lake
from warehouse.lake.errors import LakeError
from warehouse.lake.extensions import load_extensions
from warehouse.migrations import schema_version

_CATALOG_EXTENSION = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner"}
_WAIT_SECONDS = 60
# Writers of an SQLite catalog wait for its locks; readers copy what was committed.
_CATALOG_OPTIONS = {
    "postgres": (),
    "sqlite": ("META_JOURNAL_MODE 'WAL'", f"META_BUSY_TIMEOUT {_WAIT_SECONDS * 1000}"),
}


def open_lake_reader(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the newest snapshot of a lake, with times in UTC.

    What is committed later does not show on it.

    Raises:
        NoWarehouse, NotAWarehouse, NoLakeExtension, LakeError: there is no lake, it is of another
        make, or its catalog or files cannot be reached.
    """
    connection = _connect(lake)
    try:
        if lake.kind == "sqlite":
            _attach(connection, _copied(lake, connection), ["READ_ONLY"])
        else:
            _attach_snapshot(connection, lake)
        if schema_version(connection) is None:
            raise NotAWarehouse(f"{lake} is a DuckLake that Newsgrain did not make.")
    except BaseException:
        connection.close()
        raise
    return connection


def open_lake(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A connection that writes to a lake, which is made when there is none; its schema may be old.

    Raises:
        NotAWarehouse, NoLakeExtension, LakeError: the lake is of another make, its catalog or
        files cannot be reached, or it is new and nobody says where its files go.
    """
    connection = _connect(lake)
    try:
        try:
            _attach(connection, lake, [])
        except NoWarehouse:
            _attach(connection, lake, [_data_option(lake)])
        _check_data(connection, lake)
        _check_ours(connection, lake)
    except BaseException:
        connection.close()
        raise
    return connection


def data_place(connection: duckdb.DuckDBPyConnection) -> str:
    """Where the attached lake's Parquet files lie: a folder or an address, with a slash at last."""
    row = connection.execute("SELECT data_path FROM ducklake_settings('warehouse')").fetchone()
    return str(row[0]) if row else ""


def _connect(lake: Lake) -> duckdb.DuckDBPyConnection:
    # Nothing is fetched: what is not installed from a package is missing.
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(config=config)
    try:
        load_extensions(connection, ["ducklake", _CATALOG_EXTENSION[lake.kind]])
        connection.execute("SET TimeZone = 'UTC'")
        # Few rows would be written into the catalog as SQL, and texts are hostile: one with a
        # null character and a quotation mark ends its statement.
        connection.execute("SET ducklake_default_data_inlining_row_limit = 0")
    except BaseException:
        connection.close()
        raise
    return connection


def _attach_snapshot(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    _attach(connection, lake, ["READ_ONLY"])
    row = connection.execute("FROM ducklake_current_snapshot('warehouse')").fetchone()
    connection.execute("USE memory")
    connection.execute("DETACH warehouse")
    _attach(connection, lake, ["READ_ONLY", f"SNAPSHOT_VERSION {row[0] if row else 0}"])


def _copied(lake: Lake, connection: duckdb.DuckDBPyConnection) -> Lake:
    """The lake with a copy of its SQLite catalog, which goes when the connection does.

    DuckLake reads a catalog by several statements. SQLite holds none of them together, so a reader
    of the catalog itself could find some tables before a commit and others after it.
    """
    catalog = Path(lake.connection_string)
    if not catalog.exists():
        raise _no_lake(lake)
    folder = tempfile.mkdtemp(prefix="newsgrain-catalog-")
    weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
    copy = Path(folder, "catalog.sqlite")
    try:
        with (
            closing(sqlite3.connect(catalog, timeout=_WAIT_SECONDS)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise LakeError(f"{lake} cannot be read: {error}") from error
    return replace(lake, catalog=f"sqlite:{copy}")


def _attach(connection: duckdb.DuckDBPyConnection, lake: Lake, options: list[str]) -> None:
    """Attach a lake as the database in use. Without DATA_PATH among the options none is made."""
    making = any(option.startswith("DATA_PATH") for option in options)
    told = [*options, *_CATALOG_OPTIONS[lake.kind]]
    told += [] if making else ["CREATE_IF_NOT_EXISTS false"]
    if lake.kind == "sqlite" and not making and not Path(lake.connection_string).exists():
        raise _no_lake(lake)
    attach = f"ATTACH {_quoted(str(lake))} AS warehouse ({', '.join(told)})"
    try:
        try:
            connection.execute(attach)
        except duckdb.Error as error:
            if "requires the extension httpfs" not in str(error):
                raise
            load_extensions(connection, ["httpfs"])  # only the catalog knew where the files are
            connection.execute(attach)
        connection.execute("USE warehouse")
    except duckdb.Error as error:
        if "creating a new DuckLake is explicitly disabled" in str(error):
            raise _no_lake(lake) from None
        raise LakeError(f"{lake} cannot be opened: {error}") from error


def _no_lake(lake: Lake) -> NoWarehouse:
    return NoWarehouse(
        f"There is no lake at {lake}. `newsgrain ingest` makes one there, with its files where "
        "NEWSGRAIN_LAKE_DATA says."
    )


def _data_option(lake: Lake) -> str:
    if lake.data is None:
        raise LakeError(
            f"There is no lake at {lake} yet. To make one, say in NEWSGRAIN_LAKE_DATA where its "
            "files go: a folder, or an address like s3://bucket/news/."
        )
    return f"DATA_PATH {_quoted(lake.data)}"


def _check_data(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    place = data_place(connection)
    if lake.data is not None and lake.data.rstrip("/") != place.rstrip("/"):
        raise LakeError(
            f"The files of {lake} lie in {place}, not in {lake.data}: correct NEWSGRAIN_LAKE_DATA, "
            "or leave it out."
        )


def _check_ours(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchone()
    if row != (0,) and schema_version(connection) is None:
        raise NotAWarehouse(f"{lake} is a DuckLake that Newsgrain did not make. It was left as is.")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
