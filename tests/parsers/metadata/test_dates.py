"""The ladder of dates: who is believed, what is flagged, and what never dates a story."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from parsers.items import Article
from tests.parsers.building import (
    HEADLINE,
    STORY,
    article_of,
    article_of_html,
    article_of_lines,
    fate_of,
    lines,
    page,
    paragraphs,
    source,
)

READ = datetime(2024, 6, 1, 12, tzinfo=UTC)


def linked_data(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "x", **fields}
    return script(json.dumps(node))


def script(text: str) -> str:
    return f"<script type='application/ld+json'>{text}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content='{content}'>"


def dated(article: Article) -> tuple[str | None, str]:
    value = article.date_published
    return value.astimezone(UTC).isoformat()[
        :16
    ] if value else None, article.date_published_precision


NO_DATE = (None, "unknown")


def test_linked_data_dates_the_story() -> None:
    article = article_of_html(head=linked_data(datePublished="2021-10-21T18:54:00+01:00"))
    assert dated(article) == ("2021-10-21T17:54", "minute")
    assert article.date_published_raw == "2021-10-21T18:54:00+01:00"


def test_a_page_object_dates_the_story_where_no_article_object_does() -> None:
    node = {"@type": "WebPage", "datePublished": "2021-10-21"}
    assert dated(article_of_html(head=script(json.dumps(node)))) == ("2021-10-21T00:00", "day")


def test_an_article_object_is_trusted_before_a_page_object() -> None:
    page_node = script(json.dumps({"@type": "WebPage", "datePublished": "2019-01-01"}))
    article = article_of_html(head=page_node + linked_data(datePublished="2021-10-21"))
    assert dated(article) == ("2021-10-21T00:00", "day")


def test_an_article_object_in_a_graph_is_found() -> None:
    graph = {
        "@graph": [{"@type": "Organization"}, {"@type": "Article", "datePublished": "2021-10-21"}]
    }
    assert dated(article_of_html(head=script(json.dumps(graph)))) == ("2021-10-21T00:00", "day")


def test_linked_data_with_raw_line_breaks_and_a_stray_comma_is_read() -> None:
    text = '{"@type": "NewsArticle", "headline": "one\ntwo", "datePublished": "2021-10-21",}'
    assert dated(article_of_html(head=script(text))) == ("2021-10-21T00:00", "day")


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "",
        "null",
        "[]",
        '"text"',
        "{'@type': 'NewsArticle'}",
        '{"@type": 5}',
        '{"@type": "NewsArticle", "datePublished": {}}',
        '{"@type": "NewsArticle", "datePublished": []}',
        '{"@type": "NewsArticle", "datePublished": 5}',
        '{"@type": ["NewsArticle", null], "datePublished": [[["2021"]]]}',
        '{"@type": "NewsArticle"} {"@type": "NewsArticle"}',
    ],
)
def test_linked_data_that_is_broken_is_passed_over(broken: str) -> None:
    article = article_of_html(head=script(broken) + meta("article:published_time", "2021-10-21"))
    assert dated(article) == ("2021-10-21T00:00", "day")
    assert article.paragraphs == STORY


def test_a_number_of_seconds_in_linked_data_is_no_crash() -> None:
    article = article_of_html(head=linked_data(datePublished=10**400))
    assert dated(article) == NO_DATE


def test_a_date_in_linked_data_that_cannot_be_is_flagged() -> None:
    article = article_of_html(head=linked_data(datePublished="2020-02-30"))
    assert dated(article) == NO_DATE
    assert "date_unreadable" in article.flags


def test_meta_dates_the_story() -> None:
    article = article_of_html(head=meta("article:published_time", "2021-10-21T17:54:00Z"))
    assert dated(article) == ("2021-10-21T17:54", "minute")


def test_microdata_dates_the_story() -> None:
    above = "<span itemprop=datePublished content='2021-10-21T17:54Z'>last week</span>"
    assert dated(article_of_html(above=above)) == ("2021-10-21T17:54", "minute")


def test_a_time_element_by_the_headline_dates_the_story() -> None:
    above = "<p><time datetime='2021-10-21T17:54Z'>Thursday</time></p>"
    assert dated(article_of_html(above=above)) == ("2021-10-21T17:54", "minute")


def test_a_time_element_far_from_the_headline_does_not() -> None:
    far = paragraphs(*STORY) * 4 + "<p><time datetime='2021-10-21T17:54Z'>Thursday</time></p>"
    assert dated(article_of_html(far)) == NO_DATE


@pytest.mark.parametrize(
    "line",
    [
        "21 October 2021",
        "Published 21 October 2021",
        "Published: Thursday 21st October 2021",
        "October 21, 2021",
        "21/10/2021",
    ],
)
def test_a_visible_date_line_dates_the_story_and_moves(line: str) -> None:
    article = article_of_html(above=f"<p>{line}</p>")
    assert dated(article) == ("2021-10-21T00:00", "day")
    assert fate_of(article, line) == ("moved", "date_published")


def test_a_date_line_of_two_halves_tells_both_dates() -> None:
    line = "PUBLISHED: 10:57 21 August 2019 | UPDATED: 11:30 22 August 2019"
    article = article_of_html(above=f"<p>{line}</p>")
    assert dated(article) == ("2019-08-21T09:57", "minute")
    assert article.date_modified is not None
    assert article.date_modified.astimezone(UTC).isoformat()[:16] == "2019-08-22T10:30"


def test_two_date_lines_tell_both_dates() -> None:
    above = "<p>Published 21 October 2021</p><p>Updated 23 October 2021</p>"
    article = article_of_html(above=above)
    assert dated(article) == ("2021-10-21T00:00", "day")
    assert article.date_modified == datetime(2021, 10, 23, tzinfo=UTC)
    assert fate_of(article, "Updated 23 October 2021") == ("moved", "date_modified")


def test_an_updated_date_alone_is_no_date_of_publication() -> None:
    article = article_of_html(above="<p>Last updated: 21 October 2021</p>")
    assert dated(article) == NO_DATE
    assert article.date_modified == datetime(2021, 10, 21, tzinfo=UTC)


def test_a_welsh_date_line_is_read() -> None:
    article = article_of_html(above="<p>Cyhoeddwyd: 4 Mawrth 2025</p>")
    assert dated(article) == ("2025-03-04T00:00", "day")


def test_folders_of_the_address_are_a_witness_when_nothing_else_speaks() -> None:
    article = article_of(page(), url="https://pell.example/news/2023/03-march/weir/")
    assert dated(article) == ("2023-03-01T00:00", "month")
    assert article.date_published_raw == "2023/03-march"


def test_a_day_on_the_page_is_trusted_before_the_month_of_the_address() -> None:
    article = article_of(
        page(above="<p>14 March 2023</p>"), url="https://pell.example/news/2023/03-march/weir/"
    )
    assert dated(article) == ("2023-03-14T00:00", "day")


def test_a_minute_sharpens_the_day_of_a_better_witness() -> None:
    article = article_of_html(
        head=linked_data(datePublished="2021-10-21"), above="<p>21 October 2021, 18:54</p>"
    )
    assert dated(article) == ("2021-10-21T17:54", "minute")


def test_witnesses_that_differ_are_flagged_and_the_better_one_is_believed() -> None:
    article = article_of_html(
        head=linked_data(datePublished="2021-10-21"), above="<p>4 December 2020</p>"
    )
    assert dated(article) == ("2021-10-21T00:00", "day")
    assert "date_conflict" in article.flags


def test_witnesses_that_agree_are_not_flagged() -> None:
    article = article_of_html(
        head=linked_data(datePublished="2021-10-21T18:54:00+01:00"),
        above="<p>21 October 2021, 18:54</p>",
    )
    assert article.flags == ()


def test_a_day_apart_by_the_zone_is_no_conflict() -> None:
    article = article_of_html(
        head=linked_data(datePublished="2021-10-21T23:30:00Z"), above="<p>22 October 2021</p>"
    )
    assert "date_conflict" not in article.flags


def test_every_witness_is_kept_as_evidence() -> None:
    article = article_of(
        page(head=linked_data(datePublished="2021-10-21"), above="<p>4 December 2020</p>"),
        url="https://pell.example/news/2021/10/weir",
    )
    told = [
        (e.witness, e.raw, e.chosen) for e in article.date_evidence if e.field == "date_published"
    ]
    assert told == [
        ("json_ld", "2021-10-21", True),
        ("visible", "4 December 2020", False),
        ("url", "2021/10", False),
    ]


def test_a_date_after_the_page_was_read_is_not_believed() -> None:
    article = article_of(page(head=linked_data(datePublished="2031-01-01")), fetched_at=READ)
    assert dated(article) == NO_DATE
    assert "date_in_future" in article.flags


def test_an_earlier_witness_stands_in_for_one_from_the_future() -> None:
    article = article_of(
        page(head=linked_data(datePublished="2031-01-01"), above="<p>4 December 2020</p>"),
        fetched_at=READ,
    )
    assert dated(article) == ("2020-12-04T00:00", "day")


def test_a_few_hours_ahead_are_a_clock_and_no_future() -> None:
    article = article_of(
        page(head=linked_data(datePublished="2024-06-01T20:00:00Z")), fetched_at=READ
    )
    assert dated(article) == ("2024-06-01T20:00", "minute")


def test_a_zone_that_is_assumed_without_a_source_is_flagged() -> None:
    article = article_of_html(above="<p>21 October 2021, 18:54</p>")
    assert dated(article) == ("2021-10-21T17:54", "minute")
    assert "zone_assumed" in article.flags


def test_a_zone_that_the_source_declares_is_not_flagged() -> None:
    body = page(above="<p>21 October 2021, 18:54</p>")
    article = article_of(body, source(time_zone="Europe/Berlin"))
    assert dated(article) == ("2021-10-21T16:54", "minute")
    assert "zone_assumed" not in article.flags


def test_whether_a_zone_was_stated_is_kept_as_evidence() -> None:
    article = article_of_html(
        head=linked_data(datePublished="2021-10-21T18:54:00+01:00"),
        above="<p>21 October 2021, 18:54</p>",
    )
    assert [e.zone for e in article.date_evidence] == ["stated", "assumed"]


def test_a_caption_dates_nothing() -> None:
    body = "<figure><img src=/a.jpg><figcaption>The weir on 4 December 2020</figcaption></figure>"
    assert dated(article_of_html(above=body)) == NO_DATE


def test_a_caption_in_a_text_dates_nothing() -> None:
    caption = "The weir today (March 28) - Credit: Ann Example"
    assert dated(article_of_lines(HEADLINE, caption, *STORY)) == NO_DATE


def test_a_sentence_of_the_story_dates_nothing() -> None:
    told = "It was on 4 December 2020 that the first hanger broke, as the inquiry was told."
    assert dated(article_of_html(paragraphs(told, *STORY))) == NO_DATE


def test_the_date_of_a_related_story_dates_nothing() -> None:
    related = (
        "<div class=related><h2>More</h2><ul><li><a href=/x>Swans</a> 4 December 2020</ul></div>"
    )
    assert dated(article_of_html(paragraphs(*STORY) + related)) == NO_DATE


def test_the_hidden_time_at_which_a_page_was_made_dates_nothing() -> None:
    stamp = "<div class=u-hidden>Current timestamp: 04/12/2020 10:11:12</div>"
    assert dated(article_of_html(above=stamp)) == NO_DATE


def test_the_year_of_a_copyright_line_dates_nothing() -> None:
    assert (
        dated(article_of_html(paragraphs(*STORY) + "<footer>© 2020 Pell Courier</footer>"))
        == NO_DATE
    )


def test_front_matter_dates_the_story() -> None:
    body = b"---\ntitle: Weir shut\npublish:\n  date: 4 Dec 2020\n---\n\n" + lines(*STORY)
    assert dated(article_of(body, media_type="text/plain")) == ("2020-12-04T00:00", "day")


def test_front_matter_is_trusted_before_the_address() -> None:
    body = b"---\ntitle: Weir shut\ndate: 2020-12-04\n---\n\n" + lines(*STORY)
    article = article_of(body, media_type="text/plain", url="https://pell.example/2023/03/weir")
    assert dated(article) == ("2020-12-04T00:00", "day")


def test_a_publication_before_the_year_1900_is_not_read_from_a_line() -> None:
    assert dated(article_of_html(above="<p>4 December 1820</p>")) == NO_DATE


def test_a_line_with_a_short_year_below_the_headline_dates_the_story() -> None:
    body = page(above="<p>Mi 25.04.24 | 14:07 Uhr | Von Ansgar Pell</p>").replace(b"=en", b"=de")
    article = article_of(body)
    assert dated(article)[1] == "minute"
    assert article.date_published_raw == "Mi 25.04.24 | 14:07 Uhr | Von Ansgar Pell"


def test_the_lines_below_the_headline_are_read_wherever_it_stands() -> None:
    notices = "".join(
        f"<p>Notice {n}: the lock keeper is away this week and boats have to wait at the upper "
        "gate until somebody comes, which may take the whole morning on some days.</p>"
        for n in range(30)
    )
    body = (
        f"<html lang=en><head><meta property='og:title' content='{HEADLINE}'></head><body>"
        f"<div class=notices>{notices}</div><article><h2>From the weir - {HEADLINE}</h2>"
        f"<p>4 December 2020</p>{paragraphs(*STORY)}</article></body></html>"
    )
    article = article_of(body.encode())
    assert dated(article) == ("2020-12-04T00:00", "day")
    assert fate_of(article, f"From the weir - {HEADLINE}") == ("moved", "headline")
