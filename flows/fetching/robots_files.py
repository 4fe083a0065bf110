"""robots.txt of each host: fetched when it is needed, kept a day, in this run and the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from flows.fetching.asking import Asking
from flows.fetching.bodies import beginning_of_body
from flows.fetching.clock import Clock
from flows.fetching.exchange import Answer, Question
from flows.fetching.hosts import Host, Hosts
from flows.fetching.outcomes import Failure, FailureKind
from flows.fetching.robots import MAX_ROBOTS_BYTES, Verdict, verdict
from flows.fetching.urls import BadAddress, checked_address
from flows.settings import Settings
from parsers.items import Source

KEPT = timedelta(days=1)
"""How long a robots.txt is gone by (RFC 9309, 2.4)."""

KEPT_WITHOUT_ANSWER = timedelta(minutes=10)
"""How long a host whose robots.txt gave no answer is left alone."""

MAX_REDIRECTS = 5
"""Redirects of a robots.txt that are followed, to other hosts too; more count as no file."""


MAX_HELD_CHARACTERS = 20_000_000
"""Characters of all files that are held. The oldest go first, and are fetched again if need be."""


class RobotsFiles:
    """Answers for each page whether its host's robots.txt allows it."""

    def __init__(self, settings: Settings, hosts: Hosts, asking: Asking, clock: Clock) -> None:
        self._product = settings.product
        self._hosts = hosts
        self._asking = asking
        self._clock = clock
        self._silent: dict[str, tuple[datetime, Failure]] = {}
        self._held: dict[Host, int] = {}
        self._held_characters = 0

    async def verdict(self, address: httpx.URL, source: Source | None) -> Verdict | Failure:
        """What robots.txt says about a page, or why its host's file could not be had."""
        host = self._hosts.host(address, source)
        async with host.robots_lock:
            if not self._is_recent(host.state.robots_fetched_at, KEPT):
                failure = self._recent_silence(host) or await self._load(host, address, source)
                if failure:
                    return failure
        state = host.state
        return verdict(state.robots_status, state.robots_body or "", str(address), self._product)

    async def _load(self, host: Host, page: httpx.URL, source: Source | None) -> Failure | None:
        """Fetch the file into the host's state."""
        outcome = await self._fetch(page, source)
        now = self._clock.now()
        if isinstance(outcome, Failure):
            failure = _as_failure_of_page(outcome)
            if failure.retry_at is None:  # else the host's own promise says when to ask again
                self._silent[host.state.host] = (now, failure)
            return failure
        has_rules = 200 <= outcome.status < 300
        host.state = replace(
            host.state,
            robots_status=outcome.status,
            robots_body=outcome.body.decode("utf-8-sig", "replace") if has_rules else None,
            robots_fetched_at=now,
        )
        self._hold(host)
        return None

    async def _fetch(self, page: httpx.URL, source: Source | None) -> Answer | Failure:
        """The last answer of the redirects that begin at a page's robots.txt."""
        address = page.copy_with(raw_path=b"/robots.txt")
        for redirects in range(MAX_REDIRECTS + 1):
            host, pace = self._hosts.host(address, source), self._hosts.pace(address, source)
            question = Question(
                address,
                headers={},
                private_allowed=self._hosts.private_allowed(address, source),
                read=beginning_of_body(MAX_ROBOTS_BYTES),
            )
            outcome = (await self._asking.ask(host, pace, question)).outcome
            if isinstance(outcome, Failure) or outcome.redirects_to is None:
                return outcome
            if redirects < MAX_REDIRECTS:
                try:
                    address = checked_address(outcome.redirects_to, address)
                except BadAddress as error:
                    return Failure("address", f"redirects to {error}")
        return outcome

    def _hold(self, host: Host) -> None:
        """Keep what is held bounded: a hostile site may have any number of hosts."""
        size = len(host.state.robots_body or "")
        self._held_characters += size - self._held.pop(host, 0)
        self._held[host] = size
        while self._held_characters > MAX_HELD_CHARACTERS and len(self._held) > 1:
            oldest = next(iter(self._held))
            self._held_characters -= self._held.pop(oldest)
            oldest.state = replace(
                oldest.state, robots_status=None, robots_body=None, robots_fetched_at=None
            )

    def _recent_silence(self, host: Host) -> Failure | None:
        failed_at, failure = self._silent.get(host.state.host, (None, None))
        return failure if self._is_recent(failed_at, KEPT_WITHOUT_ANSWER) else None

    def _is_recent(self, moment: datetime | None, span: timedelta) -> bool:
        # A moment that is still to come is of a clock that was wrong.
        return moment is not None and timedelta(0) <= self._clock.now() - moment < span


def _as_failure_of_page(failure: Failure) -> Failure:
    """What it means for a page that its host's robots.txt could not be had.

    Where the host cannot be reached the page cannot either; anything else forbids the page.
    """
    if failure.kind in ("address", "connection", "tls"):
        return failure
    kept = failure.retry_at is not None or failure.kind == "timeout"
    kind: FailureKind = failure.kind if kept else "robots"
    return replace(failure, kind=kind, detail=f"robots.txt: {failure.detail}")
