"""Newsrooms on loopback: listing pages, articles with honest ETags, a log of what was asked."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from tests.flows.newsroom import ask, page_text, write_source
from tests.flows.webserver import Exchange, Request, Site, WebServer
from tests.flows.webserver.server import whole

PAGES_A_LISTING = 20


class Newsroom:
    """One site: ``/news?page=N`` lists its articles, ``/news/N`` are they; each has its ETag."""

    def __init__(self, source_id: str, site: Site, articles: int) -> None:
        self.source_id = source_id
        self.site = site
        self.towns = {f"/news/{number}": f"{source_id} ward {number}" for number in range(articles)}
        for path in self.towns:
            self.site.answer(path, self._article)
        for number in range(max(1, -(-articles // PAGES_A_LISTING))):
            self.site.page(_listing_path(number), self._listing(number).encode())

    def declare(self, seeds: Path, **keys: object) -> None:
        """Write the source's file: a listing, a low delay, loopback allowed."""
        declared: dict[str, object] = {
            "folder": "null",
            "home": self.site.url("/"),
            "allow_private_hosts": True,
            "article_url": "/news/[0-9]+$",
            "discovery": f"{{listings: ['{self.site.url(_listing_path(0))}']}}",
            "politeness": "{delay: 0.01}",
        }
        write_source(seeds, self.source_id, **(declared | keys))

    def url(self, path: str) -> str:
        return self.site.url(path)

    def rewrite(self, path: str, town: str) -> None:
        """The article says something else from now on, under another ETag."""
        self.towns[path] = town

    def _article(self, request: Request) -> bytes:
        town = self.towns[request.target]
        etag = f'"{town}"'
        if request.headers.get("if-none-match") == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        return whole(page_text(town).encode(), headers={"ETag": etag})

    def _listing(self, number: int) -> str:
        paths = list(self.towns)[number * PAGES_A_LISTING : (number + 1) * PAGES_A_LISTING]
        items = "".join(
            f'<li><h3><a href="{path}">Night patrols return to {self.towns[path]}</a></h3></li>'
            for path in paths
        )
        last = (number + 1) * PAGES_A_LISTING >= len(self.towns)
        following = "" if last else f'<a rel="next" href="{_listing_path(number + 1)}">Next</a>'
        return f"<html><body><ul>{items}</ul>{following}</body></html>"


def _listing_path(number: int) -> str:
    return f"/news?page={number}"


def newsrooms(
    web: WebServer, seeds: Path, sites: int, articles: int, **keys: object
) -> list[Newsroom]:
    """So many newsrooms with as many articles each, on addresses of their own, declared."""
    found = []
    for number in range(sites):
        newsroom = Newsroom(f"ward{number:03}", web.site(f"127.0.1.{number + 1}"), articles)
        newsroom.declare(seeds, **keys)
        found.append(newsroom)
    return found


# --- Runs as processes -----------------------------------------------------------------------


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start ``newsgrain ingest --direct`` as a process of its own."""
    command = [sys.executable, "-m", "flows", "ingest", "--direct", *arguments]
    command += ["--warehouse", str(folder / "news.duckdb"), "--seeds", str(folder / "seeds")]
    return subprocess.Popen(
        command,
        env={**os.environ, "NEWSGRAIN_WORKERS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def kill(run: subprocess.Popen[bytes]) -> bool:
    """SIGKILL to the run's own process; whether it was still alive.

    Its pool's processes have to end by themselves: until then they hold its output open.
    """
    alive = run.poll() is None
    run.kill()
    run.communicate(timeout=60)
    return alive


# --- What is there afterwards ----------------------------------------------------------------


def captured_urls(warehouse: Path) -> set[str]:
    """Addresses of the whole responses in the capture files, torn tails left out."""
    found = set()
    captures = warehouse.with_name(warehouse.name + ".d") / "captures"
    for path in sorted(captures.rglob("*.warc.gz*")):
        with path.open("rb") as file:
            found |= set(_whole_responses(file))
    return found


def _whole_responses(file: BinaryIO) -> Iterator[str]:
    with suppress(OSError):  # torn
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            digest = "sha256:" + hashlib.sha256(record.reader.read()).hexdigest()
            if digest == record.headers["WARC-Payload-Digest"]:
                yield record.headers["WARC-Target-URI"]


CONTENT = (
    "SELECT article_id, version, url, headline, body_digest, gone_at FROM article_versions",
    "SELECT payload_digest, requested_url FROM snapshots",
    "SELECT target, reason FROM rejections",
    "SELECT url, etag, payload_digest, article_id, failures FROM pages",
    "SELECT target, outcome, payload_digest FROM fetches",
)


def content(warehouse: Path) -> list[list[tuple[Any, ...]]]:
    """What a warehouse holds, without what tells of time and of the number of runs."""
    return [ask(warehouse, f"{query} ORDER BY ALL") for query in CONTENT]


def asked(log: Iterable[Exchange], *, after: int = 0) -> list[str]:
    """Addresses of articles that were asked for, from the log's entry ``after`` on."""
    return [
        exchange.site + exchange.target
        for exchange in list(log)[after:]
        if exchange.target.startswith("/news/")
    ]


def intervals(log: Sequence[Exchange], site: Site) -> list[float]:
    """Seconds between the beginnings of successive requests to a site."""
    began = [exchange.began for exchange in log if exchange.site == site.origin]
    return [later - earlier for earlier, later in pairwise(began)]
