"""Erasure reaches every table: a new one must be decided about here."""

from __future__ import annotations

import duckdb

from warehouse.erasure import LEDGERS, tables_of_articles

BLANKED = {"fetches", "rejections", "runs", "backfill_windows"}
CLEARED = {"passages", "snapshots", "pages", "text_bands", "text_pairs"}
WITHOUT_PAGES = {"sources", "discoveries", "hosts", "backfills", "schema_migrations"}
"""What publishers and we say of a site, not of a page."""


def test_every_table_is_reached(reader: duckdb.DuckDBPyConnection) -> None:
    tables = reader.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
    known = BLANKED | CLEARED | WITHOUT_PAGES | set(LEDGERS) | set(tables_of_articles(reader))
    assert {name for (name,) in tables} - known == set(), "decide what an erasure does to it"


def test_tables_about_articles_name_them_article_id(reader: duckdb.DuckDBPyConnection) -> None:
    """A column such as ``other_article_id`` would keep a row of an erased article alive."""
    names = reader.execute(
        "SELECT table_name, column_name FROM duckdb_columns() SEMI JOIN duckdb_tables() "
        "USING (schema_name, table_name) "
        "WHERE column_name LIKE '%article_id%' AND column_name <> 'article_id' AND NOT internal"
    ).fetchall()
    assert names == []
