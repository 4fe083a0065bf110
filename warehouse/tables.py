"""Rows into tables: columns gathered in Python travel as Arrow.

The SQL schema is the only place where types are written: the Arrow types are asked from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from parsers.account import Account, Fate
from warehouse.accounts import PassageBook

Columns = Mapping[str, Sequence[object]]

_UUID = pa.uuid()
_DEPARTURE = ("disposition", "field", "rule", "reason")


def beside(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A further connection to the same database, for another thread."""
    database = connection.execute("SELECT current_database()").fetchone()
    cursor = connection.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(f'USE "{database[0] if database else ""}"')
    return cursor


def columns(names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> Columns:
    """Rows turned into columns by name; every row has a value for each name, in order."""
    values = [*chain.from_iterable(rows)]  # every so-many-th is of one column: faster than zip
    return {name: values[place :: len(names)] for place, name in enumerate(names)}


# Asked once: a writer's schema is the newest from the moment its connection is open.
_schemas: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, pa.Schema]] = WeakKeyDictionary()


def arrow_table(connection: duckdb.DuckDBPyConnection, table: str, data: Columns) -> pa.Table:
    """Columns of a table as Arrow, in the types that the table has."""
    known = _schemas.setdefault(connection, {})
    if table not in known:
        known[table] = connection.table(table).limit(0).to_arrow_table().schema
    types = known[table]
    return pa.table({name: pa.array(data[name], types.field(name).type) for name in data})


def append(connection: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    """Add the rows; columns that the batch does not have become null."""
    if batch.num_rows:
        _execute(connection, f"INSERT INTO {table} BY NAME FROM batch", batch)


def append_missing(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, batch: pa.Table
) -> None:
    """Add the rows whose key the table does not hold. Keys within the batch are distinct."""
    if batch.num_rows:
        query = f"INSERT INTO {table} BY NAME FROM batch ANTI JOIN {table} USING ({key})"
        _execute(connection, query, batch)


def merge(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, batch: pa.Table, clauses: str
) -> None:
    """Merge the rows by a key, distinct within the batch; ``clauses`` are SQL's WHEN clauses."""
    _execute(connection, f"MERGE INTO {table} USING batch USING ({key}) {clauses}", batch)


def matching(
    connection: duckdb.DuckDBPyConnection, query: str, name: str, keys: Iterable[str]
) -> list[tuple[object, ...]]:
    """Rows of a query that may read the table ``batch``, whose one column holds the keys."""
    return _execute(connection, query, _key_table(name, keys)).fetchall()


def matching_table(
    connection: duckdb.DuckDBPyConnection, query: str, name: str, keys: Iterable[str]
) -> pa.Table:
    """The same as Arrow, for many rows."""
    return _execute(connection, query, _key_table(name, keys)).to_arrow_table()


def account_table(
    ids: Sequence[str], versions: Sequence[int], drawn: Sequence[Account]
) -> pa.Table:
    """The accounts of as many versions, ready for the table ``accounts``."""
    kept = [account.kept for account in drawn]
    left = [account.departures for account in drawn]
    kept_blocks = _structs(
        position=_chained((each.positions for each in kept), pa.int32()),
        kind=_chained((each.kinds for each in kept), pa.string()),
        role=_chained((each.roles for each in kept), pa.string()),
    )
    passages = _structs(
        position=_chained((each.positions for each in left), pa.int32()),
        passage=_uuids(chain.from_iterable(each.passages for each in left)),
    )
    return pa.table(
        {
            "article_id": pa.array(ids, pa.string()),
            "version": pa.array(versions, pa.int32()),
            "kept": _lists([len(each.positions) for each in kept], kept_blocks),
            "passages": _lists([len(each.positions) for each in left], passages),
        }
    )


def passage_table(book: PassageBook) -> pa.Table:
    """Passages ready for the table ``passages``."""
    fates = columns(Fate._fields, book.fates)
    return pa.table(
        {
            "passage": _uuids(book.passages),
            **{name: pa.array(fates[name], pa.string()) for name in _DEPARTURE},
            "block_count": pa.array(book.block_counts, pa.int32()),
            "characters": pa.array(book.characters, pa.int64()),
            "texts": _lists(book.block_counts, pa.array(book.texts, pa.string())),
            "kinds": _lists(book.block_counts, pa.array(book.kinds, pa.string())),
        }
    )


def _key_table(name: str, keys: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(keys, pa.string())})


def _chained(parts: Iterable[Sequence[object]], kind: pa.DataType) -> pa.Array[Any]:
    return pa.array([*chain.from_iterable(parts)], kind)


def _uuids(digests: Iterable[bytes]) -> pa.Array[Any]:
    content = b"".join(digests)
    count = len(content) // _UUID.storage_type.byte_width
    storage = pa.Array.from_buffers(_UUID.storage_type, count, [None, pa.py_buffer(content)])
    return pa.ExtensionArray.from_storage(_UUID, storage)


def _structs(**values: pa.Array[Any]) -> pa.StructArray:
    return pa.StructArray.from_arrays([*values.values()], [*values])


def _lists(lengths: Iterable[int], values: pa.Array[Any]) -> pa.ListArray[Any]:
    """Lists of these lengths, whose values stand one after the other."""
    return pa.ListArray.from_arrays(pa.array([*accumulate(lengths, initial=0)], pa.int32()), values)


def _execute(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    table: pa.Table,
) -> duckdb.DuckDBPyConnection:
    """Execute a query that reads the table ``table`` once, by the name of ``batch``.

    It is handed over as a stream: DuckDB asks ``pyarrow.dataset`` to scan a table, which costs a
    third of a millisecond a query and 0.2 s for the first. To register it costs far more.
    """
    batch = table.__arrow_c_stream__()  # type: ignore[no-untyped-call]  # noqa: F841 - by its name
    return connection.execute(query)
