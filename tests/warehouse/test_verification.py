"""Every check finds the damage it is there for, and nothing in a sound warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.building import BLOCKS, article, visit
from tests.warehouse.conftest import Run
from warehouse import verify
from warehouse.migrations import migrations

# The damage, and the first check that must find it.
DAMAGE = {
    "account_balance": "UPDATE article_versions SET article_body = replace(article_body, 'T', '')",
    "account_missing": "DELETE FROM accounts",
    "account_without_version": "DELETE FROM article_versions",
    "attribute_without_version": "INSERT INTO attributes VALUES "
    "('other', 1, 3, 1, 'Rank', 'rank', 'PC', 'constable', true)",
    "change_without_version": "INSERT INTO changes SELECT article_id, 1, 'body', 'substantive', "
    "'a', 'b', 3, [] FROM articles",
    "kept_blocks": "UPDATE accounts SET kept = kept[1:2]",
    "passage_missing": "DELETE FROM passages WHERE rule = 'share'",
    "passage_altered": "UPDATE passages SET texts = ['Other page!'] WHERE rule = 'quick_exit'",
    "positions": "UPDATE passages SET block_count = 7 WHERE rule = 'share'",
    "version_numbers": "INSERT INTO article_versions SELECT * REPLACE (3 AS version) "
    "FROM article_versions",
    "snapshot_repeated": "INSERT INTO snapshots FROM snapshots",
    "not_captured": "DELETE FROM snapshots",
    "quarantine_not_captured": "INSERT INTO quarantine BY NAME SELECT article_id, body_digest, "
    "source_id, url AS target, word_count, ['few_words'] AS alarms, '' AS detail, 'sha256:00' AS "
    "payload_digest, parser_version, run_id, now() AS quarantined_at, 1 AS looks, 'waiting' AS "
    "state FROM articles LIMIT 1",
    "run_unknown": "UPDATE fetches SET run_id = 'other'",
    "run_not_finished": "UPDATE runs SET status = 'running'",
    "schema_version": "INSERT INTO schema_migrations VALUES (999, 'from_the_future', now())",
}


@pytest.fixture
def copy(path: Path, run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound warehouse that a test may damage."""
    run([visit(article()), visit(article(BLOCKS[:4], page="short"))])
    with duckdb.connect(path) as connection:
        yield connection


def test_a_sound_warehouse_has_no_problems(copy: duckdb.DuckDBPyConnection) -> None:
    assert list(verify(copy)) == []


@pytest.mark.parametrize("check", DAMAGE)
def test_damage_is_found(copy: duckdb.DuckDBPyConnection, check: str) -> None:
    copy.execute(DAMAGE[check])
    problems = list(verify(copy))
    assert check in {problem.check for problem in problems}
    assert all(problem.subject and problem.detail for problem in problems)


def test_every_check_is_tried() -> None:
    files = (resources.files("warehouse") / "checks").iterdir()
    names = {file.name.removesuffix(".sql") for file in files}
    assert names | {"passage_altered", "schema_version"} == set(DAMAGE)


def test_the_subject_names_the_version(copy: duckdb.DuckDBPyConnection) -> None:
    copy.execute("UPDATE passages SET texts = ['Short'] WHERE rule = 'share'")
    found = {problem.check: problem for problem in verify(copy)}
    assert found["account_balance"].subject == f"{article().article_id}@1"
    assert "hold 188 characters, the document 196" in found["account_balance"].detail
    assert "Short" in found["passage_altered"].detail


@pytest.mark.parametrize("character", ["\t", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000"])
def test_white_space_is_the_same_in_sql_and_python(
    reader: duckdb.DuckDBPyConnection, character: str
) -> None:
    assert reader.execute("SELECT non_space_characters(?)", [f"a{character}b"]).fetchone() == (2,)


def test_all_white_space_is_the_same_in_sql_and_python(reader: duckdb.DuckDBPyConnection) -> None:
    text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000)]))
    expected = len("".join(text.split()))
    assert reader.execute("SELECT non_space_characters(?)", [text]).fetchone() == (expected,)


def test_migrations_are_known() -> None:
    versions = [migration.version for migration in migrations()]
    assert versions[:5] == [1, 2, 3, 4, 5]
    assert versions == sorted(set(versions))
