"""The order of a run, the same with and without Prefect: read, parse, capture, load, publish.

Pages travel in batches. While the pool parses some batches, this process reads and captures the
next one; a limited number is in flight at once, so memory stays bounded however long the run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from flows.archive.warc import CaptureWriter
from flows.reading.targets import Missed, read_targets
from flows.runs.assertions import failed_assertions
from flows.runs.parsing import Parse, ParserPool, Pending, parser
from flows.runs.recording import Batch, Recorder, record_run
from flows.runs.report import Summary
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from parsers.items import Capture, Snapshot, Source
from warehouse import WarehouseBusy, Writer, captures_folder, open_writer

BATCH_BYTES = 32_000_000
"""Bytes of pages after which a batch is full, whatever its number of pages."""

Keep = Callable[[Sequence[Snapshot], frozenset[str]], Sequence[Capture]]
"""Captures those of the snapshots that are neither stored nor among the digests in flight."""


class NothingToDoError(ValueError):
    """A run without a single target; says what to name."""


class UnknownSourceError(ValueError):
    """A source id that no file in the seeds declares; says which ones are."""


class Plan(NamedTuple):
    """What a run will read: the targets, the source given for all of them, all sources known.

    ``whole`` are the sources of which every page is read, so that their assertions hold.
    """

    targets: tuple[str, ...]
    source_id: str | None
    sources: Mapping[str, Source]
    whole: tuple[Source, ...]


def plan_ingest(targets: Sequence[str], source_id: str | None, settings: Settings) -> Plan:
    """Decide what to read; nothing is read yet.

    ``source_id`` is the source of all targets or, without targets, the one source to read.
    Without both, every enabled source is read.

    Raises:
        SourceError, UnknownSourceError, NothingToDoError: there is nothing to read as asked.
    """
    sources = load_sources(settings.seeds)
    check_source(source_id, sources)
    if targets:
        return Plan(tuple(targets), source_id, sources, ())
    whole = _sources_to_read(sources, source_id, settings)
    folders = tuple(str(settings.seeds / source.folder) for source in whole if source.folder)
    return Plan(folders, None, sources, whole)


def ingest_pages(
    plan: Plan,
    settings: Settings,
    progress: Progress,
    *,
    wait: float = 0,
    parse: Parse | None = None,
) -> Summary:
    """Bring the pages of a plan into the warehouse.

    ``wait`` is how many seconds to wait for another writer to finish; ``parse`` stands in for the
    parsers as the settings have them.

    Raises:
        WarehouseBusy, NotAWarehouse, NewerWarehouse: before anything is read.
    """
    with writer_when_free(settings, progress, wait) as writer:
        writer.record_sources(tuple(plan.sources.values()))

        def work(recorder: Recorder) -> None:
            pages = read_targets(plan.targets, plan.sources, settings, plan.source_id)
            with (
                CaptureWriter(captures_folder(settings.warehouse)) as archive,
                ParserPool(plan.sources, settings.workers, parse or parser(settings)) as pool,
            ):
                keep = partial(_keep_new, writer, archive)
                load_pages(pages, pool, keep, recorder, progress, settings.batch_pages)
            for problem in failed_assertions(plan.whole, recorder.tally):
                recorder.add_problem(problem)

        parameters = {"targets": plan.targets, "source": plan.source_id}
        return record_run(writer, settings.warehouse, "ingest", parameters, "captured", work)


def _keep_new(
    writer: Writer,
    archive: CaptureWriter,
    snapshots: Sequence[Snapshot],
    in_flight: frozenset[str],
) -> list[Capture]:
    """Capture each payload that is neither stored nor about to be, safely on the disk."""
    known = in_flight | writer.known_payloads({s.payload_digest for s in snapshots})
    new = {s.payload_digest: s for s in snapshots if s.payload_digest not in known}
    captures = [archive.add(snapshot) for snapshot in new.values()]
    archive.flush()
    return captures


def load_pages(
    pages: Iterable[Snapshot | Missed],
    pool: ParserPool,
    keep: Keep,
    recorder: Recorder,
    progress: Progress,
    batch_pages: int,
) -> None:
    """Parse and load pages batch by batch, in order, one batch more in flight than processes."""
    in_flight: deque[_InFlight] = deque()

    def finish_first() -> None:
        batch, pending, captures = in_flight.popleft()
        progress.advance(recorder.load(batch, pool.outcomes(pending), captures))

    for batch in batches(pages, batch_pages):
        pending = pool.submit(batch.snapshots)
        digests = frozenset(c.payload_digest for flight in in_flight for c in flight.captures)
        in_flight.append(_InFlight(batch, pending, keep(batch.snapshots, digests)))
        if len(in_flight) > pool.workers:
            finish_first()
    while in_flight:
        finish_first()


class _InFlight(NamedTuple):
    """A batch in the pool, and the captures that go with it."""

    batch: Batch
    pending: Pending
    captures: Sequence[Capture]


def batches(
    pages: Iterable[Snapshot | Missed], max_pages: int, max_bytes: int = BATCH_BYTES
) -> Iterator[Batch]:
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


def writer_when_free(settings: Settings, progress: Progress, wait: float) -> Writer:
    """The warehouse's one writer; says whom it waits for, for at most ``wait`` seconds.

    Raises:
        WarehouseBusy: the other writer did not finish in time.
    """
    if wait > 0:
        try:
            return open_writer(settings.warehouse)
        except WarehouseBusy as busy:
            progress.say(f"{busy}; waiting up to {wait:g} s for it")
    return open_writer(settings.warehouse, wait=wait)


def check_source(source_id: str | None, sources: Mapping[str, Source]) -> None:
    """Raise UnknownSourceError unless ``source_id`` is None or declared."""
    if source_id is not None and source_id not in sources:
        known = ", ".join(sources) or "none"
        raise UnknownSourceError(f"no source {source_id!r} is declared; there are: {known}")


def _sources_to_read(
    sources: Mapping[str, Source], source_id: str | None, settings: Settings
) -> tuple[Source, ...]:
    """The sources of a run without targets: the one named, or all that are enabled."""
    if source_id is not None:
        source = sources[source_id]
        if source.folder is None:
            raise NothingToDoError(f"source {source_id!r} has no folder to read; name its pages")
        return (source,)
    enabled = tuple(source for source in sources.values() if source.enabled and source.folder)
    if not enabled:
        raise NothingToDoError(
            f"no enabled source in {settings.seeds} has pages to read;"
            " name files, folders or addresses, or another folder of seeds with --seeds"
        )
    return enabled
