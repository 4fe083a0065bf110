"""The report of a run on a terminal, in a pipe and as Markdown; and the progress before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from flows.runs.report import MAX_SHOWN, Setback, Summary, lines, markdown, next_steps, show
from flows.terminal.progress import LineProgress, progress_on
from parsers.items import RunReport

BEGAN = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)
SUMMARY = Summary(
    report=RunReport(
        run_id="20250314T090000Z-abc",
        kind="ingest",
        started_at=BEGAN,
        finished_at=BEGAN + timedelta(seconds=2.5),
        outcomes={"new": 1_200, "updated": 0, "unchanged": 3, "rejected": 1, "unread": 1},
        by_source={"herald": {"new": 1_200, "rejected": 1}, "": {"unchanged": 3, "unread": 1}},
        rejections={"soft_404": 1},
        rules={"related.label": 5, "consent.cookie_text": 7},
        reasons={"related": 5, "consent": 7},
        problems=("a.html: bug in the parsers: KeyError: 'x'",),
    ),
    setbacks=(
        Setback("gone|[page].html", "herald", "soft_404", "says *not found*\nand no more"),
        Setback("nowhere", None, "unread", "no such file \x1b[2Jor directory"),
    ),
    example="0123456789abcdef",
    warehouse=Path("my news.duckdb"),
)


def healthy(**counts: int) -> Summary:
    return replace(SUMMARY, report=replace(SUMMARY.report, outcomes=counts, problems=()))


def test_only_unread_pages_and_problems_are_unhealthy() -> None:
    assert healthy(new=1, rejected=5, unread=0).healthy
    assert not healthy(new=1, unread=1).healthy
    assert not SUMMARY.healthy
    assert not replace(SUMMARY, report=replace(SUMMARY.report, outcomes={"new": 1})).healthy


def test_a_pipe_gets_a_line_for_each_thing() -> None:
    assert list(lines(SUMMARY)) == [
        "source (no source): 3 unchanged, 1 unread",
        "source herald: 1,200 new, 1 rejected",
        "soft_404: gone|[page].html: says *not found* and no more",
        "unread: nowhere: no such file \ufffd[2Jor directory",
        "problem: a.html: bug in the parsers: KeyError: 'x'",
        "run 20250314T090000Z-abc: 1,205 pages in 2.5 s: 1,200 new, 3 unchanged, 1 rejected,"
        " 1 unread",
        "readers open my news.duckdb",
        "try next: newsgrain sql --warehouse 'my news.duckdb'"
        ' "FROM articles SELECT article_id, date_published, headline"',
        "try next: newsgrain explain --warehouse 'my news.duckdb' 0123456789abcdef",
        "try next: newsgrain explain --warehouse 'my news.duckdb' 'gone|[page].html'",
    ]


def test_markdown_interprets_nothing_that_a_page_says() -> None:
    document = markdown(SUMMARY)
    assert "| source | new | unchanged | rejected | unread |" in document
    assert "| herald | 1,200 | 0 | 1 | 0 |" in document
    assert r"| gone\|\[page\].html | says \*not found\* and no more |" in document
    assert "\x1b" not in document
    # The most frequent rule comes first.
    assert document.index("consent.cookie") < document.index("related.label")


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_gets_tables_that_fit_and_what_to_try_next(width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as capture:
        show(SUMMARY, console)
    shown = capture.get()
    assert "gone|[page].html" in shown
    assert "problem a.html: bug in the parsers" in shown
    tables = [line for line in shown.splitlines() if line[:1] in "┏┃┡│└"]
    assert max(map(len, tables)) <= width
    assert all(command in shown for command in next_steps(SUMMARY))
    assert "\x1b[2J" not in shown


def test_what_to_try_next_can_be_pasted() -> None:
    assert list(next_steps(SUMMARY)) == [
        "newsgrain sql --warehouse 'my news.duckdb'"
        ' "FROM articles SELECT article_id, date_published, headline"',
        "newsgrain explain --warehouse 'my news.duckdb' 0123456789abcdef",
        "newsgrain explain --warehouse 'my news.duckdb' 'gone|[page].html'",
    ]
    usual = replace(SUMMARY, warehouse=Path("newsgrain.duckdb"), example=None, setbacks=())
    assert list(next_steps(usual)) == [
        'newsgrain sql "FROM articles SELECT article_id, date_published, headline"'
    ]


def test_pages_beyond_those_shown_are_counted() -> None:
    setbacks = tuple(Setback(f"{n}.html", None, "empty", "no text") for n in range(MAX_SHOWN + 5))
    report = replace(SUMMARY.report, outcomes={"rejected": MAX_SHOWN + 5}, problems=())
    told = list(lines(replace(SUMMARY, report=report, setbacks=setbacks)))
    assert sum(line.startswith("empty: ") for line in told) == MAX_SHOWN
    assert "and 5 more pages without an article" in told


def test_progress_in_a_pipe_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    now = [0.0]
    monkeypatch.setattr("flows.terminal.progress.time.monotonic", lambda: now[0])
    progress = LineProgress(told.append)

    progress.advance(["new"] * 3)
    now[0] = 10.0
    progress.advance(["new", "rejected"])
    progress.advance(["new"])

    assert told == ["5 pages so far: 4 new, 1 rejected"]


def test_progress_on_a_terminal_leaves_nothing_behind() -> None:
    console = Console(width=60, force_terminal=True)
    with console.capture() as capture, progress_on(console) as progress:
        progress.say("waiting for [somebody]")
        progress.advance(["new"])
    assert capture.get().endswith("\x1b[2K")  # the line erased
