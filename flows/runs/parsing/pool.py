"""Batches of pages on their way through a runner, and what becomes of those it loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import parsers
from flows.runs.parsing.apart import parse_apart
from flows.runs.parsing.pages import Outcome, Parse, Parsing, parse_share
from flows.runs.parsing.runners import Runner, RunnerUnavailable
from parsers.items import Snapshot, Source

_SHARE = 16
"""Pages that a worker gets at a time: few, so that all workers end a batch together."""


class _Share(NamedTuple):
    """Pages that one worker parses, and their outcomes to come."""

    snapshots: Sequence[Snapshot]
    outcomes: Future[list[Outcome]]


@dataclass(frozen=True)
class Pending:
    """A batch on its way, with what is needed to parse it again."""

    shares: Sequence[_Share]

    def done(self) -> bool:
        """Whether its outcomes are there without a wait."""
        return all(share.outcomes.done() for share in self.shares)


class ParserPool:
    """Parses batches of pages on a runner, in any number at once.

    ``parse`` must be importable by name, in the workers too.
    """

    def __init__(
        self, runner: Runner, sources: Mapping[str, Source], parse: Parse = parsers.parse
    ) -> None:
        self._runner = runner
        self._parsing = Parsing(dict(sources), parse).pickled()

    @property
    def workers(self) -> int:
        """How many shares are parsed at the same time."""
        return self._runner.workers

    def submit(self, snapshots: Sequence[Snapshot]) -> Pending:
        """Send a batch to the runner; ``outcomes`` waits for it."""
        for snapshot in snapshots:
            _ = snapshot.payload_digest  # digested once: the value travels with the snapshot
        starts = range(0, len(snapshots), _SHARE)
        return Pending([self._send(snapshots[start : start + _SHARE]) for start in starts])

    def _send(self, snapshots: Sequence[Snapshot]) -> _Share:
        return _Share(snapshots, self._runner.submit(parse_share, self._parsing, snapshots))

    def outcomes(self, pending: Pending) -> list[Outcome]:
        """One outcome a page, in the order of the batch.

        Raises:
            RunnerUnavailable: the runner itself is lost, not only some of its workers.
            OtherParsers: a worker has another version of the parsers.
            BrokenProcessPool: processes die without any page.
        """
        parsed = [self._parsed(share) for share in pending.shares]
        lost = [
            snapshot
            for share, outcomes in zip(pending.shares, parsed, strict=True)
            if outcomes is None
            for snapshot in share.snapshots
        ]
        again = iter(parse_apart(self._parsing, lost))
        return list(_in_order(pending.shares, parsed, again))

    def _parsed(self, share: _Share) -> list[Outcome] | None:
        """The outcomes of a share, or None when its worker was lost."""
        try:
            return share.outcomes.result()
        except self._runner.lost:
            return None
        except CancelledError as error:
            raise RunnerUnavailable("the task runner was lost with work in it") from error


def _in_order(
    shares: Sequence[_Share], parsed: Sequence[list[Outcome] | None], again: Iterator[Outcome]
) -> Iterator[Outcome]:
    for share, outcomes in zip(shares, parsed, strict=True):
        yield from islice(again, len(share.snapshots)) if outcomes is None else outcomes
