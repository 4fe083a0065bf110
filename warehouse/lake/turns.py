"""Writers take turns: a transaction sees all that was committed before it, and waits for no reader.

A lake has no keys, so two writers could each add the first version of one article, or one passage
twice. Here one loads at a time, for as long as a transaction lasts; reading pages, parsing and
capturing go on beside it. The turn ends with its process, however that ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import duckdb
from filelock import FileLock, Timeout

from warehouse.errors import WarehouseBusy
from warehouse.lake.address import Lake
from warehouse.lake.errors import LakeError
from warehouse.lake.extensions import load_extensions

TURN_SECONDS = 600.0
"""How long a writer waits for its turn before it gives up."""

_POLL_SECONDS = 5.0  # a wait inside PostgreSQL does not hear Ctrl-C
_LOCK = 0x6E657773  # PostgreSQL's advisory locks are known by number, for each database


class Turns(Protocol):
    """What writers of a lake take turns by."""

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold it inside. Raises WarehouseBusy, LakeError."""

    def confirm(self) -> None:
        """Raise LakeError unless the turn that was taken is still held."""

    def close(self) -> None:
        """Give up what turns are taken by."""


def turns_of(lake: Lake, wait: float = TURN_SECONDS) -> Turns:
    """What the writers of a lake take turns by: its PostgreSQL, or a file beside its SQLite file.

    Raises:
        NoLakeExtension, LakeError: PostgreSQL cannot be reached.
    """
    if lake.kind == "postgres":
        return _PostgresTurns(lake, wait)
    return _FileTurns(lake, wait)


def _busy(lake: Lake, wait: float) -> WarehouseBusy:
    return WarehouseBusy(
        f"Other writers have kept {lake} busy for {wait:g} s. Run again: what was loaded stays."
    )


class _FileTurns:
    def __init__(self, lake: Lake, wait: float) -> None:
        self._lake = lake
        self._wait = wait
        self._lock = FileLock(
            f"{lake.connection_string}.turn", thread_local=False, preserve_lock_file=True
        )

    @contextmanager
    def taken(self) -> Iterator[None]:
        try:
            self._lock.acquire(timeout=self._wait)
        except Timeout:
            raise _busy(self._lake, self._wait) from None
        except OSError as error:
            raise LakeError(f"{self._lake} cannot be written: {error.strerror}.") from error
        try:
            yield
        finally:
            self._lock.release()

    def confirm(self) -> None:
        """The operating system takes a lock from no living process."""

    def close(self) -> None:
        """Nothing is held between turns."""


class _PostgresTurns:
    """An advisory lock, on a connection of its own: it ends when its transaction does."""

    def __init__(self, lake: Lake, wait: float) -> None:
        self._lake = lake
        self._wait = wait
        self._connection = duckdb.connect()
        place = lake.connection_string.replace("'", "''")
        try:
            load_extensions(self._connection, ["postgres_scanner"])
            self._connection.execute(f"ATTACH '{place}' AS turns (TYPE postgres, READ_ONLY)")
        except duckdb.Error as error:
            self._connection.close()
            raise LakeError(f"The catalog of {lake} cannot be reached: {error}") from error

    @contextmanager
    def taken(self) -> Iterator[None]:
        self._take()
        try:
            yield
        finally:
            self._give_back()

    def _take(self) -> None:
        end = time.monotonic() + self._wait
        while not self._taken_within(min(_POLL_SECONDS, max(end - time.monotonic(), 0.001))):
            if time.monotonic() >= end:
                raise _busy(self._lake, self._wait)

    def _taken_within(self, seconds: float) -> bool:
        self._connection.begin()
        try:
            # A holder that idles is loading; one whose machine is gone is found out in a minute.
            self._ask(f"SELECT set_config('lock_timeout', '{seconds * 1000:.0f}ms', true)")
            self._ask("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
            self._ask("SELECT set_config('tcp_keepalives_idle', '20', true)")
            self._ask("SELECT set_config('tcp_keepalives_interval', '10', true)")
            self._ask("SELECT set_config('tcp_keepalives_count', '4', true)")
            self._ask(f"SELECT pg_advisory_xact_lock({_LOCK})::text")
        except duckdb.Error as error:
            self._give_back()
            if "lock timeout" in str(error):
                return False
            raise LakeError(f"The catalog of {self._lake} does not answer: {error}") from error
        return True

    def _give_back(self) -> None:
        with suppress(duckdb.Error):  # of a connection that is lost, the server has it already
            self._connection.rollback()

    def confirm(self) -> None:
        try:
            self._ask("SELECT 1")
        except duckdb.Error as error:
            raise LakeError(f"The turn at {self._lake} was lost: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str) -> None:
        quoted = query.replace("'", "''")
        self._connection.execute(f"FROM postgres_query('turns', '{quoted}')").fetchall()
