"""Fetching as the tests do it: real answers from the loopback server, time that need not pass."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from flows.fetching.client import Fetcher
from flows.fetching.clock import Clock
from flows.fetching.connecting import Network
from flows.fetching.hosts import HostState
from flows.fetching.outcomes import Failure, Fetch, Validators
from flows.settings import Settings
from parsers.items import Politeness, Snapshot, Source

PAGE = b"<!doctype html><p>The hearing lasted two days.</p>" * 40
PUBLIC = "93.184.215.14"

OPEN = Settings(allow_private_hosts=True, max_bytes=100_000, deadline=5, retries=0)
"""Settings for a server on loopback."""

GUARDED = Settings(max_bytes=100_000, deadline=5, retries=0)
"""Settings as they are shipped, but small."""


class QuickClock:
    """Time that passes at once when it is slept, and is written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._ahead += seconds
        await asyncio.sleep(0)


def fetch_all(
    urls: Sequence[str],
    settings: Settings = OPEN,
    source: Source | None = None,
    *,
    sources: Sequence[Source] = (),
    hosts: Mapping[str, HostState] = {},
    network: Network | None = None,
    clock: Clock | None = None,
    validators: Validators | None = None,
    max_bytes: int | None = None,
) -> tuple[list[Fetch], Mapping[str, HostState]]:
    """All addresses at once with one fetcher, and what it remembers of their hosts."""

    async def ask() -> tuple[list[Fetch], Mapping[str, HostState]]:
        known = {each.id: each for each in (*sources, *([source] if source else []))}
        async with Fetcher(
            settings, known, hosts, network=network, clock=clock or QuickClock()
        ) as fetcher:
            fetches = await asyncio.gather(
                *(
                    fetcher.fetch(url, source, validators=validators, max_bytes=max_bytes)
                    for url in urls
                )
            )
            return list(fetches), fetcher.hosts()

    return asyncio.run(ask())


def fetch(url: str, *arguments: object, **options: object) -> Fetch:
    """One address; arguments as for ``fetch_all``."""
    (only,), _ = fetch_all([url], *arguments, **options)  # type: ignore[arg-type]
    return only


def page(url: str, *arguments: object, **options: object) -> Snapshot:
    """The snapshot of an address that gives one."""
    result = fetch(url, *arguments, **options).result
    assert isinstance(result, Snapshot), result
    return result


def failure(url: str, *arguments: object, **options: object) -> Failure:
    """The failure of an address that gives one."""
    result = fetch(url, *arguments, **options).result
    assert isinstance(result, Failure), result
    return result


def source(
    name: str = "gazette",
    home: str | None = None,
    *,
    language: str = "en",
    allow_private_hosts: bool = False,
    host_aliases: tuple[str, ...] = (),
    **politeness: object,
) -> Source:
    """A source with the politeness given."""
    return Source(
        id=name,
        publisher="Harrow Gazette",
        publisher_type="newspaper",
        home=home,
        language=language,
        host_aliases=host_aliases,
        allow_private_hosts=allow_private_hosts,
        politeness=Politeness(**politeness),  # type: ignore[arg-type]
    )
