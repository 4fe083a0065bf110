"""When a page is no article, and that a page which only looks a little like one is."""

from __future__ import annotations

import pytest

from parsers.items import RejectionReason
from tests.parsers.building import (
    HEADLINE,
    LEAD,
    STORY,
    article_of,
    article_of_html,
    article_of_lines,
    lines,
    page,
    paragraphs,
    rejection_of,
)

COOKIES = (
    "We and our partners use cookies to store and access information on your device. "
    "You may accept all cookies, reject them, or manage your cookie preferences at any time."
)


def reason_of(body: bytes, **known: object) -> RejectionReason:
    return rejection_of(body, **known).reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "not_found"),
        (410, "not_found"),
        (500, "not_found"),
        (403, "blocked_page"),
        (429, "blocked_page"),
        (451, "blocked_page"),
    ],
)
def test_a_status_that_refuses_the_page_is_believed(status: int, reason: RejectionReason) -> None:
    rejection = rejection_of(page(), http_status=status)
    assert (rejection.reason, rejection.detail) == (reason, f"HTTP {status}")


@pytest.mark.parametrize("status", [None, 200, 203, 304])
def test_a_status_that_serves_the_page_is_no_reason(status: int | None) -> None:
    assert article_of(page(), http_status=status).paragraphs == STORY


@pytest.mark.parametrize(
    "body", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\x00\x00", "\u200b\u00ad".encode()]
)
def test_nothing_to_read_is_empty(body: bytes) -> None:
    assert reason_of(body) == "empty"


def test_a_page_without_text_is_empty() -> None:
    assert reason_of(b"<!doctype html><html><body><img src=/a.jpg></body></html>") == "empty"


def test_a_pdf_is_no_page_whatever_its_name() -> None:
    body = b"%PDF-1.7\n" + bytes(range(256)) * 40
    assert reason_of(body, media_type="text/html", path="a.html") == "unsupported_media_type"


@pytest.mark.parametrize(
    "media_type",
    ["application/pdf", "image/png", "application/json", "text/css", "application/zip"],
)
def test_a_media_type_that_is_no_page_is_refused(media_type: str) -> None:
    rejection = rejection_of(lines(*STORY), media_type=media_type)
    assert (rejection.reason, rejection.detail) == ("unsupported_media_type", media_type)


def test_html_under_a_wrong_media_type_is_html() -> None:
    assert article_of(page(), media_type="text/plain").headline == HEADLINE


@pytest.mark.parametrize("start", ["<?xml version='1.0'?><rss><channel>", "<urlset>", "<feed>"])
def test_a_feed_is_no_page(start: str) -> None:
    assert reason_of(f"{start}<title>{LEAD}</title>".encode()) == "unsupported_media_type"


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404",
        "Error 404",
        "Sorry, we can’t find that page",
        "This page no longer exists",
        "Ni ddarganfuwyd y dudalen",
    ],
)
def test_a_page_that_says_it_is_gone_is_a_soft_404(title: str) -> None:
    body = (
        f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>The address may "
        "have changed since you were last here. Try the search or go back to the start.</p></main>"
    )
    assert reason_of(body.encode()) == "soft_404"


@pytest.mark.parametrize("title", ["Just a moment...", "Access denied", "Attention Required!"])
def test_a_challenge_is_a_blocked_page(title: str) -> None:
    body = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>We are checking that "
        "you are human before you can go on. This takes a few seconds on most connections.</p>"
    )
    assert reason_of(body.encode()) == "blocked_page"


def test_a_page_of_nothing_but_consent_is_a_consent_wall() -> None:
    body = (
        f"<html><body><div class=cookie-consent><h2>Your privacy</h2><p>{COOKIES}</p>"
        "<button>Accept all</button><button>Reject all</button></div></body></html>"
    )
    assert reason_of(body.encode()) == "consent_wall"


def test_a_text_of_nothing_but_consent_is_a_consent_wall() -> None:
    assert (
        reason_of(lines(COOKIES, "Accept all cookies"), media_type="text/plain") == "consent_wall"
    )


def test_a_list_of_linked_headlines_is_no_article() -> None:
    cards = "".join(
        f"<article><h3><a href=/news/{n}>Story number {n} of the week in Pell</a></h3>"
        f"<p>What happened on day {n} and who was there to see it happen.</p></article>"
        for n in range(12)
    )
    body = f"<html><body><main><h1>Latest news</h1>{cards}</main></body></html>"
    assert reason_of(body.encode()) == "not_an_article"


def test_a_page_of_a_few_words_is_no_article() -> None:
    assert reason_of(b"<html><body><h1>Contact</h1><p>Ring the bell.</p></body></html>") in (
        "not_an_article",
        "body_missing",
    )


def test_a_page_of_links_alone_has_no_body() -> None:
    links = "".join(f"<li><a href=/{n}>Part {n} of the site</a>" for n in range(30))
    body = f"<html><body><h1>Pell Courier</h1><ul>{links}</ul></body></html>"
    assert reason_of(body.encode()) in ("body_missing", "not_an_article")


def test_a_page_of_which_too_little_is_left_is_not_stored() -> None:
    appeals = [
        f"Please support our local journalism in {town} with a donation: every contribution helps "
        "us to keep reporting what is going on where you live."
        for town in ("Pell", "Wrensham", "Sallow", "Kellerby", "Northmere", "Stanmere")
    ]
    body = lines("Weir shut", *appeals, "The weir is shut.")
    assert reason_of(body, media_type="text/plain") == "over_stripped"


def test_a_short_report_is_an_article() -> None:
    told = "A man of 41 was held on Friday after a window was broken at the town hall of Pell."
    assert article_of_lines("Man held", told, "He is to be heard on Monday.").headline == "Man held"


def test_a_story_about_cookies_is_an_article() -> None:
    article = article_of_html(
        paragraphs(
            "Bakers said that they would sell fewer cookies while the bridge is shut.", *STORY
        )
    )
    assert len(article.paragraphs) == 4


def test_a_story_about_a_page_that_was_not_found_is_an_article() -> None:
    told = "The last page of the bridge's log was never found, the inquiry was told on Monday."
    assert article_of_html(paragraphs(told, *STORY)).paragraphs[0] == told


def test_a_story_with_related_cards_is_an_article() -> None:
    cards = "".join(f"<li><h3><a href=/{n}>Other story number {n}</a></h3></li>" for n in range(12))
    body = paragraphs(*STORY, *(f"{n}: {text}" for n, text in enumerate(STORY)))
    article = article_of_html(body + f"<section class=related><ul>{cards}</ul></section>")
    assert len(article.paragraphs) == 6


def test_a_rejection_says_what_was_seen() -> None:
    body = b"<html><head><title>Just a moment...</title></head><body><h1>Just a moment...</h1>"
    assert "Just a moment" in rejection_of(body + b"<p>Checking your browser</p>").detail


def test_a_short_article_below_a_longer_banner_is_an_article() -> None:
    banner = f"<div class=cookie-consent><p>{COOKIES}</p><button>Accept all</button></div>"
    assert article_of(page(paragraphs(LEAD)) + banner.encode()).paragraphs == (LEAD,)
