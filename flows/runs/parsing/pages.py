"""What a worker does: parse a share of pages. It keeps nothing between shares but what it caches.

Workers may be on other machines, so all they need comes with each share, and they say so when
their parsers are not those of the run.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import parsers
from flows.settings import Settings
from parsers.items import Article, Rejection, Snapshot, Source

Parse = Callable[[Snapshot, Source | None], Article | Rejection]


def parser(settings: Settings) -> Parse:
    """Return ``parsers.parse`` with what the settings say; it can be sent to other processes."""
    return partial(parsers.parse, default_time_zone=settings.default_time_zone)


class Failure(NamedTuple):
    """A page that the parsers could not survive: a bug, not a rejection."""

    summary: str
    traceback: str


Outcome = Article | Rejection | Failure


class OtherParsers(RuntimeError):
    """A worker has another version of the parsers than the run; says which."""


@dataclass(frozen=True)
class Parsing:
    """How the pages of a run are parsed. ``parse`` must be importable by name in the workers."""

    sources: Mapping[str, Source]
    parse: Parse
    version: str = parsers.PARSER_VERSION

    def pickled(self) -> bytes:
        """As it travels: pickled once, and unpickled once by each worker."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


def parse_share(parsing: bytes, snapshots: Sequence[Snapshot]) -> list[Outcome]:
    """Parse pages as a pickled ``Parsing`` says: one outcome a page, in their order.

    Raises:
        OtherParsers: these parsers are not those of the run.
    """
    how = _unpickled(parsing)
    return [_parse_page(how, snapshot) for snapshot in snapshots]


@lru_cache(maxsize=4)
def _unpickled(parsing: bytes) -> Parsing:
    how: Parsing = pickle.loads(parsing)  # noqa: S301 — from the run, as this very call is
    if how.version != parsers.PARSER_VERSION:
        raise OtherParsers(
            f"a worker has the parsers {parsers.PARSER_VERSION}, the run {how.version}:"
            " install the same newsgrain on both"
        )
    return how


def _parse_page(how: Parsing, snapshot: Snapshot) -> Outcome:
    try:
        outcome = how.parse(snapshot, how.sources.get(snapshot.source_id or ""))
        if isinstance(outcome, Article):
            # Cached properties travel with the article: computed here, on every core.
            _ = outcome.body_digest, outcome.word_count, outcome.account
    except Exception as error:
        return Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
    return outcome
