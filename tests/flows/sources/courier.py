"""A small invented newsroom on loopback: front page, listing, feed, sitemap, three stories."""

from __future__ import annotations

from tests.flows.newsroom import page_text
from tests.flows.webserver import Site

STORIES = {
    "/news/night-patrols-return-to-arlsey/": ("Arlsey", 20),
    "/news/night-patrols-return-to-brindle/": ("Brindle", 19),
    "/news/night-patrols-return-to-corvey/": ("Corvey", 18),
}

_HEAD = """<head><title>Latest | Pellbrook Courier</title>
<meta property="og:site_name" content="Pellbrook Courier">
<link rel="stylesheet" href="/wp-content/themes/courier/style.css">
<link rel="alternate" type="application/rss+xml" href="/feed/"></head>"""


def build(site: Site) -> None:
    """Script the site's pages."""
    links = "".join(
        f"<article><h2><a href='{path}'>Night patrols return to {town}</a></h2>"
        f"<time datetime='2026-11-{day}'>{day} November 2026</time></article>"
        for path, (town, day) in STORIES.items()
    )
    page = f"<!doctype html><html lang='en-GB'>{_HEAD}<body><main>{links}</main></body></html>"
    site.page("/", page.encode())
    site.page("/news/", page.encode())
    items = "".join(
        f"<item><link>{path}</link><pubDate>{day} Nov 2026 09:00:00 GMT</pubDate></item>"
        for path, (_, day) in STORIES.items()
    )
    site.page("/feed/", f"<rss><channel>{items}</channel></rss>".encode())
    locations = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in STORIES)
    site.page("/sitemap.xml", f"<urlset>{locations}</urlset>".encode())
    site.robots(f"User-agent: *\nDisallow: /private/\nSitemap: {site.url('/sitemap.xml')}\n")
    for path, (town, day) in STORIES.items():
        date = f"<meta property='article:published_time' content='2026-11-{day}T09:00:00Z'>"
        site.page(path, page_text(town).replace("<head>", f"<head>{date}").encode())
