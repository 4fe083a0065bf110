"""``newsgrain explain --html``: every block with its fate, every witness, versions side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import parsers
from flows.commands import app
from flows.pages.explained import explanation_page
from flows.settings import Settings
from parsers.items import Article, Block, Evidence, Explanation, Rejection, Snapshot
from tests.flows.newsroom import ask, ingest, page_text, settings_in, write_pages, write_source
from tests.flows.pages.looking import HOSTILE, TURNED, looked_at, words

ADDRESS = "https://www.herald.example/news/patrols"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with one page of the source ``herald``, seen twice, edited in between."""
    settings = settings_in(tmp_path)
    write_source(settings.seeds, "herald", home="https://www.herald.example/")
    (page,) = write_pages(settings.seeds / "herald", 1)
    (page.parent / "manifest.yaml").write_text(f"- file: 000.html\n  url: {ADDRESS}\n")
    ingest(settings)
    page.write_text(page.read_text().replace("eleven letters", "twelve letters"))
    ingest(settings)
    return settings


def explain(settings: Settings, page: object, out: Path) -> Result:
    arguments = ["explain", str(page), "--seeds", str(settings.seeds), "--html", str(out)]
    return CliRunner().invoke(app, [*arguments, "--warehouse", str(settings.warehouse)])


def written(settings: Settings, page: object, tmp_path: Path) -> str:
    out = tmp_path / "out" / "page.html"
    result = explain(settings, page, out)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out}\n"
    return out.read_text("utf-8")


def test_each_block_stands_in_order_with_its_fate(settings: Settings, tmp_path: Path) -> None:
    tree = looked_at(written(settings, ADDRESS, tmp_path))

    (article_id,) = ask(settings.warehouse, "SELECT article_id FROM articles")[0]
    stored = ask(
        settings.warehouse,
        "SELECT disposition, coalesce(role, field, reason), rule, text FROM blocks"
        " WHERE version = 2 ORDER BY position",
    )
    assert len(stored) > 6
    rows = tree.css("ol.blocks > li")
    assert [row.attributes["class"] for row in rows] == [fate for fate, *_ in stored]
    assert words(tree, "ol.blocks .label b") == [label for _, label, *_ in stored]
    assert words(tree, "ol.blocks .label code") == [rule for *_, rule, _ in stored if rule]
    assert words(tree, "ol.blocks .said") == [text for *_, text in stored]
    assert article_id in words(tree, "dl.facts dd")


def test_a_file_needs_no_warehouse(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(page_text("Dunmore"))
    tree = looked_at(written(settings_in(tmp_path), page, tmp_path))
    assert words(tree, "h1") == ["Night patrols return to Dunmore after a summer of complaints"]
    assert not tree.css(".sides")


def test_versions_stand_side_by_side(settings: Settings, tmp_path: Path) -> None:
    (article_id,) = ask(settings.warehouse, "SELECT article_id FROM articles")[0]
    tree = looked_at(written(settings, article_id, tmp_path))
    assert words(tree, ".sides .before mark") == ["eleven"]
    assert words(tree, ".sides .after mark") == ["twelve"]
    assert len(tree.css(".sides .same")) == 4  # the headline and the other paragraphs
    assert words(tree, ".tag") == ["substantive"]


def test_a_rejected_page_tells_why(settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "empty.html"
    page.write_bytes(b"")
    tree = looked_at(written(settings, page, tmp_path))
    assert words(tree, "h1.rejected") == ["Rejected: empty"]


def test_nowhere_to_write_is_told(settings: Settings, tmp_path: Path) -> None:
    result = explain(settings, ADDRESS, tmp_path / "news.duckdb" / "page.html")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_hostile_text_stays_text() -> None:
    blocks = tuple(
        Block(position, text, "paragraph", *fate)
        for position, (text, fate) in enumerate(
            (text, fate)
            for text in (HOSTILE, TURNED, HOSTILE * 20)
            for fate in (
                ("kept", "body"),
                ("moved", None, "headline"),
                ("removed", None, None, HOSTILE, "related"),
            )
        )
    )
    evidence = tuple(
        Evidence(field, HOSTILE, text, HOSTILE, 1, True, None, None, TURNED)
        for field, text in (("headline", TURNED), (HOSTILE, HOSTILE * 9))
    )
    rejected = Explanation(Rejection("malformed", HOSTILE + TURNED), blocks, evidence, {})
    tree = looked_at(explanation_page(rejected, HOSTILE + TURNED))
    assert words(tree, "ol.blocks .said")[0] == HOSTILE
    assert words(tree, "ol.blocks .said")[3].startswith("paid �gpj.exe� to �someone�")
    assert "{{ 7 * 7 }}" in words(tree, "h1 + p")[0]


def test_a_hostile_page_makes_a_page_like_any_other() -> None:
    shown = HOSTILE.replace("<", "&lt;")
    body = (
        page_text(shown)
        .replace("<h1>", f"<h1>{shown}")
        .replace(
            "<head>",
            '<head><link rel="canonical" href="javascript:alert(1)">'
            f'<meta name="author" content="{shown.replace(chr(34), "&quot;")}">',
        )
    )
    explanation = parsers.explain(
        Snapshot(body.encode(), url="javascript:alert(1)", media_type="text/html")
    )
    assert isinstance(explanation.outcome, Article)
    tree = looked_at(explanation_page(explanation, "javascript:alert(1)"))
    assert HOSTILE in words(tree, "h1")[0]
