"""What goes wrong when a source is asked which pages it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ProblemKind = Literal[
    "unread",  # no answer, or not the one hoped for
    "unreadable",  # an answer that is no feed, sitemap or listing, or is one only in part
    "empty",  # it names no page of the source
    "cut",  # there was more than is read in one run
    "gap",  # nothing on a feed was seen before: items between this reading and the last are missed
]


@dataclass(frozen=True, slots=True)
class DiscoveryProblem:
    """A feed, sitemap or listing that did not tell all. ``address`` is its own."""

    source_id: str
    address: str
    detail: str
    kind: ProblemKind

    def __str__(self) -> str:
        return f"{self.source_id}: {self.address}: {self.detail}"
