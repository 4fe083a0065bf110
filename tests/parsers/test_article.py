"""An article is the same when it has come from another process."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest

from parsers.items import Article, Block
from tests.parsers.building import article_of_html, paragraphs

LINKED = paragraphs(
    "The <a href='https://council.example/weir'>council</a> has asked three firms for a price, and "
    "expects the first of them to answer before the end of the month that comes.",
    "Until one of them does, the barriers stay where they are on both of the banks.",
    "Share this article",
)


def travelled(article: Article) -> Article:
    return pickle.loads(pickle.dumps(article))


def test_what_has_travelled_is_equal() -> None:
    sent = article_of_html(LINKED)
    assert sent.links
    assert sent.evidence
    arrived = travelled(sent)
    assert arrived == sent
    assert arrived.account == sent.account
    for field in fields(Article):
        assert getattr(arrived, field.name) == getattr(sent, field.name), field.name
    assert travelled(travelled(sent)) == sent


def test_rows_that_travelled_are_made_when_asked_for() -> None:
    sent = article_of_html(LINKED)
    arrived = travelled(sent)
    assert "blocks" not in vars(arrived)
    assert arrived.columns == sent.columns
    assert arrived.blocks == sent.blocks
    assert {type(block) for block in arrived.blocks} == {Block}
    assert arrived.blocks is arrived.blocks


def test_an_article_has_no_other_attributes() -> None:
    for article in (article_of_html(LINKED), travelled(article_of_html(LINKED))):
        with pytest.raises(AttributeError, match="headlines"):
            _ = article.headlines  # type: ignore[attr-defined]
