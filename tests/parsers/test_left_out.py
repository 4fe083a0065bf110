"""What stands between two blocks of a story in the same element."""

from __future__ import annotations

import pytest

from parsers.ledger import Ledger
from parsers.left_out import take_in_siblings
from parsers.structure.region import Region
from tests.parsers.building import END, LEAD, MIDDLE, html_document

EVERY_HINT = ~0


def taken(body: str) -> list[str]:
    """The texts that are taken in where the model chose the lead and the end alone."""
    document = html_document(body)
    inside = [block.text in (LEAD, END) for block in document.blocks]
    region = Region(inside, [0.0] * len(inside), EVERY_HINT)
    found = take_in_siblings(document, region, Ledger(document)).inside
    return [b.text for b, now, was in zip(document.blocks, found, inside, strict=True) if now > was]


def between(html: str) -> str:
    return f"<main><p>{LEAD}</p>{html}<p>{END}</p></main>"


@pytest.mark.parametrize("text", [MIDDLE, "1. Steel", "Who pays?"])
def test_a_sibling_between_two_blocks_of_the_story_is_taken_in(text: str) -> None:
    assert taken(between(f"<p>{text}</p>")) == [text]


@pytest.mark.parametrize(
    "html",
    [
        f"<div><p>{MIDDLE}</p></div>",
        f"<p><a href='/lock'>{MIDDLE}</a></p>",
        f"<p class=comments>{MIDDLE}</p>",
        "<p>Play VideoMute0:00</p>",
        "<p>Sign up to our free newsletter and get the news straight to your inbox.</p>",
    ],
)
def test_cards_links_and_known_words_between_them_stay_out(html: str) -> None:
    assert taken(between(html)) == []


def test_what_stands_before_or_after_the_story_stays_out() -> None:
    body = f"<main><p>Who pays?</p><p>{LEAD}</p><p>{END}</p><p>{MIDDLE}</p></main>"
    assert taken(body) == []


def test_blocks_of_two_elements_have_nothing_between_them() -> None:
    body = f"<div><p>{LEAD}</p><p>{MIDDLE}</p></div><div><p>Who pays?</p><p>{END}</p></div>"
    assert taken(body) == []
