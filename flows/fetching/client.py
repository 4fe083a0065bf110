"""The one client for the web: polite to each host, bounded in all it takes, never surprised."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import httpx

from flows.fetching.asking import Asking
from flows.fetching.bodies import whole_body
from flows.fetching.clock import Clock, SystemClock
from flows.fetching.conditions import agrees, conditional_headers
from flows.fetching.connecting import CheckedTransport, Network, SystemNetwork
from flows.fetching.decompression import codings
from flows.fetching.exchange import Answer, Exchanges, Question, with_headers
from flows.fetching.hosts import Hosts, HostState
from flows.fetching.outcomes import Failure, Fetch, NotModified, Validators
from flows.fetching.robots_files import RobotsFiles
from flows.fetching.snapshots import snapshot_of
from flows.fetching.urls import BadAddress, checked_address, without_credentials
from flows.settings import Settings
from parsers.items import Snapshot, Source

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"

Result = Snapshot | NotModified | Failure


class Fetcher:
    """Fetches pages: ``async with Fetcher(settings, sources, hosts) as fetcher``.

    ``hosts`` is what ``hosts()`` gave at the end of the last run. Any number of ``fetch`` may run
    at once: each host has its own queue, in the order of the calls, so waiting on one host never
    holds up another. Cookies are not kept, and no header tells where a reader came from.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Mapping[str, Source],
        hosts: Mapping[str, HostState] = {},
        *,
        network: Network | None = None,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._settings = settings
        self._clock = clock
        self._hosts = Hosts(
            sources.values(),
            hosts,
            clock,
            connections=settings.connections,
            patience=settings.patience,
            allow_private_hosts=settings.allow_private_hosts,
        )
        self._transport = CheckedTransport(
            network or SystemNetwork(), _tls(settings), settings.proxy
        )
        exchanges = Exchanges(self._transport, _headers(settings), settings.deadline)
        self._asking = Asking(exchanges, clock, settings.retries)
        self._robots = RobotsFiles(settings, self._hosts, self._asking, clock)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._transport.aclose()

    async def fetch(
        self,
        url: str,
        source: Source | None = None,
        *,
        validators: Validators | None = None,
        max_bytes: int | None = None,
        within: str | None = None,
    ) -> Fetch:
        """Fetch one page, in its host's turn, following redirects; nothing is raised for the web.

        ``validators`` make the request conditional; ``max_bytes`` stands in for the setting;
        ``within`` is what the addresses of all redirects must begin with.

        An answer of any status is a snapshot, and what it means is for the parser to say; only a
        status that asks for patience (408, 429, 500, 502, 503, 504) is a failure when it stays
        after all retries. Hosts at addresses that are not public are refused, unless the settings,
        or the source for its own hosts, allow them.
        """
        visit = _Visit(
            url=without_credentials(url),
            source=source,
            validators=validators or Validators(),
            max_bytes=max_bytes or self._settings.max_bytes,
            within=within or "",
        )
        started_at, began = self._clock.now(), self._clock.monotonic()
        try:
            address = checked_address(url)
        except BadAddress as error:
            result: Result = Failure("address", str(error))
        else:
            result = await self._follow(visit, address)
        if isinstance(result, Snapshot):
            result = replace(result, requested_url=url)
        return Fetch(
            requested_url=without_credentials(url),
            url=visit.url,
            source_id=source.id if source else None,
            started_at=started_at,
            seconds=self._clock.monotonic() - began,
            attempts=visit.requests,
            robots=visit.robots,
            result=result,
        )

    def hosts(self) -> Mapping[str, HostState]:
        """What is to be remembered for the next run, by ``HostState.host``."""
        return self._hosts.states()

    # --- One page, hop by hop --------------------------------------------------------------------

    async def _follow(self, visit: _Visit, address: httpx.URL) -> Result:
        """Ask for each address in turn, each checked and allowed before it is asked for."""
        asked: set[httpx.URL] = set()
        while True:
            visit.url, visit.robots = str(address), None
            outcome = await self._hop(visit, address)
            if isinstance(outcome, Failure):
                return outcome
            if outcome.status == 304:
                return NotModified()
            if outcome.redirects_to is None:
                return snapshot_of(outcome, visit.source, self._clock.now())
            asked.add(address)
            if len(asked) > self._settings.max_redirects:
                return Failure("redirects", f"more than {self._settings.max_redirects} redirects")
            try:
                address = checked_address(outcome.redirects_to, address)
            except BadAddress as error:
                shown = without_credentials(outcome.redirects_to)[:200]
                return Failure("address", f"redirects to {shown}: {error}")
            if not str(address).startswith(visit.within):
                return Failure("redirects", f"leads out of {visit.within}, to {address}")
            if address in asked:
                return Failure("redirects", f"redirects in a circle, to {address}")

    async def _hop(self, visit: _Visit, address: httpx.URL) -> Answer | Failure:
        """One address, if robots.txt allows it; with conditions, if there are any for it."""
        verdict = await self._robots.verdict(address, visit.source)
        if isinstance(verdict, Failure):
            visit.robots = verdict.detail
            return verdict
        visit.robots = verdict.line
        if not verdict.allowed:
            return Failure("robots", verdict.line)
        question = Question(
            address,
            headers={"Accept-Language": visit.source.language if visit.source else "*"},
            private_allowed=self._hosts.private_allowed(address, visit.source),
            read=whole_body(visit.max_bytes),
        )
        conditions = conditional_headers(visit.validators, address)
        outcome = await self._ask(visit, with_headers(question, conditions), verdict.delay)
        if isinstance(outcome, Failure) or outcome.status != 304:
            return outcome
        if conditions and agrees(outcome, visit.validators):
            return outcome
        # The server contradicts itself, so it is asked what the page is.
        outcome = await self._ask(visit, question, verdict.delay)
        if isinstance(outcome, Answer) and outcome.status == 304:
            return Failure("damaged", "answered 304 to a request without a condition")
        return outcome

    async def _ask(
        self, visit: _Visit, question: Question, robots_delay: float
    ) -> Answer | Failure:
        host = self._hosts.host(question.address, visit.source)
        pace = self._hosts.pace(question.address, visit.source, robots_delay)
        asked = await self._asking.ask(host, pace, question)
        visit.requests += asked.requests
        return asked.outcome


@dataclass(slots=True)
class _Visit:
    """One fetch: what is wanted, and how far it has come.

    ``url`` is the address it is at, ``robots`` what robots.txt says there, ``requests`` how many
    there were for the page.
    """

    url: str
    source: Source | None
    validators: Validators
    max_bytes: int
    within: str = ""
    robots: str | None = None
    requests: int = 0


def _headers(settings: Settings) -> dict[str, str]:
    return {
        "User-Agent": settings.user_agent,
        "Accept": _ACCEPT,
        "Accept-Encoding": ", ".join(codings()),
    }


def _tls(settings: Settings) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if settings.ca_file is not None:
        context.load_verify_locations(settings.ca_file)
    return context
