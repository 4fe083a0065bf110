"""The schema: made by numbered migrations, commented throughout, as the contract says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse import NewerWarehouse, open_writer
from warehouse.migrations import migrate, migrations, newest_version, schema_version

VARCHAR, INTEGER, BIGINT, TIME = "VARCHAR", "INTEGER", "BIGINT", "TIMESTAMP WITH TIME ZONE"

ARTICLE = {
    "article_id": VARCHAR,
    "version": INTEGER,
    "cause": VARCHAR,
    "source_id": VARCHAR,
    "url": VARCHAR,
    "canonical_url": VARCHAR,
    "headline": VARCHAR,
    "description": VARCHAR,
    "article_body": VARCHAR,
    "date_published": TIME,
    "date_published_precision": VARCHAR,
    "date_published_raw": VARCHAR,
    "date_modified": TIME,
    "authors": "VARCHAR[]",
    "publisher": VARCHAR,
    "section": VARCHAR,
    "area": VARCHAR,
    "in_language": VARCHAR,
    "word_count": INTEGER,
    "input_characters": BIGINT,
    "flags": "VARCHAR[]",
    "body_digest": VARCHAR,
    "payload_digest": VARCHAR,
    "first_seen_at": TIME,
    "gone_at": TIME,
    "parser_version": VARCHAR,
    "run_id": VARCHAR,
}
CONTRACT = {
    "articles": ARTICLE,
    "article_versions": ARTICLE,
    "blocks": {
        "article_id": VARCHAR,
        "version": INTEGER,
        "position": INTEGER,
        "text": VARCHAR,
        "kind": VARCHAR,
        "disposition": VARCHAR,
        "role": VARCHAR,
        "field": VARCHAR,
        "rule": VARCHAR,
        "reason": VARCHAR,
    },
    "rejections": {
        "run_id": VARCHAR,
        "source_id": VARCHAR,
        "url": VARCHAR,
        "reason": VARCHAR,
        "detail": VARCHAR,
        "payload_digest": VARCHAR,
        "rejected_at": TIME,
    },
    "sources": {"source_id": VARCHAR, "publisher": VARCHAR, "area": VARCHAR},
    "runs": {"run_id": VARCHAR, "kind": VARCHAR, "status": VARCHAR, "started_at": TIME},
    "fetches": {"run_id": VARCHAR, "url": VARCHAR, "visited_at": TIME, "outcome": VARCHAR},
    "snapshots": {"payload_digest": VARCHAR, "warc_file": VARCHAR, "fetched_at": TIME},
    "images": {"article_id": VARCHAR, "version": INTEGER, "caption": VARCHAR},
    "links": {"article_id": VARCHAR, "version": INTEGER, "url": VARCHAR},
    "date_evidence": {"article_id": VARCHAR, "version": INTEGER, "witness": VARCHAR},
}


@pytest.mark.parametrize("table", CONTRACT)
def test_contract_columns(reader: duckdb.DuckDBPyConnection, table: str) -> None:
    relation = reader.table(table)
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert {name: types.get(name) for name in CONTRACT[table]} == CONTRACT[table]


def test_everything_has_a_comment(reader: duckdb.DuckDBPyConnection) -> None:
    relations = reader.execute(
        "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    columns = reader.execute(
        "SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    macros = reader.execute(
        "SELECT function_name, comment FROM duckdb_functions() "
        "WHERE database_name = 'warehouse' AND NOT internal"
    ).fetchall()
    assert len(relations) >= 15
    assert len(columns) >= 150
    assert macros
    assert [name for name, comment in relations + columns + macros if not comment] == []


def test_migrates_from_empty_and_only_once() -> None:
    with duckdb.connect() as connection:
        assert schema_version(connection) is None
        migrate(connection)
        applied = connection.execute("FROM schema_migrations").fetchall()
        assert [version for version, _, _ in applied] == [m.version for m in migrations()]
        migrate(connection)
        assert connection.execute("FROM schema_migrations").fetchall() == applied


def test_goes_on_from_an_older_version() -> None:
    with duckdb.connect() as connection:
        oldest = migrations()[0]
        connection.execute(oldest.sql)
        connection.execute(
            "INSERT INTO schema_migrations VALUES (?, ?, now())", [oldest.version, oldest.name]
        )
        migrate(connection)
        assert schema_version(connection) == newest_version()


def test_refuses_a_newer_database(path: Path) -> None:
    with open_writer(path):
        pass
    database = path.with_name(path.name + ".d") / "warehouse.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (999, 'from_the_future', now())")
    with pytest.raises(NewerWarehouse, match="999"):
        open_writer(path)
    with duckdb.connect(database) as connection:
        assert schema_version(connection) == 999


def test_a_migration_that_lands_late_is_applied() -> None:
    """Branches number their migrations beforehand, and merge in another order."""
    first, second, *_ = migrations()
    with duckdb.connect() as connection:
        for migration in migrations():
            if migration != second:
                connection.execute(migration.sql if migration == first else "SELECT 1")
                connection.execute(
                    "INSERT INTO schema_migrations VALUES (?, ?, now())",
                    [migration.version, migration.name],
                )
        migrate(connection)
        assert connection.execute("SELECT count(*) FROM article_versions").fetchone() == (0,)
