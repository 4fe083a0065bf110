"""Listing pages against a real server: pagers of many makes, and where reading ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from parsers.listing import NotAListing, looks_like_an_article, page_number, read_listing
from tests.flows.discovery.conftest import Discover
from tests.flows.webserver import Site, WebServer

PAGES = 6
PER_PAGE = 3


def item(number: int) -> str:
    """An item of a listing, a day older the higher its number."""
    return (
        f'<li class="result"><h3><a href="/news/story-{number:02}/">Story {number}</a></h3>'
        f"<p>It began on 3 May 1997, neighbours said, when the bridge over the weir was closed for"
        f" good.</p><span>Published: 10:30 {28 - number:02}/06/2026</span></li>"
    )


def listing(page: int, pager: str) -> bytes:
    items = "".join(map(item, range((page - 1) * PER_PAGE, page * PER_PAGE)))
    return f"""<!doctype html><html><head><title>News</title></head><body>
    <nav><a href="/news/">News</a><a href="/news/live-cameras/">Cameras</a></nav>
    <main><ul>{items}</ul>{pager}</main>
    <footer><a href="/news/how-we-use-cookies/">Cookies</a></footer></body></html>""".encode()


def paged(site: Site, address: Callable[[int], str], pager: Callable[[int], str]) -> str:
    """A listing of six pages of three stories; the pager stands on all but the last."""
    for page in range(1, PAGES + 1):
        site.page(address(page), listing(page, pager(page) if page < PAGES else ""))
    return address(1)


def by_query(page: int) -> str:
    return "/list" if page == 1 else f"/list?page={page}"


def numbers(pages: int) -> list[str]:
    return [f"/news/story-{number:02}" for number in range(pages * PER_PAGE)]


# --- Pagers ----------------------------------------------------------------------------------

PAGERS: dict[str, Callable[[int], str]] = {
    "rel": lambda page: f'<a rel="next" href="?page={page + 1}">x</a>',
    "words": lambda page: f'<div><a href="?page={page + 1}">Older posts</a></div>',
    "arrow": lambda page: f'<a aria-label="Next page" href="?page={page + 1}">›</a>',
    "welsh": lambda page: f'<a href="?page={page + 1}">Nesaf »</a>',
    "load more": lambda page: f'<a class="btn" href="?page={page + 1}">Load more news</a>',
    "class": lambda page: (
        f"<ul class='pager'><li class='pager-next'>"
        f"<a href='?page={page + 1}'><svg></svg></a></li></ul>"
    ),
    "numbers": lambda page: (
        "<nav class='c-pagination'>"
        + "".join(f"<a href='?page={n}'>{n}</a>" for n in range(1, PAGES + 1) if n != page)
        + "</nav>"
    ),
    "previous too": lambda page: (
        f"<nav class='pagination'><a href='?page={page - 1}'>Previous</a>"
        f"<a href='?page={page + 1}'>Next</a></nav>"
    ),
}


@pytest.mark.parametrize("make", PAGERS)
def test_every_make_of_pager_is_followed_to_the_end(
    web: WebServer, site: Site, discover_from: Discover, make: str
) -> None:
    first = paged(site, by_query, PAGERS[make])
    found = discover_from(listings=[first], article_url="/news/story-")
    assert found.problems == []
    assert found.paths == numbers(PAGES)
    assert web.pages() == [by_query(page) for page in range(1, PAGES + 1)]


def test_a_pager_below_the_articles_own_folder_is_no_article(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    def pager(page: int) -> str:
        earlier = f"<a href='/news/page/{page - 1}/'>Newer</a>" if page > 1 else ""
        later = f"href='/news/page/{page + 1}/'"
        return f"{earlier}<a {later}>{page + 1}</a><a {later}>Next</a>"

    first = paged(site, lambda page: "/news/" if page == 1 else f"/news/page/{page}/", pager)
    assert discover_from(listings=[first], article_url="/news/.+").paths == numbers(PAGES)
    assert len(web.pages()) == PAGES


def test_a_link_in_the_head_leads_on(site: Site, discover_from: Discover) -> None:
    site.page(
        "/list", listing(1, "").replace(b"<head>", b"<head><link rel=next href=/list/page/2>")
    )
    site.page("/list/page/2", listing(2, ""))
    assert discover_from(listings=["/list"], article_url="/story-").paths == numbers(2)


def test_a_numbered_address_is_counted_until_it_is_gone(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    paged(site, lambda page: f"/more?page={page - 1}", lambda _: "")
    found = discover_from(listings=["/more?page={page}"], first_page=0, article_url="/story-")
    assert found.problems == []
    assert found.paths == numbers(PAGES)
    assert web.pages()[-1] == f"/more?page={PAGES}"


# --- Items -----------------------------------------------------------------------------------


def test_an_item_tells_title_and_date_in_the_zone_of_the_source(
    site: Site, discover_from: Discover
) -> None:
    site.page("/list", listing(1, ""))
    (ref, *_) = discover_from(listings=["/list"], article_url="/story-").refs
    assert (ref.title, ref.found_by, ref.found_at) == ("Story 0", "listing", site.url("/list"))
    assert ref.lastmod == datetime(2026, 6, 28, 9, 30, tzinfo=UTC)  # 10:30 of summer time
    assert ref.listed_url == site.url("/news/story-00/")


def test_without_a_pattern_links_that_look_like_articles_are_taken(
    site: Site, discover_from: Discover
) -> None:
    body = b"""<main><a href="/news/weir-closes-for-good-1">Weir</a><a href="/about">About</a>
    <a href="/news/12345678.ferry/">Ferry</a><a href="/2026/11/20/bridge">Bridge</a>
    <a href="https://elsewhere.example/news/a-b-c-d-e">Elsewhere</a><a href="/a-b-c-d.pdf">P</a>
    </main><footer><a href="/how-we-use-your-data">Data</a></footer>"""
    site.page("/list", body)
    found = discover_from(listings=["/list"], article_url=None)
    assert sorted(found.paths) == [
        "/2026/11/20/bridge",
        "/news/12345678.ferry",
        "/news/weir-closes-for-good-1",
    ]


def test_a_selector_names_the_links(site: Site, discover_from: Discover) -> None:
    site.page("/list", listing(1, '<aside><a href="/news/story-77">Most read</a></aside>'))
    found = discover_from(listings=["/list"], listing_links="li.result h3 a")
    assert found.paths == numbers(1)


@pytest.mark.parametrize(
    ("box", "day"),
    [
        ("<time datetime='2026-05-04T10:00+01:00'>Today</time>", "2026-05-04"),
        ("<time>4 May 2026</time>", "2026-05-04"),
        ("<p>Monday 4 May 2026</p>", "2026-05-04"),
        ("<p>He was last seen on 4 May 2026 by a neighbour who was walking two dogs along the"
         " river in the rain.</p>", None),
        ("<p>Yesterday</p>", None),
    ],
)  # fmt: skip
def test_a_date_is_read_from_the_item_and_never_from_a_sentence(box: str, day: str | None) -> None:
    body = f"<ul><li><a href='/a'>A</a>{box}</li><li><a href='/b'>B</a></li></ul>".encode()
    listed = read_listing(body, "https://pell.example/", lambda _: True, "Europe/London").pages
    assert [page.published and page.published.date().isoformat() for page in listed] == [day, None]


def test_several_links_to_one_story_are_one_item() -> None:
    body = b"""<div><a href=/a><img></a><a href=/a#c>3</a><h2><a href=/a>Weir shut for good</a></h2>
    <time>4 May 2026</time></div><div><a href=/b>Ferry</a></div>"""
    listed = read_listing(body, "https://pell.example/", lambda _: True, "Europe/London").pages
    assert [(page.url[-2:], page.title) for page in listed] == [
        ("/a", "Weir shut for good"),
        ("/b", "Ferry"),
    ]
    assert [bool(page.published) for page in listed] == [True, False]


# --- Where reading ends ----------------------------------------------------------------------


def test_it_ends_at_a_page_that_is_wholly_known(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    first = paged(site, by_query, PAGERS["rel"])
    known = numbers(PAGES)[2:]  # the last of the first page on
    found = discover_from(listings=[first], article_url="/story-", known=known)
    assert web.pages() == ["/list", "/list?page=2"]
    assert found.problems == []
    assert found.paths == numbers(2)


def test_it_ends_at_a_page_older_than_the_window_known_or_not(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    first = paged(site, by_query, PAGERS["rel"])
    found = discover_from(
        listings=[first],
        article_url="/story-",
        known=numbers(1),
        since=datetime(2026, 6, 23, tzinfo=UTC),
        until=datetime(2026, 6, 24, 23, tzinfo=UTC),
    )
    assert web.pages() == ["/list", "/list?page=2", "/list?page=3"]
    assert found.paths == ["/news/story-04", "/news/story-05"]


def test_it_ends_at_the_cap_and_says_so(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    first = paged(site, by_query, PAGERS["rel"])
    found = discover_from(listings=[first], article_url="/story-", max_listing_pages=2)
    assert len(web.pages()) == 2
    assert found.kinds == ["cut"]
    assert "max_listing_pages (2)" in found.problems[0].detail


def test_it_ends_where_a_site_repeats_itself(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    for page in range(1, 9):
        site.page(by_query(page), listing(min(page, 2), PAGERS["rel"](page)))
    found = discover_from(listings=["/list"], article_url="/story-")
    assert len(web.pages()) == 3
    assert found.paths == numbers(2)


def test_a_circle_is_walked_once(web: WebServer, site: Site, discover_from: Discover) -> None:
    site.page("/list", listing(1, '<a rel="next" href="/list?page=2">Next</a>'))
    site.page("/list?page=2", listing(2, '<a rel="next" href="/list">Next</a>'))
    discover_from(listings=["/list"], article_url="/story-")
    assert web.pages() == ["/list", "/list?page=2"]


def test_a_pager_cannot_send_us_to_other_hosts(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    other = web.site("127.0.0.2")
    site.page("/list", listing(1, f'<a rel="next" href="{other.url("/list")}">Next</a>'))
    discover_from(listings=["/list"], article_url="/story-")
    assert web.targets(other) == []


def test_a_listing_that_cannot_be_read_is_told(site: Site, discover_from: Discover) -> None:
    site.page("/bare", b"<p>Nothing today</p>")
    site.page("/deep", b"<div>" * 1_000)
    found = discover_from(listings=["/gone", "/bare", "/deep"])
    assert found.kinds == ["unread", "empty", "unreadable"]


# --- Feeds that pages link to ----------------------------------------------------------------

HEAD = (
    '<head><link rel="alternate" type="application/rss+xml" href="/rss">'
    '<link rel="alternate" type="application/rss+xml" href="/comments/feed" title="Comments">'
    '<link rel="alternate" hreflang="cy" href="/cy"></head>'
)
FEED = b"<rss><channel><item><link>/news/from-the-feed</link></item></channel></rss>"


def test_a_feed_that_a_listing_links_to_is_read_when_none_is_declared(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    site.page("/list", listing(1, "").replace(b"<head>", HEAD.encode()))
    site.page("/rss", FEED)
    found = discover_from(listings=["/list"])
    assert web.pages() == ["/list", "/rss"]
    (ref,) = (ref for ref in found.refs if ref.found_by == "feed")
    assert ref.found_at == site.url("/rss")


def test_a_source_that_declares_nothing_is_found_from_its_home(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    site.page("/", f"<html>{HEAD}<body><a href='/news/on-the-front-page'>x</a></body>".encode())
    site.page("/rss", FEED)
    found = discover_from()
    assert web.pages() == ["/", "/rss"]
    assert sorted(found.paths) == ["/news/from-the-feed", "/news/on-the-front-page"]


def test_addresses_given_one_by_one_are_pages(site: Site, discover_from: Discover) -> None:
    found = discover_from(pages=["/news/weir/", "/news/ferry"])
    assert found.paths == ["/news/weir", "/news/ferry"]
    assert {ref.found_by for ref in found.refs} == {"list"}


# --- Hostile pages, and what addresses tell --------------------------------------------------


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<div>" * 20_000, "nested deeper than 250 levels"),
        (b"<p>" * 50_000, "more than 30,000 tags"),
        (b"%PDF-1.7 ...", "is no text"),
    ],
)
def test_a_page_that_would_cost_much_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(NotAListing, match=why):
        read_listing(body, "https://pell.example/", lambda _: True, "Europe/London")


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("/news/weir-shut-for-good", True),
        ("/news/24143678.weir/", True),
        ("/2026/11/20/weir", True),
        ("/news/weir", False),
        ("/news/weir-shut-for-good?page=2", False),
        ("/", False),
    ],
)
def test_the_shape_of_an_address_tells_articles(path: str, is_article: bool) -> None:
    assert looks_like_an_article(f"https://pell.example{path}") is is_article


@pytest.mark.parametrize(
    ("path", "number"),
    [("/news", 1), ("/news?page=7", 7), ("/news/page/3/", 3), ("/?q=a&PageNumber=4", 4)],
)
def test_an_address_tells_its_number(path: str, number: int) -> None:
    assert page_number(f"https://pell.example{path}") == number
