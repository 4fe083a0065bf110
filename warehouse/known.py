"""What a writer knows of what is stored, from load to load."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import duckdb

from warehouse.readings import Reading, latest_readings
from warehouse.remembering import Remembered
from warehouse.snapshots import Payloads, indexed_payloads


class Known(NamedTuple):
    """Latest readings by article, indexed payloads, and runs that are told of their parsers."""

    readings: Remembered[Reading]
    payloads: Payloads
    told_parsers: set[str]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Known:
        """Nothing as yet."""
        return cls(
            Remembered(
                partial(latest_readings, connection),
                partial(_rows, connection, "article_versions"),
            ),
            Remembered(
                partial(indexed_payloads, connection),
                partial(_rows, connection, "snapshots"),
            ),
            set(),
        )

    def forget(self) -> None:
        """Remember nothing of it."""
        self.readings.forget()
        self.payloads.forget()
        self.told_parsers.clear()


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own
    return int(row[0]) if row else 0
