"""How a run shows that it is alive: a live line on a terminal, plain lines in a pipe."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from flows.logs.json_lines import speaks_json

LINE_SECONDS = 10.0
"""Seconds between two plain lines."""


class Progress(Protocol):
    """Watches one run."""

    def say(self, message: str) -> None:
        """Tell what the run does now or waits for."""

    def advance(self, outcomes: Iterable[str]) -> None:
        """Count pages that reached these outcomes."""


shown_by: ContextVar[Progress | None] = ContextVar("shown_by", default=None)
"""The progress of the command whose process a flow runs in; a flow's parameters are JSON only."""


@contextmanager
def progress_on(console: Console) -> Iterator[Progress]:
    """Progress fit for the console, cleared from a terminal at the end; logged with JSON lines."""
    if speaks_json():
        yield LineProgress(logging.getLogger("newsgrain").info)
        return
    if not console.is_terminal:
        yield LineProgress(lambda line: console.print(line, markup=False, soft_wrap=True))
        return
    with console.status("") as status:
        yield TerminalProgress(status)


class TerminalProgress:
    """One live line with a spinner."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._counts = _Counts()

    def say(self, message: str) -> None:
        """Show what the run does now or waits for."""
        self._status.update(escape(message))

    def advance(self, outcomes: Iterable[str]) -> None:
        """Count pages and show the count."""
        self._counts.add(outcomes)
        self._status.update(str(self._counts))


class LineProgress:
    """Plain lines through ``say_line`` (a logger's method, print), a count each ten seconds."""

    def __init__(self, say_line: Callable[[str], object]) -> None:
        self._say_line = say_line
        self._counts = _Counts()
        self._told = time.monotonic()

    def say(self, message: str) -> None:
        """Tell what the run does now or waits for."""
        self._say_line(message)

    def advance(self, outcomes: Iterable[str]) -> None:
        """Count pages; tell the count when the last line is long ago."""
        self._counts.add(outcomes)
        if time.monotonic() - self._told >= LINE_SECONDS:
            self._told = time.monotonic()
            self._say_line(str(self._counts))


class _Counts:
    """Pages so far by outcome, and the words for them."""

    def __init__(self) -> None:
        self._outcomes: Counter[str] = Counter()

    def add(self, outcomes: Iterable[str]) -> None:
        self._outcomes.update(outcomes)

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in self._outcomes.items())
        return f"{self._outcomes.total():,} pages so far: {counts}"
