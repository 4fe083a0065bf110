"""What a page comes with, and what a request says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.fetching.clock import SystemClock
from flows.settings import Settings
from tests.flows.fetching.harness import (
    GUARDED,
    OPEN,
    PAGE,
    failure,
    fetch,
    fetch_all,
    page,
    source,
)
from tests.flows.webserver import CLOSE


def test_a_page_comes_with_what_the_server_said(site):
    before = datetime.now(UTC)
    headers = {"Content-Type": 'Text/HTML; Charset="UTF-8"', "X-A": "1"}
    url = site.page("/a", PAGE, headers=headers)
    snapshot = page(url + "#part", OPEN, source(delay=0), clock=SystemClock())
    assert snapshot.body == PAGE
    assert (snapshot.url, snapshot.requested_url) == (url, url + "#part")
    assert snapshot.http_status == 200
    assert (snapshot.media_type, snapshot.charset) == ("text/html", "utf-8")
    assert ("X-A", "1") in snapshot.http_headers
    assert before <= snapshot.fetched_at <= before + timedelta(seconds=5)
    assert snapshot.path is None


def test_a_fetch_tells_how_it_went(site):
    url = site.page("/a", PAGE)
    fetched = fetch(url, OPEN, source("golwg"))
    assert (fetched.requested_url, fetched.url, fetched.source_id) == (url, url, "golwg")
    assert (fetched.attempts, fetched.robots) == (1, "no robots.txt (404)")
    assert fetched.seconds >= 0


def test_the_request_says_who_asks_and_what_can_be_read(web, site):
    settings = Settings(allow_private_hosts=True, contact="https://example.org/bot")
    fetch(site.page("/", PAGE), settings)
    for exchange in web.log:
        headers = exchange.headers
        assert headers["user-agent"].startswith("newsgrain/")
        assert headers["user-agent"].endswith(" (+https://example.org/bot)")
        assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert headers["host"] == f"127.0.0.1:{site.port}"
        assert not {"cookie", "referer", "authorization"} & headers.keys()


def test_the_source_gives_id_and_language(web, site):
    assert page(site.page("/", PAGE), OPEN, source("golwg", language="cy")).source_id == "golwg"
    assert web.log[-1].headers["accept-language"] == "cy"


@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 404, 410, 451, 501, 999])
def test_an_answer_of_any_status_is_a_snapshot(web, site, status):
    body = b"" if status == 204 else b"gone"
    head = f"HTTP/1.1 {status} So\r\nContent-Length: {len(body)}\r\n\r\n"
    snapshot = page(site.send("/", head.encode(), body))
    assert (snapshot.http_status, snapshot.body) == (status, body)
    assert web.pages() == ["/"]


def test_a_redirect_without_a_target_is_a_snapshot(site):
    assert page(site.page("/", PAGE, status=302)).http_status == 302


def test_a_content_type_that_is_no_media_type_is_unknown(site):
    snapshot = page(site.page("/", PAGE, headers={"Content-Type": "<b>; charset=\x01"}))
    assert (snapshot.media_type, snapshot.charset) == (None, None)


@pytest.mark.parametrize("charset", ["utf-16", "no-such-charset", "iso-8859-1"])
def test_a_charset_that_lies_is_told_and_changes_no_byte(site, charset):
    body = "Pentref Llŷn".encode()
    url = site.page("/", body, headers={"Content-Type": f"text/html; charset={charset}"})
    assert (page(url).charset, page(url).body) == (charset, body)


def test_a_header_that_is_no_text_is_kept_byte_by_byte(site):
    url = site.send("/", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: \xff\xe9\r\n\r\n")
    assert ("X-A", "\xff\xe9") in page(url).http_headers


def test_a_body_that_ends_with_the_connection_is_read(site):
    assert page(site.send("/", b"HTTP/1.1 200 OK\r\n\r\n", PAGE, CLOSE)).body == PAGE


def test_a_chunked_body_is_read(site):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = site.send("/", head, b"5\r\nhello\r\n", 0.01, b"6\r\n there\r\n0\r\n\r\n")
    assert page(url).body == b"hello there"


def test_one_connection_serves_a_host(web, site):
    for name in "abc":
        site.page(f"/{name}", PAGE)
    site.redirect("/d", "/a")
    fetch_all([site.url(f"/{name}") for name in "abcd"])
    assert {exchange.connection for exchange in web.log} == {1}


def test_a_cookie_is_not_sent_back(web, site):
    site.page("/", PAGE, headers={"Set-Cookie": "session=1; Path=/"})
    fetch_all([site.url("/"), site.url("/")])
    assert all("cookie" not in exchange.headers for exchange in web.log)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news",
        "ftp://news.example/",
        "http://",
        "http:///a",
        "http://a b/",
        "http://\x00/",
        "http://a:0/",
        "http://a:99999/",
        "http://a/" + "b" * 9_000,
    ],
)
def test_what_is_no_web_address_is_refused(url):
    assert failure(url).kind == "address"


@pytest.mark.parametrize("form", ["http://{}@{}", "http:\\\\{}@{}", "http:{}@{}", "HTTP:/{}@{}"])
def test_a_password_is_neither_sent_nor_shown(web, site, form):
    fetched = fetch(form.format("name:secret", f"127.0.0.1:{site.port}/"))
    assert fetched.result.kind == "address"
    assert "secret" not in repr(fetched)
    assert web.connections == 0


def test_proxies_of_the_environment_are_not_used(web, site, monkeypatch):
    proxy = web.site("127.0.0.2")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.origin)
    fetch(site.page("/a", PAGE))
    assert web.targets() == ["/robots.txt", "/a"]
    assert web.targets(proxy) == []


def test_a_proxy_of_the_settings_is_used(web, site):
    proxy = web.site("127.0.0.2")
    proxy.answer_all(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    settings = OPEN.model_copy(update={"proxy": proxy.origin})
    assert page(site.url("/a"), settings).body == b"hi"
    assert web.targets(proxy) == [site.url("/robots.txt"), site.url("/a")]
    assert web.targets(site) == []


def test_a_proxy_is_told_its_password_and_nobody_else_is(web, site):
    proxy = web.site("127.0.0.2")
    proxy.answer_all(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    way = proxy.origin.replace("//", "//name:secret@")
    fetched = fetch(site.url("/a"), OPEN.model_copy(update={"proxy": way}))
    assert web.log[-1].headers["proxy-authorization"] == "Basic bmFtZTpzZWNyZXQ="
    assert "secret" not in repr(fetched)


def test_behind_a_proxy_inner_addresses_are_refused_too(web, site):
    proxy = web.site("127.0.0.2")
    settings = GUARDED.model_copy(update={"proxy": proxy.origin})
    assert failure(site.url("/a"), settings).kind == "address"
    assert web.connections == 0
