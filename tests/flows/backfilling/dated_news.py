"""A newsroom on loopback whose sitemap and listing tell the day of each article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.flows.newsroom import page_text, write_source
from tests.flows.webserver import Site

PAGES_A_LISTING = 5


class DatedNews:
    """``/news/N`` are its articles; ``/sitemap.xml`` and ``/news?page=N`` tell their days."""

    def __init__(self, site: Site, published: Iterable[date]) -> None:
        self.site = site
        newest_first = sorted(published, reverse=True)
        self.days = {f"/news/{number}": day for number, day in enumerate(newest_first)}
        for path in self.days:
            site.page(path, self.page(path).encode())
        self.list_all()

    def page(self, path: str) -> str:
        """An article that tells its day."""
        meta = f'<meta property="article:published_time" content="{self.days[path]}T09:30:00Z">'
        return page_text(f"Ward {path}").replace("</head>", f"{meta}</head>")

    def list_all(self) -> None:
        """Make the sitemap and the listing name all articles."""
        entries = "".join(
            f"<url><loc>{self.site.url(path)}</loc><lastmod>{day}</lastmod></url>"
            for path, day in self.days.items()
        )
        header = {"Content-Type": "application/xml"}
        self.site.page("/sitemap.xml", f"<urlset>{entries}</urlset>".encode(), headers=header)
        for first in range(0, len(self.days), PAGES_A_LISTING):
            number = first // PAGES_A_LISTING + 1
            self.site.page(f"/news?page={number}", self._listing(first).encode())

    def _listing(self, first: int) -> str:
        shown = list(self.days.items())[first : first + PAGES_A_LISTING]
        items = "".join(
            f'<li><h3><a href="{path}">Night patrols return to {path}</a></h3>'
            f"<time datetime={day}>{day:%d %B %Y}</time></li>"
            for path, day in shown
        )
        return f"<html><body><ul>{items}</ul></body></html>"

    def page_feeds(self, *, linked: bool) -> None:
        """Answer ``/feed?page=N``; ``linked`` says whether each page links to the next."""
        shown = list(self.days.items())
        for first in range(0, len(shown), PAGES_A_LISTING):
            number = first // PAGES_A_LISTING + 1
            items = "".join(
                f"<item><link>{self.site.url(path)}</link><pubDate>{day}T09:30:00Z</pubDate></item>"
                for path, day in shown[first : first + PAGES_A_LISTING]
            )
            following = f'<atom:link rel="next" href="/feed?page={number + 1}"/>' if linked else ""
            feed = (
                '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
                f"<title>Pellbrook</title>{following}{items}</channel></rss>"
            )
            self.site.page(f"/feed?page={number}", feed.encode())

    def declare(self, seeds: Path, discovery: str, **keys: object) -> None:
        """Write the source's file, with what it lists."""
        declared: dict[str, object] = {
            "folder": "null",
            "home": self.site.url("/"),
            "allow_private_hosts": True,
            "article_url": "/news/[0-9]+$",
            "discovery": discovery,
            "politeness": "{delay: 0.01}",
            "time_zone": "UTC",
        }
        write_source(seeds, "pellbrook", **(declared | keys))

    def sitemap(self) -> str:
        """The declaration of its sitemap."""
        return f"{{sitemaps: ['{self.site.url('/sitemap.xml')}']}}"

    def feed(self, page: str) -> str:
        """The declaration of its feed, begun at a page of this number or counted by {page}."""
        return f"{{feeds: ['{self.site.url(f'/feed?page={page}')}']}}"

    def listing(self) -> str:
        """The declaration of its numbered listing."""
        return f"{{listings: ['{self.site.url('/news?page={page}')}']}}"
