from __future__ import annotations

import pytest

from parsers import document as d
from parsers.readers.hints import hidden_by_style, hints_of
from tests.parsers.building import within


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        ("cookie-banner", d.H_CONSENT),
        ("relatedPosts", d.H_RELATED),
        ("related-posts", d.H_RELATED),
        ("related_posts", d.H_RELATED),
        ("most-read__list", d.H_RELATED),
        ("newsletter-signup", d.H_APPEAL),
        ("share-buttons", d.H_SHARING),
        ("comments", d.H_COMMENTS),
        ("ad-slot", d.H_ADVERT),
        ("wp-caption-text", d.H_CAPTION),
        ("article__byline", d.H_BYLINE),
        ("publish-date", d.H_DATE),
        ("breadcrumb", d.H_NAVIGATION),
        ("paywall", d.H_PAYWALL),
        ("standfirst", d.H_STANDFIRST),
        ("visually-hidden", d.HIDDEN),
        ("taxonomy-tooltip", d.HIDDEN),
    ],
)
def test_names_of_the_trade_are_known(name: str, bit: int) -> None:
    assert hints_of(name) & bit


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        ("loading", d.H_ADVERT),
        ("header-shadow", d.H_ADVERT),
        ("shareholder", d.H_SHARING),
        ("candidate", d.H_DATE),
        ("navy", d.H_NAVIGATION),
        ("unhidden", d.HIDDEN),
        ("overflow-hidden", d.HIDDEN),
        ("hidden-gems", d.HIDDEN),
    ],
)
def test_a_word_inside_another_word_hints_at_nothing(name: str, bit: int) -> None:
    assert not hints_of(name) & bit


def test_each_of_several_names_counts() -> None:
    assert hints_of("grid related byline") & (d.H_RELATED | d.H_BYLINE) == (
        d.H_RELATED | d.H_BYLINE
    )


def test_neighbouring_names_make_no_pair() -> None:
    assert not hints_of("most read") & d.H_RELATED


@pytest.mark.parametrize(
    "style", ["display:none", "color:red; DISPLAY : none !important", "visibility: hidden"]
)
def test_styles_that_hide(style: str) -> None:
    assert hidden_by_style(style)


@pytest.mark.parametrize(
    "style", ["display:block", "overflow:hidden", "backface-visibility:visible"]
)
def test_styles_that_do_not_hide(style: str) -> None:
    assert not hidden_by_style(style)


def test_a_huge_name_is_not_read_to_its_end() -> None:
    with within(2):
        hints_of("a-" * 2_000_000)
        hints_of("aA" * 2_000_000)
        hidden_by_style("display " * 2_000_000)
