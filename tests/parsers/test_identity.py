from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from parsers import PARSER_VERSION
from parsers.identity import article_id
from parsers.items import Article
from tests.parsers.building import STORY, article_of, lines, page, source

URL = "https://www.pell-courier.example/news/weir"


def identity(body: bytes = page(), **known: object) -> str:
    return article_of(body, source(host_aliases=("courier.example",)), **known).article_id


def test_it_is_sixteen_hex_digits_of_a_sha256_of_the_address() -> None:
    key = URL.removeprefix("https://")
    assert identity(url=URL) == hashlib.sha256(key.encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    "url",
    [
        "http://www.pell-courier.example/news/weir",
        "https://www.pell-courier.example/news/weir/?utm_source=mail#top",
        "https://courier.example/news/weir",
    ],
)
def test_one_page_has_one_identity_at_all_its_addresses(url: str) -> None:
    assert identity(url=url) == identity(url=URL)


def test_the_content_makes_no_difference() -> None:
    assert identity(page("<p>" + "Other words. " * 30 + "</p>"), url=URL) == identity(url=URL)


def test_the_path_makes_no_difference_when_there_is_an_address() -> None:
    assert identity(url=URL, path="a.html") == identity(url=URL, path="b.html")


def test_without_an_address_source_and_path_make_it() -> None:
    expected = hashlib.sha256(b"pell_courier\nfolder/a.html").hexdigest()[:16]
    assert identity(path="folder/a.html") == expected


def test_without_an_address_other_paths_are_other_articles() -> None:
    assert identity(path="a.html") != identity(path="b.html")


def test_without_a_source_it_still_is_one() -> None:
    assert article_id(None, None, "a.html") == hashlib.sha256(b"\na.html").hexdigest()[:16]


def test_a_name_that_is_no_unicode_has_an_identity() -> None:
    assert len(article_id(None, None, "caf\udce9.html")) == 16


def test_a_canonical_link_to_another_page_of_the_site_is_the_identity() -> None:
    body = page(head=f"<link rel=canonical href='{URL}'>")
    assert identity(body, url="https://www.pell-courier.example/node/1") == identity(url=URL)


@pytest.mark.parametrize(
    "stated", ["https://www.pell-courier.example/", "https://elsewhere.example/news/weir", "/"]
)
def test_a_canonical_link_that_would_make_many_pages_one_is_not_believed(stated: str) -> None:
    body = page(head=f"<link rel=canonical href='{stated}'>")
    assert identity(body, url=URL) == identity(url=URL)


def test_the_version_of_the_parser_is_told() -> None:
    assert article_of(page()).parser_version == PARSER_VERSION


def digest(*texts: str) -> str:
    return article_of(lines(*texts), media_type="text/plain").body_digest


def test_the_same_words_have_the_same_digest() -> None:
    assert digest("Weir shut", *STORY) == digest("Weir shut", *STORY)


@pytest.mark.parametrize(
    "changed",
    [
        ("Weir open", *STORY),
        ("Weir shut", *reversed(STORY)),
        ("Weir shut", *STORY[:2]),
        ("Weir shut", "By Ann Example", *STORY),
        ("Weir shut", "4 December 2020", *STORY),
    ],
    ids=["headline", "order", "text", "authors", "date"],
)
def test_what_a_version_is_changes_the_digest(changed: tuple[str, ...]) -> None:
    assert digest(*changed) != digest("Weir shut", *STORY)


def test_boilerplate_does_not_change_the_digest() -> None:
    assert digest("Weir shut", *STORY, "Share this article") == digest("Weir shut", *STORY)


def test_a_role_changes_the_digest() -> None:
    article = article_of(lines("Weir shut", *STORY), media_type="text/plain")
    assert with_role(article, "contact").body_digest != article.body_digest


def with_role(article: Article, role: str) -> Article:
    blocks = tuple(
        b._replace(role=role) if b.disposition == "kept" else b  # type: ignore[arg-type]
        for b in article.blocks
    )
    return replace(article, blocks=blocks)


def test_the_payload_digest_is_of_the_bytes() -> None:
    body = page()
    assert article_of(body).payload_digest == "sha256:" + hashlib.sha256(body).hexdigest()
