from __future__ import annotations

import json

import pytest

from parsers.metadata.authors import clean_names
from tests.parsers.building import (
    STORY,
    article_of,
    article_of_html,
    article_of_lines,
    fate_of,
    page,
    paragraphs,
    source,
)


def linked_data(author: object) -> str:
    node = {"@type": "NewsArticle", "headline": "x", "author": author}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def meta(content: str, name: str = "author") -> str:
    return f"<meta name='{name}' content='{content}'>"


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("By Ann Example", ("Ann Example",)),
        ("Words by Ann Example", ("Ann Example",)),
        ("Ann Example, Crime Reporter", ("Ann Example",)),
        ("Ann Example | Senior Reporter", ("Ann Example",)),
        ("Ann Example and Bo Sample", ("Ann Example", "Bo Sample")),
        ("Ann Example, Bo Sample & Cy Specimen", ("Ann Example", "Bo Sample", "Cy Specimen")),
        ("By Ann Example @annexample", ("Ann Example",)),
        ("Ann Example 4 December 2020", ("Ann Example",)),
        ("By Ann Example, 12:30, 4 Dec 2020", ("Ann Example",)),
        ("Seán Ó Sampla", ("Seán Ó Sampla",)),
        ("Anne-Marie d'Example", ("Anne-Marie d'Example",)),
        ("gan Rhys Enghraifft", ("Rhys Enghraifft",)),
        ("Jamie Anderson", ("Jamie Anderson",)),
        ("Ane Eksempel og Bo Prøve", ("Ane Eksempel", "Bo Prøve")),
        ("By Ann Example, in News, Business", ("Ann Example",)),
    ],
)
def test_names_are_cleaned(raw: str, names: tuple[str, ...]) -> None:
    assert clean_names([raw]) == names


@pytest.mark.parametrize(
    "raw",
    ["admin", "Web Team", "https://www.facebook.com/pellcourier", "Unknown", "By", "12345", ""],
)
def test_what_names_nobody_is_dropped(raw: str) -> None:
    assert clean_names([raw]) == ()


def test_a_name_is_told_once() -> None:
    assert clean_names(["Ann Example", "ann example", "Bo Sample"]) == ("Ann Example", "Bo Sample")


@pytest.mark.parametrize(
    "author",
    [
        "Ann Example",
        {"@type": "Person", "name": "Ann Example"},
        [{"@type": "Person", "name": "Ann Example", "url": "https://pell.example/ann"}],
        {"@type": "Person", "name": ["Ann Example"]},
    ],
)
def test_linked_data_names_the_author(author: object) -> None:
    assert article_of_html(head=linked_data(author)).authors == ("Ann Example",)


@pytest.mark.parametrize("author", [{}, [], None, {"name": None}, {"name": {"x": 1}}, 7, [[["x"]]]])
def test_an_author_in_linked_data_that_is_no_name_is_passed_over(author: object) -> None:
    article = article_of_html(head=linked_data(author) + meta("Bo Sample"))
    assert article.authors in (("Bo Sample",), ("x",))


def test_meta_names_the_author() -> None:
    assert article_of_html(head=meta("Ann Example")).authors == ("Ann Example",)


def test_an_address_in_meta_is_no_author() -> None:
    head = meta("https://www.facebook.com/ann", "article:author") + meta("Ann Example")
    assert article_of_html(head=head).authors == ("Ann Example",)


def test_linked_data_is_trusted_before_meta() -> None:
    head = meta("Bo Sample") + linked_data("Ann Example")
    assert article_of_html(head=head).authors == ("Ann Example",)


def test_a_visible_byline_names_the_author_and_moves() -> None:
    article = article_of_html(above="<p>By Ann Example</p>")
    assert article.authors == ("Ann Example",)
    assert fate_of(article, "By Ann Example") == ("moved", "authors")


def test_a_visible_byline_is_no_text_when_meta_names_the_author() -> None:
    article = article_of_html(head=meta("Ann Example"), above="<p>By Ann Example</p>")
    assert fate_of(article, "By Ann Example") == ("moved", "authors")
    assert article.paragraphs == STORY


def test_a_byline_that_is_said_again_is_removed() -> None:
    above = "<p>By Ann Example</p><div class=author>Ann Example</div>"
    article = article_of_html(above=above)
    assert fate_of(article, "Ann Example") == ("removed", "metadata")


def test_a_sentence_that_begins_with_by_is_the_story() -> None:
    sentence = "By Friday the whole of the deck had been lifted out by a crane and taken away."
    article = article_of_html(paragraphs(sentence, *STORY))
    assert article.authors == ()
    assert fate_of(article, sentence) == ("kept", "body")


def test_an_agency_is_an_author_and_flagged() -> None:
    article = article_of_lines("Footbridge shut", "By Press Association", *STORY)
    assert article.authors == ("Press Association",)
    assert "agency_copy" in article.flags


def test_a_reporter_is_no_agency() -> None:
    article = article_of_lines("Footbridge shut", "By Ann Example", *STORY)
    assert "agency_copy" not in article.flags


def test_nobody_named_is_nobody() -> None:
    assert article_of_html().authors == ()


def test_the_publisher_is_not_made_an_author() -> None:
    assert article_of(page(), source()).authors == ()


@pytest.mark.parametrize(
    "inner",
    [
        "author: Ann Example",
        "byline: By Ann Example",
        "authors:\n  - Ann Example",
        "by: Ann Example",
    ],
)
def test_front_matter_names_the_author(inner: str) -> None:
    body = f"---\ntitle: Weir shut\n{inner}\n---\n\n" + "\n\n".join(STORY)
    assert article_of(body.encode(), media_type="text/plain").authors == ("Ann Example",)


def test_every_witness_is_told_and_one_is_chosen() -> None:
    article = article_of_html(
        head=linked_data("Ann Example") + meta("Bo Sample"), above="<p>By Cy Specimen</p>"
    )
    told = [e for e in article.evidence if e.field == "authors"]
    assert [(e.witness, e.value, e.chosen) for e in told] == [
        ("json_ld", "Ann Example", True),
        ("meta", "Bo Sample", False),
        ("visible", "Cy Specimen", False),
    ]


def test_an_editorial_office_that_is_stated_as_the_author_is_one() -> None:
    assert article_of_html(head=linked_data({"name": "PC24 Redaktion"})).authors == (
        "PC24 Redaktion",
    )


def test_the_address_of_the_site_is_nobody_beside_a_person() -> None:
    stated = [{"name": "Ann Example"}, {"name": "Pell.lt"}]
    assert article_of_html(head=linked_data(stated)).authors == ("Ann Example",)


def test_each_link_of_a_byline_is_an_author() -> None:
    byline = (
        "<p class=byline><a href=/a>Ann Example</a><a href=/b>Bo Sample</a>"
        "<a href=/c>Cy Specimen</a></p>"
    )
    article = article_of(page(f"<h1>Quay closed</h1>{byline}{paragraphs(*STORY)}"))
    assert article.authors == ("Ann Example", "Bo Sample", "Cy Specimen")


@pytest.mark.parametrize(
    "line",
    ["Mon 04.05.2026 | 14:07 | By Ann Example", "Ann Example | 04.05.2026", "Von Ann Example"],
)
def test_a_name_in_a_line_with_the_date_is_the_author(line: str) -> None:
    article = article_of(page(f"<h1>Quay closed</h1><p>{line}</p>{paragraphs(*STORY)}"))
    assert article.authors == ("Ann Example",)


@pytest.mark.parametrize(
    "line", ["Von Montag an ist der Kai gesperrt", "Pell | 04.05.2026", "Photo | 04.05.2026 | Pell"]
)
def test_a_line_that_names_no_person_gives_no_author(line: str) -> None:
    article = article_of(page(f"<h1>Quay closed</h1><p>{line}</p>{paragraphs(*STORY)}"))
    assert article.authors == ()
