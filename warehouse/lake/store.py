"""A lake as what a writer writes to: readers see each transaction as soon as it is committed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import duckdb

from warehouse.lake.address import Lake
from warehouse.lake.attaching import open_lake
from warehouse.lake.errors import LakeError
from warehouse.lake.schema import migrate_lake
from warehouse.lake.turns import turns_of
from warehouse.lake.upkeep import merge_small_files, rewrite_files, superseded_share


class LakeStore:
    """A lake, and this machine's folder for it."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake.absolute()
        self.folder = _prepared(self._lake.folder)
        self.writer = _writer_id(self.folder)
        self._turns = turns_of(self._lake)

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection to the lake, which is made or brought to the newest schema first."""
        with self._turns.taken():  # of those who find no lake, or an old one, one makes it
            connection = open_lake(self._lake)
            try:
                migrate_lake(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other writer of the lake is in a transaction."""
        with self._turns.taken():
            yield

    def confirm_turn(self) -> None:
        """Raise LakeError when the turn was lost, with the connection that held it."""
        self._turns.confirm()

    def index(self, connection: duckdb.DuckDBPyConnection) -> None:
        """None is kept: `newsgrain search` says what to ask instead."""

    def publish(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Readers have everything already; what many transactions stored is put together."""
        with connection, self._turns.taken():
            merge_small_files(connection)

    def wasted_share(self, connection: duckdb.DuckDBPyConnection) -> float:
        """Which share of the Parquet files' bytes only old snapshots need."""
        return superseded_share(connection)

    def rewrite(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Forget old snapshots, and write files anew that hold deleted rows."""
        with self._turns.taken():
            rewrite_files(connection)
        return connection

    def close(self) -> None:
        """Leave the writers' queue."""
        self._turns.close()


def _prepared(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LakeError(
            f"The folder {folder} cannot be made: {error.strerror}. NEWSGRAIN_LAKE_FOLDER names "
            "another."
        ) from error
    return folder


def _writer_id(folder: Path) -> str:
    """The name by which the lake knows this folder's runs, made when it is first used."""
    file = folder / "writer"
    if not file.exists():
        file.write_text(f"{socket.gethostname()}-{token_hex(4)}", encoding="utf-8")
    return file.read_text(encoding="utf-8")
