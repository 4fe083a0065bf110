"""docs/warehouse.md is held to the schema."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "warehouse.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL))
def test_each_query_runs(reader: duckdb.DuckDBPyConnection, query: str) -> None:
    reader.execute(query)


def test_every_table_and_view_is_named(reader: duckdb.DuckDBPyConnection) -> None:
    relations = reader.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    assert [name for (name,) in relations if f"`{name}`" not in PAGE] == []


def test_every_file_of_the_folder_is_named() -> None:
    for name in ("warehouse.duckdb", "lock", "lock.holder", "captures/", "search/", "search.json"):
        assert f"`{name}`" in PAGE
