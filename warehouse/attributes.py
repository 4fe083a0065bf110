"""Attributes of stored versions, read anew by newer parsers from pages that say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from parsers.items import Attribute
from warehouse.tables import append, arrow_table, columns, matching


def renew_attributes(
    connection: duckdb.DuckDBPyConnection,
    read_anew: Mapping[tuple[str, int], Sequence[Attribute]],
) -> None:
    """Store the attributes of these versions, by article_id and version, where they differ."""
    if not read_anew:
        return
    keys = {f"{article_id}@{version}": (article_id, version) for article_id, version in read_anew}
    stored: dict[str, list[tuple[object, ...]]] = {key: [] for key in keys}
    query = """
        SELECT * EXCLUDE (article_id, version, place)
        FROM (SELECT article_id || '@' || version AS key, *, rowid AS place FROM attributes)
        SEMI JOIN batch USING (key)
        ORDER BY place
    """
    for key, *values in matching(connection, query, "key", keys):
        stored[str(key)].append(tuple(values))
    other = [key for key, version in keys.items() if stored[key] != list(read_anew[version])]
    if not other:
        return
    delete = "DELETE FROM attributes WHERE article_id || '@' || version IN (SELECT key FROM batch)"
    matching(connection, delete, "key", other)
    rows = ((*keys[key], *attribute) for key in other for attribute in read_anew[keys[key]])
    data = columns(("article_id", "version", *Attribute._fields), rows)
    append(connection, "attributes", arrow_table(connection, "attributes", data))
