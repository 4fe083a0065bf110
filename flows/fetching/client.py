"""The one client for the web: polite to each host, bounded in all it takes, never surprised."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from flows.fetching.hosts import HostState
from flows.fetching.outcomes import Fetch, Validators
from flows.settings import Settings
from parsers.items import Source


class Fetcher:
    """Fetches pages: ``async with Fetcher(settings, sources, hosts) as fetcher``.

    ``hosts`` is what ``hosts()`` gave at the end of the last run. Any number of ``fetch`` may run
    at once: each host has its own queue, in the order of the calls, so waiting on one host never
    holds up another.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Mapping[str, Source],
        hosts: Mapping[str, HostState] = {},
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._hosts = hosts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    async def fetch(
        self,
        url: str,
        source: Source | None = None,
        *,
        validators: Validators | None = None,
        max_bytes: int | None = None,
    ) -> Fetch:
        """Fetch one page, in its host's turn, following redirects; nothing is raised for the web.

        ``validators`` make the request conditional. ``max_bytes`` stands in for the setting.
        """
        raise NotImplementedError

    def hosts(self) -> Mapping[str, HostState]:
        """What is to be remembered for the next run, by ``HostState.host``."""
        return self._hosts
