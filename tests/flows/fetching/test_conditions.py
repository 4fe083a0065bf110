"""Conditional requests, and servers that play games with them."""

from __future__ import annotations

import pytest

from flows.fetching.outcomes import NotModified, Validators
from tests.flows.fetching.harness import OPEN, PAGE, fetch, source
from tests.flows.webserver import Request
from tests.flows.webserver.server import whole

BRISK = source(delay=0)
ETAG = '"a1"'
MODIFIED = "Fri, 01 Mar 2024 12:00:00 GMT"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG.encode() + b"\r\n\r\n"


def honest(request: Request) -> bytes:
    if request.headers.get("if-none-match") == ETAG:
        return NOT_MODIFIED
    return whole(PAGE, headers={"ETag": ETAG})


def test_a_page_that_has_not_changed_is_not_sent(web, site):
    validators = Validators(ETAG, MODIFIED)
    fetched = fetch(site.answer("/a", honest), OPEN, BRISK, validators=validators)
    assert (fetched.result, fetched.attempts) == (NotModified(304), 1)
    headers = web.log[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (ETAG, MODIFIED)
    # robots.txt is another file.
    assert "if-none-match" not in web.log[0].headers


def test_a_page_that_has_changed_is(site):
    url = site.answer("/a", honest)
    fetched = fetch(url, OPEN, BRISK, validators=Validators('"old"'))
    assert fetched.result.body == PAGE
    assert ("ETag", ETAG) in fetched.result.http_headers


def test_without_validators_there_is_no_condition(web, site):
    fetch(site.answer("/a", honest))
    assert not {"if-none-match", "if-modified-since"} & web.log[-1].headers.keys()


def test_a_server_without_conditions_sends_the_page(site):
    fetched = fetch(site.page("/a", PAGE), OPEN, BRISK, validators=Validators(ETAG))
    assert fetched.result.body == PAGE


def test_an_etag_may_be_weak_on_one_side(web, site):
    url = site.send("/a", NOT_MODIFIED)
    assert fetch(url, validators=Validators(f"W/{ETAG}")).result == NotModified()
    assert web.pages() == ["/a"]


def test_a_304_for_another_version_is_asked_about_again(web, site):
    """It says unchanged, and names a version that we never had."""

    def liar(request: Request) -> bytes:
        return NOT_MODIFIED if "if-none-match" in request.headers else whole(PAGE)

    url = site.answer("/a", liar)
    fetched = fetch(url, OPEN, BRISK, validators=Validators('"ours"'))
    assert (fetched.result.body, fetched.attempts) == (PAGE, 2)
    assert web.pages() == ["/a", "/a"]


def test_a_304_that_nobody_asked_for_is_damaged(web, site):
    fetched = fetch(site.answer("/a", lambda _: NOT_MODIFIED), OPEN, BRISK)
    assert fetched.result.kind == "damaged"
    assert "304" in fetched.result.detail
    assert web.pages() == ["/a", "/a"]


@pytest.mark.parametrize(
    "etag", ["*", " * ", '"a\r\nX-Injected: yes"', '"' + "a" * 2_000 + '"', '"é"', "", "\x00"]
)
def test_what_cannot_be_a_condition_is_not_sent(web, site, etag):
    fetched = fetch(site.answer("/a", honest), OPEN, BRISK, validators=Validators(etag))
    assert fetched.result.body == PAGE
    assert not {"if-none-match", "x-injected"} & web.log[-1].headers.keys()


def test_an_etag_that_is_not_quoted_is_sent_as_it_came(web, site):
    fetch(site.answer("/a", honest), OPEN, BRISK, validators=Validators("bare"))
    assert web.log[-1].headers["if-none-match"] == "bare"


def test_a_page_that_leads_elsewhere_now_is_not_unchanged(web, site):
    """The listing has not changed since; the page that was there has gone."""
    site.redirect("/story", "/listing")
    site.answer("/listing", lambda request: _by_date(request, b"all stories"))
    validators = Validators(None, MODIFIED, url=site.url("/story"))
    fetched = fetch(site.url("/story"), OPEN, BRISK, validators=validators)
    assert fetched.result.body == b"all stories"
    conditions = ["if-modified-since" in exchange.headers for exchange in web.log]
    assert (web.targets(), conditions) == (
        ["/robots.txt", "/story", "/listing"],
        [False, True, False],
    )


def test_validators_of_the_final_address_are_sent_there(web, site):
    site.redirect("/old", "/new")
    site.answer("/new", honest)
    validators = Validators(ETAG, url=site.url("/new"))
    assert fetch(site.url("/old"), OPEN, BRISK, validators=validators).result == NotModified()


def _by_date(request: Request, body: bytes) -> bytes:
    if request.headers.get("if-modified-since") == MODIFIED:
        return b"HTTP/1.1 304 Not Modified\r\n\r\n"
    return whole(body, headers={"Last-Modified": MODIFIED})
