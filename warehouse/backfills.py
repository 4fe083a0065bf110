"""The ledger of backfills: what was asked for, and which windows of it are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from operator import attrgetter

import duckdb

from warehouse.tables import append, arrow_table, columns, matching


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A backfill that was planned; the table ``backfills`` tells the fields."""

    backfill_id: str
    source_id: str
    since: date
    until: date
    missing_only: bool
    targets: tuple[str, ...]
    complete: bool
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """A window of a backfill that is not finished, with the canonical addresses listed for it."""

    backfill_id: str
    planned_at: datetime
    since: date
    until: date
    pages: int
    urls: tuple[str, ...]


_BACKFILL = tuple(field.name for field in fields(Backfill))
_MAY_PASS = frozenset({"busy", "connection", "timeout", "tls"})
_ENOUGH = 3
_WINDOW = tuple(field.name for field in fields(OpenWindow))
_backfill_values = attrgetter(*_BACKFILL)


class Backfills:
    """Reads and writes the ledger; changes belong in the writer's transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def plan(self, backfill: Backfill, windows: Sequence[OpenWindow]) -> None:
        """Enter a backfill with its windows, all open."""
        entered = tuple(name for name in _WINDOW if name != "planned_at")
        for table, names, rows in (
            ("backfills", _BACKFILL, [_backfill_values(backfill)]),
            ("backfill_windows", entered, map(attrgetter(*entered), windows)),
        ):
            data = columns(names, rows)
            append(self._connection, table, arrow_table(self._connection, table, data))

    def unfinished(
        self,
        source_id: str,
        since: date,
        until: date,
        *,
        missing_only: bool,
        targets: Sequence[str],
    ) -> Backfill | None:
        """The latest backfill that was asked for in these words and has open windows."""
        row = self._connection.execute(
            f"""
            SELECT {", ".join(_BACKFILL)}
            FROM backfills
            SEMI JOIN (FROM backfill_windows WHERE finished_at IS NULL) USING (backfill_id)
            WHERE source_id = ? AND since = ? AND until = ? AND missing_only = ? AND targets = ?
            ORDER BY backfill_id DESC
            LIMIT 1
            """,  # noqa: S608 - column names of our own type
            [source_id, since, until, missing_only, list(targets)],
        ).fetchone()
        if row is None:
            return None
        told = dict(zip(_BACKFILL, row, strict=True))
        return Backfill(**told | {"targets": tuple(told["targets"])})

    def open_windows(self, backfill_id: str) -> tuple[OpenWindow, ...]:
        """The windows that are still to be done, the newest first."""
        rows = self._connection.execute(
            f"""
            SELECT {", ".join(_WINDOW)}
            FROM backfill_windows
            JOIN (FROM backfills SELECT backfill_id, planned_at) USING (backfill_id)
            WHERE backfill_id = ? AND finished_at IS NULL
            ORDER BY backfill_windows.since DESC
            """,  # noqa: S608 - column names of our own type
            [backfill_id],
        ).fetchall()
        windows = (dict(zip(_WINDOW, row, strict=True)) for row in rows)
        return tuple(OpenWindow(**told | {"urls": tuple(told["urls"])}) for told in windows)

    def asked(self, addresses: Collection[str], since_run: str = "") -> set[str]:
        """Those of the addresses that need not be asked for again, by runs after ``since_run``.

        Trouble that may pass counts as asked for once three runs have met it.
        """
        query = (
            "SELECT target, run_id, failure, attempts FROM fetches SEMI JOIN batch USING (target)"
        )
        met: Counter[str] = Counter()
        for target, run_id, failure, attempts in matching(
            self._connection, query, "target", addresses
        ):
            if str(run_id) > since_run and (attempts or failure not in _MAY_PASS):
                met[str(target)] += 1 if failure in _MAY_PASS else _ENOUGH
        return {target for target, times in met.items() if times >= _ENOUGH}

    def last_read(self, source_id: str) -> dict[str, datetime]:
        """When the articles of a source were last read, by the address that they were read at."""
        rows = self._connection.execute(
            "SELECT url, max(visited_at) FROM fetches WHERE source_id = ? "
            "AND article_id IS NOT NULL AND url IS NOT NULL AND cause = 'captured' GROUP BY url",
            [source_id],
        ).fetchall()
        return dict(rows)

    def finish(self, window: OpenWindow, run_id: str) -> None:
        """Enter that a run has done a window."""
        self._connection.execute(
            "UPDATE backfill_windows SET run_id = ?, finished_at = ?, urls = [] "
            "WHERE backfill_id = ? AND since = ?",
            [run_id, datetime.now(UTC), window.backfill_id, window.since],
        )
