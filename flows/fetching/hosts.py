"""What is known of each host, and whose turn it is: one queue a host, a pause between requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import httpx

from flows.fetching.clock import Clock
from flows.fetching.urls import host_name, origin
from flows.sources.loading import source_hosts
from parsers.items import Politeness, Source

BUSY_IN_A_ROW = 10
"""Pages of a host that were asked for in vain, one after the other, before it has a rest."""

REST = timedelta(minutes=15)
"""How long such a host is left alone, in this run and the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is to be remembered of a host from one run to the next.

    ``host`` is scheme, name and port (``https://www.example.org``, ``http://127.0.0.1:8080``), as
    robots.txt holds for these three together. ``robots_status`` is the HTTP status of its
    robots.txt, ``robots_body`` the text when there is one, ``robots_fetched_at`` when it was
    fetched; all None when it is to be fetched again. ``retry_at`` is when the host asked to come
    back (Retry-After).
    """

    host: str
    robots_status: int | None = None
    robots_body: str | None = None
    robots_fetched_at: datetime | None = None
    retry_at: datetime | None = None


class Pace(NamedTuple):
    """Seconds between requests, and how many may be in flight."""

    delay: float
    concurrency: int


class NotNow(Exception):
    """A host asked to come back at ``retry_at``, which is too long to wait for."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(f"asked to come back at {retry_at:%Y-%m-%d %H:%M:%S} UTC")
        self.retry_at = retry_at


class Lane:
    """A line of requests at a pace: of one host, or of all hosts of one platform."""

    def __init__(self, clock: Clock, slots: asyncio.Semaphore) -> None:
        self._clock = clock
        self._slots = slots
        self._gate = asyncio.Lock()
        self._freed = asyncio.Event()
        self._in_flight = 0
        self._last = float("-inf")

    async def enter(self, pace: Pace) -> None:
        """Wait for the turn: first come, first served, and no request before its time."""
        async with self._gate:
            while self._in_flight >= pace.concurrency:
                self._freed.clear()
                await self._freed.wait()
            while (early := self._last + pace.delay - self._clock.monotonic()) > 0:
                await self._clock.sleep(early)
            await self._slots.acquire()
            self._in_flight += 1
            self._last = self._clock.monotonic()

    def leave(self) -> None:
        """The request is over: from here on the next one's delay counts."""
        self._last = self._clock.monotonic()
        self._in_flight -= 1
        self._freed.set()
        self._slots.release()


class Host:
    """One host: its state, its queue, and the lane it shares or has for itself."""

    def __init__(self, state: HostState, lane: Lane, clock: Clock, patience: float) -> None:
        self.state = state
        self.robots_lock = asyncio.Lock()
        self._lane = lane
        self._clock = clock
        self._patience = patience
        self._gate = asyncio.Lock()
        self._busy_in_a_row = 0

    @asynccontextmanager
    async def turn(self, pace: Pace) -> AsyncIterator[None]:
        """The time for one request.

        Raises:
            NotNow: the host asked for more patience than there is.
        """
        # A host that pauses waits here, at the head of its own queue, not in a shared lane.
        async with self._gate:
            while True:
                await self._wait_for_the_host()
                await self._lane.enter(pace)
                if self._pause() <= 0:
                    break
                self._lane.leave()
        try:
            yield
        finally:
            self._lane.leave()

    def note(self, busy: bool) -> None:
        """What came of a page after all attempts: a host that is busy each time is left alone."""
        self._busy_in_a_row = self._busy_in_a_row + 1 if busy else 0
        if self._busy_in_a_row >= BUSY_IN_A_ROW:
            self.pause_until(self._clock.now() + REST)

    def pause_until(self, moment: datetime) -> None:
        """No request to this host before then; an earlier promise stands if it is longer."""
        if self.state.retry_at is None or self.state.retry_at < moment:
            self.state = replace(self.state, retry_at=moment)

    async def _wait_for_the_host(self) -> None:
        while self.state.retry_at and (pause := self._pause()) > 0:
            if pause > self._patience:
                raise NotNow(self.state.retry_at)
            await self._clock.sleep(pause)

    def _pause(self) -> float:
        if self.state.retry_at is None:
            return 0.0
        return (self.state.retry_at - self._clock.now()).total_seconds()


class Hosts:
    """All hosts met so far, each at the pace of the source that it belongs to."""

    def __init__(
        self,
        sources: Iterable[Source],
        remembered: Mapping[str, HostState],
        clock: Clock,
        *,
        connections: int,
        patience: float,
        allow_private_hosts: bool,
    ) -> None:
        self._allow_private_hosts = allow_private_hosts
        self._remembered = dict(remembered)
        self._clock = clock
        self._patience = patience
        self._slots = asyncio.Semaphore(connections)
        self._hosts: dict[str, Host] = {}
        self._lanes: dict[str, Lane] = {}
        self._owners: dict[str, list[Source]] = {}
        for source in sources:
            for name in _own_hosts(source):
                self._owners.setdefault(name, []).append(source)

    def host(self, address: httpx.URL, source: Source | None) -> Host:
        """The host of an address."""
        key = origin(address)
        if key not in self._hosts:
            state = self._remembered.get(key, HostState(host=key))
            lane = self._lane(address, source)
            self._hosts[key] = Host(state, lane, self._clock, self._patience)
        return self._hosts[key]

    def pace(self, address: httpx.URL, source: Source | None, robots_delay: float = 0.0) -> Pace:
        """How fast to go: as gently as the gentlest source that has a say, and robots.txt, ask."""
        wishes = self._politeness(address, source)
        return Pace(
            delay=max(robots_delay, *(wish.delay for wish in wishes)),
            concurrency=min(wish.concurrency for wish in wishes),
        )

    def private_allowed(self, address: httpx.URL, source: Source | None) -> bool:
        """Whether a host may be at an address that is not public, for the source that asks."""
        if source and source.allow_private_hosts and host_name(address) in _own_hosts(source):
            return True
        return self._allow_private_hosts

    def states(self) -> dict[str, HostState]:
        """What is to be remembered of every host, met in this run or before it."""
        return self._remembered | {key: host.state for key, host in self._hosts.items()}

    def _lane(self, address: httpx.URL, source: Source | None) -> Lane:
        # One machine answers for both schemes; another port may be another machine.
        shared = (wish.shared_by for wish in self._politeness(address, source))
        key = next((f"shared by {name}" for name in shared if name), None)
        return self._lanes.setdefault(
            key or address.netloc.decode("ascii"), Lane(self._clock, self._slots)
        )

    def _politeness(self, address: httpx.URL, source: Source | None) -> list[Politeness]:
        """The wishes of the sources that a host belongs to, else of the one that asks."""
        owners = self._owners.get(host_name(address), [])
        if source and (not owners or host_name(address) in _own_hosts(source)):
            owners = [*owners, source]
        return [owner.politeness for owner in owners] or [Politeness()]


def _own_hosts(source: Source) -> set[str]:
    """A source's hosts as DNS has them."""
    return {_dns_name(name) for name in source_hosts(source)}


@lru_cache(maxsize=1_000)
def _dns_name(name: str) -> str:
    try:
        return host_name(httpx.URL(scheme="http", host=name))
    except (httpx.InvalidURL, ValueError):  # a host that no address can have
        return name
