"""Bodies: compressed, cut short, too large, bombs."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.decompression import PIECE_BYTES, BadCoding, decoder, zstd
from tests.flows.fetching.harness import OPEN, PAGE, failure, fetch, fetch_all, page
from tests.flows.webserver import CLOSE, RESET


def coded(body: bytes, coding: str) -> bytes:
    """The head and body of an answer under a Content-Encoding, of an honest length."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


# --- Compressed ------------------------------------------------------------------------------

BARE = zlib.compress(PAGE, wbits=-15)
COMPRESSED = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
}


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        *COMPRESSED.items(),
        ("GZip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:])),
        ("gzip", gzip.compress(PAGE) + b"\0\0padding"),
        ("deflate", BARE),
        ("zstd", zstd.compress(PAGE[:100]) + zstd.compress(PAGE[100:])),
        ("identity", PAGE),
    ],
)
def test_a_compressed_body_is_decompressed(site, coding, body):
    assert page(site.send("/", coded(body, coding))).body == PAGE


@pytest.mark.parametrize("coding", COMPRESSED)
def test_an_empty_body_needs_no_compression(site, coding):
    assert page(site.send("/", coded(b"", coding))).body == b""


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", COMPRESSED["gzip"][:-9]),
        ("gzip", COMPRESSED["gzip"][:-1]),
        ("gzip", COMPRESSED["gzip"] + COMPRESSED["gzip"][:15]),
        ("deflate", COMPRESSED["deflate"][:-5]),
        ("deflate", BARE[:-1]),
        ("br", COMPRESSED["br"][:-2]),
        ("zstd", COMPRESSED["zstd"][:-2]),
        ("zstd", COMPRESSED["zstd"] + COMPRESSED["zstd"][:6]),
    ],
)
def test_a_compressed_body_cut_short_is_noticed(web, site, coding, body):
    why = failure(site.send("/", coded(body, coding)), OPEN.model_copy(update={"retries": 2}))
    assert (why.kind, why.detail) == ("damaged", "the compressed body ends early")
    assert web.pages() == ["/"]


@pytest.mark.parametrize(
    ("coding", "body", "why"),
    [
        ("gzip", PAGE, "damaged"),
        ("br", b"\xff" * 100, "damaged"),
        ("deflate", b"\xff" * 100, "damaged"),
        ("zstd", PAGE, "damaged"),
        ("zstd", COMPRESSED["zstd"] + b"padding", "damaged"),
        ("compress", PAGE, "'compress' was not asked for"),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE)), "was not asked for"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(site, coding, body, why):
    result = failure(site.send("/", coded(body, coding)))
    assert result.kind == "damaged"
    assert why in result.detail


def test_a_zstd_window_of_more_than_8_mib_is_refused(site):
    """RFC 9659: a decoder may have to hold the whole window."""
    options = {zstd.CompressionParameter.window_log: 25}
    compressor = zstd.ZstdCompressor(options=options)  # one that does not know the size
    body = compressor.compress(PAGE) + compressor.flush()
    assert failure(site.send("/", coded(body, "zstd"))).kind == "damaged"


@given(
    text=st.binary(max_size=3_000).flatmap(lambda part: st.just(part * 70)),
    coding=st.sampled_from(sorted(COMPRESSED)),
    cuts=st.lists(st.integers(0, 5_000), max_size=4),
)
def test_however_a_body_comes_in_pieces_it_is_the_same(text, coding, cuts):
    compress = {"gzip": gzip, "deflate": zlib, "br": brotli, "zstd": zstd}[coding].compress
    body = compress(text)
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    stream = decoder(coding)
    pieces = [p for a, b in itertools.pairwise(edges) for p in stream.feed(body[a:b])]
    stream.end()
    assert b"".join(pieces) == text
    assert max(map(len, pieces), default=0) <= 2 * PIECE_BYTES


@given(coding=st.sampled_from(sorted(COMPRESSED)), cut=st.integers(1, 10_000))
def test_wherever_a_body_is_cut_it_is_noticed(coding, cut):
    body = COMPRESSED[coding]
    with pytest.raises(BadCoding):
        decompressed(coding, body[: 1 + cut % (len(body) - 1)])


def decompressed(coding: str, body: bytes) -> bytes:
    stream = decoder(coding)
    pieces = b"".join(stream.feed(body))
    stream.end()
    return pieces


# --- Too large -------------------------------------------------------------------------------


def compressed_zeros(coding: str, size: int) -> bytes:
    match coding:
        case "gzip":
            return gzip.compress(bytes(size))
        case "deflate":
            return zlib.compress(bytes(size))
        case "br":
            return brotli.compress(bytes(size), quality=1)
        case _:
            return zstd.compress(bytes(size))


@pytest.mark.parametrize("coding", COMPRESSED)
@pytest.mark.parametrize(
    ("max_bytes", "why"),
    [(100_000, "more than 100,000 bytes"), (50_000_000, "more than 200 times")],
)
def test_a_bomb_is_not_unpacked(site, coding, max_bytes, why):
    url = site.send("/", coded(compressed_zeros(coding, 60_000_000), coding))
    tracemalloc.start()
    try:
        result = failure(url, max_bytes=max_bytes)
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()
    assert result.kind == "too_large"
    assert why in result.detail


def test_a_small_page_may_repeat_itself(site):
    body = bytes(90_000)
    assert page(site.send("/", coded(gzip.compress(body), "gzip"))).body == body


def test_exactly_the_allowed_bytes_are_read_and_one_more_is_not(site):
    assert len(page(site.page("/", bytes(100_000))).body) == 100_000
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    assert failure(site.send("/", head, bytes(100_001))).kind == "too_large"


def test_a_fetch_may_have_a_limit_of_its_own(site):
    site.page("/", bytes(1_001))
    assert failure(site.url("/"), max_bytes=1_000).kind == "too_large"
    assert len(page(site.url("/"), max_bytes=1_001).body) == 1_001


def test_a_page_of_100_mb_is_left_at_the_limit(web, site):
    sent = []

    def endless():
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for _ in range(100):
            sent.append(1)
            yield b"f4240\r\n" + bytes(1_000_000) + b"\r\n"
        yield b"0\r\n\r\n"

    settings = OPEN.model_copy(update={"retries": 2, "max_bytes": 20_000_000, "deadline": 30})
    assert failure(site.run("/", endless), settings).kind == "too_large"
    assert len(sent) < 40
    assert web.pages() == ["/"]


def test_an_endless_body_is_left(site):
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    url = site.run("/", lambda: itertools.chain([head], itertools.repeat(bytes(10_000))))
    assert failure(url).kind == "too_large"


def test_a_page_that_announces_too_many_bytes_is_not_read(site):
    url = site.send("/", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", 60.0)
    started = time.monotonic()
    assert failure(url).kind == "too_large"
    assert time.monotonic() - started < 2


def test_headers_without_end_are_left(web, site):
    head = b"HTTP/1.1 200 OK\r\n"
    url = site.run("/", lambda: itertools.chain([head], itertools.repeat(b"X-A: b\r\n" * 1_000)))
    assert failure(url, OPEN.model_copy(update={"retries": 2})).kind == "too_large"
    assert web.pages() == ["/"]


def test_large_pages_of_many_hosts_are_held_in_turn(web):
    """Twelve hosts send 4 MB each at once; about as much as four of them is held at a time."""
    body = bytes(4_000_000)
    urls = [web.site(f"127.0.0.{n}").page("/", body) for n in range(2, 14)]
    settings = OPEN.model_copy(update={"max_bytes": 5_000_000, "deadline": 30})
    fetches, _ = fetch_all(urls, settings)
    assert [len(fetched.result.body) for fetched in fetches] == [4_000_000] * 12


# --- Cut short -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"], "damaged", id="length"
        ),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
            "damaged",
            id="chunks",
        ),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"],
            "damaged",
            id="no chunk",
        ),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"], "damaged", id="negative"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
            "damaged",
            id="two lengths",
        ),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-"], "connection", id="headers"),
        pytest.param([], "connection", id="nothing"),
        pytest.param([RESET], "connection", id="reset"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", 0.05, RESET],
            "connection",
            id="reset within",
        ),
        pytest.param([b"\x16\x03\x01 not http\r\n\r\n"], "damaged", id="not http"),
        pytest.param([b"HTTP/1.1 101 Switching Protocols\r\n\r\n", CLOSE], "damaged", id="101"),
    ],
)
def test_an_answer_that_is_cut_short_or_no_http_is_a_failure(site, parts, kind):
    fetched = fetch(site.send("/", *parts))
    assert fetched.result.kind == kind, fetched.result


def test_a_longer_body_than_announced_is_cut_where_it_was_to_end(site):
    url = site.send("/", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello there")
    assert page(url).body == b"hello"
