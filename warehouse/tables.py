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

from parsers.account import Account, Departure, Fate
from parsers.items import Block
from warehouse.accounts import PassageBook

Columns = Mapping[str, Sequence[object]]

_KEPT = pa.struct([("position", pa.int32()), ("kind", pa.string()), ("role", pa.string())])
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
    values = tuple(zip(*rows, strict=True)) or ((),) * len(names)
    return dict(zip(names, values, strict=True))


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
    departures = [account.departures for account in drawn]
    left = columns(Departure._fields, chain.from_iterable(departures))
    passages = pa.StructArray.from_arrays(
        [pa.array(left["position"], pa.int32()), _uuids(left["passage"])], ["position", "passage"]
    )
    return pa.table(
        {
            "article_id": pa.array(ids, pa.string()),
            "version": pa.array(versions, pa.int32()),
            "kept": _lists(map(len, kept), _structs(_KEPT, chain.from_iterable(kept))),
            "passages": _lists(map(len, departures), passages),
        }
    )


def passage_table(book: PassageBook) -> pa.Table:
    """Passages ready for the table ``passages``."""
    left = columns(Departure._fields, book.departures)
    fates = columns(Fate._fields, [departure.fate for departure in book.departures])
    blocks = columns(Block._fields, book.blocks)
    return pa.table(
        {
            "passage": _uuids(left["passage"]),
            **{name: pa.array(fates[name], pa.string()) for name in _DEPARTURE},
            "block_count": pa.array(left["block_count"], pa.int32()),
            "characters": pa.array(left["characters"], pa.int64()),
            "texts": _lists(left["block_count"], pa.array(blocks["text"], pa.string())),
            "kinds": _lists(left["block_count"], pa.array(blocks["kind"], pa.string())),
        }
    )


def _key_table(name: str, keys: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(keys, pa.string())})


def _uuids(digests: Sequence[Any]) -> pa.Array[Any]:
    content = pa.py_buffer(b"".join(digests))
    storage = pa.Array.from_buffers(_UUID.storage_type, len(digests), [None, content])
    return pa.ExtensionArray.from_storage(_UUID, storage)


def _structs(kind: pa.StructType, rows: Iterable[tuple[object, ...]]) -> pa.StructArray:
    parts = columns(kind.names, rows)
    arrays = [pa.array(parts[field.name], field.type) for field in kind.fields]
    return pa.StructArray.from_arrays(arrays, fields=kind.fields)


def _lists(lengths: Iterable[Any], values: pa.Array[Any]) -> pa.ListArray[Any]:
    """Lists of these lengths, whose values stand one after the other."""
    return pa.ListArray.from_arrays(pa.array(accumulate(lengths, initial=0), pa.int32()), values)


def _execute(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    batch: pa.Table,
) -> duckdb.DuckDBPyConnection:
    """Execute a query that reads the table ``batch``; to register it as a view costs far more."""
    return connection.execute(query)
