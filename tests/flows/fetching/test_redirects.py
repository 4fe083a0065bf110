"""Redirects: each hop checked and allowed before it is asked for."""

from __future__ import annotations

import pytest

from tests.flows.fetching.harness import GUARDED, OPEN, PAGE, PUBLIC, failure, fetch, page
from tests.flows.webserver import NamedNetwork


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_final_address(web, site, status):
    site.page("/c?d=1", PAGE)
    site.redirect("/b", "../c?d=1#part", status)
    url = site.redirect("/a", f"//127.0.0.1:{site.port}/b", status)
    fetched = fetch(url)
    assert (fetched.result.url, fetched.result.requested_url) == (site.url("/c?d=1"), url)
    assert (fetched.url, fetched.requested_url, fetched.attempts) == (site.url("/c?d=1"), url, 3)
    assert web.pages() == ["/a", "/b", "/c?d=1"]


def test_a_circle_is_left_where_it_closes(web, site):
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    why = failure(site.url("/a"))
    assert (why.kind, why.detail) == ("redirects", f"redirects in a circle, to {site.url('/a')}")
    assert web.pages() == ["/a", "/b"]


def test_redirects_without_end_are_left(web, site):
    for number in range(10):
        site.redirect(f"/{number}", f"/{number + 1}")
    why = failure(site.url("/0"))
    assert (why.kind, why.detail) == ("redirects", "more than 5 redirects")
    assert web.pages() == [f"/{number}" for number in range(6)]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("ftp://127.0.0.1/x", "not an http or https address"),
        ("file:///etc/hostname", "not an http or https address"),
        ("javascript:alert(1)", "not an http or https address"),
        ("http://name:secret@127.0.0.1/", "user name or password"),
        ("http://[::1/", "not an address"),
        ("http://127.0.0.1:99999/", "not"),
        ("/" + "a" * 9000, "more than 8,000 characters"),
        ("http://xn--" + "a" * 80 + "/", "not"),
    ],
)
def test_a_redirect_to_what_is_not_fetched_ends_there(web, site, location, why):
    fetched = fetch(site.redirect("/a", location))
    assert fetched.result.kind == "address"
    assert why in fetched.result.detail
    assert web.pages() == ["/a"]
    assert "secret" not in repr(fetched)


def test_a_location_that_is_no_text_is_a_name_that_nobody_knows(web, site):
    head = b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n"
    site.send("/a", head)
    network = NamedNetwork({"news.example": [[PUBLIC]]}, site)
    fetched = fetch("http://news.example/a", GUARDED, network=network)
    assert (fetched.result.kind, fetched.url) == ("connection", "http://xn--vdab/")
    assert network.connected == [PUBLIC]
    assert web.pages() == ["/a"]


def test_a_long_page_behind_a_redirect_is_not_read(web, site):
    head = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 90000000\r\n\r\n"
    site.page("/b", PAGE)
    assert page(site.send("/a", head, *[bytes(60_000)] * 1500)).body == PAGE


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
def test_loopback_is_refused_in_every_spelling(web, site, host):
    assert failure(site.url("/", host), GUARDED).kind in ("address", "connection")
    assert web.connections == 0


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/",
        "https://192.168.0.1:8443/",
    ],
)
def test_a_redirect_to_an_inner_address_is_never_connected(web, site, location):
    site.redirect("/a", location)
    network = NamedNetwork(
        {"news.example": [[PUBLIC]], "2130706433": [["127.0.0.1"]], "0x7f.1": [["127.0.0.1"]]}, site
    )
    fetched = fetch("http://news.example/a", GUARDED, network=network)
    assert fetched.result.kind == "address"
    assert "not a public address" in fetched.result.detail
    assert fetched.url == location
    assert network.connected == [PUBLIC]
    assert web.pages() == ["/a"]


def test_a_redirect_to_a_name_with_an_inner_address_is_never_connected(site):
    site.redirect("/a", "http://inner.example/")
    network = NamedNetwork({"news.example": [[PUBLIC]], "inner.example": [["10.0.0.1"]]}, site)
    why = failure("http://news.example/a", GUARDED, network=network)
    assert why.detail == "inner.example is at 10.0.0.1, which is not a public address"
    assert network.connected == [PUBLIC]


def test_a_robots_file_that_leads_to_an_inner_address_is_never_connected(site):
    site.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
    network = NamedNetwork({"news.example": [[PUBLIC]]}, site)
    assert failure("http://news.example/a", GUARDED, network=network).kind == "address"
    assert network.connected == [PUBLIC]


def test_a_name_with_one_inner_address_among_public_ones_is_refused():
    network = NamedNetwork({"mixed.example": [[PUBLIC, "192.168.1.1"]]})
    assert failure("http://mixed.example/", GUARDED, network=network).kind == "address"
    assert network.connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(site):
    """DNS rebinding: the second answer is the inner address, so it must never be asked for."""
    site.page("/", PAGE)
    network = NamedNetwork({"rebind.example": [[PUBLIC], ["127.0.0.1"]]}, site)
    assert page("http://rebind.example/", GUARDED, network=network).body == PAGE
    assert network.looked_up == ["rebind.example"]
    assert network.connected == [PUBLIC]


def test_each_new_connection_is_looked_up_and_checked_again(web, site):
    site.send(
        "/robots.txt", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    network = NamedNetwork({"rebind.example": [[PUBLIC], ["127.0.0.1"]]}, site)
    settings = GUARDED.model_copy(update={"retries": 1})
    assert failure("http://rebind.example/", settings, network=network).kind == "address"
    assert network.connected == [PUBLIC]
    assert web.pages() == []


def test_a_dead_address_gives_way_to_the_next(site):
    site.page("/", PAGE)
    network = NamedNetwork({"news.example": [[PUBLIC, "93.184.215.15"]]}, site)
    network.dead = {PUBLIC}
    assert page("http://news.example/", GUARDED, network=network).http_status == 200
    assert network.connected == [PUBLIC, "93.184.215.15"]


def test_a_source_may_allow_its_own_hosts_only(web, site):
    from tests.flows.fetching.harness import source

    intranet = source("intranet", "http://127.0.0.1/", allow_private_hosts=True)
    site.page("/a", PAGE)
    assert page(site.url("/a"), GUARDED, intranet).body == PAGE
    site.redirect("/b", site.url("/a", "localhost"))
    why = failure(site.url("/b"), GUARDED, intranet)
    assert "localhost is at" in why.detail
    assert web.pages() == ["/a", "/b"]


def test_an_open_connection_to_a_private_host_is_not_lent_to_others(web, site):
    """One source may go there; another's redirect to the same host must not find the way open."""
    import asyncio

    from flows.fetching.client import Fetcher
    from tests.flows.fetching.harness import QuickClock, source

    site.page("/a", PAGE)
    intranet = source("intranet", "http://127.0.0.1/", allow_private_hosts=True)
    outside = source("outside", "http://news.example/")

    async def ask():
        async with Fetcher(GUARDED, {}, clock=QuickClock()) as fetcher:
            first = await fetcher.fetch(site.url("/a"), intranet)
            return first, await fetcher.fetch(site.url("/a"), outside)

    first, second = asyncio.run(ask())
    assert first.result.http_status == 200
    assert second.result.kind == "address"
    assert web.pages() == ["/a"]


def test_no_server_is_a_failure(web, site):
    web.close()
    why = failure(site.url("/"), OPEN)
    assert why.kind == "connection"


def test_a_host_that_does_not_exist_is_a_failure():
    assert failure(f"http://{'a' * 64}.invalid/", GUARDED).kind in ("connection", "address")
