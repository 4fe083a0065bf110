"""What a writer writes to: the database of a file that is published, or a lake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb

from warehouse.files import open_database, prepare_folder, publish_copy, rewrite_database
from warehouse.fulltext.updating import update_index
from warehouse.lake.address import Lake
from warehouse.places import Place


class Store(Protocol):
    """Where a warehouse is kept, and how what is written reaches its readers."""

    @property
    def folder(self) -> Path:
        """The writer's folder on this machine."""

    @property
    def writer(self) -> str | None:
        """What tells this writer from others of the same warehouse; None where there is one."""

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection that writes, its schema the newest."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep other writers out for one transaction."""

    def confirm_turn(self) -> None:
        """Raise unless the turn that was taken still holds."""

    def index(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Bring the search index to where the database is."""

    def publish(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give readers what was committed; closes the connection."""

    def wasted_share(self, connection: duckdb.DuckDBPyConnection) -> float:
        """Which share of the stored bytes (0 to 1) holds nothing any more."""

    def rewrite(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Store anew what is there, and nothing else; the connection to go on with."""

    def close(self) -> None:
        """Let go of all but the connection."""


def store_of(place: Place) -> Store:
    """What a writer of the warehouse at a place writes to; its folder is made when missing.

    Raises:
        WarehouseError: something else is there, or the folder cannot be made.
    """
    if isinstance(place, Lake):
        from warehouse.lake.store import LakeStore

        return LakeStore(place)
    return FileStore(place)


class FileStore:
    """A database in the writer's folder; readers open a copy, replaced when a command ends."""

    writer = None

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self.folder = prepare_folder(self._path)
        self._database = self.folder / "warehouse.duckdb"

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection to the writer's own database."""
        return open_database(self._database, self._path)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """No wait: the lock on the folder keeps others out for as long as a writer lives."""
        yield

    def confirm_turn(self) -> None:
        """A lock on a file is lost by no living process."""

    def index(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Index what is new since the last run."""
        update_index(connection, self.folder)

    def publish(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Replace the copy that readers open."""
        connection.execute("CHECKPOINT")
        connection.close()
        publish_copy(self._database, self._path)

    def wasted_share(self, connection: duckdb.DuckDBPyConnection) -> float:
        """Which share of the file's blocks is free."""
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT free_blocks / greatest(total_blocks, 1) FROM pragma_database_size()"
        ).fetchone()
        return float(row[0]) if row else 0.0

    def rewrite(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Write the file anew, so that deleted rows leave no bytes in it."""
        connection.execute("CHECKPOINT")
        connection.close()
        rewrite_database(self._database)
        return self.open()

    def close(self) -> None:
        """Nothing else is held."""
