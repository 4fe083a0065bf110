"""Which part of a page is the article, and what its surroundings say of a block."""

from __future__ import annotations

import pytest

from parsers.items import Reason
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_html,
    fate_of,
    paragraphs,
)

NAVIGATION = "<nav><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav>"
FOOTER = "<footer><p>Pell Courier, 12 Lock Street, Pell. Open on all days but Sundays.</p></footer>"


def kept(body: str) -> tuple[str, ...]:
    html = f"<html lang=en><body>{body}</body></html>"
    return article_of(html.encode()).paragraphs


@pytest.mark.parametrize("container", ["article", "main", "div", "section", "div class=x17"])
def test_the_story_is_found_whatever_holds_it(container: str) -> None:
    tag = container.split()[0]
    body = f"{NAVIGATION}<{container}><h1>{HEADLINE}</h1>{paragraphs(*STORY)}</{tag}>{FOOTER}"
    assert kept(body) == STORY


def test_the_story_is_found_when_nothing_holds_it() -> None:
    assert kept(f"{NAVIGATION}<h1>{HEADLINE}</h1>{paragraphs(*STORY)}{FOOTER}") == STORY


def test_a_story_in_several_parts_is_one() -> None:
    parts = "".join(
        f"<section><div>{paragraphs(text, text[::-1] + '.')}</div></section>" for text in STORY
    )
    assert len(kept(f"<div><h1>{HEADLINE}</h1>{parts}</div>{FOOTER}")) == 6


def test_a_story_in_a_table_of_layout_is_found() -> None:
    body = (
        f"<table><tr><td><a href=/>Home</a><br><a href=/n>News</a></td><td><h1>{HEADLINE}</h1>"
        f"{'<br><br>'.join(STORY)}</td></tr></table>"
    )
    assert kept(body) == STORY


@pytest.mark.parametrize(
    ("surroundings", "reason"),
    [
        ("<nav>{}</nav>", "navigation"),
        ("<footer>{}</footer>", "furniture"),
        ("<aside>{}</aside>", "related"),
        ("<form>{}</form>", "furniture"),
        ("<div class=cookie-banner>{}</div>", "consent"),
        ("<div class=related-stories>{}</div>", "related"),
        ("<div class=newsletter-signup>{}</div>", "appeal"),
        ("<div id=comments>{}</div>", "comments"),
        ("<div class=share-bar>{}</div>", "sharing"),
        ("<div class=ad-slot>{}</div>", "advert"),
        ("<div class=paywall>{}</div>", "paywall"),
        ("<div role=complementary>{}</div>", "related"),
    ],
)
def test_surroundings_speak_against_a_paragraph(surroundings: str, reason: Reason) -> None:
    text = "Swans held up the traffic on the ring road for an hour on Monday morning."
    article = article_of_html(
        paragraphs(LEAD) + surroundings.format(f"<p>{text}</p>") + paragraphs(MIDDLE, END)
    )
    assert fate_of(article, text) == ("removed", reason)
    assert article.paragraphs == STORY


def test_a_name_that_covers_the_whole_story_means_nothing() -> None:
    article = article_of_html(f"<div class='promo related'>{paragraphs(*STORY)}</div>")
    assert article.paragraphs == STORY


def test_headings_of_the_story_are_kept() -> None:
    article = article_of_html(f"<p>{LEAD}</p><h2>What the diver saw</h2>{paragraphs(MIDDLE, END)}")
    assert fate_of(article, "What the diver saw") == ("kept", "heading")


def test_a_heading_under_which_nothing_is_left_goes() -> None:
    body = paragraphs(*STORY) + "<h2>About the author</h2><div class=related><p>x</p></div>"
    assert fate_of(article_of_html(body), "About the author")[0] == "removed"


def test_lists_quotations_and_tables_of_the_story_are_kept() -> None:
    body = (
        f"<p>{LEAD}</p><ul><li>One pier has to be built anew</ul>"
        "<blockquote><p>“It is a bridge that my father built.”</p></blockquote>"
        "<table><tr><th>Year<th>People<tr><td>2021<td>46</table>" + paragraphs(MIDDLE, END)
    )
    assert article_of_html(body).paragraphs == (
        LEAD,
        "One pier has to be built anew",
        "“It is a bridge that my father built.”",
        "Year\tPeople",
        "2021\t46",
        MIDDLE,
        END,
    )


@pytest.mark.parametrize("count", [50, 300])
def test_a_long_list_of_short_items_does_not_cost_the_story_its_paragraphs(count: int) -> None:
    names = "".join(f"<li>Bridge {n}, built in {1700 + n}</li>" for n in range(count))
    article = article_of_html(paragraphs(*STORY) + f"<ul>{names}</ul>")
    assert article.paragraphs[:3] == STORY


def test_a_paragraph_that_is_nothing_but_a_link_goes() -> None:
    teaser = "Mayor of Wrensham to stand down in May"
    body = f"<p>{LEAD}</p><p><a href=/x>{teaser}</a></p>{paragraphs(MIDDLE, END)}"
    assert fate_of(article_of_html(body), teaser) == ("removed", "related")


def test_a_link_that_points_the_reader_on_is_a_call_to_action() -> None:
    call = "Find out more about how bridges are looked after"
    article = article_of_html(paragraphs(*STORY) + f"<p><a href=/x>{call}</a></p>")
    assert fate_of(article, call) == ("kept", "call_to_action")


def test_chrome_outside_the_story_is_navigation_when_it_is_links() -> None:
    body = (
        f"<div class=x><a href=/a>Towns</a></div><div><h1>{HEADLINE}</h1>{paragraphs(*STORY)}</div>"
    )
    article = article_of(f"<html><body>{body}</body></html>".encode())
    assert fate_of(article, "Towns") == ("removed", "navigation")


def test_a_hidden_glossary_many_times_as_long_as_the_story_is_not_the_story() -> None:
    terms = "".join(f"<div class=taxonomy-tooltip><p>{n}: {MIDDLE}</p></div>" for n in range(200))
    article = article_of_html(terms + paragraphs(*STORY))
    assert article.paragraphs == STORY


def further_article(title: str, container: str = "article") -> str:
    texts = (f"In other news of {title.lower()}, {text.lower()}" for text in STORY)
    return f"<{container}><h1>{title}</h1>{paragraphs(*texts)}</{container}>"


def test_the_next_article_of_a_page_without_end_is_another() -> None:
    story = (*STORY, *(f"{text} It was said twice." for text in STORY))
    own = f"<article><h1>{HEADLINE}</h1>{paragraphs(*story)}</article>"
    further = further_article("Lock") + further_article("Quay")
    article = article_of(f"<html><body>{own}{further}".encode())
    assert article.paragraphs == story
    assert fate_of(article, "Lock") == ("removed", "related")


def test_a_second_title_within_the_article_is_a_heading_of_it() -> None:
    story = (*STORY, *(f"{text} It was said twice." for text in STORY))
    second = f"<h1>What comes next</h1>{paragraphs(*(f'{text} So it is.' for text in STORY))}"
    article = article_of(
        f"<html><body><article><h1>{HEADLINE}</h1>{paragraphs(*story)}{second}</article>".encode()
    )
    assert len(article.paragraphs) == 10
