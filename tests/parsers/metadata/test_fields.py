"""Description, language, publisher, section, area, address: what each is taken from."""

from __future__ import annotations

import pytest

from parsers.items import Article
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_html,
    fate_of,
    lines,
    page,
    paragraphs,
    source,
)

SUMMARY = "Walkers have to go round by the lock."
URL = "https://www.pell-courier.example/news/weir"


def og(name: str, content: str) -> str:
    return f"<meta property='og:{name}' content='{content}'>"


def linked_data(fields: str) -> str:
    return (
        f"<script type='application/ld+json'>{{'@type': 'NewsArticle', {fields}}}</script>".replace(
            "'", '"'
        )
    )


def in_language(attributes: str, head: str = "") -> Article:
    html = f"<html {attributes}><head>{head}</head><body><h1>x</h1>{paragraphs(*STORY)}</body>"
    return article_of(html.encode())


def test_the_description_is_that_of_open_graph() -> None:
    assert article_of_html(head=og("description", SUMMARY)).description == SUMMARY


def test_the_description_is_that_of_meta() -> None:
    head = f"<meta name=description content='{SUMMARY}'>"
    assert article_of_html(head=head).description == SUMMARY


def test_the_description_is_that_of_linked_data() -> None:
    assert article_of_html(head=linked_data(f"'description': '{SUMMARY}'")).description == SUMMARY


@pytest.mark.parametrize("cut", [LEAD[:60], LEAD[:60] + "...", LEAD[:60] + "…"])
def test_a_description_that_is_the_lead_cut_off_is_none(cut: str) -> None:
    assert article_of_html(head=og("description", cut)).description is None


def test_a_visible_standfirst_is_kept_and_is_the_description() -> None:
    article = article_of_html(above=f"<p class=standfirst>{SUMMARY}</p>")
    assert article.description == SUMMARY
    assert fate_of(article, SUMMARY) == ("kept", "standfirst")


def test_a_visible_copy_of_the_description_is_the_standfirst() -> None:
    article = article_of_html(head=og("description", SUMMARY), above=f"<p>{SUMMARY}</p>")
    assert fate_of(article, SUMMARY) == ("kept", "standfirst")


@pytest.mark.parametrize("name", ["page-header", "teaser"])
def test_the_standfirst_of_news_is_kept_wherever_its_header_stands(name: str) -> None:
    header = f"<div class={name}><h1>{HEADLINE}</h1><p>{SUMMARY}</p></div>"
    head = og("description", SUMMARY) + linked_data("'name': 'x'")
    html = f"<html><head>{head}</head><body>{header}<article>{paragraphs(*STORY)}</article>"
    assert fate_of(article_of(html.encode()), SUMMARY) == ("kept", "standfirst")


def test_the_standfirst_comes_first_in_the_body() -> None:
    article = article_of_html(above=f"<p class=standfirst>{SUMMARY}</p>")
    assert article.paragraphs == (SUMMARY, *STORY)


@pytest.mark.parametrize(
    ("attributes", "tag"), [("lang=en-GB", "en"), ("lang=cy", "cy"), ("xml:lang=de", "de")]
)
def test_the_page_states_its_language(attributes: str, tag: str) -> None:
    assert in_language(attributes).in_language == tag


def test_linked_data_states_the_language() -> None:
    assert in_language("", linked_data("'inLanguage': 'cy-GB'")).in_language == "cy"


def test_the_pages_language_comes_before_the_sources() -> None:
    body = page().replace(b"lang=en", b"lang=cy")
    assert article_of(body, source(language="en")).in_language == "cy"


def test_the_source_tells_the_language_that_a_page_does_not_state() -> None:
    article = article_of(lines(*STORY), source(language="cy"), media_type="text/plain")
    assert article.in_language == "cy"


def test_the_words_tell_the_language_that_nobody_states() -> None:
    german = (
        "Die Brücke bleibt bis zum Frühjahr gesperrt, weil der Stahl aus dem Ausland kommen muss.",
        "Die Kinder aus vier Dörfern müssen bis dahin einen Umweg von einer Meile machen.",
    )
    assert article_of(lines(*german), media_type="text/plain").in_language == "de"
    assert article_of(lines(*STORY), media_type="text/plain").in_language == "en"


def test_a_language_that_is_no_tag_is_passed_over() -> None:
    assert in_language("lang='{{ lang }}'").in_language == "en"


def test_the_source_names_the_publisher() -> None:
    article = article_of(page(head=og("site_name", "pell-courier.example")), source())
    assert article.publisher == "The Pell Courier"


def test_without_a_source_the_page_names_the_publisher() -> None:
    assert article_of_html(head=og("site_name", "Pell Courier")).publisher == "Pell Courier"
    head = linked_data("'publisher': {'@type': 'Organization', 'name': 'Pell Courier'}")
    assert article_of_html(head=head).publisher == "Pell Courier"


def test_nobody_names_the_publisher() -> None:
    assert article_of_html().publisher is None


def test_the_section_is_that_of_linked_data_or_meta() -> None:
    assert article_of_html(head=linked_data("'articleSection': 'Bridges'")).section == "Bridges"
    head = "<meta property='article:section' content='Bridges'>"
    assert article_of_html(head=head).section == "Bridges"


def test_the_area_is_the_sources() -> None:
    assert article_of(page(), source(area="Pellshire")).area == "Pellshire"


def test_front_matter_names_area_and_section() -> None:
    body = b"---\narea: Pellshire\nsection: Bridges\n---\n\n" + lines(*STORY)
    article = article_of(body, source(area="Wrenshire"), media_type="text/plain")
    assert (article.area, article.section) == ("Pellshire", "Bridges")
    assert fate_of(article, "area: Pellshire") == ("moved", "area")
    assert fate_of(article, "section: Bridges") == ("moved", "section")


def test_the_address_is_the_one_that_was_asked_for() -> None:
    article = article_of(page(head=f"<link rel=canonical href='{URL}'>"), url=f"{URL}?page=1")
    assert (article.url, article.canonical_url) == (f"{URL}?page=1", URL)


def test_without_one_the_canonical_link_is_the_address() -> None:
    article = article_of_html(head=f"<link rel=canonical href='{URL}'>")
    assert article.url == URL


def test_a_canonical_link_may_be_relative() -> None:
    article = article_of(page(head="<link rel=canonical href='/news/weir'>"), url=f"{URL}?a=1")
    assert article.canonical_url == URL


def test_links_of_kept_text_are_absolute_and_know_their_block() -> None:
    linked = f"{LEAD} See <a href='../report.pdf'>the report</a>."
    article = article_of(page(paragraphs(linked, MIDDLE, END)), url=URL)
    (link,) = article.links
    assert (link.url, link.text) == ("https://www.pell-courier.example/report.pdf", "the report")
    assert article.blocks[link.position].text.endswith("See the report.")


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    linked = f"{LEAD} See <a href='report.pdf'>the report</a>."
    head = "<base href='https://files.example/2024/'>"
    article = article_of(page(paragraphs(linked, MIDDLE, END), head=head), url=URL)
    assert [link.url for link in article.links] == ["https://files.example/2024/report.pdf"]


def test_a_script_behind_a_link_is_no_link() -> None:
    linked = f"{LEAD} See <a href='javascript:x()'>the report</a>."
    assert article_of(page(paragraphs(linked, MIDDLE, END)), url=URL).links == ()


def test_links_of_removed_text_are_not_the_articles() -> None:
    body = paragraphs(*STORY) + "<nav><a href=/a>Home</a></nav>"
    assert article_of(page(body), url=URL).links == ()
