"""Reading stored captures again with the parsers of today: no source is asked for its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.archive.stored import stored_snapshot, stored_sources
from flows.archive.warc import ArchiveError
from flows.reading.missed import Missed
from flows.runs.batches import batches
from flows.runs.erased import ErasedPages
from flows.runs.parsing import Parse, ParserPool, open_runner, parser
from flows.runs.recording import Recorder, record_run
from flows.runs.report import Summary
from flows.runs.steps import check_source, load_batches, writer_when_free
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from parsers.items import Capture, Snapshot, Unread
from warehouse import Lake, StoredPage, captures_folder, open_reader


def reparse_pages(
    source_id: str | None,
    settings: Settings,
    progress: Progress,
    *,
    wait: float = 0,
    parse: Parse | None = None,
) -> Summary:
    """Parse the latest capture of each page again, of one source or (None) of all.

    A page that now says something else becomes a version with the cause ``reparsed``. Sources
    are those of the seeds, and for pages of others as the warehouse remembers them.

    Raises:
        SourceError, UnknownSourceError, NoWarehouse, WarehouseBusy, NotAWarehouse, NewerWarehouse:
            before anything is done.
    """
    with open_reader(settings.warehouse) as connection:
        sources = stored_sources(connection) | load_sources(settings.seeds)
    check_source(source_id, sources)
    captures = captures_folder(settings.warehouse)

    with writer_when_free(settings, progress, wait) as writer:
        erased = ErasedPages(writer, sources, settings.warehouse)

        def work(recorder: Recorder) -> None:
            stored = writer.pages(source_id)
            if isinstance(settings.warehouse, Lake):
                stored = _captured_here(stored, captures, progress)
            pages = _read_again(stored, captures)
            with open_runner(settings) as runner:
                pool = ParserPool(runner, sources, parse or parser(settings))
                again = batches(pages, settings.batch_pages)
                load_batches(again, pool, _keep_none, recorder, progress, erased)

        parameters = {"source": source_id}
        return record_run(writer, settings.warehouse, "reparse", parameters, "reparsed", work)


def _captured_here(
    pages: Sequence[StoredPage], captures: Path, progress: Progress
) -> Sequence[StoredPage]:
    """The pages of a lake whose captures lie on this machine; each machine reads its own again."""
    here = [page for page in pages if (captures / page.capture.warc_file).is_file()]
    if len(here) < len(pages):
        elsewhere = len(pages) - len(here)
        progress.say(f"{elsewhere:,} pages were captured on other machines: reparse them there")
    return here


def _read_again(pages: Sequence[StoredPage], captures: Path) -> Iterator[Snapshot | Missed]:
    for page in pages:
        try:
            yield stored_snapshot(page, captures)
        except ArchiveError as error:
            outcome = Unread(f"the capture cannot be read: {error}")
            yield Missed(page.target, page.source_id, page.url, page.path, outcome)


def _keep_none(snapshots: Sequence[Snapshot], held: Sequence[Capture]) -> tuple[()]:
    """What is parsed again is captured already."""
    return ()
