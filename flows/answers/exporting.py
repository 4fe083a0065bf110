"""The warehouse as files for other programs: Parquet, CSV, JSON Lines.

Parquet is partitioned as Hive does it, by source and month of publication (UTC):
``articles/source_id=iopc/month=2021-09/articles_0.parquet``. Each file takes its place in one step.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Literal, NamedTuple, get_args

import duckdb
from filelock import FileLock, Timeout

from flows.answers.querying import Row, write_rows

Table = Literal["articles", "article_versions", "blocks", "images", "links", "date_evidence"]
Format = Literal["parquet", "csv", "jsonl"]

TABLES: tuple[Table, ...] = get_args(Table)

_DRAFT = ".export-"
_WITH_SOURCE = ("articles", "article_versions")
_ROWS_AT_ONCE = 1_000
# What Excel, LibreOffice Calc and Sheets take for the beginning of a formula; the last four are
# the full-width forms that some of them fold. OWASP, "CSV Injection".
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class ExportError(Exception):
    """Files could not be written: says where and why."""


class Selection(NamedTuple):
    """What is exported: of a source, and published in days (UTC, both included); None: all.

    Articles without a date are left out when a day is given.
    """

    source_id: str | None = None
    since: date | None = None
    until: date | None = None


class Exported(NamedTuple):
    """What was written of a table: rows, and the files that hold them."""

    table: str
    rows: int
    files: tuple[Path, ...]


def export(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    fmt: Format,
    selection: Selection = Selection(),  # noqa: B008 - immutable
) -> Exported:
    """Write a table of the published warehouse into a folder, in place of an earlier export of it.

    When all of it is exported, Parquet files of partitions that have no rows any more are removed.

    Raises:
        ExportError: the folder or a file in it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if fmt == "parquet":
            return _export_parquet(connection, folder, table, selection)
        return _export_rows(connection, folder, table, fmt, selection)
    except OSError as error:
        raise ExportError(f"cannot write to {folder}: {error.strerror or error}") from error


# --- One file a table ------------------------------------------------------------------------


def _export_rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    fmt: Literal["csv", "jsonl"],
    selection: Selection,
) -> Exported:
    query, parameters = _query(table, selection)
    cursor = connection.execute(query, parameters)
    names = [name for name, *_ in cursor.description or ()]
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        while batch := cursor.fetchmany(_ROWS_AT_ONCE):
            count += len(batch)
            yield from (tuple(map(harmless, row)) for row in batch) if fmt == "csv" else batch

    file = folder / f"{table}.{fmt}"
    write_rows(names, rows(), fmt, file)
    return Exported(table, count, (file,))


def harmless(value: object) -> object:
    """A cell that no spreadsheet runs: an apostrophe goes before text that begins a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


# --- A file a source and month ---------------------------------------------------------------


def _export_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, selection: Selection
) -> Exported:
    with _draft_in(folder) as draft:
        rows = _copy(connection, draft, table, selection)
        place = folder / table
        written = tuple(
            _put_in_place(file, draft, place) for file in sorted(draft.rglob("*.parquet"))
        )
    if selection == Selection():
        for file in set(place.glob(f"source_id=*/month=*/{table}_*.parquet")) - set(written):
            file.unlink()
    return Exported(table, rows, written)


@contextmanager
def _draft_in(folder: Path) -> Iterator[Path]:
    """A folder for what is being written, gone at the end; those of killed exports go first."""
    for left in folder.glob(f"{_DRAFT}*/"):
        with suppress(Timeout), _held(left):
            shutil.rmtree(left, ignore_errors=True)
    draft = folder / f"{_DRAFT}{token_hex(4)}"
    with _held(draft):
        draft.mkdir()
        try:
            yield draft
        finally:
            shutil.rmtree(draft)


@contextmanager
def _held(draft: Path) -> Iterator[None]:
    """A draft that no other process holds; a process that dies holds none. Raises Timeout."""
    lock = draft.with_name(f"{draft.name}.lock")
    with FileLock(lock, timeout=0):
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _copy(
    connection: duckdb.DuckDBPyConnection, draft: Path, table: Table, selection: Selection
) -> int:
    query, parameters = _query(table, selection)
    place = str(draft).replace("'", "''")
    connection.execute("SET threads = 1")  # one file a partition
    row = connection.execute(
        f"COPY ({query}) TO '{place}' (FORMAT parquet, COMPRESSION zstd, "
        "PARTITION_BY (source_id, month), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true, "
        f"FILENAME_PATTERN '{table}_{{i}}')",
        parameters,
    ).fetchone()
    return row[0] if row else 0


def _put_in_place(file: Path, draft: Path, place: Path) -> Path:
    target = place / file.relative_to(draft)
    target.parent.mkdir(parents=True, exist_ok=True)
    return file.replace(target)


# --- What is asked ---------------------------------------------------------------------------


def _query(table: Table, selection: Selection) -> tuple[str, dict[str, object]]:
    """The rows of a table with their source and month, in an order that is always the same."""
    source = "" if table in _WITH_SOURCE else "article.source_id, "
    joined = (
        f"{table} AS article"
        if table in _WITH_SOURCE
        else f"{table} AS item JOIN article_versions AS article USING (article_id, version)"
    )
    rows = "article.*" if table in _WITH_SOURCE else "item.*"
    conditions = ["true"]
    parameters: dict[str, object] = {}
    if selection.source_id is not None:
        conditions.append("article.source_id = $source_id")
        parameters["source_id"] = selection.source_id
    if selection.since is not None:
        conditions.append("article.date_published >= $since::DATE")
        parameters["since"] = selection.since
    if selection.until is not None:
        conditions.append("article.date_published < $before::DATE")
        parameters["before"] = selection.until + timedelta(days=1)
    place = "" if table in _WITH_SOURCE or table == "date_evidence" else ", item.position"
    query = (
        f"SELECT {source}strftime(article.date_published AT TIME ZONE 'UTC', '%Y-%m') AS month, "  # noqa: S608 - our own names
        f"{rows} FROM {joined} WHERE {' AND '.join(conditions)} "
        f"ORDER BY article.source_id, article.date_published, article_id, version{place}"
    )
    return query, parameters
