from __future__ import annotations

from parsers.duplicates import has_near_repeat
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of_html,
    article_of_lines,
    paragraphs,
    within,
)

COMPLAINT = (
    "One complaint about the closing of the bridge was looked into by the ombudsman last winter, "
    "and it ended with {}."
)


def test_an_exact_repeat_of_a_long_paragraph_is_removed() -> None:
    article = article_of_lines(HEADLINE, LEAD, MIDDLE, LEAD, END)
    assert article.paragraphs == STORY
    (repeat,) = [block for block in article.blocks if block.reason == "duplicate"]
    assert (repeat.text, repeat.rule) == (LEAD, "duplicate.exact_repeat")


def test_the_first_copy_stays() -> None:
    article = article_of_lines(HEADLINE, LEAD, LEAD, LEAD, MIDDLE, END)
    assert [b.disposition for b in article.blocks if b.text == LEAD] == [
        "kept",
        "removed",
        "removed",
    ]


def test_a_repeat_is_removed_from_a_page_as_from_a_text() -> None:
    assert article_of_html(paragraphs(LEAD, MIDDLE, LEAD, END)).paragraphs == STORY


def test_a_short_line_may_be_said_twice() -> None:
    article = article_of_lines(HEADLINE, LEAD, "“No,” he said.", MIDDLE, "“No,” he said.", END)
    assert article.paragraphs.count("“No,” he said.") == 2


def test_a_near_repeat_with_another_fact_is_kept_and_flagged() -> None:
    told = COMPLAINT.format("an apology"), COMPLAINT.format("no further action")
    article = article_of_lines(HEADLINE, *STORY, *told)
    assert set(told) <= set(article.paragraphs)
    assert "near_duplicate_conflict" in article.flags


def test_an_exact_repeat_is_no_conflict() -> None:
    article = article_of_lines(HEADLINE, *STORY, LEAD)
    assert "near_duplicate_conflict" not in article.flags


def test_a_story_without_repeats_is_no_conflict() -> None:
    assert article_of_lines(HEADLINE, *STORY).flags == ()


def test_a_pull_quotation_is_no_conflict() -> None:
    said = (
        "a diver who looked at the piers in October came back with photographs that nobody wanted"
    )
    assert not has_near_repeat([MIDDLE * 3, said])


def test_many_like_paragraphs_take_linear_time() -> None:
    with within(10):
        has_near_repeat([f"{COMPLAINT.format(n)} {n} {n + 1}" for n in range(5_000)])
