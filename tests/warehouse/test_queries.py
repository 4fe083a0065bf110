"""The worked questions and the first views; docs/queries.md is held to the answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from parsers.items import Rejection
from tests.warehouse import worked_questions
from tests.warehouse.building import BLOCKS, NOON, article, visit
from tests.warehouse.conftest import Query, Run
from warehouse.questions import Question, find_question, questions

EDITED = (BLOCKS[3]._replace(position=0, text="Other story."),)


@pytest.fixture
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


# --- Worked questions --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_questions.build_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_each_worked_question_has_an_answer(world: Path, question: Question) -> None:
    with duckdb.connect(world, read_only=True) as connection:
        assert connection.execute(question.sql).fetchall()
    assert question.purpose.endswith(".")


@pytest.mark.parametrize("name", ["queries.md", "dictionary.md"])
def test_the_pages_say_what_is_there(world: Path, name: str) -> None:
    """`python -m tests.warehouse.worked_questions` writes them."""
    assert (worked_questions.DOCS / name).read_text("utf-8") == worked_questions.pages(world)[name]


def test_a_question_is_found_by_name() -> None:
    assert find_question("edited_headlines").sql.startswith("-- ")
    with pytest.raises(KeyError, match="edited_headlines"):
        find_question("edited_headline")


# --- Views -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pages")
def test_narrative_leaves_out_contact_and_call_to_action(query: Query) -> None:
    assert query("SELECT narrative FROM article_narrative ORDER BY source_id") == [
        (
            "The bridge has reopened.\n\nIt had been closed\nfor a year.\n\nWhat comes next\n\n"
            "Works go on until May.",
        ),
        ("Other story.",),
    ]


@pytest.mark.usefixtures("pages")
def test_rule_activity_counts_latest_versions(query: Query) -> None:
    assert query("FROM rule_activity ORDER BY rule") == [
        ("example", "most_read", "related", 1, 2, 20),
        ("example", "quick_exit", "exit_notice", 1, 1, 13),
        ("example", "share", "sharing", 1, 1, 13),
        ("example", "skip_link", "navigation", 1, 1, 13),
    ]


@pytest.mark.usefixtures("pages")
def test_removed_blocks(query: Query) -> None:
    rows = query("SELECT version, position, text FROM removed_blocks WHERE rule = 'most_read'")
    assert sorted(rows) == sorted([(1, 10, "Most read"), (1, 11, "A cat was found")] * 2)


@pytest.mark.usefixtures("pages")
def test_rejections_by_reason(query: Query) -> None:
    assert query("FROM rejections_by_reason") == [("example", "soft_404", 1, 2, NOON)]


@pytest.mark.usefixtures("pages")
def test_coverage_by_month(query: Query) -> None:
    assert query("SELECT source_id, month, articles FROM coverage_by_month ORDER BY ALL") == [
        ("example", date(2024, 4, 1), 1),
        ("second", None, 1),
    ]


def test_coverage_month_is_that_of_utc(run: Run, query: Query) -> None:
    run([visit(article(page="n", date_published=datetime(2024, 6, 1, tzinfo=UTC)))])
    rows = query("SELECT month FROM coverage_by_month WHERE month > DATE '2024-05-01'")
    assert rows == [(date(2024, 6, 1),)]
