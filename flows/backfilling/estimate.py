"""What a planned backfill would ask of each host, and how long that takes at the polite rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import httpx

from flows.backfilling.planning import Plan
from flows.fetching.clock import SystemClock
from flows.fetching.hosts import Hosts, HostState
from flows.fetching.robots import Verdict, verdict
from flows.fetching.urls import origin
from flows.settings import Settings


class HostEstimate(NamedTuple):
    """One host: pages to ask for, those that its robots.txt refuses, seconds between requests."""

    host: str
    requests: int
    refused: int
    delay: float

    @property
    def time(self) -> timedelta:
        """How long the requests take at least: the answers' own time comes on top."""
        return timedelta(seconds=self.requests * self.delay)


def estimate(plan: Plan, settings: Settings) -> tuple[HostEstimate, ...]:
    """What each host would be asked for, the most asked first; one request a page is assumed."""
    hosts = Hosts(
        plan.sources.values(),
        plan.hosts,
        SystemClock(),
        connections=settings.connections,
        patience=settings.patience,
        allow_private_hosts=settings.allow_private_hosts,
    )
    requests: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    delays: dict[str, float] = {}
    for address in _addresses(plan):
        host = origin(address)
        told = _verdict(plan.hosts.get(host), str(address), settings)
        (requests if told.allowed else refused)[host] += 1
        pace = hosts.pace(address, plan.asker, told.delay)
        delays[host] = max(pace.delay, delays.get(host, 0.0))
    found = (HostEstimate(host, requests[host], refused[host], delays[host]) for host in delays)
    return tuple(sorted(found, key=lambda host: -host.requests))


def _addresses(plan: Plan) -> Iterator[httpx.URL]:
    for refs in plan.windows.values():
        for ref in refs:
            yield httpx.URL(ref.listed_url or ref.url)


def _verdict(state: HostState | None, url: str, settings: Settings) -> Verdict:
    """What robots.txt says; a host that was never asked for it is taken to allow all."""
    if state is None or state.robots_status is None:
        return Verdict(True, "not asked yet")
    return verdict(state.robots_status, state.robots_body or "", url, settings.product)
