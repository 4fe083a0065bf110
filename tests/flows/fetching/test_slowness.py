"""Whatever trickles ends at the deadline, and holds up nobody else."""

from __future__ import annotations

import itertools
import time

import pytest

from flows.fetching.clock import SystemClock
from tests.flows.fetching.harness import GUARDED, OPEN, PAGE, failure, fetch_all, source

HASTY = OPEN.model_copy(update={"deadline": 0.4})

TRICKLES = {
    "no answer": [30.0],
    "headers": [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n", 0.05] * 600],
    "body": [b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", *[b"x", 0.05] * 600],
    "interim answers": [*[b"HTTP/1.1 102 Processing\r\n\r\n", 0.05] * 600],
    "body of a redirect": [
        b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 90\r\n\r\n",
        *[b"x", 0.05] * 600,
    ],
}


@pytest.mark.parametrize("parts", TRICKLES.values(), ids=TRICKLES)
def test_a_trickle_ends_at_the_deadline(site, parts):
    started = time.monotonic()
    why = failure(site.send("/", *parts), HASTY)
    assert (why.kind, why.detail) == ("timeout", "no whole answer within 0.4 seconds")
    assert time.monotonic() - started < 1.5


def test_an_endless_body_under_the_cap_ends_at_the_deadline(site):
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    url = site.run("/", lambda: itertools.chain([head], itertools.cycle([b"x", 0.01])))
    assert failure(url, HASTY).kind == "timeout"


def test_a_name_that_is_not_found_in_time_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: time.sleep(3))
    started = time.monotonic()
    settings = GUARDED.model_copy(update={"deadline": 0.2})
    assert failure("http://slow.example/", settings).kind == "timeout"
    assert time.monotonic() - started < 1


def test_a_handshake_that_never_ends_ends_at_the_deadline(site):
    """The plain server waits for a request that a TLS client does not send."""
    assert failure(site.url("/").replace("http:", "https:"), HASTY).kind == "timeout"


def test_hostile_pages_hold_up_no_other_host(web):
    """Ten hosts that trickle, one that does not: it is done before the others' deadline."""
    slow = [web.site(f"127.0.0.{n}") for n in range(2, 12)]
    quick = web.site("127.0.0.20")
    urls = [site.send("/", *TRICKLES["body"]) for site in slow]
    urls += [quick.page(f"/{n}", PAGE) for n in range(20)]
    settings = OPEN.model_copy(update={"deadline": 1.5})
    fetches, _ = fetch_all(urls, settings, source(delay=0), clock=SystemClock())
    assert [f.result.kind for f in fetches[:10]] == ["timeout"] * 10
    assert [f.result.http_status for f in fetches[10:]] == [200] * 20
    assert max(f.seconds for f in fetches[10:]) < 1


def test_hostile_pages_do_not_stop_the_good_ones_behind_them(web, site):
    bad = [site.send(f"/bad{n}", *TRICKLES["headers"]) for n in range(2)]
    good = [site.page(f"/good{n}", PAGE) for n in range(3)]
    settings = HASTY.model_copy(update={"retries": 1})
    fetches, _ = fetch_all([*bad, *good], settings, source(delay=0))
    assert [f.result.http_status for f in fetches[2:]] == [200] * 3
    # What is asked for again goes to the end of the queue.
    assert web.pages() == ["/bad0", "/bad1", "/good0", "/good1", "/good2", "/bad0", "/bad1"]


def test_large_pages_that_trickle_leave_small_ones_their_way(web):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + bytes(1_100_000)
    urls = [web.site(f"127.0.0.{n}").send("/", head, *[b"x", 0.05] * 600) for n in range(2, 9)]
    urls += [web.site("127.0.0.9").page("/", PAGE)]
    settings = OPEN.model_copy(update={"deadline": 1.0, "max_bytes": 10_000_000})
    fetches, _ = fetch_all(urls, settings, source(delay=0), clock=SystemClock())
    assert [f.result.kind for f in fetches[:-1]] == ["timeout"] * 7
    assert fetches[-1].seconds < 0.8
