from __future__ import annotations

import json

import pytest

from parsers.items import Article
from tests.parsers.building import (
    HEADLINE,
    STORY,
    article_of,
    article_of_html,
    fate_of,
    paragraphs,
)


def titled(
    head: str = "", h1: str = f"<h1>{HEADLINE}</h1>", body: str = paragraphs(*STORY)
) -> Article:
    return article_of(
        f"<html lang=en><head>{head}</head><body><article>{h1}{body}</article></body>".encode()
    )


def linked_data(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def test_the_visible_heading_is_the_headline() -> None:
    assert titled().headline == HEADLINE
    assert fate_of(titled(), HEADLINE) == ("moved", "headline")


def test_a_heading_that_another_witness_confirms_wins() -> None:
    article = titled(
        f"<title>{HEADLINE}</title>",
        h1=f"<h1>The Pell Courier</h1><h1>{HEADLINE}</h1>",
    )
    assert article.headline == HEADLINE


@pytest.mark.parametrize(
    "title",
    [
        f"{HEADLINE} | The Pell Courier",
        f"{HEADLINE} - The Pell Courier",
        f"{HEADLINE} – News",
    ],
)
def test_the_name_of_the_site_is_cut_off_a_title(title: str) -> None:
    assert titled(f"<title>{title}</title>", h1="").headline == HEADLINE


def test_a_dash_of_the_headline_itself_is_kept() -> None:
    headline = "Weir bridge shut – and nobody knows until when it will be"
    article = titled(f"<title>{headline}</title>", h1=f"<h1>{headline}</h1>")
    assert article.headline == headline


def test_linked_data_names_the_headline_where_no_heading_does() -> None:
    assert titled(linked_data(headline="Weir bridge shut"), h1="").headline == "Weir bridge shut"


def test_open_graph_names_the_headline_where_no_heading_does() -> None:
    head = "<meta property=og:title content='Weir bridge shut'><title>Pell news</title>"
    assert titled(head, h1="").headline == "Weir bridge shut"


def test_entities_in_linked_data_are_characters() -> None:
    head = linked_data(headline="Weir &amp; lock: council&#8217;s plan")
    assert titled(head, h1="").headline == "Weir & lock: council’s plan"


def test_a_hidden_heading_is_no_headline() -> None:
    assert titled(h1=f"<h1 hidden>Pell Courier home</h1><h1>{HEADLINE}</h1>").headline == HEADLINE


def test_further_copies_of_the_headline_are_removed() -> None:
    article = titled(f"<title>{HEADLINE}</title>", body=f"<p>{HEADLINE}</p>" + paragraphs(*STORY))
    fates = [(b.disposition, b.field or b.reason) for b in article.blocks if b.text == HEADLINE]
    assert sorted(fates) == [
        ("moved", "headline"),
        ("removed", "metadata"),
        ("removed", "metadata"),
    ]


def test_the_visible_copy_is_the_one_that_moves() -> None:
    article = titled(f"<title>{HEADLINE}</title>")
    (moved,) = [block for block in article.blocks if block.field == "headline"]
    assert moved.kind == "heading"


def test_a_page_without_any_title_has_none() -> None:
    assert titled(h1="").headline is None


def test_every_witness_is_told_and_one_is_chosen() -> None:
    head = f"<title>{HEADLINE} | Pell</title><meta property=og:title content='Weir shut'>"
    told = [e for e in titled(head).evidence if e.field == "headline"]
    assert {e.witness for e in told} == {"visible", "open_graph", "title"}
    assert [e.value for e in told if e.chosen] == [HEADLINE]
    assert [e.rank for e in told] == [1, 2, 3]


def test_front_matter_names_the_headline() -> None:
    body = "---\ntitle: Weir: why it shut\n---\n\n" + "\n\n".join(STORY)
    assert article_of(body.encode(), media_type="text/plain").headline == "Weir: why it shut"


def test_without_a_title_in_front_matter_the_first_line_may_be_it() -> None:
    body = "---\narea: Pell\n---\n\nFootbridge shut\n\n" + "\n\n".join(STORY)
    assert article_of(body.encode(), media_type="text/plain").headline == "Footbridge shut"


def test_a_heading_of_several_lines_is_one_line() -> None:
    assert titled(h1="<h1>Footbridge at Pell<br>to stay shut</h1>").headline == (
        "Footbridge at Pell to stay shut"
    )


def test_a_headline_is_not_said_again_as_text() -> None:
    assert HEADLINE not in article_of_html().paragraphs


def test_a_stated_headline_that_is_the_search_title_gives_way_to_the_one_shown() -> None:
    sought = "Pell Harbour: what we know about the closed quay"
    article = titled(
        f"<title>{sought}</title><meta property='og:title' content='{HEADLINE}'>"
        + linked_data(headline=sought)
    )
    assert article.headline == HEADLINE


def test_a_stated_headline_that_no_search_title_repeats_is_believed() -> None:
    sought = "Pell Harbour: what we know about the closed quay"
    article = titled(
        f"<title>{HEADLINE}</title><meta property='og:title' content='{HEADLINE}'>"
        + linked_data(headline=sought)
    )
    assert article.headline == sought


def test_a_site_name_is_cut_off_the_stated_headline_too() -> None:
    assert titled(linked_data(headline=f"{HEADLINE} - Pellcourier")).headline == HEADLINE


def test_a_heading_whose_parts_run_together_is_spelt_as_stated() -> None:
    article = titled(
        linked_data(headline="The closed quay: Who pays for it"),
        h1="<h1><span>The closed quay</span><span>Who pays for it</span></h1>",
    )
    assert article.headline == "The closed quay: Who pays for it"
    assert fate_of(article, "The closed quayWho pays for it") == ("moved", "headline")


def plain_linked_data(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "BlogPosting", **fields}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


SOUGHT = "Pell Weir footbridge: why it will stay shut until the spring"


def test_a_heading_like_the_search_title_leads_where_the_page_is_no_news() -> None:
    head = f"<title>{SOUGHT}</title><meta property='og:title' content='{SOUGHT}'>"
    assert titled(head).headline == HEADLINE
    assert titled(head + plain_linked_data(headline=SOUGHT)).headline == HEADLINE


def test_news_that_state_another_headline_are_believed() -> None:
    head = f"<title>{SOUGHT}</title><meta property='og:title' content='{SOUGHT}'>"
    assert titled(head + linked_data(headline=SOUGHT)).headline == SOUGHT


def test_a_heading_unlike_every_title_is_not_the_headline() -> None:
    head = f"<title>{HEADLINE}</title>"
    assert titled(head, h1="<h1>Write to our desk</h1>").headline == HEADLINE


@pytest.mark.parametrize(
    "h1",
    [
        "<h1><a href='/'>Notes of the weir keeper</a></h1>",
        "<h1>Notes of the weir keeper</h1>",
    ],
)
def test_a_heading_that_names_the_site_is_not_the_headline(h1: str) -> None:
    head = (
        f"<title>{HEADLINE} • Notes of the weir keeper</title>"
        f"<meta property='og:title' content='{HEADLINE}'>"
    )
    article = article_of(
        f"<html><head>{head}</head><body>{h1}<article><h2>{HEADLINE}</h2>"
        f"{paragraphs(*STORY)}</article></body></html>".encode(),
        url="https://pell.example/weir",
    )
    assert article.headline == HEADLINE


def test_a_label_run_into_the_heading_is_left_out() -> None:
    head = f"<title>{HEADLINE}</title><meta property='og:title' content='{HEADLINE}'>"
    assert titled(head, h1=f"<h1>3 May {HEADLINE}</h1>").headline == HEADLINE


def test_a_line_below_the_title_in_its_heading_is_left_out() -> None:
    head = f"<title>{HEADLINE}</title>"
    article = titled(head, h1=f"<h1>{HEADLINE}<br>2 May, from our desk</h1>")
    assert article.headline == HEADLINE


def test_a_stated_headline_that_is_cut_off_gives_way_to_the_whole_one() -> None:
    head = linked_data(headline=HEADLINE[:30] + "...")
    assert titled(head + f"<title>{HEADLINE}</title>").headline == HEADLINE


def test_a_dash_of_a_stated_headline_is_no_site_name() -> None:
    stated = "Footbridge at the weir shut – Long way round"
    head = linked_data(headline=stated) + "<title>Pell news</title>"
    assert titled(head, h1="<h1>All of Pell</h1>").headline == stated


def test_the_spelling_of_most_witnesses_is_taken_where_the_page_shows_none() -> None:
    head = (
        linked_data(headline="The closed bridge - Who pays for it")
        + "<title>The closed bridge: Who pays for it</title>"
        + "<meta property='og:title' content='The closed bridge: Who pays for it'>"
    )
    assert titled(head, h1="<h1>Who pays for it</h1>").headline == (
        "The closed bridge: Who pays for it"
    )


def test_a_headline_in_meta_is_a_witness() -> None:
    head = "<meta name=headline content='Weir bridge shut'><title>Weir bridge shut-Pell</title>"
    assert titled(head, h1="").headline == "Weir bridge shut"


def test_an_entity_that_the_page_shows_is_a_character() -> None:
    assert titled(h1="<h1>Weir &amp;amp; lock shut</h1>").headline == "Weir & lock shut"


def test_sections_before_the_site_name_are_cut_off_too() -> None:
    head = f"<title>{HEADLINE} | World | Pell Courier</title>"
    head += "<meta property='og:site_name' content='Pell Courier'>"
    assert titled(head, h1="").headline == HEADLINE


def test_the_name_of_the_site_is_cut_off_before_a_title_that_the_page_shows_in_bold() -> None:
    title = f"The Pell Courier - {HEADLINE}"
    assert titled(f"<title>{title}</title>", h1=f"<p><b>{HEADLINE}</b></p>").headline == HEADLINE
