"""``newsgrain report``: one page of the whole warehouse, and a page for each it names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

import parsers
from flows.commands import app
from flows.pages.drift import Shift, shifts
from flows.pages.overview import Day, Drift, Month, Rule
from flows.pages.plots import (
    MOST_SOURCES,
    PLOT_HEIGHT,
    coverage_strips,
    months_plot,
    reason_bars,
)
from flows.settings import Settings
from parsers.items import Explanation, Snapshot
from tests.flows.newsroom import ask, ingest, settings_in, write_pages, write_source
from tests.flows.pages.looking import HOSTILE, looked_at, words
from warehouse import open_writer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with pages of two sources, one edited, one gone, one rejected, one hostile."""
    settings = settings_in(tmp_path)
    for name in ("gazette", "herald"):
        write_source(settings.seeds, name)
        write_pages(settings.seeds / name, 3)
    hostile = settings.seeds / "herald" / "001.html"
    shown = HOSTILE.replace("<", "&lt;")
    hostile.write_text(hostile.read_text().replace("Night patrols", shown))
    (settings.seeds / "gazette" / "empty.html").write_bytes(b"")
    ingest(settings)
    edited = settings.seeds / "gazette" / "000.html"
    edited.write_text(edited.read_text().replace("eleven letters", "twelve letters"))
    ingest(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "UPDATE article_versions SET gone_at = now() WHERE source_id = 'herald'"
            " AND headline LIKE '%Corvey%'"
        )
    return settings


def report(settings: Settings, out: Path) -> Result:
    arguments = ["report", str(out), "--seeds", str(settings.seeds)]
    return CliRunner().invoke(app, [*arguments, "--warehouse", str(settings.warehouse)])


def test_the_report_and_every_page_it_links_to_are_harmless(
    settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "look" / "news.html"
    result = report(settings, out)
    assert result.exit_code == 0, result.output
    folder = out.parent / "news-pages"
    assert result.stdout == f"{out}, and 7 explanations in {folder}\n"

    tree = looked_at(out.read_text("utf-8"))
    links = {link.attributes["href"] for link in tree.css("a")}
    assert links == {f"news-pages/{file.name}" for file in folder.iterdir()}
    for file in folder.iterdir():
        page = looked_at(file.read_text("utf-8"))
        assert page.css("a")[0].attributes["href"] == "../news.html"
    assert any(HOSTILE in text for text in words(tree, "td.text"))


def test_it_tells_what_the_warehouse_holds(settings: Settings, tmp_path: Path) -> None:
    report(settings, tmp_path / "report.html")
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))

    assert words(tree, "h1") == ["6 articles from 2 sources"]
    assert words(tree, ".figures b")[:2] == ["6", "7"]
    assert words(tree, ".figures b")[3] == "6"  # some pages of the two are the same
    removed = ask(
        settings.warehouse,
        "SELECT reason, sum(characters)::INTEGER, sum(blocks)::INTEGER FROM rule_activity"
        " GROUP BY ALL ORDER BY 2 DESC, 1",
    )
    sections = {words(section, "h2")[0]: section for section in tree.css("section")}
    rows = [words(row, "td") for row in sections["What was removed, by reason"].css("tbody tr")]
    shown = [(row[0], int(row[2]), int(row[3])) for row in rows if len(row) == 4]
    assert shown == removed
    rejected = sections["Pages that gave no article"]
    assert words(rejected, "tbody tr:first-child td")[:3] == ["gazette", "empty", "1"]
    (edited,) = sections["Edited after publication"].css("tbody tr")
    assert words(edited, "td")[1:5] == ["gazette", "2", "substantive", "1"]
    (gone,) = sections["Gone from the web"].css("tbody tr")
    assert "Corvey" in gone.text()


def test_rejected_pages_of_one_path_are_explained_each(settings: Settings, tmp_path: Path) -> None:
    (settings.seeds / "herald" / "empty.html").write_text("<p>Sign in to go on.</p>")
    ingest(settings)
    report(settings, tmp_path / "report.html")
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))
    links = [a.attributes["href"] for a in tree.css("a") if a.text() == "empty.html"]
    titles = {
        words(looked_at((tmp_path / str(link)).read_text("utf-8")), "h1")[0] for link in links
    }
    assert len(links) == 2
    assert len(titles) == 2


def test_a_page_that_the_parsers_fail_on_costs_no_report(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    explain = parsers.explain

    def fail(snapshot: Snapshot, *given: Any, **more: Any) -> Explanation:
        if b"twelve letters" in snapshot.body:
            raise KeyError("the parser's own mistake")
        return explain(snapshot, *given, **more)

    monkeypatch.setattr(parsers, "explain", fail)
    result = report(settings, tmp_path / "report.html")
    assert result.exit_code == 1
    assert "000.html: bug in the parsers: KeyError" in result.stderr
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))
    assert len({a.attributes["href"] for a in tree.css("a")}) == 6


def test_pages_in_quarantine_are_named(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "INSERT INTO quarantine BY NAME SELECT 'a1' AS article_id, 'd' AS body_digest,"
            " 'herald' AS source_id, 't' AS target, 'Held' AS headline, 3 AS word_count,"
            " ['few_words'] AS alarms, '3 words' AS detail, 'p' AS payload_digest,"
            " '2' AS parser_version, 'r' AS run_id, now() AS quarantined_at, 1 AS looks,"
            " 'waiting' AS state"
        )
    report(settings, tmp_path / "report.html")
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))
    assert "Held a1" in words(tree, "td.text")


def test_a_source_that_changed_has_drifted(settings: Settings, tmp_path: Path) -> None:
    write_pages(settings.seeds / "gazette", 30)
    ingest(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for table, column in (("fetches", "visited_at"), ("article_versions", "first_seen_at")):
            connection.execute(
                f"UPDATE {table} SET {column} = {column} - INTERVAL 90 DAY"
                " WHERE article_id IN (SELECT article_id FROM articles WHERE url IS NULL"
                " AND source_id = 'gazette' ORDER BY article_id LIMIT 20)"
            )
        connection.execute(
            "UPDATE article_versions SET authors = ['Una Farrow']"
            " WHERE first_seen_at < now() - INTERVAL 30 DAY"
        )
    report(settings, tmp_path / "report.html")
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))
    (section,) = (s for s in tree.css("section") if words(s, "h2") == ["Drift"])
    assert ["gazette", "articles with an author", "100%", "0%", "10"] in [
        words(row, "td") for row in section.css("tbody tr")
    ]


def test_what_an_earlier_report_explained_does_not_stay(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "report-pages"
    folder.mkdir()
    (folder / "0123456789abcdef.html").write_text("of an article that was erased since")
    (folder / "notes.html").write_text("of somebody else")
    assert report(settings, tmp_path / "report.html").exit_code == 0
    assert not (folder / "0123456789abcdef.html").exists()
    assert (folder / "notes.html").exists()


def test_an_empty_warehouse_has_a_report(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with open_writer(settings.warehouse) as writer:
        writer.publish()
    assert report(settings, tmp_path / "report.html").exit_code == 0
    tree = looked_at((tmp_path / "report.html").read_text("utf-8"))
    assert words(tree, "h1") == ["0 articles from 0 sources"]


def test_without_a_warehouse_it_says_so(tmp_path: Path) -> None:
    result = report(settings_in(tmp_path), tmp_path / "report.html")
    assert result.exit_code == 1
    assert "no warehouse" in result.stderr


# --- Plots -----------------------------------------------------------------------------------


def test_months_stand_where_they_belong() -> None:
    plot = months_plot(
        [
            Month("herald", date(2024, 1, 1), 4),
            Month("herald", date(2025, 12, 1), 1),
            Month("herald", None, 3),
            Month("herald", date(1970, 1, 1), 2),
            Month("herald", date(2199, 1, 1), 5),
            Month(None, date(2025, 6, 1), 2),
        ],
        date(2025, 12, 31),
    )
    assert plot is not None
    assert (plot.first, plot.last, plot.highest) == (date(2021, 1, 1), date(2025, 12, 1), 4)
    herald, nobody = plot.sources
    assert (herald.name, herald.articles) == ("herald", 15)
    assert (herald.earlier, herald.later, herald.undated) == (2, 5, 3)
    early, late = herald.bars
    assert early.x == pytest.approx(100 * 36 / 60)
    assert early.height == PLOT_HEIGHT
    assert late.x + late.width == pytest.approx(100)
    assert nobody.name == "(no source)"
    assert [mark.year for mark in plot.years] == [2021, 2022, 2023, 2024, 2025]


def test_many_sources_are_not_a_wall() -> None:
    months = [Month(f"source {n:03}", date(2025, 1, 1), 200 - n) for n in range(100)]
    plot = months_plot(months, date(2025, 1, 1))
    assert plot is not None
    assert len(plot.sources) == MOST_SOURCES + 1
    assert sum(source.articles for source in plot.sources) == sum(m.articles for m in months)
    assert months_plot([], date(2025, 1, 1)) is None


def test_reasons_gather_their_rules() -> None:
    rules = [Rule("a.b", "related", 1, 2, 30), Rule("a.c", "related", 1, 1, 10)]
    related, consent = reason_bars([Rule("c.d", "consent", 1, 9, 20), *rules])
    assert (related.blocks, related.characters, related.percent) == (3, 40, 100)
    assert (consent.reason, consent.percent) == ("consent", 50)


def test_coverage_is_a_strip_of_stretches() -> None:
    def day(source: str, number: int, certainty: str, missing: int = 0) -> Day:
        return Day(source, date(2026, 1, number), 1, 1 - missing, missing, certainty)

    strips = coverage_strips(
        [
            day("gazette", 7, "not_looked"),
            day("herald", 1, "complete"),
            day("herald", 2, "complete"),
            day("herald", 4, "complete"),
            day("herald", 5, "complete", missing=1),
            day("upton", 10, "partial"),
        ]
    )
    assert [strip.source_id for strip in strips] == ["herald", "upton"]
    herald = [(s.state, s.first.day, s.last.day, s.missing) for s in strips[0].stretches]
    assert herald == [("complete", 1, 2, 0), ("complete", 4, 4, 0), ("missing", 5, 5, 1)]
    (last,) = strips[1].stretches
    assert last.x + last.width == pytest.approx(100)
    assert strips[0].stretches[0].x == pytest.approx(100 - 10 * last.width)


def test_drift_is_told_when_a_source_comes_out_otherwise() -> None:
    same = Drift("gazette", 90, 20, 80, 18, 0.1, 0.1, 0.9, 0.9, 0.5, 0.5, 0.3, 0.3, 400, 420)
    other = same._replace(source_id="herald", rejected=0.4, dated=0.0, words=150)
    few = other._replace(source_id="courier", articles=2)
    assert shifts([same, other, few]) == (
        Shift("herald", "pages rejected", "10%", "40%", 20),
        Shift("herald", "articles with a date", "90%", "0%", 18),
        Shift("herald", "words of the middle article", "400", "150", 18),
        Shift("courier", "pages rejected", "10%", "40%", 20),
    )
