"""``export`` and ``erase`` as a person starts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.commands.test_cli import newsgrain
from tests.flows.newsroom import ask, write_pages


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_pages(folder / "pages", 2)
    assert newsgrain(folder, "ingest", "--direct", "pages").exit_code == 0
    return folder


def test_export_says_what_it_wrote(folder: Path) -> None:
    result = newsgrain(folder, "export", "out")
    assert (result.exit_code, result.output) == (0, "articles: 2 rows in 1 file in out\n")
    result = newsgrain(
        folder, "export", "out", "--format", "csv", "--table", "blocks", "--table", "links"
    )
    assert [line.split(":")[0] for line in result.output.splitlines()] == ["blocks", "links"]
    assert {path.name for path in (folder / "out").iterdir()} == {
        "articles",
        "blocks.csv",
        "links.csv",
    }


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["export", "out", "--since", "May"], 2),
        (["export", "out", "--table", "runs"], 2),
        (["export", "pages/000.html"], 1),
        (["export", "out", "--warehouse", "none.duckdb"], 1),
        (["erase", "000.html"], 2),
        (["erase", "000.html", "--reason", " "], 2),
        (["erase", "elsewhere.html", "--reason", "why"], 1),
        (["erase", "000.html", "--reason", "why", "--warehouse", "none.duckdb"], 1),
        (["erase", "--undo", "000.html", "--reason", "why"], 1),
        (["ingest", "--direct", "--since", "2024-01-01"], 2),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, arguments: list[str], status: int) -> None:
    result = newsgrain(folder, *arguments)
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not (folder / "none.duckdb.d").exists()
    assert ask(folder / "newsgrain.duckdb", "SELECT count(*) FROM articles") == [(2,)]


def test_erase_says_what_it_erased_and_undo_lets_it_in_again(folder: Path) -> None:
    result = newsgrain(folder, "erase", "000.html", "--reason", "asked to")
    assert result.exit_code == 0
    assert ": 1 versions, " in result.output
    assert ask(folder / "newsgrain.duckdb", "SELECT count(*) FROM articles") == [(1,)]
    again = newsgrain(folder, "ingest", "--direct", "pages")
    assert again.exit_code == 0
    assert "1 unchanged, 1 rejected" in again.output
    undone = newsgrain(folder, "erase", "--undo", "000.html", "--reason", "withdrawn")
    assert undone.output.endswith(" may be loaded again\n")
    assert "1 new, 1 unchanged" in newsgrain(folder, "ingest", "--direct", "pages").output
