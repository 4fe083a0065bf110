"""Politeness as the server's own log shows it: order, rate, and how many at once."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from flows.fetching.client import Fetcher
from flows.fetching.clock import SystemClock
from flows.fetching.outcomes import Fetch
from flows.settings import Settings
from tests.flows.fetching.harness import OPEN, PAGE, PUBLIC, QuickClock, fetch_all, source
from tests.flows.webserver import Exchange, NamedNetwork, Site
from tests.flows.webserver.server import whole

NOTICED_LATE = 0.02
"""Seconds by which a busy server may note the end of an answer after the client has read it."""


def pauses(log: list[Exchange]) -> list[float]:
    """Seconds from the end of one answer to the beginning of the next request."""
    return [later.began - (earlier.ended or 0) for earlier, later in itertools.pairwise(log)]


def most_at_once(log: list[Exchange]) -> int:
    return max(sum(o.began <= e.began < (o.ended or 0) for o in log) for e in log)


def pages(site: Site, count: int, seconds: float = 0.0) -> list[str]:
    """Pages that take a while to come."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    return [site.send(f"/{n}", seconds, head, b"hello") for n in range(count)]


def test_one_at_a_time_in_order_with_a_delay(web, site):
    polite = source(delay=0.1)
    fetch_all(pages(site, 5, seconds=0.03), OPEN, polite, clock=SystemClock())
    assert web.targets() == ["/robots.txt", "/0", "/1", "/2", "/3", "/4"]
    assert most_at_once(web.log) == 1
    assert min(pauses(web.log)) >= 0.1 - NOTICED_LATE


def test_without_a_source_the_delay_is_a_second(web, site):
    clock = QuickClock()
    fetch_all(pages(site, 3), clock=clock)
    assert clock.slept == pytest.approx([1.0] * 3, abs=0.2)


def test_a_crawl_delay_counts_where_it_is_longer(web, site):
    site.robots("User-agent: *\nCrawl-delay: 20")
    clock = QuickClock()
    fetch_all(pages(site, 3), OPEN, source(delay=2), clock=clock)
    assert clock.slept == pytest.approx([20.0] * 3, abs=0.2)


def test_a_crawl_delay_does_not_shorten_the_delay_of_the_source(web, site):
    site.robots("User-agent: *\nCrawl-delay: 0.1")
    clock = QuickClock()
    fetch_all(pages(site, 2), OPEN, source(delay=5), clock=clock)
    assert clock.slept == pytest.approx([5.0] * 2, abs=0.2)


def test_hosts_are_asked_side_by_side(web):
    sites = [web.site(f"127.0.0.{n}") for n in range(2, 12)]
    urls = [url for site in sites for url in pages(site, 3, seconds=0.1)]
    began = time.monotonic()
    fetch_all(urls, OPEN, source(delay=0), clock=SystemClock())
    assert time.monotonic() - began < 1.5  # 3 s of waiting one after the other
    assert most_at_once(web.log) > 3
    for site in sites:
        log = [exchange for exchange in web.log if exchange.site == site.origin]
        assert most_at_once(log) == 1
        assert [exchange.target for exchange in log] == ["/robots.txt", "/0", "/1", "/2"]


def test_the_requests_of_all_hosts_are_limited(web):
    sites = [web.site(f"127.0.0.{n}") for n in range(2, 12)]
    urls = [url for site in sites for url in pages(site, 2, seconds=0.03)]
    settings = OPEN.model_copy(update={"connections": 3})
    fetches, _ = fetch_all(urls, settings, source(delay=0), clock=SystemClock())
    assert [fetched.result.http_status for fetched in fetches] == [200] * 20
    assert most_at_once(web.log) <= 3


def test_a_source_may_say_that_more_than_one_is_welcome(web, site):
    urls = pages(site, 9, seconds=0.1)
    fetch_all(urls, OPEN, source(delay=0, concurrency=3), clock=SystemClock())
    assert most_at_once(web.log) == 3
    assert len(web.pages()) == 9


def test_more_at_once_still_begin_one_after_the_other(web, site):
    urls = pages(site, 4, seconds=0.3)
    fetch_all(urls, OPEN, source(delay=0.1, concurrency=4), clock=SystemClock())
    starts = [exchange.began for exchange in web.log]
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.09


def test_hosts_of_one_platform_share_the_delay(web):
    sites = [web.site(f"127.0.0.{n}") for n in (2, 3, 4)]
    forces = [
        source(f"force_{n}", site.origin, delay=0.05, shared_by="single_online_home")
        for n, site in enumerate(sites)
    ]
    urls = [url for site in sites for url in pages(site, 2, seconds=0.02)]
    fetch_all(urls, OPEN, sources=forces, clock=SystemClock())
    assert most_at_once(web.log) == 1
    assert min(pauses(web.log)) >= 0.05 - NOTICED_LATE
    assert len(web.log) == 9


def test_a_platform_is_shared_only_by_those_that_say_so(web):
    one, other = web.site("127.0.0.2"), web.site("127.0.0.3")
    sources = [
        source("one", one.origin, delay=0, shared_by="a"),
        source("other", other.origin, delay=0),
    ]
    urls = [*pages(one, 2, seconds=0.2), *pages(other, 2, seconds=0.2)]
    fetch_all(urls, OPEN, sources=sources, clock=SystemClock())
    assert most_at_once(web.log) == 2


def test_a_host_is_asked_at_its_owners_pace_whoever_asks(web, site):
    """A redirect into another source's host goes at that source's pace."""
    owner = source("owner", site.origin, delay=7)
    hurried = source("hurried", "http://elsewhere.example/", delay=0)
    clock = QuickClock()
    fetch_all(pages(site, 2), OPEN, hurried, sources=[owner], clock=clock)
    assert clock.slept == pytest.approx([7.0] * 2, abs=0.2)


class _ByPort(NamedNetwork):
    """One name with a plain and a secure port."""

    def __init__(self, plain: Site, secure: Site) -> None:
        super().__init__({"news.example": [[PUBLIC]]})
        self._ports = {80: plain, 443: secure}

    async def connect(self, address, port, timeout):
        self._site = self._ports[port]
        return await super().connect(address, port, timeout)


def test_both_schemes_of_a_host_are_one_queue(site, secure_site, ca_file):
    """Redirects from http to https are the common case: the delay holds between the two."""
    site.redirect("/a", "https://news.example/a")
    secure_site.page("/a", PAGE)
    clock = QuickClock()
    fetches, _ = fetch_all(
        ["http://news.example/a"],
        Settings(ca_file=ca_file),
        source(delay=3),
        network=_ByPort(site, secure_site),
        clock=clock,
    )
    assert fetches[0].result.body == PAGE
    assert clock.slept == pytest.approx([3.0] * 3, abs=0.3)


def test_a_fetch_that_is_cancelled_gives_its_turn_back(site):
    site.send("/slow", 20.0)
    site.page("/good", PAGE)
    settings = OPEN.model_copy(update={"connections": 1})

    async def ask() -> Fetch:
        async with Fetcher(settings, {}) as fetcher:
            urls = [site.url("/slow")] * 3
            slow = [asyncio.create_task(fetcher.fetch(url, source(delay=0))) for url in urls]
            await asyncio.sleep(0.2)  # one waits for its answer, two for their turn
            for task in reversed(slow):
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
            return await fetcher.fetch(site.url("/good"), source(delay=0))

    assert asyncio.run(ask()).result.body == PAGE


def test_a_page_whose_answer_never_ends_gives_its_turn_back(web, site):
    site.send("/bad", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", *[b"x", 0.05] * 600)
    site.answer("/good", lambda _: whole(PAGE))
    settings = OPEN.model_copy(update={"deadline": 0.3})
    fetches, _ = fetch_all([site.url("/bad"), site.url("/good")], settings, source(delay=0))
    assert fetches[0].result.kind == "timeout"
    assert fetches[1].result.body == PAGE
