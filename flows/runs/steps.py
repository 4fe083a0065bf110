"""The order of a run, the same with and without Prefect: read, parse, capture, load, publish.

Pages travel in batches. While the pool parses some batches, this process reads and captures the
next one; a limited number is in flight at once, so memory stays bounded however long the run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from flows.archive.warc import CaptureWriter
from flows.collecting.resuming import left_behind
from flows.collecting.revising import lies
from flows.reading.days import ALL_DAYS, Days
from flows.reading.targets import read_targets
from flows.runs.assertions import failed_assertions
from flows.runs.batches import Batch, batches
from flows.runs.erased import ErasedPages, Parsed
from flows.runs.erasing import finish_erasures, is_unfinished
from flows.runs.parsing import (
    Parse,
    ParserPool,
    Pending,
    begin_imports,
    open_runner,
    parser,
)
from flows.runs.recording import Recorder, record_run
from flows.runs.report import Summary
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from parsers.items import Cadence, Capture, Snapshot, Source
from warehouse import WarehouseBusy, Writer, captures_folder, open_writer

Keep = Callable[[Sequence[Snapshot], Sequence[Capture]], Sequence[Capture]]
"""Captures snapshots and returns the captures that are new; others are held, not yet stored."""


class NothingToDoError(ValueError):
    """A run without a single target; says what to name."""


class UnknownSourceError(ValueError):
    """A source id that no file in the seeds declares; says which ones are."""


class Plan(NamedTuple):
    """What a run will read: the targets, the source given for all of them, all sources known.

    ``whole`` are the sources of which every page is read, so that their assertions hold;
    ``collected`` those whose pages are discovered and fetched, ``revisited`` those of which only
    known pages are fetched, when they are due. ``captured`` are the days of which WARC files are
    read, ``cadence`` is how often the sources are looked at.
    """

    targets: tuple[str, ...]
    source_id: str | None
    sources: Mapping[str, Source]
    whole: tuple[Source, ...]
    collected: tuple[Source, ...] = ()
    captured: Days = ALL_DAYS
    revisited: tuple[Source, ...] = ()
    kind: str = "ingest"
    cadence: Cadence | None = None


def plan_ingest(
    targets: Sequence[str],
    source_id: str | None,
    settings: Settings,
    captured: Days = ALL_DAYS,
    cadence: Cadence | None = None,
) -> Plan:
    """Decide what to read; nothing is read yet.

    ``source_id`` is the source of all targets or, without targets, the one source to read.
    Without both, every enabled source is read, or those of one cadence.

    Raises:
        SourceError, UnknownSourceError, NothingToDoError: there is nothing to read as asked.
    """
    sources = load_sources(settings.seeds)
    check_source(source_id, sources)
    if targets:
        return Plan(tuple(targets), source_id, sources, (), captured=captured)
    if captured != ALL_DAYS:
        raise NothingToDoError("days are for captures in WARC files: name the files or a folder")
    chosen = _sources_to_read(sources, source_id, cadence, settings)
    whole = tuple(source for source in chosen if source.folder)
    folders = tuple(str(settings.seeds / source.folder) for source in whole if source.folder)
    collected = tuple(filter(lists_pages, chosen))
    return Plan(folders, None, sources, whole, collected, cadence=cadence)


def plan_revisit(settings: Settings) -> Plan:
    """Decide to look at the pages of all enabled sources that are due; nothing is listed.

    Raises:
        SourceError, NothingToDoError: there is no enabled source with pages on the web.
    """
    sources = load_sources(settings.seeds)
    enabled = tuple(s for s in sources.values() if s.enabled and lists_pages(s))
    if not enabled:
        raise NothingToDoError(f"no enabled source in {settings.seeds} has pages on the web")
    return Plan((), None, sources, (), revisited=enabled, kind="revisit")


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
    asserted = tuple(dict.fromkeys((*plan.whole, *plan.collected)))

    def work(run: Run) -> None:
        load_parts(_parts(plan, run), run, parse)
        run.recorder.tally.add(run.writer.standing_articles())
        for problem in failed_assertions(asserted, run.recorder.tally):
            run.recorder.add_problem(problem)

    told = {"cadence": plan.cadence, **plan.captured._asdict()}
    parameters = {
        "targets": plan.targets,
        "source": plan.source_id,
        **{name: value for name, value in told.items() if value},
    }
    return carry_out(plan.kind, parameters, plan.sources, work, settings, progress, wait)


@dataclass(frozen=True)
class Run:
    """What a run that reads pages works with; ``sources`` are all that are known."""

    sources: Mapping[str, Source]
    writer: Writer
    recorder: Recorder
    settings: Settings
    erased: ErasedPages
    progress: Progress


def carry_out(
    kind: str,
    parameters: Mapping[str, object],
    sources: Mapping[str, Source],
    work: Callable[[Run], None],
    settings: Settings,
    progress: Progress,
    wait: float,
) -> Summary:
    """Do ``work`` as a run that holds the warehouse's lock, and publish what it brought.

    Raises:
        WarehouseBusy, NotAWarehouse, NewerWarehouse: before anything is read.
    """
    begin_imports(settings)
    with writer_when_free(settings, progress, wait) as writer:
        writer.record_sources(tuple(sources.values()))
        erased = ErasedPages(writer, sources, settings.warehouse)

        def work_with(recorder: Recorder) -> None:
            work(Run(sources, writer, recorder, settings, erased, progress))

        return record_run(writer, settings.warehouse, kind, parameters, "captured", work_with)


def load_parts(parts: Iterable[Generator[Batch]], run: Run, parse: Parse | None = None) -> None:
    """Capture, parse and load what a run reads: each part is loaded before the next begins."""
    settings = run.settings
    with (
        CaptureWriter(captures_folder(settings.warehouse)) as archive,
        open_runner(settings) as runner,
    ):
        pool = ParserPool(runner, run.sources, parse or parser(settings))
        keep = partial(_keep, run.writer, archive)
        for part in parts:
            with closing(part):
                load_batches(part, pool, keep, run.recorder, run.progress, run.erased)
    for problem in lies(run.recorder.lying):
        run.recorder.add_problem(problem)


def _parts(plan: Plan, run: Run) -> Iterator[Generator[Batch]]:
    """What a run reads, one part after the other."""
    settings = run.settings
    captures = captures_folder(settings.warehouse)
    if plan.whole or plan.collected or plan.revisited:
        yield left_behind(captures, plan.sources, run.writer, settings.batch_pages)
    pages = read_targets(plan.targets, plan.sources, settings, plan.source_id, plan.captured)
    yield batches(pages, settings.batch_pages)
    if plan.collected or plan.revisited:
        # An HTTP client takes a tenth of a second to import, and files need none.
        from flows.collecting.collect import collect, revisit

        if plan.collected:
            yield collect(plan.collected, run)
        if plan.revisited:
            yield revisit(plan.revisited, run)


def _keep(
    writer: Writer, archive: CaptureWriter, snapshots: Sequence[Snapshot], held: Sequence[Capture]
) -> list[Capture]:
    """Capture payloads, safely on the disk: whole when new, else as a visit to the stored one."""
    stored = writer.captures({snapshot.payload_digest for snapshot in snapshots})
    stored |= {capture.payload_digest: capture for capture in held}
    captures = []
    for snapshot in snapshots:
        before = stored.get(snapshot.payload_digest)
        if before is None:
            captures.append(archive.add(snapshot))
            stored[snapshot.payload_digest] = captures[-1]
        elif snapshot.http_status is not None:
            archive.revisit(snapshot, before)
    archive.flush()
    return captures


def load_batches(
    batches: Iterable[Batch],
    pool: ParserPool,
    keep: Keep,
    recorder: Recorder,
    progress: Progress,
    erased: ErasedPages,
) -> None:
    """Parse and load batch by batch, in order, one batch more in flight than workers."""
    in_flight: deque[_InFlight] = deque()

    def finish_first() -> None:
        batch, pending, captures = in_flight.popleft()
        parsed = erased.refuse(Parsed(batch, pool.outcomes(pending), captures))
        progress.advance(recorder.load(*parsed))

    for batch in map(erased.set_aside, batches):
        if batch.snapshots or batch.missed:
            pending = pool.submit(batch.snapshots)
            held = [capture for flight in in_flight for capture in flight.captures]
            captures = batch.captures or keep(batch.snapshots, held)
            in_flight.append(_InFlight(batch, pending, captures))
        while len(in_flight) > pool.workers or (in_flight and in_flight[0].pending.done()):
            finish_first()
    while in_flight:
        finish_first()


class _InFlight(NamedTuple):
    """A batch in the pool, and the captures that go with it."""

    batch: Batch
    pending: Pending
    captures: Sequence[Capture]


def writer_when_free(settings: Settings, progress: Progress, wait: float) -> Writer:
    """The warehouse's one writer; says whom it waits for, for at most ``wait`` seconds.

    An erasure that a kill has interrupted is finished first.

    Raises:
        WarehouseBusy: the other writer did not finish in time.
    """
    writer = _open_when_free(settings, progress, wait)
    if is_unfinished(settings.warehouse):
        progress.say("an erasure was interrupted: finishing it")
        with writer:
            finish_erasures(settings, writer)
        writer = _open_when_free(settings, progress, wait)
    return writer


def _open_when_free(settings: Settings, progress: Progress, wait: float) -> Writer:
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
    sources: Mapping[str, Source],
    source_id: str | None,
    cadence: Cadence | None,
    settings: Settings,
) -> tuple[Source, ...]:
    """The sources of a run without targets: the one named, or the enabled ones of a cadence."""
    if source_id is not None:
        source = sources[source_id]
        if source.folder is None and not lists_pages(source):
            raise NothingToDoError(
                f"source {source_id!r} has no folder to read and no discovery; name its pages"
            )
        return (source,)
    enabled = tuple(
        source
        for source in sources.values()
        if source.enabled
        and (source.folder or lists_pages(source))
        and cadence in (None, source.every)
    )
    if not enabled and cadence:
        raise NothingToDoError(f"no enabled source in {settings.seeds} is read {cadence}")
    if not enabled:
        raise NothingToDoError(
            f"no enabled source in {settings.seeds} has pages to read;"
            " name files, folders or addresses, or another folder of seeds with --seeds"
        )
    return enabled


def lists_pages(source: Source) -> bool:
    """Whether a source says where its pages are listed on the web."""
    told = source.discovery
    return bool(told.feeds or told.sitemaps or told.listings or told.pages)
