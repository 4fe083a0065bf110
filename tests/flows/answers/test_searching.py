"""``newsgrain search``: formats, bounds, errors; text from outside stays text; no Prefect."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.answers.searching import freshness
from flows.commands import app
from parsers.items import Block
from tests.warehouse.building import article, visit
from warehouse import Hits, open_writer

HOSTILE = "The bridge \x1b[31mis red\x1b[0m [bold]now[/bold] \x9b5n said Ada."


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("house") / "news.duckdb"
    block = Block(0, HOSTILE, "paragraph", "kept", "body")
    pages = [visit(article([block], page="bad", headline="\x1b]0;owned\x07Bridge [red]"))]
    pages += [visit(article(page=f"p{n}")) for n in range(12)]
    with open_writer(path) as writer:
        writer.load(writer.start_run("ingest", {}), pages, [])
        writer.publish()
    return path


def search(warehouse: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["search", "--warehouse", str(warehouse), *arguments])


def test_hits_are_told_and_counted(warehouse: Path) -> None:
    result = search(warehouse, "bridge reopened")
    assert result.exit_code == 0
    assert result.output.count("Bridge reopens") == 10
    assert "the best 10 of 12 articles" in result.output
    assert "2024-04-30 17:05" in result.output


def test_hostile_text_stays_text(warehouse: Path) -> None:
    result = search(warehouse, "ada")
    assert "1 article" in result.output
    assert "[bold]now[/bold]" in result.output
    assert "Bridge [red]" in result.output
    assert not {"\x1b", "\x07", "\x9b"} & set(result.output)


def test_formats(warehouse: Path) -> None:
    lines = search(warehouse, "bridge", "--format", "jsonl", "--limit", "3").output.splitlines()
    hits = [json.loads(line) for line in lines]
    assert len(hits) == 3
    assert {"article_id", "version", "score", "snippet", "highlights"} <= hits[0].keys()
    assert len(json.loads(search(warehouse, "bridge", "--format", "json").output)) == 10
    rows = list(csv.DictReader(io.StringIO(search(warehouse, "ada", "--format", "csv").output)))
    assert [row["version"] for row in rows] == ["1"]


def test_bounds(warehouse: Path) -> None:
    assert "13 articles" in search(warehouse, "bridge", "--since", "2024-04-30").output
    assert "0 articles" in search(warehouse, "bridge", "--until", "2024-04-29").output
    assert "0 articles" in search(warehouse, "bridge", "--source", "other").output


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (['"open'], 1, "quotation mark is not closed"),
        (["-n"], 2, "No such option"),
        (["a", "--since", "yesterday"], 2, "Invalid value"),
        (["a", "--limit", "0"], 2, "Invalid value"),
    ],
)
def test_what_is_wrong_is_told(
    warehouse: Path, arguments: list[str], status: int, told: str
) -> None:
    result = search(warehouse, *arguments)
    assert result.exit_code == status
    assert told in result.output


def test_no_warehouse(tmp_path: Path) -> None:
    result = search(tmp_path / "none.duckdb", "a")
    assert (result.exit_code, "There is no warehouse" in result.output) == (1, True)


def test_says_when_the_index_is_behind() -> None:
    told = freshness(Hits((), 0, "20240501-a", "20240502-b"))
    assert told is not None
    assert "20240502-b" in told
    assert freshness(Hits((), 0, "20240502-b", "20240502-b")) is None
    assert freshness(Hits((), 0, None, None)) is None


def test_prefect_is_not_imported(warehouse: Path) -> None:
    program = (
        "import sys\nfrom flows.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    sys.exit('prefect' in sys.modules)\n"
    )
    for command in (["search", "bridge"], ["memory", "propose", "--seeds", "."]):
        subprocess.run(
            [sys.executable, "-c", program, *command, "--warehouse", str(warehouse)],
            check=True,
            capture_output=True,
            timeout=60,
        )
