"""Files for other programs: whole, partitioned, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from flows.answers.exporting import TABLES, ExportError, Selection, export, harmless
from flows.settings import Settings
from tests.flows.newsroom import ask, ingest, page_text, settings_in, write_source
from warehouse import open_reader

PUBLISHED = '<head><meta property="article:published_time" content="{}">'
PAGES = {
    "gazette": {"a": "2024-05-31T23:30:00Z", "b": "2024-06-01T00:30:00Z", "c": None},
    "herald": {"d": "2024-06-15T12:00:00Z"},
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("export")
    settings = settings_in(folder)
    for source, pages in PAGES.items():
        write_source(settings.seeds, source)
        (settings.seeds / source).mkdir()
        for name, moment in pages.items():
            text = page_text(f"=Town {name}")
            text = text.replace("<head>", PUBLISHED.format(moment)) if moment else text
            text = text.replace("Night patrols", "=HYPERLINK: night patrols")
            (settings.seeds / source / f"{name}.html").write_text(text)
    ingest(settings)
    return settings


def written(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def run(settings: Settings, folder: Path, table: str, fmt: str, **chosen: object) -> int:
    with open_reader(settings.warehouse) as connection:
        exported = export(connection, folder, table, fmt, Selection(**chosen))  # type: ignore[arg-type]
    assert sorted(p.relative_to(folder).as_posix() for p in exported.files) == written(folder)
    return exported.rows


def test_parquet_lies_by_source_and_month(settings: Settings, tmp_path: Path) -> None:
    assert run(settings, tmp_path, "articles", "parquet") == 4
    assert written(tmp_path) == [
        "articles/source_id=gazette/month=2024-05/articles_0.parquet",
        "articles/source_id=gazette/month=2024-06/articles_0.parquet",
        "articles/source_id=gazette/month=__HIVE_DEFAULT_PARTITION__/articles_0.parquet",
        "articles/source_id=herald/month=2024-06/articles_0.parquet",
    ]
    columns = "article_id, source_id, headline, authors, date_published, article_body"
    read = f"SELECT {columns} FROM read_parquet('{tmp_path}/articles/*/*/*.parquet') ORDER BY ALL"
    with duckdb.connect() as connection:
        rows = connection.execute(read).fetchall()
    assert rows == ask(settings.warehouse, f"SELECT {columns} FROM articles ORDER BY ALL")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("fmt", ["parquet", "csv", "jsonl"])
def test_every_table_comes_whole(settings: Settings, tmp_path: Path, table: str, fmt: str) -> None:
    ((expected,),) = ask(settings.warehouse, f"SELECT count(*) FROM {table}")
    assert run(settings, tmp_path, table, fmt) == expected
    pattern = (
        f"{tmp_path}/{table}/*/*/*.parquet" if fmt == "parquet" else f"{tmp_path}/{table}.{fmt}"
    )
    if expected:
        with duckdb.connect() as connection:
            assert connection.execute(f"SELECT count(*) FROM '{pattern}'").fetchall() == [
                (expected,)
            ]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"source_id": "gazette"}, 3),
        ({"source_id": "nobody"}, 0),
        ({"since": date(2024, 6, 1)}, 2),
        ({"until": date(2024, 5, 31)}, 1),
        ({"since": date(2024, 6, 15), "until": date(2024, 6, 15)}, 1),
        ({"source_id": "gazette", "since": date(2024, 6, 1)}, 1),
    ],
)
@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_a_part_is_exported(
    settings: Settings, tmp_path: Path, chosen: dict[str, object], expected: int, fmt: str
) -> None:
    assert run(settings, tmp_path, "articles", fmt, **chosen) == expected


def test_no_cell_of_a_csv_begins_a_formula(settings: Settings, tmp_path: Path) -> None:
    run(settings, tmp_path, "blocks", "csv")
    run_articles = tmp_path / "articles"
    with open_reader(settings.warehouse) as connection:
        export(connection, run_articles, "articles", "csv")
    for file in (tmp_path / "blocks.csv", run_articles / "articles.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "＝1", "－1"])
def test_what_begins_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["a=1", " =1", "", None, -1, -1.5, ["=1"]])
def test_what_does_not_is_left_alone(value: object) -> None:
    assert harmless(value) == value


def test_json_lines_keep_lists_and_moments(settings: Settings, tmp_path: Path) -> None:
    run(settings, tmp_path, "articles", "jsonl")
    lines = (tmp_path / "articles.jsonl").read_text("utf-8").splitlines()
    articles = [json.loads(line) for line in lines]
    assert articles[0]["date_published"] == "2024-05-31T23:30:00+00:00"
    assert articles[0]["month"] == "2024-05"
    assert isinstance(articles[0]["authors"], list)
    assert articles[0]["headline"].startswith("=HYPERLINK")


def test_an_export_takes_the_place_of_an_earlier_one(settings: Settings, tmp_path: Path) -> None:
    run(settings, tmp_path, "articles", "parquet")
    stale = tmp_path / "articles" / "source_id=gone" / "month=2020-01" / "articles_0.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"of an article that was erased")
    kept = tmp_path / "notes.txt"
    kept.write_text("somebody's own")
    with open_reader(settings.warehouse) as connection:
        export(connection, tmp_path, "articles", "parquet", Selection(source_id="herald"))
        assert stale.exists()
        export(connection, tmp_path, "articles", "parquet")
    assert not stale.exists()
    assert kept.exists()
    assert not list(tmp_path.glob(".export-*"))


def test_what_a_killed_export_left_goes_and_what_another_writes_stays(
    settings: Settings, tmp_path: Path
) -> None:
    for name in (".export-killed", ".export-going"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.parquet").write_bytes(b"PAR1")
    (tmp_path / ".export-killed.lock").touch()
    with (
        FileLock(tmp_path / ".export-going.lock"),
        open_reader(settings.warehouse) as connection,
    ):
        export(connection, tmp_path, "articles", "parquet")
        left = sorted(path.name for path in tmp_path.glob(".export-*/"))
    assert left == [".export-going"]


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_a_folder_that_cannot_be_written_is_told(
    settings: Settings, tmp_path: Path, fmt: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        open_reader(settings.warehouse) as connection,
        pytest.raises(ExportError, match="cannot write to"),
    ):
        export(connection, tmp_path / "file", "articles", fmt)  # type: ignore[arg-type]


def test_a_file_is_replaced_whole_or_not_at_all(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings, tmp_path, "articles", "csv")
    before = (tmp_path / "articles.csv").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("flows.answers.exporting.harmless", full)
    with open_reader(settings.warehouse) as connection, pytest.raises(Exception, match="No space"):
        export(connection, tmp_path, "articles", "csv")
    assert (tmp_path / "articles.csv").read_bytes() == before
    assert written(tmp_path) == ["articles.csv"]
