"""Search: ranked, incremental, true to the published copy or saying that it is behind."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parsers.items import Article, Block, Visit
from tests.warehouse.building import article, visit
from tests.warehouse.conftest import Run
from warehouse import BadQuestion, NoSearchIndex, SearchError, open_writer, search
from warehouse.fulltext import updating
from warehouse.fulltext.index import open_index
from warehouse.fulltext.words import joined, separated, words

FOLDER = "test.duckdb.d"


def page(name: str, *paragraphs: str, **changes: Any) -> Visit:
    blocks = [Block(i, text, "paragraph", "kept", "body") for i, text in enumerate(paragraphs)]
    return visit(article(blocks, page=name, **({"headline": name} | changes)))


def found(path: Path, question: str, **bounds: Any) -> list[str | None]:
    return [hit.headline for hit in search(path, question, **bounds)]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that tests only ask."""
    path = tmp_path_factory.mktemp("stocked") / "test.duckdb"
    late = datetime(2023, 1, 31, 23, tzinfo=UTC)
    visits = [
        page("bridge", "The bridge has reopened. Don’t hurry.", "A café by the bridge sold tea."),
        page("mill", "The old mill by the river burned; no x-ray was taken.", source_id="two"),
        page("fair", "A fair opened near the bridge on Friday.", date_published=None),
        page("tokyo", "東京都の警察は橋を閉鎖した。", date_published=late),
        page("thai", "ตำรวจปิดสะพานเมื่อคืนนี้"),
    ]
    with open_writer(path) as writer:
        writer.load(writer.start_run("ingest", {}), visits, [])
        writer.publish()
    return path


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("bridge", {"bridge", "fair"}),
        ("BRIDGE cafe", {"bridge"}),
        ("bridge AND café", {"bridge"}),
        ("mill OR fair", {"mill", "fair"}),
        ("bridge -tea", {"fair"}),
        ("bridge NOT tea", {"fair"}),
        ("bridge -(tea OR fair)", set()),
        ("+bridge +friday", {"fair"}),
        ("(mill OR bridge) river", {"mill"}),
        ('"the bridge has"', {"bridge"}),
        ("“bridge has”", {"bridge"}),
        ('"bridge the has"', set()),
        ('NOT "bridge has" bridge', {"fair"}),
        ("reop*", {"bridge"}),
        ('headline:mill body:"old mill"', {"mill"}),
        ("headline:river", set()),
        ("don't", {"bridge"}),
        ("x-ray", {"mill"}),
        ("mill: river", {"mill"}),
        ("https://mill", set()),
        ("& mill", {"mill"}),
        ("警察", {"tokyo"}),
        ("橋を閉鎖", {"tokyo"}),
        ("察警", set()),
        ("ปิดสะพาน", {"thai"}),
        ('"and"', set()),
    ],
)
def test_the_language_of_questions(stocked: Path, question: str, expected: set[str]) -> None:
    assert set(found(stocked, question)) == expected


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "no word"),
        (" ?! ", "no word"),
        ("()", "no word"),
        ('"open', "not closed"),
        ("(bridge", "not closed"),
        ("bridge)", "no opening"),
        ("-bridge", "nothing to look for"),
        ("mill OR -bridge", "nothing to look for"),
        ("AND bridge", "before a word"),
        ("bridge OR", "before a word"),
        ("bridge AND OR mill", "before a word"),
        ("NOT", "before a word"),
        ("(" * 20 + "a" + ")" * 20, "nested deeper"),
        ("a" * 2_000, "longer than"),
    ],
)
def test_a_bad_question_is_told(stocked: Path, question: str, told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        search(stocked, question)


def test_bounds(stocked: Path) -> None:
    assert found(stocked, "the", source_id="two") == ["mill"]
    assert found(stocked, "the", source_id="t") == []
    day = date(2023, 1, 31)
    assert found(stocked, "橋", since=day, until=day) == ["tokyo"]
    assert found(stocked, "橋", until=day - timedelta(days=1)) == []
    assert found(stocked, "橋", since=day + timedelta(days=1)) == []
    assert found(stocked, "橋", since=date.min, until=date.max) == ["tokyo"]
    assert found(stocked, "fair", since=date.min) == []


def test_the_headline_weighs_more(path: Path, run: Run) -> None:
    run([page("said", "One word of floods."), page("floods", "One word of rain.")])
    assert found(path, "floods") == ["floods", "said"]
    hits = search(path, "floods", limit=1)
    assert (len(hits), hits.total) == (1, 2)
    assert hits[0].score > 0


def test_snippets_mark_what_was_looked_for(stocked: Path) -> None:
    [hit] = search(stocked, "reopened café")
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["reopened", "café"]
    [hit] = search(stocked, "警察は")
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["警察は"]
    [hit] = search(stocked, "headline:thai")
    assert hit.highlights == ()
    assert hit.snippet.startswith("ตำรวจ")


def test_a_later_version_takes_the_place_of_the_first(path: Path, run: Run) -> None:
    run([page("bridge", "It is closed."), page("mill", "It burned.")])
    run([page("bridge", "It is open.")])
    assert found(path, "closed") == []
    [hit] = search(path, "open")
    assert (hit.version, hit.snippet) == (2, "It is open.")
    assert found(path, "burned") == ["mill"]


def test_only_new_versions_are_indexed(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([page(f"page {n}", "Some words.") for n in range(5)])
    indexed = []
    document = updating._document
    monkeypatch.setattr(
        updating, "_document", lambda row: indexed.append(row.article_id) or document(row)
    )
    run([page("page 1", "Other words.")])
    run([page("page 1", "Other words.")])
    assert len(indexed) == 1


def test_says_when_it_is_behind(path: Path, run: Run) -> None:
    run([page("bridge", "It is closed.")])
    assert not search(path, "closed").behind
    folder = path.with_name(FOLDER)
    shutil.copytree(folder / "search", folder / "kept")
    shutil.copy(folder / "search.json", folder / "kept.json")
    run([page("mill", "It is closed.")])
    shutil.rmtree(folder / "search")
    (folder / "kept").rename(folder / "search")
    (folder / "kept.json").replace(folder / "search.json")
    hits = search(path, "closed")
    assert (len(hits), hits.behind) == (1, True)
    run([])
    hits = search(path, "closed")
    assert (len(hits), hits.behind) == (2, False)


def test_what_is_not_published_yet_is_left_out(path: Path, run: Run) -> None:
    run([page("bridge", "It is closed.")])
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        writer.load(run_id, [page("mill", "It is closed.")], [])
        updating.update_index(writer._connection, path.with_name(FOLDER))
    hits = search(path, "closed")
    assert [hit.headline for hit in hits] == ["bridge"]
    assert not hits.behind


def damage(folder: Path, how: str) -> None:
    files = sorted((folder / "search").iterdir())
    match how:
        case "no index":
            shutil.rmtree(folder / "search")
        case "no state":
            (folder / "search.json").unlink()
        case "false state":
            (folder / "search.json").write_text("[]")
        case "other format":
            state = json.loads((folder / "search.json").read_text())
            (folder / "search.json").write_text(json.dumps(state | {"format": 0}))
        case "unknown run":
            state = json.loads((folder / "search.json").read_text())
            (folder / "search.json").write_text(json.dumps(state | {"run_id": "2999"}))
        case "no meta":
            (folder / "search" / "meta.json").unlink()
        case "cut meta":
            (folder / "search" / "meta.json").write_text('{"index')
        case "no segments":
            for file in files:
                if file.name[:8].isalnum() and "-" not in file.name:
                    file.unlink()


@pytest.mark.parametrize(
    "how",
    [
        "no index", "no state", "false state", "other format", "unknown run", "no meta",
        "cut meta", "no segments",
    ],
)  # fmt: skip
def test_a_damaged_index_is_built_anew(path: Path, run: Run, how: str) -> None:
    run([page("bridge", "It is closed."), page("mill", "It is closed.")])
    damage(path.with_name(FOLDER), how)
    run([page("fair", "It is closed.")])
    hits = search(path, "closed")
    assert {hit.headline for hit in hits} == {"bridge", "mill", "fair"}
    assert not hits.behind


@pytest.mark.parametrize("how", ["no index", "no meta", "cut meta", "no segments"])
def test_a_search_of_a_damaged_index_says_so(path: Path, run: Run, how: str) -> None:
    run([page("bridge", "It is closed.")])
    damage(path.with_name(FOLDER), how)
    with pytest.raises(SearchError, match="search index"):
        search(path, "closed")


def test_what_is_erased_leaves_the_index(path: Path, run: Run) -> None:
    run([page("bridge", "It is closed, says Ada."), page("mill", "It is closed.")])
    index = open_index(path.with_name(FOLDER)).searcher()
    assert index.terms_with_prefix("article_body", "ada")
    gone = str(page("bridge").outcome.article_id)  # type: ignore[union-attr]
    with open_writer(path) as writer:
        for table in ("article_versions", "accounts"):
            writer._connection.execute(f"DELETE FROM {table} WHERE article_id = ?", [gone])
        writer.publish()
    assert found(path, "closed") == ["mill"]
    index = open_index(path.with_name(FOLDER)).searcher()
    assert index.terms_with_prefix("article_body", "closed")
    assert index.terms_with_prefix("article_body", "ada") == []


def test_an_index_that_cannot_be_written_does_not_keep_the_copy_back(
    path: Path, run: Run, query: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([page("bridge", "It is closed.")])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(updating, "write_state", full)
    with pytest.raises(SearchError, match="cannot be written"):
        run([page("mill", "It is closed.")])
    assert query("SELECT count(*) FROM articles") == [(2,)]
    assert search(path, "closed").behind
    monkeypatch.undo()
    run([])
    hits = search(path, "closed")
    assert (hits.total, hits.behind) == (2, False)


KILLED = """
import os, signal, sys
from pathlib import Path
from tantivy import Document
from warehouse.fulltext.index import open_index
index = open_index(Path(sys.argv[1]))
writer = index.writer(heap_size=15_000_000, num_threads=1)
writer.add_document(Document(article_id="x", article_body="half written"))
if sys.argv[2] == "committed":
    writer.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("when", ["committed", "open"])
def test_a_kill_leaves_nothing_behind(path: Path, run: Run, when: str) -> None:
    run([page("bridge", "It is closed.")])
    program = [sys.executable, "-c", KILLED, str(path.with_name(FOLDER)), when]
    assert subprocess.run(program, check=False, timeout=60).returncode == -signal.SIGKILL
    assert found(path, "closed") == ["bridge"]
    run([page("mill", "It is closed.")])
    assert set(found(path, "closed")) == {"bridge", "mill"}
    assert search(path, "written").total == 0


def test_a_warehouse_without_an_index(path: Path, run: Run, tmp_path: Path) -> None:
    run([])
    copy = tmp_path / "elsewhere.duckdb"
    shutil.copy(path, copy)
    with pytest.raises(NoSearchIndex):
        search(copy, "words")


def test_an_empty_warehouse(path: Path, run: Run) -> None:
    run([])
    assert list(search(path, "anything")) == []


def test_hits_join_with_articles_in_sql(stocked: Path) -> None:
    hits = search(stocked, "bridge OR mill")
    ids = [hit.article_id for hit in hits]
    with duckdb.connect(stocked, read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT count(*) FROM articles WHERE list_contains($1, article_id)", [ids]
        ).fetchall()
    assert rows == [(3,)]


@pytest.mark.parametrize("text", ["plain", "naïve", "東京 and ไทย", "まで、の", "경찰 서울"])
def test_separating_is_undone(text: str) -> None:
    assert joined(separated(text)) == text


def test_words() -> None:
    assert words("Café—STRASSE don’t 東京") == ["cafe", "strasse", "don", "t", "東", "京"]


def test_many_questions_while_a_run_publishes(path: Path, run: Run) -> None:
    articles: Sequence[Article] = [
        replace(article(page=f"p{n}"), headline=f"page {n}") for n in range(30)
    ]
    for step in range(3):
        run([visit(a) for a in articles[: 10 * (step + 1)]])
        assert search(path, "bridge", limit=100).total == 10 * (step + 1)
