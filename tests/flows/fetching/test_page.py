"""Fetching: real answers from a loopback server, and everything that must not be done."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta

import brotli
import pytest

from flows.fetching.page import FetchError, TooLarge, fetch
from flows.settings import Settings
from parsers.items import Source

PAGE = b"<!doctype html><p>The hearing lasted two days.</p>" * 40
PUBLIC = "93.184.215.14"


@pytest.fixture
def settings() -> Settings:
    return Settings(allow_private_hosts=True, max_bytes=100_000, deadline=5)


@pytest.fixture
def guarded() -> Settings:
    return Settings(max_bytes=100_000, deadline=5)


def coded(body: bytes, coding: str) -> bytes:
    """The head and body of an answer that does not say how long it is."""
    return f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body


# --- Answers ---------------------------------------------------------------------------------


def test_a_page_comes_with_what_the_server_said(server, settings):
    before = datetime.now(UTC)
    url = server.page(
        "/a", PAGE, headers={"Content-Type": 'Text/HTML; Charset="UTF-8"', "X-A": "1"}
    )
    snapshot = fetch(url + "#part", settings)
    assert snapshot.body == PAGE
    assert (snapshot.url, snapshot.requested_url) == (url, url + "#part")
    assert (snapshot.http_status, snapshot.media_type, snapshot.charset) == (
        200,
        "text/html",
        "utf-8",
    )
    assert ("X-A", "1") in snapshot.http_headers
    assert before <= snapshot.fetched_at <= before + timedelta(seconds=5)
    assert snapshot.path is None


def test_the_request_says_who_asks_and_what_can_be_read(server):
    settings = Settings(allow_private_hosts=True, contact="https://example.org/bot")
    fetch(server.page("/", PAGE), settings)
    (request,) = server.requests
    assert request.headers["user-agent"].startswith("newsgrain/")
    assert request.headers["user-agent"].endswith(" (+https://example.org/bot)")
    assert request.headers["accept-encoding"] == "gzip, deflate, br"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"


def test_the_source_gives_id_and_language(server, settings):
    source = Source(id="golwg", publisher="Golwg", publisher_type="newspaper", language="cy")
    assert fetch(server.page("/", PAGE), settings, source).source_id == "golwg"
    assert server.requests[0].headers["accept-language"] == "cy"


@pytest.mark.parametrize("status", [404, 403, 410, 500, 503])
def test_an_error_status_is_a_snapshot(server, settings, status):
    snapshot = fetch(server.page("/", b"gone", status=status), settings)
    assert (snapshot.http_status, snapshot.body) == (status, b"gone")


def test_a_redirect_without_a_target_is_a_snapshot(server, settings):
    assert fetch(server.page("/", PAGE, status=302), settings).http_status == 302


def test_a_content_type_that_is_no_media_type_is_unknown(server, settings):
    url = server.page("/", PAGE, headers={"Content-Type": "<b>; charset=\x01"})
    snapshot = fetch(url, settings)
    assert (snapshot.media_type, snapshot.charset) == (None, None)


def test_a_body_that_ends_with_the_connection_is_read(server, settings):
    url = server.send("/", b"HTTP/1.1 200 OK\r\n\r\n", PAGE)
    assert fetch(url, settings).body == PAGE


def test_a_chunked_body_is_read(server, settings):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = server.send("/", head, b"5\r\nhello\r\n", 0.01, b"6\r\n there\r\n0\r\n\r\n")
    assert fetch(url, settings).body == b"hello there"


# --- Compressed answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("GZip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:])),
        ("gzip", gzip.compress(PAGE) + b"\0\0padding"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE, wbits=-15)),
        ("br", brotli.compress(PAGE)),
        ("identity", PAGE),
    ],
)
def test_a_compressed_body_is_decompressed(server, settings, coding, body):
    assert fetch(server.send("/", coded(body, coding)), settings).body == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_an_empty_body_needs_no_compression(server, settings, coding):
    assert fetch(server.send("/", coded(b"", coding)), settings).body == b""


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)[:-9]),
        ("gzip", gzip.compress(PAGE)[:-1]),
        ("gzip", gzip.compress(PAGE) + gzip.compress(PAGE)[:15]),
        ("deflate", zlib.compress(PAGE)[:-5]),
        ("br", brotli.compress(PAGE)[:-2]),
    ],
)
def test_a_compressed_body_cut_short_is_noticed(server, settings, coding, body):
    with pytest.raises(FetchError, match="ends early"):
        fetch(server.send("/", coded(body, coding)), settings)


@pytest.mark.parametrize(
    ("coding", "body", "why"),
    [
        ("gzip", PAGE, "damaged"),
        ("br", b"\xff" * 100, "damaged"),
        ("deflate", b"\xff" * 100, "damaged"),
        ("zstd", PAGE, "'zstd' was not asked for"),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE)), "was not asked for"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(server, settings, coding, body, why):
    with pytest.raises(FetchError, match=why):
        fetch(server.send("/", coded(body, coding)), settings)


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(60_000_000))),
        ("deflate", zlib.compress(bytes(60_000_000))),
        ("br", brotli.compress(bytes(60_000_000), quality=1)),
    ],
)
def test_a_bomb_is_not_unpacked(server, settings, coding, bomb):
    url = server.send("/", coded(bomb, coding))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="more than 100,000 bytes"):
            fetch(url, settings)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


# --- Too much, too slow, cut short -----------------------------------------------------------


def test_exactly_the_allowed_bytes_are_read_and_one_more_is_not(server, settings):
    assert len(fetch(server.page("/", bytes(100_000)), settings).body) == 100_000
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    with pytest.raises(TooLarge):
        fetch(server.send("/", head, bytes(100_001)), settings)


def test_an_endless_body_is_left(server, settings):
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    url = server.run("/", lambda: itertools.chain([head], itertools.repeat(bytes(10_000))))
    with pytest.raises(TooLarge):
        fetch(url, settings)


def test_a_page_that_announces_too_many_bytes_is_not_read(server, settings):
    url = server.send("/", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", 60.0)
    started = time.monotonic()
    with pytest.raises(TooLarge):
        fetch(url, settings)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([30.0], id="no answer"),
        pytest.param([b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n", 0.05] * 600], id="headers"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", *[b"x", 0.05] * 600], id="body"
        ),
        pytest.param([*[b"HTTP/1.1 102 Processing\r\n\r\n", 0.05] * 600], id="interim answers"),
    ],
)
def test_a_trickle_ends_at_the_deadline(server, parts):
    settings = Settings(allow_private_hosts=True, deadline=0.4)
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"no whole answer within 0\.4 seconds"):
        fetch(server.send("/", *parts), settings)
    assert time.monotonic() - started < 1.5


def test_the_deadline_is_for_all_redirects_together(server):
    settings = Settings(allow_private_hosts=True, deadline=0.5)
    for number in range(4):
        head = f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n"
        server.send(f"/{number}", 0.2, head.encode())
    with pytest.raises(FetchError, match="no whole answer"):
        fetch(server.url("/0"), settings)


def test_a_name_that_is_not_found_in_time_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: time.sleep(3))
    started = time.monotonic()
    with pytest.raises(FetchError, match="no whole answer"):
        fetch("http://slow.example/", Settings(deadline=0.2))
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"], id="length"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"], id="chunked"
        ),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-"], id="headers"),
        pytest.param([], id="nothing"),
        pytest.param([b"\x16\x03\x01 not http\r\n\r\n"], id="not http"),
        pytest.param([b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 60_000], id="endless headers"),
    ],
)
def test_an_answer_that_is_cut_short_or_no_http_is_an_error(server, settings, parts):
    with pytest.raises(FetchError) as caught:
        fetch(server.send("/", *parts), settings)
    assert not isinstance(caught.value, TooLarge)
    assert server.url("/") in str(caught.value)


def test_a_host_that_does_not_exist_is_an_error(guarded):
    with pytest.raises(FetchError, match="not a host name"):
        fetch(f"http://{'a' * 64}.invalid/", guarded)


def test_no_server_is_an_error(server, settings):
    server.close()
    with pytest.raises(FetchError, match="refused"):
        fetch(server.url("/"), settings)


# --- Redirects -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_final_address(server, settings, status):
    server.page("/c?d=1", PAGE)
    server.redirect("/b", "../c?d=1#part", status)
    url = server.redirect("/a", f"//127.0.0.1:{server.port}/b", status)
    snapshot = fetch(url, settings)
    assert (snapshot.url, snapshot.requested_url) == (server.url("/c?d=1"), url)
    assert server.targets == ["/a", "/b", "/c?d=1"]


def test_a_redirect_loop_ends(server, settings):
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetch(server.url("/a"), settings)
    assert server.targets == ["/a", "/b"] * 3


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("ftp://127.0.0.1/x", "not an http or https address"),
        ("file:///etc/hostname", "not an http or https address"),
        ("javascript:alert(1)", "not an http or https address"),
        ("http://name:secret@127.0.0.1/", "user name or password"),
        ("http://[::1/", "not an address"),
        ("/" + "a" * 9000, "more than 8,000 characters"),
    ],
)
def test_a_redirect_to_what_is_not_fetched_ends_there(server, settings, location, why):
    with pytest.raises(FetchError, match=why) as caught:
        fetch(server.redirect("/a", location), settings)
    assert server.targets == ["/a"]
    assert "secret" not in str(caught.value)


# --- Addresses that are not public -----------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0x7f000001",
        "017700000001",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "１２７.０.０.１",
        "127。0。0。1",
        "ⓛocalhost",
    ],
)
def test_loopback_is_refused_in_every_spelling(server, guarded, host):
    with pytest.raises(FetchError):
        fetch(server.url("/", host), guarded)
    assert server.connections == 0


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/"],
)
def test_a_redirect_to_an_inner_address_is_never_connected(server, make_network, guarded, location):
    server.redirect("/a", location)
    network = make_network({"news.example": [[PUBLIC]]})
    with pytest.raises(FetchError, match="not a public address"):
        fetch("http://news.example/a", guarded, network=network)
    assert network.connected == [PUBLIC]
    assert server.targets == ["/a"]


def test_a_redirect_to_a_name_with_an_inner_address_is_never_connected(
    server, make_network, guarded
):
    server.redirect("/a", "http://inner.example/")
    network = make_network({"news.example": [[PUBLIC]], "inner.example": [["10.0.0.1"]]})
    with pytest.raises(FetchError, match=r"inner\.example is at 10\.0\.0\.1"):
        fetch("http://news.example/a", guarded, network=network)
    assert network.connected == [PUBLIC]


def test_a_name_with_one_inner_address_among_public_ones_is_refused(make_network, guarded):
    network = make_network({"mixed.example": [[PUBLIC, "192.168.1.1"]]})
    with pytest.raises(FetchError, match="not a public address"):
        fetch("http://mixed.example/", guarded, network=network)
    assert network.connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(server, make_network, guarded):
    """DNS rebinding: the second answer is the inner address, so it must never be asked for."""
    server.page("/", PAGE)
    network = make_network({"rebind.example": [[PUBLIC], ["127.0.0.1"]]})
    assert fetch("http://rebind.example/", guarded, network=network).body == PAGE
    assert network.looked_up == ["rebind.example"]
    assert network.connected == [PUBLIC]


def test_each_hop_is_looked_up_and_checked_again(server, make_network, guarded):
    server.redirect("/", "/again")
    network = make_network({"rebind.example": [[PUBLIC], ["127.0.0.1"]]})
    with pytest.raises(FetchError, match="not a public address"):
        fetch("http://rebind.example/", guarded, network=network)
    assert server.targets == ["/"]


def test_a_dead_address_gives_way_to_the_next(server, make_network, guarded):
    server.page("/", PAGE)
    network = make_network({"news.example": [[PUBLIC, "93.184.215.15"]]})
    network.dead = {PUBLIC}
    assert fetch("http://news.example/", guarded, network=network).http_status == 200
    assert network.connected == [PUBLIC, "93.184.215.15"]


def test_a_source_may_allow_its_own_hosts_only(server, guarded):
    source = Source(
        id="intranet",
        publisher="Press office",
        publisher_type="other",
        home="http://127.0.0.1/",
        allow_private_hosts=True,
    )
    server.page("/a", PAGE)
    assert fetch(server.url("/a"), guarded, source).body == PAGE
    server.redirect("/b", server.url("/a", "localhost"))
    with pytest.raises(FetchError, match="localhost is at"):
        fetch(server.url("/b"), guarded, source)
    assert server.targets == ["/a", "/b"]


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
    ],
)
def test_what_is_no_web_address_is_refused(guarded, url):
    with pytest.raises(FetchError):
        fetch(url, guarded)


def test_a_password_is_neither_sent_nor_shown(server, settings):
    with pytest.raises(FetchError, match="user name or password") as caught:
        fetch(f"http://name:secret@127.0.0.1:{server.port}/", settings)
    assert "secret" not in str(caught.value)
    assert server.connections == 0


def test_proxies_of_the_environment_are_not_used(server, settings, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.url("/proxy"))
    monkeypatch.setenv("ALL_PROXY", server.url("/proxy"))
    fetch(server.page("/a", PAGE), settings)
    assert server.targets == ["/a"]


# --- TLS -------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_server, make_network, guarded):
    network = make_network({"news.example": [[PUBLIC]]}, to=secure_server)
    with pytest.raises(FetchError, match="self-signed"):
        fetch("https://news.example/", guarded, network=network)
    assert secure_server.requests == []


def test_a_certificate_is_checked_for_the_host_not_for_the_address(
    secure_server, make_network, ca_file
):
    secure_server.page("/", PAGE)
    network = make_network({"news.example": [[PUBLIC]]}, to=secure_server)
    settings = Settings(ca_file=ca_file)
    assert fetch("https://news.example/", settings, network=network).body == PAGE


def test_a_certificate_of_another_host_is_refused(secure_server, make_network, ca_file):
    network = make_network({"other.example": [[PUBLIC]]}, to=secure_server)
    with pytest.raises(FetchError, match="Hostname mismatch"):
        fetch("https://other.example/", Settings(ca_file=ca_file), network=network)
    assert secure_server.requests == []


def test_a_handshake_that_never_ends_ends_at_the_deadline(server):
    """The plain server waits for a request that a TLS client does not send."""
    settings = Settings(allow_private_hosts=True, deadline=0.3)
    with pytest.raises(FetchError, match="no whole answer"):
        fetch(server.url("/").replace("http:", "https:"), settings)


def test_a_ca_file_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(FetchError, match=r"ca_file missing\.pem: No such file"):
        fetch("https://news.example/", Settings(ca_file=tmp_path / "missing.pem"))
