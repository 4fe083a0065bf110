"""Feeds of every form against a real server: what they name, hostile ones, gaps."""

from __future__ import annotations

import json
import resource
import time
from datetime import UTC, datetime

import pytest

from parsers.feeds import MAX_ITEMS, NotAFeed, read_date, read_feed
from tests.flows.discovery.conftest import Discover
from tests.flows.webserver import Site, WebServer

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Pellbrook Courier</title>{items}</channel></rss>"""


def rss(*paths: str) -> bytes:
    """A feed of pages, each an hour older than the one before."""
    items = "".join(
        f"<item><title>About {path}</title><link>{path}</link>"
        f"<pubDate>Fri, 20 Nov 2026 {20 - hour:02}:00:00 GMT</pubDate></item>"
        for hour, path in enumerate(paths)
    )
    return RSS.format(items=items).encode()


FORMS = {
    "rss": rss("/news/weir", "/news/ferry"),
    "atom": b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
        <link rel="self" href="/feed"/><updated>2026-11-20T20:00:00Z</updated>
        <entry><title type="html">About &amp;lt;i&gt;the weir</title>
          <link rel="edit" href="/edit/1"/><link rel="alternate" href="/news/weir"/>
          <published>2026-11-20T19:00:00Z</published><updated>2026-11-20T20:00:00Z</updated></entry>
        <entry><link href="/news/ferry"/><updated>2026-11-20T19:00:00Z</updated></entry></feed>""",
    "rdf": b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="/"><title>Pellbrook Courier</title></channel>
        <item rdf:about="/news/weir"><title>Weir</title><dc:date>2026-11-20T20:00Z</dc:date></item>
        <item rdf:about="/x"><link>/news/ferry</link><dc:date>2026-11-20T19:00Z</dc:date></item>
        </rdf:RDF>""",
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"url": "/news/ferry", "date_published": "2026-11-20T19:00:00Z"},
                {"url": "/news/weir", "title": "Weir", "date_published": "2026-11-20T20:00:00Z"},
                {"title": "without an address"},
                "no item",
            ],
        }
    ).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_its_pages_newest_first(
    site: Site, discover_from: Discover, form: str
) -> None:
    site.page("/feed", FORMS[form])
    found = discover_from(feeds=["/feed"])
    assert found.problems == []
    assert found.paths == ["/news/weir", "/news/ferry"]
    weir = found.refs[0]
    assert (weir.source_id, weir.found_by, weir.found_at) == ("courier", "feed", site.url("/feed"))
    assert weir.lastmod == datetime(2026, 11, 20, 20, tzinfo=UTC)


def test_a_page_is_known_by_one_address_and_asked_for_by_the_one_listed(
    site: Site, discover_from: Discover
) -> None:
    site.page("/a", rss("/news/weir/?utm_source=rss#top", "/news/ferry"))
    site.page("/b", rss("/news/weir"))
    found = discover_from(feeds=["/a", "/b"])
    assert found.paths == ["/news/weir", "/news/ferry"]
    assert [ref.listed_url for ref in found.refs] == [site.url("/news/weir/"), None]
    assert {ref.found_at for ref in found.refs} == {site.url("/a")}


def test_only_pages_of_the_source_are_named(site: Site, discover_from: Discover) -> None:
    elsewhere = "https://elsewhere.example/news/weir"
    site.page("/feed", rss("/news/weir", "/shop/mug", elsewhere, "javascript:alert(1)"))
    assert discover_from(feeds=["/feed"]).paths == ["/news/weir"]


def test_a_window_leaves_out_what_was_published_outside(
    site: Site, discover_from: Discover
) -> None:
    site.page("/feed", rss("/news/20h", "/news/19h", "/news/18h", "/news/17h"))
    found = discover_from(
        feeds=["/feed"],
        since=datetime(2026, 11, 20, 18, tzinfo=UTC),
        until=datetime(2026, 11, 20, 19, tzinfo=UTC),
    )
    assert found.paths == ["/news/19h", "/news/18h"]


# --- What publishers get wrong ---------------------------------------------------------------


def pages(body: bytes, charset: str | None = None) -> list[tuple[str, str | None]]:
    feed = read_feed(body, "https://pell.example/feed", "Europe/London", charset=charset)
    return [(page.url, page.title) for page in feed.pages]


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<title>Fish & chips</title>", "Fish & chips"),
        ("<title>Fish &nbsp;and&eacute; chips</title>", "Fish andé chips"),
        ("<title>Fewer < 5 left</title>", "Fewer < 5 left"),
        ("<title><![CDATA[A & B &amp; C]]></title>", "A & B & C"),
        ("<title>A\x0bB</title>", "AB"),
        ("<title>&lt;b&gt;Bold&lt;/b&gt; words</title>", "Bold words"),
        ("<title>&unknown; stays</title>", "&unknown; stays"),
    ],
)
def test_what_is_nearly_xml_is_read(item: str, title: str) -> None:
    body = RSS.format(items=f"<item>{item}<link>/a?b=1&c=2</link></item>").encode()
    assert pages(body) == [("https://pell.example/a?b=1&c=2", title)]


def test_the_encoding_is_that_of_the_bytes() -> None:
    body = RSS.format(items="<item><title>Café</title><link>/a</link></item>")
    assert pages(body.encode())[0][1] == "Café"
    told = body.replace("utf-8", "iso-8859-1").encode("latin-1")
    assert pages(told)[0][1] == "Café"
    assert pages(body.encode("utf-16"))[0][1] == "Café"


def test_a_permalink_stands_in_for_a_link_and_a_proxy_for_nothing() -> None:
    items = (
        "<item><guid>https://pell.example/1</guid></item>"
        "<item><guid isPermaLink='false'>https://pell.example/2</guid></item>"
        "<item xmlns:f='x'><link>https://proxy.example/3</link>"
        "<f:origLink>https://pell.example/3</f:origLink></item>"
    )
    named = [url for url, _ in pages(RSS.format(items=items).encode())]
    assert named == ["https://pell.example/1", "https://pell.example/3"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Fri, 20 Nov 2026 19:30:00 +0100", "2026-11-20T18:30:00+00:00"),
        ("Fri, 20 Nov 2026 19:30:00 -0000", "2026-11-20T19:30:00+00:00"),
        ("Fri, 19 Jun 2026 19:30:00", "2026-06-19T18:30:00+00:00"),
        ("2026-06-19T19:30:00", "2026-06-19T18:30:00+00:00"),
        ("2026-06-19T19:30:07+02:00", "2026-06-19T17:30:07+00:00"),
        ("2026-06-19", "2026-06-19T00:00:00+00:00"),
        ("19 June 2026, 19:30", "2026-06-19T18:30:00+00:00"),
        ("Friday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_zone_they_state_or_the_source_has(
    written: str, moment: str | None
) -> None:
    read = read_date(written, "Europe/London")
    assert (read.isoformat() if read else None) == moment


# --- Hostile feeds ---------------------------------------------------------------------------

ITEM = "<item><title>{}</title><link>/news/weir</link></item>"
NESTED = "".join(
    f'<!ENTITY e{level} "{f"&e{level - 1};" * 10 if level else "lol"}">' for level in range(30)
)
HOSTILE = {
    "entity bomb": f"<!DOCTYPE r [{NESTED}]>" + RSS[39:].format(items=ITEM.format("&e29;")),
    "quadratic entities": f'<!DOCTYPE r [<!ENTITY a "{"x" * 100_000}">]>'
    + RSS[39:].format(items=ITEM.format("&a;" * 10_000)),
    "external entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + RSS[39:].format(items=ITEM.format("&x;")),
    "depth": "<rss><channel>" + "<a>" * 200_000,
    "attributes": "<rss><channel><item "
    + " ".join(f'a{number}="1"' for number in range(100_000))
    + "/></channel></rss>",
    "declarations": "<!DOCTYPE" * 100_000,
    "comments": "<rss><channel><item><title>" + "<!--" * 200_000,
    "sections": "<rss><channel><item><title>" + "<![CDATA[" * 100_000,
    "signs": "<rss>" + "<&" * 500_000,
    "json depth": '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 500_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_feed_costs_little_and_tells_nothing(shape: str) -> None:
    began, held = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        feed = read_feed(HOSTILE[shape].encode(), "https://pell.example/feed", "Europe/London")
    except NotAFeed:
        titles = []
    else:
        titles = [page.title or "" for page in feed.pages]
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 200_000  # kB
    assert all(len(title) <= 500 and "root:" not in title for title in titles)


def test_an_external_document_is_not_asked_for(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    doctype = f'<!DOCTYPE r SYSTEM "{site.url("/evil.dtd")}" [<!ENTITY % p SYSTEM "{{}}"> %p;]>'
    body = doctype.format(site.url("/evil")) + RSS[39:].format(items=ITEM.format("A weir"))
    site.page("/feed", body.encode())
    discover_from(feeds=["/feed"])
    assert web.pages() == ["/feed"]


def test_a_feed_of_very_many_items_is_cut_and_says_so() -> None:
    items = "".join(f"<item><link>/{number}</link></item>" for number in range(MAX_ITEMS + 5))
    feed = read_feed(RSS.format(items=items).encode(), "https://pell.example/", "Europe/London")
    assert len(feed.pages) == MAX_ITEMS
    assert feed.damage == "only its first 10,000 items were read"


def test_a_feed_cut_short_gives_what_is_whole(site: Site, discover_from: Discover) -> None:
    whole = rss("/news/weir", "/news/ferry")
    site.page("/feed", whole[: whole.index(b"/news/ferry") + 8])
    found = discover_from(feeds=["/feed"])
    assert found.paths == ["/news/weir"]
    assert found.kinds == ["unreadable"]
    assert "not read to its end" in found.problems[0].detail


@pytest.mark.parametrize(
    ("body", "status", "kind", "detail"),
    [
        (b"<!doctype html><html><body><p>Sorry</p></body></html>", 200, "unreadable", "no feed"),
        (b"", 200, "unreadable", "no feed"),
        (b"\x89PNG\r\n\x1a\n", 200, "unreadable", "is no text"),
        (b'{"items": []}', 200, "unreadable", "not a JSON Feed"),
        (rss("/news/weir"), 404, "unread", "the server answered 404"),
        (rss(), 200, "empty", "names no page of the source"),
        (rss("/shop/mug"), 200, "empty", "1 others do not fit"),
    ],
)
def test_a_feed_that_is_none_is_a_problem_and_not_the_end(
    site: Site, discover_from: Discover, body: bytes, status: int, kind: str, detail: str
) -> None:
    site.page("/broken", body, status=status)
    site.page("/feed", rss("/news/ferry"))
    found = discover_from(feeds=["/broken", "/feed"])
    assert found.paths == ["/news/ferry"]
    (problem,) = found.problems
    assert (problem.address, problem.kind) == (site.url("/broken"), kind)
    assert detail in problem.detail


def test_robots_decide_for_indexes_too(web: WebServer, site: Site, discover_from: Discover) -> None:
    site.robots("User-agent: *\nDisallow: /feed\n")
    site.page("/feed", rss("/news/weir"))
    found = discover_from(feeds=["/feed"])
    assert web.pages() == []
    assert found.kinds == ["unread"]
    assert "Disallow: /feed" in found.problems[0].detail


# --- Gaps ------------------------------------------------------------------------------------


def test_a_feed_on_which_nothing_was_seen_before_has_a_gap(
    site: Site, discover_from: Discover
) -> None:
    site.page("/feed", rss("/news/weir", "/news/ferry"))
    found = discover_from(feeds=["/feed"], collected_before=True)
    assert found.kinds == ["gap"]
    assert "none of its 2 pages was seen before" in found.problems[0].detail
    assert found.paths == ["/news/weir", "/news/ferry"]


def test_one_known_page_on_it_and_there_is_none(site: Site, discover_from: Discover) -> None:
    site.page("/feed", rss("/news/weir", "/news/ferry"))
    found = discover_from(feeds=["/feed"], known=["/news/ferry"], collected_before=True)
    assert found.problems == []


def test_nothing_is_missed_of_a_source_that_is_new(site: Site, discover_from: Discover) -> None:
    site.page("/feed", rss("/news/weir"))
    assert discover_from(feeds=["/feed"]).problems == []


def test_a_known_page_on_another_index_tells_that_the_source_is_not_new(
    site: Site, discover_from: Discover
) -> None:
    site.page("/feed", rss("/news/weir"))
    site.page("/other", rss("/news/ferry"))
    found = discover_from(feeds=["/feed", "/other"], known=["/news/ferry"])
    assert [(p.kind, p.address) for p in found.problems] == [("gap", site.url("/feed"))]
