"""The views for the first questions, and the example queries kept as files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import resources

import pytest

from parsers.items import Rejection
from tests.warehouse.building import BLOCKS, NOON, article, visit
from tests.warehouse.conftest import Query, Run

QUERIES = sorted((resources.files("warehouse") / "queries").iterdir(), key=str)
EDITED = (BLOCKS[3]._replace(position=0, text="Other story."),)


@pytest.fixture(autouse=True)
def pages(run: Run) -> None:
    """Two articles, one of them edited and left with no chrome, and two rejections."""
    run(
        [
            visit(article()),
            visit(article(page="b", source_id="second"), source_id="second"),
            visit(article(EDITED, page="b", source_id="second", date_published=None)),
            visit(Rejection("soft_404", "says so"), page="x"),
            visit(Rejection("soft_404", "says so"), page="x"),
        ]
    )


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.name)
def test_each_example_query_runs_and_says_what_it_is_for(query: Query, file: object) -> None:
    text = file.read_text("utf-8")  # type: ignore[attr-defined]
    assert text.startswith("-- ")
    assert query(text)


def test_narrative_leaves_out_contact_and_call_to_action(query: Query) -> None:
    assert query("SELECT narrative FROM article_narrative ORDER BY source_id") == [
        (
            "The bridge has reopened.\n\nIt had been closed\nfor a year.\n\nWhat comes next\n\n"
            "Works go on until May.",
        ),
        ("Other story.",),
    ]


def test_rule_activity_counts_latest_versions(query: Query) -> None:
    assert query("FROM rule_activity ORDER BY rule") == [
        ("example", "most_read", "related", 1, 2, 20),
        ("example", "quick_exit", "exit_notice", 1, 1, 13),
        ("example", "share", "sharing", 1, 1, 13),
        ("example", "skip_link", "navigation", 1, 1, 13),
    ]


def test_removed_blocks(query: Query) -> None:
    rows = query("SELECT version, position, text FROM removed_blocks WHERE rule = 'most_read'")
    assert sorted(rows) == sorted([(1, 10, "Most read"), (1, 11, "A cat was found")] * 2)


def test_rejections_by_reason(query: Query) -> None:
    assert query("FROM rejections_by_reason") == [("example", "soft_404", 1, 2, NOON)]


def test_coverage_by_month(query: Query) -> None:
    assert query("SELECT source_id, month, articles FROM coverage_by_month ORDER BY ALL") == [
        ("example", date(2024, 4, 1), 1),
        ("second", None, 1),
    ]


def test_coverage_month_is_that_of_utc(run: Run, query: Query) -> None:
    run([visit(article(page="n", date_published=datetime(2024, 6, 1, tzinfo=UTC)))])
    rows = query("SELECT month FROM coverage_by_month WHERE month > DATE '2024-05-01'")
    assert rows == [(date(2024, 6, 1),)]
