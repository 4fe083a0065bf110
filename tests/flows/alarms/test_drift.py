"""A template changes in the middle of a run: what comes of it is held back, and decided about."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.alarms.signatures import signature_of
from flows.commands import app
from flows.runs.reparse import reparse_pages
from flows.runs.report import Summary, lines
from flows.settings import Settings
from parsers import parse
from parsers.items import Snapshot
from tests.flows.alarms.site import SECTIONS, Template, page, write
from tests.flows.newsroom import Silence, ask, ingest, settings_in, write_source
from warehouse import open_reader, open_writer, verify

KNOWN, FINE, CHANGED = range(45), range(45, 55), range(55, 70)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom with a history, to be copied."""
    settings = settings_in(tmp_path_factory.mktemp("past"))
    write_source(settings.seeds, "gazette")
    write(settings.seeds / "gazette", KNOWN)
    assert outcomes(ingest(settings)) == {"new": 45}
    return settings.seeds.parent


@pytest.fixture
def settings(past: Path, tmp_path: Path) -> Settings:
    """A newsroom with a history, of which a test may do anything."""
    shutil.copytree(past, tmp_path, dirs_exist_ok=True)
    return settings_in(tmp_path)


def change_template(settings: Settings, template: Template) -> Summary:
    """A run in which the first pages are as ever, and the others come from another template."""
    write(settings.seeds / "gazette", FINE)
    write(settings.seeds / "gazette", CHANGED, template)
    return ingest(settings)


def outcomes(summary: Summary) -> dict[str, int]:
    return {outcome: count for outcome, count in summary.report.outcomes.items() if count}


def held(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(settings.warehouse, "SELECT target, state, looks FROM quarantine ORDER BY target")


def command(settings: Settings, *words: str) -> tuple[int, str]:
    options = ["--warehouse", str(settings.warehouse)]
    if words[1] != "list":
        options += ["--seeds", str(settings.seeds)]
    result = CliRunner().invoke(app, [*words, *options])
    return result.exit_code, result.output


def test_of_a_page_in_quarantine_it_is_told_why_and_how_to_decide(settings: Settings) -> None:
    change_template(settings, "stumps")
    (article_id, detail), *_ = ask(
        settings.warehouse, "FROM quarantine SELECT article_id, detail ORDER BY target"
    )

    status, told = command(settings, "explain", article_id)
    assert status == 1
    assert f"{article_id} is in quarantine since" in told
    assert detail in told
    assert f"newsgrain quarantine release {article_id}" in told

    assert command(settings, "quarantine", "reject", article_id, "--reason", "stumps")[0] == 0
    status, told = command(settings, "explain", article_id)
    assert f"{article_id} was held back and rejected (stumps): {detail}" in told


@pytest.mark.parametrize(
    ("template", "alarm"),
    [
        ("stumps", "much_removed"),
        ("undated", "no_date"),
        ("headless", "no_headline"),
        ("leaking", "short_blocks"),
    ],
)
def test_drift_is_quarantined_and_its_alarm_seen(
    settings: Settings, template: Template, alarm: str
) -> None:
    summary = change_template(settings, template)
    assert outcomes(summary) == {"unchanged": 45, "new": 10, "quarantined": 15}
    assert not summary.healthy
    [problem] = summary.report.problems
    assert f"{alarm} 1" in problem
    assert "gazette: 15 of 70 articles read unlike its others" in problem
    assert "newsgrain quarantine list --source gazette" in problem
    assert [row[0] for row in held(settings)] == [f"{number:04}.html" for number in CHANGED]
    assert any(line.startswith("quarantined: 0055.html: ") for line in lines(summary))
    [row] = ask(settings.warehouse, "SELECT new, quarantined, problems FROM runs WHERE quarantined")
    assert row == (10, 15, [problem])
    with open_reader(settings.warehouse) as reader:
        assert list(verify(reader)) == []


def test_a_second_run_adds_looks_and_no_rows(settings: Settings) -> None:
    change_template(settings, "undated")
    again = ingest(settings)
    assert outcomes(again) == {"unchanged": 55, "quarantined": 15}
    assert held(settings) == [(f"{number:04}.html", "waiting", 2) for number in CHANGED]


def test_a_page_that_reads_well_again_leaves_the_quarantine(settings: Settings) -> None:
    change_template(settings, "stumps")
    write(settings.seeds / "gazette", CHANGED)
    assert outcomes(ingest(settings)) == {"unchanged": 55, "new": 15}
    assert {state for _, state, _ in held(settings)} == {"superseded"}


def test_better_parsers_empty_the_quarantine(settings: Settings) -> None:
    change_template(settings, "undated")
    mended = reparse_pages(None, settings, Silence(), parse=_dated)
    assert outcomes(mended)["new"] == 15
    assert {state for _, state, _ in held(settings)} == {"superseded"}


def test_released_pages_load_exactly_as_they_would_have(settings: Settings, tmp_path: Path) -> None:
    change_template(settings, "undated")
    status, told = command(settings, "quarantine", "release", "--source", "gazette")
    assert status == 0, told
    assert "15 pages in" in told
    assert "15 new" in told
    assert {state for _, state, _ in held(settings)} == {"released"}

    straight = settings_in(tmp_path / "straight", seeds=settings.seeds)
    ingest(straight)  # without a history all of it is loaded
    same = "SELECT * EXCLUDE (run_id, first_seen_at) FROM articles ORDER BY article_id"
    assert ask(settings.warehouse, same) == ask(straight.warehouse, same)
    blocks = "SELECT * FROM blocks ORDER BY article_id, position"
    assert ask(settings.warehouse, blocks) == ask(straight.warehouse, blocks)
    looks = (
        "SELECT count(*) FROM articles JOIN fetches USING (article_id) "
        "JOIN quarantine USING (article_id) WHERE fetches.visited_at = first_seen_at "
        "AND quarantined_at = first_seen_at AND outcome = 'new' AND fetches.cause = 'captured' "
        "AND quarantine.version = articles.version"
    )
    assert ask(settings.warehouse, looks) == [(15,)]
    with open_reader(settings.warehouse) as reader:
        assert list(verify(reader)) == []


def test_after_a_release_the_like_passes(settings: Settings) -> None:
    change_template(settings, "undated")
    command(settings, "quarantine", "release", "0055.html", "0056.html")
    write(settings.seeds / "gazette", range(70, 80), "undated")
    summary = ingest(settings)
    assert outcomes(summary) == {"unchanged": 57, "new": 23}
    assert summary.healthy


def test_rejected_pages_stay_out_in_silence(settings: Settings) -> None:
    change_template(settings, "stumps")
    status, told = command(settings, "quarantine", "reject", "0055.html", "--reason", "a stump")
    assert (status, told) == (0, "rejected 1 page\n")
    for path in (settings.seeds / "gazette").glob("00*.html"):
        if path.name != "0055.html" and int(path.stem) in CHANGED:
            path.unlink()
    again = ingest(settings)
    assert outcomes(again) == {"unchanged": 55, "quarantined": 1}
    assert again.healthy
    reasons = "SELECT state, decided_reason FROM quarantine WHERE target = '0055.html'"
    assert ask(settings.warehouse, reasons) == [("rejected", "a stump")]
    status, told = command(settings, "quarantine", "reject", "0055.html")
    assert (status, "0055.html was rejected" in told) == (1, True)
    status, told = command(settings, "quarantine", "release", "0055.html")
    assert (status, "source gazette: 1 new" in told) == (0, True)
    write(settings.seeds / "gazette", CHANGED[:1])
    assert outcomes(ingest(settings)) == {"unchanged": 55, "updated": 1}


def test_a_page_in_quarantine_is_listed_and_explained(settings: Settings) -> None:
    change_template(settings, "stumps")
    status, listed = command(settings, "quarantine", "list")
    assert status == 0
    assert listed.count("alarms   ") == 15
    assert "characters removed, usually" in listed
    [(article_id,)] = ask(
        settings.warehouse, "SELECT article_id FROM quarantine WHERE target = '0055.html'"
    )
    for name in (article_id, "0055.html"):
        status, told = command(settings, "quarantine", "show", name)
        assert status == 0, told
        assert "much_removed" in told
        assert "- related" in told
        assert "Account" in told


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("release", "nowhere.html"), 1, "nowhere.html is not in quarantine"),
        (("release", "--source", "gazette"), 1, "no page of gazette waits"),
        (("release", "--source", "other"), 2, "no source 'other'"),
        (("release",), 2, "name pages, or a source"),
        (("reject", "0001.html", "--source", "gazette"), 2, "name pages, or a source"),
        (("show", "0001.html"), 1, "0001.html is not in quarantine"),
    ],
)
def test_what_cannot_be_done_is_told(
    settings: Settings, words: tuple[str, ...], status: int, told: str
) -> None:
    code, output = command(settings, "quarantine", *words)
    assert code == status
    assert told in output


def test_a_page_released_under_other_parsers_stays(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_template(settings, "undated")
    monkeypatch.setattr("flows.runs.quarantine.parser", lambda settings: _dated)
    status, told = command(settings, "quarantine", "release", "0055.html")
    assert status == 1
    assert "it reads otherwise with the parsers of today" in told
    assert held(settings)[0] == ("0055.html", "waiting", 1)


def test_what_is_read_of_the_warehouse_is_what_is_read_of_the_page(settings: Settings) -> None:
    with open_writer(settings.warehouse) as writer:
        history = writer.ranges.histories(["gazette"])["gazette"]
    assert len(history.signatures) == 45
    assert set(SECTIONS) <= history.chrome
    folder = settings.seeds / "gazette"
    stored = {signature.article_id: signature for signature in history.signatures}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        seen = connection.execute(
            "SELECT path, article_id, first_seen_at FROM fetches JOIN articles USING (article_id)"
        ).fetchall()
    for path, article_id, first_seen_at in seen:
        body = (folder / path).read_bytes()
        article = parse(Snapshot(body, path=path, source_id="gazette", media_type="text/html"))
        assert not hasattr(article, "reason")
        read = signature_of(article, first_seen_at, history.chrome)
        assert read._replace(article_id=article_id) == stored[article_id]


def test_sources_that_suddenly_give_no_articles_are_told(settings: Settings) -> None:
    for number in range(70, 90):
        (settings.seeds / "gazette" / f"{number:04}.html").write_text(
            "<html><head><title>News</title></head><body><p>Nothing here.</p></body></html>"
        )
    summary = ingest(settings)
    assert outcomes(summary) == {"unchanged": 45, "rejected": 20}
    [problem] = summary.report.problems
    assert problem.startswith("gazette: 20 of 65 pages gave no article, before 0 of 45: such as")
    assert ingest(settings).healthy  # what is known is not told each time


def test_a_failed_assertion_names_pages_to_look_at(settings: Settings) -> None:
    write_source(settings.seeds, "gazette", assertions="{share_with_date: 0.9}")
    summary = change_template(settings, "usual")
    assert summary.healthy
    (settings.seeds / "gazette" / "0002.html").write_text(page(2, "undated"))
    write_source(settings.seeds, "gazette", assertions="{share_with_date: 1.0}")
    [problem] = ingest(settings).report.problems
    assert problem.endswith("its declaration asserts; look at 0002.html")


def _dated(snapshot: Snapshot, source: Any = None) -> Any:
    """Parsers that find a date and an author where others find none."""
    article = parse(snapshot, source)
    if hasattr(article, "reason") or article.date_published is not None:
        return article
    usual = page(int((snapshot.path or "0")[:4])).encode()
    dated = parse(replace(snapshot, body=usual), source)
    assert not hasattr(dated, "reason")
    return dated
