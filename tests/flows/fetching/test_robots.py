"""robots.txt of every kind (RFC 9309), as the server's log and the pages show it."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest

from flows.fetching.hosts import HostState
from flows.fetching.robots import verdict
from tests.flows.fetching.harness import OPEN, PAGE, failure, fetch, fetch_all, page, source
from tests.flows.webserver import RESET
from tests.flows.webserver.server import whole

PRODUCT = "newsgrain/1.0"


# --- What the file says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "allowed", "line"),
    [
        ("", "/a", True, "no group for this crawler"),
        ("User-agent: *\nDisallow:", "/a", True, "no rule (User-agent: *)"),
        ("User-agent: *\nDisallow: /", "/a", False, "Disallow: / (User-agent: *)"),
        ("user-agent: *\ndisallow: /a # us\n", "/ab", False, "Disallow: /a (User-agent: *)"),
        ("User-agent: other\nDisallow: /", "/a", True, "no group for this crawler"),
        (
            "User-agent: *\nDisallow: /\n\nUser-agent: NewsGrain\nAllow: /",
            "/a",
            True,
            "Allow: / (User-agent: newsgrain)",
        ),
        (
            "User-agent: other\nUser-agent: newsgrain\nDisallow: /x\n\nUser-agent: *\nDisallow: /",
            "/a",
            True,
            "no rule (User-agent: newsgrain)",
        ),
        (
            "User-agent: newsgrain\nDisallow: /a\n\nUser-agent: newsgrain\nDisallow: /b",
            "/b",
            False,
            "Disallow: /b (User-agent: newsgrain)",
        ),
        (
            "User-agent: *\nDisallow: /news\nAllow: /news/open",
            "/news/open/1",
            True,
            "Allow: /news/open (User-agent: *)",
        ),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, "Allow: /a (User-agent: *)"),
        (
            "User-agent: *\nDisallow: /*?print=",
            "/a?x=1&print=1",
            True,
            "no rule (User-agent: *)",
        ),
        ("User-agent: *\nDisallow: /*print=", "/a?print=1", False, None),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False, "Disallow: /*.pdf$ (User-agent: *)"),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?b", True, None),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", False, None),
        ("User-agent: *\nDisallow: /café", "/caf%c3%a9", False, None),
        ("\r\rUser-agent: *\r\n\r\nDisallow: /a\r", "/a", False, None),
        ("<!doctype html><title>Page</title>", "/a", True, "no group for this crawler"),
        ("User-agent: *\nDisallow: /", "/robots.txt", True, None),
        ("User-agent: grain\nDisallow: /", "/a", True, "no group for this crawler"),
    ],
)
def test_the_deciding_line(text, path, allowed, line):
    decided = verdict(200, text, f"https://news.example{path}", PRODUCT)
    assert decided.allowed is allowed
    assert line is None or decided.line == line


@pytest.mark.parametrize(
    ("asked", "honoured"),
    [("5", 5.0), ("0.5", 0.5), ("30", 30.0), ("86400", 30.0), ("-1", 0.0), ("soon", 0.0)],
)
def test_a_crawl_delay_is_honoured_within_bounds(asked, honoured):
    text = f"User-agent: *\nCrawl-delay: {asked}"
    assert verdict(200, text, "https://news.example/", PRODUCT).delay == honoured


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(12_000)) + "Disallow: /\n" * 20_000,
        "".join(f"user agent\ta{n}\n" for n in range(12_000)) + "Disallow: /\n" * 20_000,
        "".join(f"USERAGENT : a{n} # b\n" for n in range(12_000)) + "Disallow: /\n" * 20_000,
        "User-agent: *\n" + "Disallow: /" + "*a" * 200_000,
        "User-agent: *\n" + "".join(f"Disallow: /*a*a*b{n}\n" for n in range(15_000)),
    ],
    ids=["names", "names with tabs", "names in one word", "wildcards", "many wildcards"],
)
def test_a_hostile_file_costs_little(text):
    began = time.process_time()
    verdict(200, text, "https://news.example/" + "a" * 3_000, PRODUCT)
    assert time.process_time() - began < 2


# --- What the server answers -----------------------------------------------------------------


def test_a_page_that_is_not_allowed_is_not_asked_for(web, site):
    site.robots("User-agent: *\nDisallow: /private/")
    site.page("/private/a", PAGE)
    site.page("/public/a", PAGE)
    fetches, _ = fetch_all([site.url("/private/a"), site.url("/public/a")])
    line = "Disallow: /private/ (User-agent: *)"
    assert (fetches[0].result.kind, fetches[0].result.detail) == ("robots", line)
    assert (fetches[0].robots, fetches[0].attempts) == (line, 0)
    assert (fetches[1].result.body, fetches[1].robots) == (PAGE, "no rule (User-agent: *)")
    assert web.targets() == ["/robots.txt", "/public/a"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_without_a_file_all_is_allowed(web, site, status):
    site.page("/robots.txt", b"User-agent: *\nDisallow: /", status=status)
    site.page("/a", PAGE)
    assert fetch(site.url("/a")).robots == f"no robots.txt ({status})"
    assert web.targets() == ["/robots.txt", "/a"]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408, 501, 599])
def test_a_file_that_is_not_to_be_had_forbids_all(web, site, status):
    site.page("/robots.txt", b"", status=status)
    assert failure(site.url("/a")).kind == "robots"
    assert web.targets() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ([RESET], "connection"),
        ([], "connection"),
        ([20.0], "timeout"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nUser-agent: *\n"], "robots"),
        (
            [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(PAGE)[:-5]],
            "robots",
        ),
        ([b"\x00\x01 no http\r\n\r\n"], "robots"),
    ],
    ids=["reset", "nothing", "silence", "cut short", "cut short gzip", "not http"],
)
def test_no_answer_forbids_all(web, site, parts, kind):
    site.send("/robots.txt", *parts)
    settings = OPEN.model_copy(update={"deadline": 0.4})
    fetches, _ = fetch_all([site.url("/a"), site.url("/b")], settings)
    assert [fetched.result.kind for fetched in fetches] == [kind, kind]
    assert set(web.targets()) == {"/robots.txt"}
    assert len(web.targets()) == 1


def test_a_file_that_comes_at_the_second_attempt_is_good(web, site):
    answers = [whole(b"", status=503), whole(b"User-agent: *\nDisallow: /a")]
    site.answer("/robots.txt", lambda _: answers.pop(0))
    assert failure(site.url("/a"), OPEN.model_copy(update={"retries": 1})).kind == "robots"
    assert web.targets() == ["/robots.txt", "/robots.txt"]


def test_five_redirects_are_followed_to_another_host_too(web, site):
    other = web.site("127.0.0.2")
    for hop in range(4):
        site.redirect("/robots.txt" if hop == 0 else f"/{hop}", f"/{hop + 1}")
    site.redirect("/4", other.url("/robots.txt"))
    other.robots("User-agent: *\nDisallow: /a")
    assert failure(site.url("/a")).kind == "robots"
    assert page(site.url("/b")).http_status == 404
    assert web.targets(site)[:5] == ["/robots.txt", "/1", "/2", "/3", "/4"]


def test_more_redirects_count_as_no_file(web, site):
    for hop in range(9):
        site.redirect("/robots.txt" if hop == 0 else f"/{hop}", f"/{hop + 1}")
    site.page("/a", PAGE)
    assert fetch(site.url("/a")).robots == "no robots.txt (302)"
    assert web.targets() == ["/robots.txt", "/1", "/2", "/3", "/4", "/5", "/a"]


def test_half_a_megabyte_is_read_and_the_rest_is_not_missed(web, site):
    filler = b"# " + b"x" * 98 + b"\n"
    rules = b"User-agent: *\nDisallow: /late\n"
    early = filler * 5_000 + rules  # ends after 500 KB
    site.page("/robots.txt", early + filler * 200_000)
    assert failure(site.url("/late")).kind == "robots"
    assert page(site.url("/other")).http_status == 404


def test_a_file_in_another_encoding_and_with_a_mark_is_read(site):
    body = b"\xef\xbb\xbfUser-agent: *\nDisallow: /\xe9\nDisallow: /a"
    site.page("/robots.txt", body, headers={"Content-Type": "text/plain; charset=latin-1"})
    assert failure(site.url("/a")).kind == "robots"


def test_each_hop_of_a_redirect_is_looked_up(web, site):
    other = web.site("127.0.0.2")
    other.robots("User-agent: *\nDisallow: /a")
    site.redirect("/a", other.url("/a"))
    site.redirect("/b", other.url("/b"))
    other.page("/b", PAGE)
    fetches, _ = fetch_all([site.url("/a"), site.url("/b")])
    assert (fetches[0].result.kind, fetches[0].url) == ("robots", other.url("/a"))
    assert fetches[0].attempts == 1
    assert fetches[1].robots == "no rule (User-agent: *)"
    assert web.targets(other) == ["/robots.txt", "/b"]


def test_the_product_is_named_and_not_the_contact(web, site):
    """A group called bot is not ours because the contact's address has such a word in it."""
    site.robots("User-agent: bot\nDisallow: /\n\nUser-agent: example\nDisallow: /")
    site.page("/a", PAGE)
    settings = OPEN.model_copy(update={"contact": "https://example.org/bot"})
    assert fetch(site.url("/a"), settings).result.http_status == 200


# --- How long it is kept ---------------------------------------------------------------------


def test_it_is_asked_for_once_in_a_run(web, site):
    site.robots("")
    fetch_all([site.url(f"/{number}") for number in range(5)], OPEN, source(delay=0))
    assert web.targets() == ["/robots.txt", "/0", "/1", "/2", "/3", "/4"]


@pytest.mark.parametrize(("hours", "again"), [(0, 0), (23, 0), (25, 1), (-1, 1)])
def test_it_is_kept_a_day_across_runs(web, site, hours, again):
    state = HostState(
        host=site.origin,
        robots_status=200,
        robots_body="User-agent: *\nDisallow: /a",
        robots_fetched_at=datetime.now(UTC) - timedelta(hours=hours, seconds=1),
    )
    site.robots("User-agent: *\nDisallow: /b")
    fetches, after = fetch_all([site.url("/a")], hosts={site.origin: state})
    assert web.targets().count("/robots.txt") == again
    assert (fetches[0].result.kind if not again else fetches[0].result.http_status) == (
        404 if again else "robots"
    )
    assert (after[site.origin] == state) is (not again)


def test_what_one_run_learns_the_next_one_knows(web, site):
    site.robots("User-agent: *\nDisallow: /a")
    _, hosts = fetch_all([site.url("/a")])
    fetches, after = fetch_all([site.url("/a")], hosts=hosts)
    assert fetches[0].result.kind == "robots"
    assert after == hosts
    assert web.targets() == ["/robots.txt"]


def test_silence_is_not_remembered_for_the_next_run(web, site):
    site.page("/robots.txt", b"", status=500)
    _, hosts = fetch_all([site.url("/a")])
    site.robots("")
    fetches, _ = fetch_all([site.url("/a")], hosts=hosts)
    assert fetches[0].result.http_status == 404


def test_hosts_that_were_not_met_are_remembered_too(site):
    state = HostState(host="https://other.example", robots_status=404)
    _, hosts = fetch_all([site.url("/a")], hosts={state.host: state})
    assert set(hosts) == {state.host, site.origin}


def test_any_number_of_hosts_with_long_files_is_held_within_bounds(web, site, monkeypatch):
    monkeypatch.setattr("flows.fetching.robots_files.MAX_HELD_CHARACTERS", 25_000)
    sites = [web.site(f"127.0.0.{n}") for n in range(2, 8)]
    for each in sites:
        each.robots("User-agent: *\nDisallow: /a\n" + "# " * 5_000)
    fetches, hosts = fetch_all([each.url("/a") for each in sites])
    assert {fetched.result.kind for fetched in fetches} == {"robots"}
    assert sum(len(state.robots_body or "") for state in hosts.values()) <= 25_000
    assert sum(state.robots_status is not None for state in hosts.values()) == 2
