"""Pages that are parsed and loaded together."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field

from flows.collecting.looks import Look
from flows.reading.missed import Missed
from parsers.items import Capture, Snapshot

BATCH_BYTES = 32_000_000
"""Bytes of pages after which a batch is full, whatever its number of pages."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages that are parsed and loaded together, and those among them that were not read.

    ``captures`` are where the pages were captured, when they come from captures that no run has
    loaded. ``looks`` tell of collected pages how they were found and asked for, by the address
    asked for.
    """

    snapshots: tuple[Snapshot, ...]
    missed: tuple[Missed, ...]
    captures: tuple[Capture, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)


def batches(
    pages: Iterable[Snapshot | Missed], max_pages: int, max_bytes: int = BATCH_BYTES
) -> Generator[Batch]:
    """Pages in batches of ``max_pages``; one that reaches ``max_bytes`` ends its batch early."""
    snapshots: list[Snapshot] = []
    missed: list[Missed] = []
    size = 0
    for page in pages:
        if isinstance(page, Missed):
            missed.append(page)
        else:
            snapshots.append(page)
            size += len(page.body)
        if len(snapshots) + len(missed) >= max_pages or size >= max_bytes:
            yield Batch(tuple(snapshots), tuple(missed))
            snapshots, missed, size = [], [], 0
    if snapshots or missed:
        yield Batch(tuple(snapshots), tuple(missed))
