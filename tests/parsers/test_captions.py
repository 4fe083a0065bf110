from __future__ import annotations

import pytest

from parsers.captions import split_credit
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_html,
    article_of_lines,
    block_of,
    fate_of,
    page,
    paragraphs,
)

CAPTION = "The weir from the north bank in the winter of the flood"


def figure(caption: str = CAPTION, alt: str = "") -> str:
    return f"<figure><img src=/weir.jpg alt='{alt}'><figcaption>{caption}</figcaption></figure>"


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The weir - Credit: Ann Example", "The weir", "Ann Example"),
        ("The weir. Picture: Alamy", "The weir", "Alamy"),
        ("The weir (Image: Ann Example)", "The weir", "Ann Example"),
        ("The weir. Photo by: Ann Example.", "The weir", "Ann Example"),
        ("- Credit: Archant", None, "Archant"),
        ("The weir in winter", "The weir in winter", None),
        ("He took the credit for it", "He took the credit for it", None),
    ],
)
def test_a_caption_is_split_from_its_credit(
    text: str, caption: str | None, credit: str | None
) -> None:
    assert split_credit(text) == (caption, credit)


def test_a_caption_moves_to_its_picture() -> None:
    article = article_of(page(above=figure()), url="https://pell.example/news/weir")
    assert fate_of(article, CAPTION) == ("moved", "images")
    (image,) = article.images
    assert (image.url, image.caption) == ("https://pell.example/weir.jpg", CAPTION)


def test_a_credit_is_told_apart() -> None:
    (image,) = article_of_html(above=figure("The weir. Picture: Alamy")).images
    assert (image.caption, image.credit) == ("The weir", "Alamy")


def test_the_alternative_text_of_a_picture_is_kept_with_it() -> None:
    (image,) = article_of_html(above=figure(alt="Brown water")).images
    assert image.alt == "Brown water"


def test_a_picture_without_a_caption_is_a_picture() -> None:
    article = article_of_html(above="<img src=/weir.jpg alt='Brown water'>")
    assert [(image.alt, image.caption) for image in article.images] == [("Brown water", None)]


def test_pictures_are_in_the_order_of_the_page() -> None:
    article = article_of_html(figure("First one here") + paragraphs(*STORY) + figure("Second one"))
    assert [image.caption for image in article.images] == ["First one here", "Second one"]


def test_a_caption_said_twice_is_removed_the_second_time() -> None:
    article = article_of_html(figure() + paragraphs(*STORY) + figure())
    assert [(b.disposition, b.field or b.reason) for b in article.blocks if b.text == CAPTION] == [
        ("moved", "images"),
        ("removed", "caption"),
    ]


def test_a_picture_of_the_sites_chrome_is_not_the_articles() -> None:
    body = "<nav><img src=/logo.png alt='Pell Courier'></nav>" + paragraphs(*STORY)
    assert article_of_html(body).images == ()


def test_a_caption_in_a_text_is_known_by_its_credit() -> None:
    text = "The weir from the north bank - Credit: Ann Example"
    article = article_of_lines(HEADLINE, text, *STORY)
    assert fate_of(article, text) == ("moved", "images")
    (image,) = article.images
    assert (image.caption, image.credit) == ("The weir from the north bank", "Ann Example")


def test_an_alternative_text_cut_off_before_its_caption_is_removed() -> None:
    text = "The weir from the north bank (March 28) - Credit: Ann Example"
    article = article_of_lines(HEADLINE, "The weir from the north bank (March 28", text, *STORY)
    assert fate_of(article, "The weir from the north bank (March 28") == ("removed", "caption")
    assert fate_of(article, text) == ("moved", "images")


def test_an_alternative_text_equal_to_its_caption_is_removed() -> None:
    text = "The weir from the north bank. Picture: Alamy"
    article = article_of_lines(HEADLINE, "The weir from the north bank", text, *STORY)
    assert fate_of(article, "The weir from the north bank") == ("removed", "caption")


def test_a_credit_alone_is_removed() -> None:
    article = article_of_lines(HEADLINE, LEAD, MIDDLE, "- Credit: Archant", END)
    assert fate_of(article, "- Credit: Archant") == ("removed", "caption")


def test_a_paragraph_that_the_next_line_goes_on_from_is_the_story() -> None:
    article = article_of_lines(
        HEADLINE, "The bridge is shut", "The bridge is shut until May.", *STORY
    )
    assert fate_of(article, "The bridge is shut until May.") == ("kept", "body")


def test_a_long_paragraph_in_a_figure_is_the_story() -> None:
    told = f"{LEAD} {MIDDLE} {END}"
    article = article_of_html(f"<figure><p>{told}</p></figure>" + paragraphs(*STORY))
    assert block_of(article, told).disposition == "kept"


def test_a_copyright_line_at_the_foot_of_a_text_is_no_picture() -> None:
    article = article_of_lines(HEADLINE, *STORY, "© Pell Courier 2024. All rights reserved.")
    assert article.images == ()


def test_a_story_in_an_element_named_for_captions_is_no_caption() -> None:
    story = (*STORY, *(f"{text} It was said twice." for text in STORY))
    body = f"<div class=media-caption>{paragraphs(*story)}</div>"
    assert article_of_html(body).paragraphs == story
