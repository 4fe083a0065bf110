"""``newsgrain sql``: the same rows in five formats, whole files or none, plain words for errors."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from flows.answers.querying import TABLE_ROWS
from flows.commands import app
from flows.settings import Settings
from tests.flows.newsroom import ingest, settings_in, write_pages

ROWS = """
    SELECT * FROM (VALUES
        (1, 'one, "quoted"', TIMESTAMPTZ '2021-10-21 18:54:00+01', ['a', 'b'], 1.50::DECIMAL(4, 2)),
        (2, NULL, NULL, [], NULL)
    ) AS t(number, word, moment, list, price)
    ORDER BY number
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("sql")
    settings = settings_in(folder)
    write_pages(folder / "in", 2)
    ingest(settings, folder / "in")
    return settings


def sql(settings: Settings, query: str, *options: object, **environment: str) -> Result:
    arguments = ["sql", query, "--warehouse", str(settings.warehouse), *map(str, options)]
    return CliRunner().invoke(app, arguments, env=environment)


def test_csv_has_a_header_empty_nulls_and_json_lists(settings: Settings) -> None:
    answer = sql(settings, ROWS, "--format", "csv")
    assert answer.exit_code == 0
    assert list(csv.reader(io.StringIO(answer.stdout))) == [
        ["number", "word", "moment", "list", "price"],
        ["1", 'one, "quoted"', "2021-10-21T17:54:00+00:00", '["a", "b"]', "1.50"],
        ["2", "", "", "[]", ""],
    ]


EXPECTED = [
    {
        "number": 1,
        "word": 'one, "quoted"',
        "moment": "2021-10-21T17:54:00+00:00",
        "list": ["a", "b"],
        "price": "1.50",
    },
    {"number": 2, "word": None, "moment": None, "list": [], "price": None},
]


def test_json_is_one_list(settings: Settings) -> None:
    assert json.loads(sql(settings, ROWS, "--format", "json").stdout) == EXPECTED
    assert json.loads(sql(settings, "SELECT 1 WHERE false", "--format", "json").stdout) == []


def test_jsonl_is_a_row_a_line(settings: Settings) -> None:
    lines = sql(settings, ROWS, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == EXPECTED


def test_parquet_keeps_the_types(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    assert sql(settings, ROWS, "--format", "parquet", "--output", file).exit_code == 0
    types = duckdb.sql(f"DESCRIBE FROM '{file}'").fetchall()
    assert [row[1] for row in types] == [
        "INTEGER",
        "VARCHAR",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR[]",
        "DECIMAL(4,2)",
    ]
    assert duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall() == [(2,)]


def test_a_table_shows_every_row_whole_in_a_pipe(settings: Settings) -> None:
    answer = sql(settings, "FROM articles SELECT headline ORDER BY headline")
    assert answer.exit_code == 0
    assert "Night patrols return to Arlsey under Hill after a summer of complaints" in answer.stdout
    assert "2 rows" in answer.stdout
    assert "\x1b" not in answer.stdout


def test_a_table_crops_what_is_too_much_and_says_so(settings: Settings) -> None:
    answer = sql(settings, f"SELECT repeat('x', 1000) FROM range({TABLE_ROWS + 1})")
    assert "x" * 200 + "…" in answer.stdout
    assert "x" * 201 not in answer.stdout
    assert f"the first {TABLE_ROWS:,} rows" in answer.stdout


def test_a_table_cannot_move_the_cursor(settings: Settings) -> None:
    answer = sql(settings, "SELECT chr(27) || '[2J' || chr(10) || 'next' AS a, '[red]b[/]' AS b")
    assert "\ufffd[2J next" in answer.stdout
    assert "[red]b[/]" in answer.stdout


@pytest.mark.parametrize("fmt", ["table", "csv", "json", "jsonl", "parquet"])
def test_an_output_file_is_written_whole_or_not_at_all(
    settings: Settings, tmp_path: Path, fmt: str
) -> None:
    file = tmp_path / "rows"
    assert sql(settings, "SELECT 7 AS n", "--format", fmt, "--output", file).exit_code == 0
    before = file.read_bytes()
    assert before

    late = "SELECT if(n < 5000, n, error('too late')) FROM range(6000) t(n)"
    answer = sql(settings, late, "--format", fmt, "--output", file)

    assert answer.exit_code == 1
    assert "too late" in answer.stderr
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere"),
        ("DELETE FROM article_versions", "read-only"),
        ("CREATE TABLE mine (a INTEGER)", "read-only"),
    ],
)
def test_what_cannot_be_answered_is_told_without_a_trace(
    settings: Settings, query: str, words: str
) -> None:
    answer = sql(settings, query)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("newsgrain: ")
    assert words in answer.stderr
    assert isinstance(answer.exception, SystemExit)


def test_parquet_wants_a_file(settings: Settings) -> None:
    answer = sql(settings, "SELECT 1", "--format", "parquet")
    assert answer.exit_code == 1
    assert "--output" in answer.stderr


def test_a_folder_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    answer = sql(settings, "SELECT 1", "--output", tmp_path / "no" / "file", "--format", "csv")
    assert answer.exit_code == 1
    assert "cannot write" in answer.stderr


def test_without_a_warehouse_the_cure_is_told(tmp_path: Path) -> None:
    answer = sql(settings_in(tmp_path), "SELECT 1")
    assert answer.exit_code == 1
    assert "newsgrain ingest" in answer.stderr


def test_the_environment_names_the_warehouse(settings: Settings) -> None:
    answer = CliRunner().invoke(
        app,
        ["sql", "FROM runs SELECT count(*) AS n", "--format", "csv"],
        env={"NEWSGRAIN_WAREHOUSE": str(settings.warehouse)},
    )
    assert answer.stdout == "n\n1\n"
