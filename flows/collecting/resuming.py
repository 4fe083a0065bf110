"""A run that died is resumed: what it captured and did not load is loaded, not fetched again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path

from flows.archive.recovery import unindexed
from flows.collecting.looks import Look, validators_of
from flows.runs.batches import BATCH_BYTES, Batch
from parsers.items import Capture, Snapshot, Source
from parsers.urls import canonicalise
from warehouse import Writer


def left_behind(
    captures: Path, sources: Mapping[str, Source], writer: Writer, batch_pages: int
) -> Generator[Batch]:
    """The captures that reached the disk but not the warehouse, in batches, oldest first."""
    waiting: list[tuple[Snapshot, Capture]] = []
    size = 0
    for snapshot, capture in unindexed(captures, writer.known_payloads):
        waiting.append((snapshot, capture))
        size += len(snapshot.body)
        if len(waiting) >= batch_pages or size >= BATCH_BYTES:
            yield _batch(waiting, sources, writer)
            waiting, size = [], 0
    if waiting:
        yield _batch(waiting, sources, writer)


def _batch(
    pairs: list[tuple[Snapshot, Capture]], sources: Mapping[str, Source], writer: Writer
) -> Batch:
    snapshots = tuple(snapshot for snapshot, _ in pairs)
    return Batch(
        snapshots=snapshots,
        missed=(),
        captures=tuple(capture for _, capture in pairs),
        looks=_looks(snapshots, sources, writer),
    )


def _looks(
    snapshots: tuple[Snapshot, ...], sources: Mapping[str, Source], writer: Writer
) -> dict[str, Look]:
    """The listed pages among the captured ones, by the address that was asked for."""
    asked = {
        canonicalise(snapshot.requested_url, source.host_aliases, source.home): (snapshot, source)
        for snapshot in snapshots
        if snapshot.requested_url and (source := sources.get(snapshot.source_id or ""))
    }
    with writer.page_lookup() as lookup:
        pages = lookup.find(asked)
    looks = {}
    for url, page in pages.items():
        snapshot, source = asked[url]
        looks[page.address] = Look(page, source, None, validators_of(snapshot))
    return looks
