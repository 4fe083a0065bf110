"""What a page's own scripts show is read; what is hidden for good is not."""

from __future__ import annotations

import json

import pytest

from parsers import extract
from parsers.items import Rejection
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_html,
    assert_accounted,
    page,
    paragraphs,
    within,
)


def streamed(*parts: str) -> str:
    """Each part as React streams it, its key the hexadecimal number of its place in ``parts``."""
    return "".join(f'<div hidden id="S:{n:x}">{part}</div>' for n, part in enumerate(parts))


def place(key: int, kind: str = "B") -> str:
    return f'<template id="{kind}:{key:x}"></template>'


def test_parts_that_stream_in_late_are_read_in_their_places() -> None:
    story = f"<p>{LEAD}</p>{place(0)}<p>{END}</p>"
    article = article_of(page(story) + streamed(f"<p>{MIDDLE}</p>").encode())
    assert article.paragraphs == STORY
    assert_accounted(article)


def test_a_part_may_have_its_place_in_another() -> None:
    outer = f"<p>{LEAD}</p>{place(1, 'P')}<p>{END}</p>"
    article = article_of(page(place(0)) + streamed(outer, f"<p>{MIDDLE}</p>").encode())
    assert article.paragraphs == STORY
    assert_accounted(article)


def test_a_part_without_a_place_is_read_where_it_stands() -> None:
    article = article_of_html(paragraphs(LEAD, MIDDLE) + streamed(f"<p>{END}</p>"))
    assert article.paragraphs == STORY


@pytest.mark.parametrize(
    "parts",
    [
        (place(1) + paragraphs(LEAD), place(0) + paragraphs(MIDDLE)),
        (place(0) + paragraphs(LEAD, MIDDLE),),
        (paragraphs(LEAD) + streamed(paragraphs(MIDDLE)), paragraphs(END)),
        ("<p>", "<td>", place(0)),
    ],
)
def test_parts_that_go_round_in_a_ring_or_stand_in_each_other_lose_no_text(
    parts: tuple[str, ...],
) -> None:
    article = article_of(page(paragraphs(*STORY) + place(0) + place(1)) + streamed(*parts).encode())
    assert_accounted(article)


def test_a_page_of_many_parts_takes_bounded_time() -> None:
    parts = [f"<p>{LEAD} {n}</p>{place(n + 1)}" for n in range(5_000)]
    with within(2):
        extract(page(place(0)) + streamed(*parts).encode())


@pytest.mark.parametrize(
    "element",
    [
        "<div class=hide>{}</div>",
        "<div style='display:none'>{}</div>",
        "<section hidden><div>{}</div></section>",
    ],
)
def test_a_page_that_hides_all_its_text_shows_it_by_a_script(element: str) -> None:
    text = paragraphs(*STORY, *(f"{n}. {MIDDLE}" for n in range(3)))
    article = article_of(f"<h1>A</h1>{element.format(text)}<p>Loading</p>".encode())
    assert article.paragraphs[:3] == STORY
    assert_accounted(article)


@pytest.mark.parametrize(
    "element",
    [
        "<div class=sr-only>{}</div>",
        "<div class='tooltip'>{}</div>",
        "<div class=cookie-consent hidden>{}</div>",
        "<aside hidden>{}</aside>",
        "<dialog>{}</dialog>",
    ],
)
def test_what_is_hidden_for_good_is_not_shown_by_a_script(element: str) -> None:
    text = paragraphs(*STORY, *(f"{n}. {MIDDLE}" for n in range(3)))
    outcome = extract(f"<html><h1>A</h1>{element.format(text)}<p>Loading</p>".encode())
    assert isinstance(outcome, Rejection)


def test_a_short_story_beside_a_long_hidden_text_stays_the_story() -> None:
    hidden = paragraphs(*(f"{n}. {MIDDLE}" for n in range(8)))
    story = (*STORY, *(f"{text} It was said twice." for text in STORY))
    article = article_of_html(paragraphs(*story) + f"<div hidden>{hidden}</div>")
    assert article.paragraphs == story


def data_of(text: str) -> str:
    return json.dumps({"article": {"id": 7, "body": text}}).replace("</", "<\\/")


@pytest.mark.parametrize(
    "script",
    [
        "<script type='application/json'>{}</script>",
        "<script>window.page = {};</script>",
        "<script>self.parts.push([1, {}])</script>",
    ],
)
def test_a_page_that_shows_nothing_is_filled_from_its_scripts(script: str) -> None:
    shell = "<div id=root>Loading</div>" + script.format(data_of(paragraphs(*STORY)))
    article = article_of(f"<html><title>{HEADLINE}</title><body>{shell}".encode())
    assert article.paragraphs == STORY
    assert "text_from_script" in article.flags
    assert_accounted(article)


def test_a_page_that_shows_its_text_is_not_filled_from_its_scripts() -> None:
    script = f"<script>{data_of(paragraphs(*STORY))}</script>"
    article = article_of_html(paragraphs(LEAD) + script)
    assert article.paragraphs == (LEAD,)
    assert "text_from_script" not in article.flags


@pytest.mark.parametrize("script", ['"' + '\\"' * 400_000, '"' * 400_001, '"<br>' * 100_000])
def test_hostile_strings_of_a_script_take_bounded_time(script: str) -> None:
    with within(2):
        extract(f"<html><body><script>{script}</script>".encode())
