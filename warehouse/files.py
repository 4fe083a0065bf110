"""The files of a warehouse: made whole or not at all, replaced in one step.

``PATH`` is what readers open, a closed copy. The writer's own database, its lock and the captures
lie in the folder ``PATH.d``. A database appears under its name only when it is complete: a file
that was killed while DuckDB made it can be invalid for ever.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from warehouse.errors import NotAWarehouse, WarehouseError
from warehouse.migrations import migrate, schema_version
from warehouse.places import writer_folder

# A checkpoint in the midst of a load writes half-filled row groups: twice the file, half the pace.
_WRITER_CONFIG: dict[str, str | bool | int | float | list[str]] = {"checkpoint_threshold": "1GB"}
_MAGIC = slice(8, 12), b"DUCK"


def prepare_folder(path: Path) -> Path:
    """The writer's folder, made when missing.

    Raises NotAWarehouse when something else lies at the path, WarehouseError when the folder
    cannot be made.
    """
    if path.exists():
        check_database_file(path)
    folder = writer_folder(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(
            f"The warehouse folder {folder} cannot be made: {error.strerror}. "
            "Give another path with --warehouse."
        ) from error
    return folder


def check_database_file(path: Path) -> None:
    """Raise NotAWarehouse unless the file at the path is a DuckDB database."""
    position, magic = _MAGIC
    try:
        with path.open("rb") as file:
            is_database = file.read(position.stop)[position] == magic
    except OSError as error:
        raise NotAWarehouse(f"{path} cannot be read as a warehouse: {error.strerror}.") from error
    if not is_database:
        raise NotAWarehouse(
            f"{path} is not a DuckDB database. It was left as it is: "
            "give another path with --warehouse."
        )


def open_database(database: Path, published: Path) -> duckdb.DuckDBPyConnection:
    """The writer's database, made or brought to the newest schema first.

    When only the published copy is left, the writer begins from that. Raises NotAWarehouse,
    NewerWarehouse.
    """
    if not database.exists():
        _create(database, published)
    check_database_file(database)
    try:
        connection = _connect(database)
    except duckdb.IOException as error:
        raise NotAWarehouse(f"{database} cannot be opened as a warehouse: {error}") from error
    try:
        _check_ours(connection, database)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def rewrite_database(database: Path) -> None:
    """Write the closed database anew: what was deleted from it leaves no bytes in the file.

    It is replaced in one step; a kill leaves the one before.
    """
    draft = _draft(database)
    place = str(database).replace("'", "''")
    with _connect(draft) as connection:
        migrate(connection)
        connection.execute(f"ATTACH '{place}' AS before (TYPE duckdb, READ_ONLY)")
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - what migrations entered
            connection.execute(f"INSERT INTO {table} BY NAME FROM before.{table}")
        connection.execute("DETACH before")
        connection.execute("CHECKPOINT")
    _put_in_place(draft, database)


def publish_copy(database: Path, path: Path) -> None:
    """Put a copy of the closed database at ``path`` in one step that survives a kill."""
    copy = path.with_name(path.name + ".new")
    shutil.copyfile(database, copy)
    _sync(copy)
    # A log left by a program that wrote to the old copy must not be played into the new one.
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    copy.replace(path)
    _sync(path.parent)


def _create(database: Path, published: Path) -> None:
    draft = _draft(database)
    if published.exists():
        shutil.copyfile(published, draft)
    with _connect(draft) as connection:
        if published.exists():
            _check_ours(connection, published)
        migrate(connection)
        connection.execute("CHECKPOINT")
    _put_in_place(draft, database)


def _draft(database: Path) -> Path:
    """Where a database is made before it takes its place; what a process left there is removed."""
    draft = database.with_name(database.name + ".new")
    for leftover in (draft, draft.with_name(draft.name + ".wal")):
        leftover.unlink(missing_ok=True)
    return draft


def _put_in_place(draft: Path, database: Path) -> None:
    _sync(draft)
    draft.replace(database)
    _sync(database.parent)


def _connect(database: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(database, config=_WRITER_CONFIG)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _check_ours(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    if schema_version(connection) is None:
        raise NotAWarehouse(
            f"{path} is a DuckDB database that Newsgrain did not make. It was left as it is: "
            "give another path with --warehouse."
        )


def _sync(path: Path) -> None:
    """Force a file's content, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
