"""Parsers with faults. Processes of a pool import them, so this module imports little else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import parsers
from parsers.items import Article, Rejection, Snapshot, Source


def parse_with_a_bug(snapshot: Snapshot, source: Source | None) -> Article | Rejection:
    """Fails on a page that says so."""
    if b"fail here" in snapshot.body:
        raise KeyError("the parser's own mistake")
    return parsers.parse(snapshot, source)


def parse_or_die(snapshot: Snapshot, source: Source | None) -> Article | Rejection:
    """Dies on a page that says so, as a process does that the kernel kills."""
    if b"die here" in snapshot.body:
        os._exit(137)
    return parsers.parse(snapshot, source)


def parse_with_a_false_account(snapshot: Snapshot, source: Source | None) -> Article | Rejection:
    """Loses a character on a page that says so."""
    outcome = parsers.parse(snapshot, source)
    if b"lose here" in snapshot.body and isinstance(outcome, Article):
        return replace(outcome, input_characters=outcome.input_characters + 1)
    return outcome


def parse_otherwise(snapshot: Snapshot, source: Source | None) -> Article | Rejection:
    """Another version of the parsers: every headline in capitals."""
    outcome = parsers.parse(snapshot, source)
    if isinstance(outcome, Article) and outcome.headline is not None:
        return replace(outcome, headline=outcome.headline.upper())
    return outcome


class ParserThatKillsOnArrival:
    """Kills the process that it is sent to, before any page is parsed."""

    def __call__(self, snapshot: Snapshot, source: Source | None) -> Article | Rejection:
        """Parse as usual: this process has made it, not received it."""
        return parsers.parse(snapshot, source)

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return os._exit, (137,)
