from __future__ import annotations

import pytest

from parsers.items import Kind
from parsers.readers.plain_text import read_text
from tests.parsers.building import (
    END,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_lines,
    fate_of,
    lines,
)


def test_every_line_is_a_block() -> None:
    document = read_text("one\ntwo\n\n\nthree")
    assert [block.text for block in document.blocks] == ["one", "two", "three"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0c"])
def test_line_ends_of_all_systems(end: str) -> None:
    document = read_text(f"one{end}two")
    assert [block.text for block in document.blocks] == ["one", "two"]


def test_a_line_of_nothing_but_spaces_is_blank() -> None:
    document = read_text("one\n \t\u00a0\u200b\ntwo")
    assert [block.text for block in document.blocks] == ["one", "two"]


def test_white_space_in_a_line_is_folded() -> None:
    assert read_text("  one\u00a0 \ttwo ").blocks[0].text == "one two"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("A plain line.", "paragraph"),
        ("- an item", "list_item"),
        ("• an item", "list_item"),
        ("1. an item", "list_item"),
        ("(2) an item", "list_item"),
        ("## A heading", "heading"),
        ("-5 degrees were measured", "paragraph"),
        ("#hashtag of the day", "paragraph"),
        ("2.5 million people", "paragraph"),
    ],
)
def test_kinds_of_lines(line: str, kind: Kind) -> None:
    assert read_text(line).blocks[0].kind == kind


def test_characters_are_counted_apart_from_blocks() -> None:
    document = read_text("one two\n\n three\u00ad\u00a0four")
    assert document.input_characters == len("onetwothreefour")


def test_a_short_first_line_without_a_full_stop_is_the_headline() -> None:
    article = article_of_lines("Footbridge at Pell Weir shut", *STORY)
    assert article.headline == "Footbridge at Pell Weir shut"
    assert fate_of(article, "Footbridge at Pell Weir shut") == ("moved", "headline")


def test_a_first_line_that_is_a_sentence_is_the_story() -> None:
    article = article_of_lines(*STORY)
    assert article.headline is None
    assert article.paragraphs == STORY


def test_a_headline_that_the_lead_repeats_does_not_take_the_lead_with_it() -> None:
    headline = LEAD.split(",")[0]
    article = article_of_lines(headline, *STORY)
    assert article.headline == headline
    assert article.paragraphs == STORY


def test_a_date_line_is_moved() -> None:
    article = article_of_lines("Footbridge shut", "21 October 2021, 18:54", *STORY)
    assert fate_of(article, "21 October 2021, 18:54") == ("moved", "date_published")
    assert article.date_published_precision == "minute"


def test_a_byline_is_moved() -> None:
    article = article_of_lines("Footbridge shut", "By Ann Example", *STORY)
    assert fate_of(article, "By Ann Example") == ("moved", "authors")
    assert article.authors == ("Ann Example",)


def test_a_weekday_in_the_story_dates_nothing() -> None:
    article = article_of_lines("Footbridge shut", *STORY, "It was closed again today (Thursday).")
    assert (article.date_published, article.date_published_precision) == (None, "unknown")


def test_a_range_of_dates_in_the_story_dates_nothing() -> None:
    told = "Between 1 April 2022 and 31 March 2023 the bridge was shut on 41 days in all."
    article = article_of_lines("Footbridge shut", told, *STORY)
    assert article.date_published is None
    assert fate_of(article, told) == ("kept", "body")


def test_a_month_in_the_headline_dates_nothing() -> None:
    article = article_of_lines("Death after police contact, Pell - September 2023", *STORY)
    assert article.date_published is None


def test_order_is_that_of_the_text() -> None:
    article = article_of_lines("Footbridge shut", END, LEAD, MIDDLE)
    assert article.paragraphs == (END, LEAD, MIDDLE)


def test_a_text_that_is_served_as_html_without_any_tag_is_read_as_text() -> None:
    article = article_of(lines("Footbridge shut", *STORY))
    assert article.paragraphs == STORY
