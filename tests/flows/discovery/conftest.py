"""A site on loopback that lists pages, and discoveries of it as a run makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import NamedTuple

import pytest

from flows.discovery import DiscoveryProblem, discover
from flows.fetching.client import Fetcher
from flows.settings import Settings
from parsers.items import Discovery, PageRef, Politeness, Source
from tests.flows.webserver import Site, WebServer


class Found(NamedTuple):
    """What a discovery gave, apart."""

    refs: list[PageRef]
    problems: list[DiscoveryProblem]

    @property
    def paths(self) -> list[str]:
        return ["/" + ref.url.split("/", 3)[3] for ref in self.refs]

    @property
    def kinds(self) -> list[str]:
        return [problem.kind for problem in self.problems]


Discover = Callable[..., Found]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as web:
        yield web


@pytest.fixture
def site(web: WebServer) -> Site:
    return web.site()


@pytest.fixture
def discover_from(site: Site) -> Discover:
    """Discover from indexes named by their paths: ``discover_from(feeds=["/rss"])``."""

    def discover_from(
        *,
        known: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        collected_before: bool = False,
        article_url: str | None = "/news/",
        home: str | None = "/",
        **indexes: object,
    ) -> Found:
        declared = {
            name: tuple(map(site.url, value)) if isinstance(value, list) else value
            for name, value in indexes.items()
        }
        source = Source(
            id="courier",
            publisher="Pellbrook Courier",
            publisher_type="newspaper",
            home=site.url(home) if home else None,
            article_url=article_url,
            politeness=Politeness(delay=0),
            discovery=Discovery(**declared),  # type: ignore[arg-type]
        )
        before = {site.url(path) for path in known}

        async def gather() -> Found:
            found = Found([], [])
            settings = Settings(allow_private_hosts=True, retries=0)
            async with Fetcher(settings, {source.id: source}) as fetcher:
                async for item in discover(
                    source,
                    fetcher,
                    before.intersection,
                    since=since,
                    until=until,
                    collected_before=collected_before,
                ):
                    if isinstance(item, PageRef):
                        found.refs.append(item)
                    else:
                        found.problems.append(item)
            return found

        return asyncio.run(gather())

    return discover_from
