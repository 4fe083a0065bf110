"""Recommendations of the IOPC: fields of a Drupal page."""

from __future__ import annotations

import pytest

from parsers.items import Article
from tests.parsers.building import article_of, assert_accounted, source

SOURCE = source(platform="iopc", publisher_type="oversight_body")


def field(label: str, value: str) -> str:
    return f"<div class='field'><div class='field-label'>{label}</div>{value}</div>"


def new_field(label: str, value: str) -> str:
    return (
        f"<div class='field'><div class='field__label'>{label}</div>"
        f"<div class='field__items'><div class='field__item'>{value}</div></div></div>"
    )


def read(*fields: str) -> Article:
    body = (
        "<!doctype html><html lang=en><head><meta charset=utf-8></head><body><h1>Recommendations "
        "to Pell Police</h1><article class='node node-recommendation'><p>We looked at how calls "
        "about the weir were graded on two nights in May, and found learning for the force.</p>"
        f"{''.join(fields)}</article></body></html>"
    )
    article = article_of(body.encode(), SOURCE)
    assert_accounted(article)
    return article


@pytest.mark.parametrize("make", [field, new_field])
def test_fields_are_attributes_of_the_page(make: object) -> None:
    article = read(
        make("IOPC reference", " 2021/148203"),  # type: ignore[operator]
        make("Date of recommendation:", "15 June 2021"),  # type: ignore[operator]
        make("Recommendations", "<p>That a lock is fitted.</p><p>And a bell.</p>"),  # type: ignore[operator]
    )
    assert [(a.item, a.name, a.value, a.normalised_value) for a in article.attributes] == [
        (0, "reference", "2021/148203", "2021/148203"),
        (0, "recommendation_date", "15 June 2021", "2021-06-15"),
        (1, "recommendation", "That a lock is fitted.\n\nAnd a bell.", None),
    ]
    assert article.date_published is None


def test_each_recommendation_is_an_item_with_its_answer() -> None:
    inner = (
        "<p><strong>Recommendation 1</strong></p><p>That a lock is fitted.</p>"
        "<p><strong>Do you accept the recommendation?</strong></p><p>Yes</p>"
        "<p><strong>Recommendation 2</strong></p><p>That a bell is hung.</p>"
        "<p><strong>Do you accept the recommendation?</strong></p><p>No</p>"
        "<p><strong>Cost of the bell</strong></p><p>Forty pounds</p>"
    )
    article = read(
        field("IOPC reference", "-"), field("Recommendations", inner), field("Response due", "soon")
    )
    assert [(a.item, a.name, a.normalised_value, a.known) for a in article.attributes] == [
        (0, "reference", None, True),
        (1, "recommendation", None, True),
        (1, "accepted", "yes", True),
        (2, "recommendation", None, True),
        (2, "accepted", "no", True),
        (2, "Cost of the bell", None, False),
        (0, "response_due", None, True),
    ]
    assert article.flags == ("unknown_label",)


def test_an_unknown_field_is_kept() -> None:
    article = read(
        field("IOPC reference", "2021/148203"),
        field("Date of recommendation", "15 June 2021"),
        field("Recommendations", "<p>That a lock is fitted.</p>"),
        field("Owner at the force", "The head of the river unit"),
    )
    (unknown,) = [a for a in article.attributes if not a.known]
    assert (unknown.label, unknown.value) == ("Owner at the force", "The head of the river unit")
