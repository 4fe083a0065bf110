"""The fetcher for code that is not async: one page at a time, in an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from flows.fetching.client import Fetcher
from flows.fetching.outcomes import Fetch
from flows.settings import Settings
from parsers.items import Source


class BlockingFetcher:
    """Fetches as ``Fetcher`` does, and waits. To be closed, in the thread that made it."""

    def __init__(self, settings: Settings, sources: Mapping[str, Source]) -> None:
        self._runner = asyncio.Runner()
        self._fetcher = Fetcher(settings, sources)
        self._runner.run(self._fetcher.__aenter__())

    def fetch(self, url: str, source: Source | None = None) -> Fetch:
        """Fetch one page; see ``Fetcher.fetch``."""
        return self._runner.run(self._fetcher.fetch(url, source))

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self._fetcher.__aexit__(None, None, None))
        self._runner.close()
