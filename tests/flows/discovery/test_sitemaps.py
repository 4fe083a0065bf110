"""Sitemaps against a real server: indexes, news, gzip, loops, and where reading ends."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from parsers.sitemaps import MAX_ENTRIES, NotASitemap, read_sitemap
from tests.flows.discovery.conftest import Discover
from tests.flows.webserver import Site, WebServer

SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(site: Site, *pages: str) -> bytes:
    """A sitemap of pages, each ``path`` or ``path day``."""
    entries = "".join(f"<url>{_entry(site, page)}</url>" for page in pages)
    return f'<?xml version="1.0"?>\n<urlset {SPACES}>{entries}</urlset>'.encode()


def index(site: Site, *sitemaps: str) -> bytes:
    entries = "".join(f"<sitemap>{_entry(site, sitemap)}</sitemap>" for sitemap in sitemaps)
    return f'<?xml version="1.0"?>\n<sitemapindex {SPACES}>{entries}</sitemapindex>'.encode()


def _entry(site: Site, page: str) -> str:
    path, _, day = page.partition(" ")
    lastmod = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<loc>\n  {site.url(path)}\n</loc>{lastmod}"


def test_pages_come_newest_first_with_what_the_sitemap_tells(
    site: Site, discover_from: Discover
) -> None:
    body = urlset(site, "/news/b 2026-11-01", "/news/c", "/news/a 2026-11-20", "/shop/mug")
    site.page("/sitemap.xml", body)
    found = discover_from(sitemaps=["/sitemap.xml"])
    assert found.problems == []
    assert found.paths == ["/news/a", "/news/b", "/news/c"]
    assert found.refs[0].lastmod == datetime(2026, 11, 20, tzinfo=UTC)
    assert {(r.found_by, r.found_at) for r in found.refs} == {("sitemap", site.url("/sitemap.xml"))}


def test_a_news_sitemap_tells_title_and_publication(site: Site, discover_from: Discover) -> None:
    entry = (
        f"<url><loc>{site.url('/news/weir?a=1&b=2')}</loc><news:news>"
        "<news:publication><news:name>Courier</news:name></news:publication>"
        "<news:publication_date>2026-11-20T09:00:00+00:00</news:publication_date>"
        "<news:title>Weir &amp; ferry</news:title></news:news></url>"
    )
    site.page("/news.xml", f"<urlset {SPACES} {NEWS}>{entry}</urlset>".encode())
    (ref,) = discover_from(sitemaps=["/news.xml"]).refs
    assert ref.url == site.url("/news/weir?a=1&b=2")
    assert (ref.title, ref.lastmod) == ("Weir & ferry", datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_gzip_is_read_as_a_file_and_as_a_coding(
    site: Site, discover_from: Discover, headers: dict[str, str]
) -> None:
    body = gzip.compress(urlset(site, "/news/weir"))
    site.page("/sitemap.xml.gz", body, headers={"Content-Type": "application/x-gzip", **headers})
    assert discover_from(sitemaps=["/sitemap.xml.gz"]).paths == ["/news/weir"]


def test_a_list_of_addresses_is_a_sitemap_too(site: Site, discover_from: Discover) -> None:
    lines = f"\ufeff{site.url('/news/a')}\r\n\r\n{site.url('/news/b')}\r\n"
    site.page("/sitemap.txt", lines.encode(), headers={"Content-Type": "text/plain"})
    assert discover_from(sitemaps=["/sitemap.txt"]).paths == ["/news/a", "/news/b"]


# --- Indexes ---------------------------------------------------------------------------------


def archive(site: Site) -> None:
    """An index of three sitemaps, the oldest first as publishers do."""
    names = ("/2024.xml 2024-12-31", "/2025.xml 2025-12-31", "/2026.xml 2026-11-20")
    site.page("/index.xml", index(site, *names))
    for year in (2024, 2025, 2026):
        site.page(f"/{year}.xml", urlset(site, f"/news/{year} {year}-11-20"))


def test_an_index_is_followed_newest_first(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    archive(site)
    found = discover_from(sitemaps=["/index.xml"])
    assert found.paths == ["/news/2026", "/news/2025", "/news/2024"]
    assert web.pages() == ["/index.xml", "/2026.xml", "/2025.xml", "/2024.xml"]


def test_reading_ends_at_a_dated_sitemap_that_is_wholly_known(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    archive(site)
    found = discover_from(sitemaps=["/index.xml"], known=["/news/2025"])
    assert web.pages() == ["/index.xml", "/2026.xml", "/2025.xml"]
    assert found.paths == ["/news/2026", "/news/2025"]


def test_in_a_window_only_older_sitemaps_are_left_out(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    archive(site)
    since = datetime(2025, 6, 1, tzinfo=UTC)
    known = ["/news/2025", "/news/2026"]
    found = discover_from(sitemaps=["/index.xml"], since=since, known=known)
    assert web.pages() == ["/index.xml", "/2026.xml", "/2025.xml"]
    assert found.paths == ["/news/2026", "/news/2025"]


def test_sitemaps_beyond_the_cap_are_told(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    archive(site)
    found = discover_from(sitemaps=["/index.xml"], max_sitemaps=2)
    assert found.paths == ["/news/2026"]
    assert found.kinds == ["cut"]
    assert "2 sitemaps more than max_sitemaps (2)" in found.problems[0].detail


def test_loops_end_and_depth_is_bounded(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    site.page("/a.xml", index(site, "/b.xml", "/a.xml", "/0.xml"))
    site.page("/b.xml", index(site, "/a.xml", "/b.xml"))
    for level in range(20):
        site.page(f"/{level}.xml", index(site, f"/{level + 1}.xml"))
    found = discover_from(sitemaps=["/a.xml"])
    assert web.pages() == ["/a.xml", "/b.xml", "/0.xml", "/1.xml", "/2.xml"]
    assert found.kinds == ["cut"]


def test_an_index_cannot_send_us_to_other_hosts(
    web: WebServer, site: Site, discover_from: Discover
) -> None:
    other = web.site("127.0.0.2")
    other.page("/sitemap.xml", urlset(site, "/news/weir"))
    body = index(site, "/own.xml").replace(site.url("/own.xml").encode(), other.url("/s").encode())
    site.page("/index.xml", body)
    discover_from(sitemaps=["/index.xml"])
    assert web.targets(other) == []


def test_one_broken_sitemap_does_not_stop_the_others(site: Site, discover_from: Discover) -> None:
    site.page("/index.xml", index(site, "/gone.xml", "/html.xml", "/good.xml"))
    site.page("/html.xml", b"<html><body>Sorry</body></html>")
    site.page("/good.xml", urlset(site, "/news/weir"))
    found = discover_from(sitemaps=["/index.xml"])
    assert found.paths == ["/news/weir"]
    assert found.kinds == ["unread", "unreadable"]


# --- Hostile sitemaps ------------------------------------------------------------------------


def bomb(megabytes: int) -> bytes:
    """A gzip of a sitemap that goes on and on."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    parts = [squeeze.compress(b"<urlset>")]
    parts += [squeeze.compress(b" " * 1_000_000) for _ in range(megabytes)]
    return b"".join(parts) + squeeze.flush()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (bomb(60), "larger than 52,428,800 bytes"),
        (gzip.compress(b"<urlset><url><loc>https://a.example/")[:-9], "ends early"),
        (b"\x1f\x8b\x08 not gzip", "damaged"),
        (b"<urlset><url><loc>https://a.exam", "not read to its end"),
        (b"<urlset>" + b"<a>" * 100_000, "not read to its end"),
        (b"<rss><channel><item/></channel></rss>", "declared under feeds"),
        (b"Not found", "neither XML nor addresses"),
    ],
)
def test_what_is_no_sitemap_is_told(body: bytes, why: str) -> None:
    with pytest.raises(NotASitemap, match=why):
        read_sitemap(body, "https://a.example/s.xml", "Europe/London")


def test_an_entity_is_never_what_it_was_declared_to_be() -> None:
    declared = b"<!DOCTYPE u [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    body = declared + b"<urlset><url><loc>https://a.example/&a;</loc></url></urlset>"
    sitemap = read_sitemap(body, "https://a.example/s.xml", "Europe/London")
    assert [page.url for page in sitemap.pages] == ["https://a.example/&a;"]


def test_more_entries_than_allowed_are_cut() -> None:
    body = "".join(f"<url><loc>https://a.example/{n}</loc></url>" for n in range(MAX_ENTRIES + 9))
    sitemap = read_sitemap(f"<urlset>{body}</urlset>".encode(), "https://a.example/", "UTC")
    assert len(sitemap.pages) == MAX_ENTRIES
    assert sitemap.damage == "only its first 50,000 entries were read"
