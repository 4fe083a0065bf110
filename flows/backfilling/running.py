"""Doing a backfill: planned once, then window by window, each a run that is recorded and published.

The lock is given back between windows, so that scheduled runs take their turns. What was planned
stays planned: a backfill asked for again in the same words goes on with the windows still open.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from flows.backfilling.planning import Plan, plan_backfill
from flows.backfilling.request import Request, archive_of
from flows.backfilling.warc_windows import read_window
from flows.backfilling.windows import Span
from flows.collecting.resuming import left_behind
from flows.reading.days import Days
from flows.runs.batches import Batch
from flows.runs.parsing import Parse
from flows.runs.report import Summary
from flows.runs.steps import Run, carry_out, check_source, load_parts, writer_when_free
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from parsers.items import PageRef, Source
from warehouse import Backfill, Host, OpenWindow, Page, captures_folder, found_page

TURN_SECONDS = 0.5
"""How long the lock is free between two windows: a run that waits looks ten times a second."""


class Step(NamedTuple):
    """A run of a backfill: its planning (``window`` is None), or one of its windows.

    ``left`` counts the windows that are open after it.
    """

    window: Span | None
    summary: Summary
    left: int


def run_backfill(
    request: Request,
    settings: Settings,
    progress: Progress,
    *,
    wait: float = 0,
    parse: Parse | None = None,
) -> Iterator[Step]:
    """Do a backfill step by step, or what is left of it. Ends early at a window left open.

    Raises:
        SourceError, UnknownSourceError, BadRequest: the backfill cannot be done as asked.
        WarehouseBusy: another run did not give the lock back within ``wait`` seconds.
    """
    sources = load_sources(settings.seeds)
    check_source(request.source_id, sources)
    targets = _targets(request, sources[request.source_id])
    backfill, windows = _unfinished(request, targets, settings, progress, wait)
    if backfill is None:
        plan = plan_backfill(request, settings, progress)
        summary = _record_plan(plan, settings, progress, wait)
        backfill, windows = _unfinished(request, targets, settings, progress, wait)
        yield Step(None, summary, len(windows))
    else:
        progress.say(f"going on with the backfill of {backfill.planned_at:%Y-%m-%d %H:%M} UTC")
    for done, window in enumerate(windows, 1):
        kind = "captures" if request.archived else "pages"
        told = "captures of these days" if request.targets else f"{window.pages:,} {kind}"
        progress.say(f"window {_span(window)}, {done} of {len(windows)}: {told}")
        doing = _Window(request, window, parse)
        summary = carry_out(
            "backfill", doing.parameters, sources, doing.work, settings, progress, wait
        )
        yield Step(_span(window), summary, len(windows) - done + (not doing.finished))
        if not doing.finished:
            return
        time.sleep(TURN_SECONDS)


def _span(window: OpenWindow) -> Span:
    return Span(window.since, window.until)


def _targets(request: Request, source: Source) -> tuple[str, ...]:
    """What is read instead of the source's own lists: files, or the index of its web archive."""
    return (archive_of(source).index,) if request.archived else request.targets


def _unfinished(
    request: Request,
    targets: Sequence[str],
    settings: Settings,
    progress: Progress,
    wait: float,
) -> tuple[Backfill | None, tuple[OpenWindow, ...]]:
    """The backfill asked for in these words that has open windows, if there is one."""
    with writer_when_free(settings, progress, wait) as writer:
        backfill = writer.backfills.unfinished(
            request.source_id,
            *request.span,
            missing_only=request.missing_only,
            targets=targets,
        )
        windows = writer.backfills.open_windows(backfill.backfill_id) if backfill else ()
        return backfill, windows


def _parameters(request: Request) -> dict[str, object]:
    return {
        "source": request.source_id,
        "since": request.span.since,
        "until": request.span.until,
        "missing": request.missing_only,
        "targets": request.targets,
        "archive": request.archived,
    }


# --- Planning --------------------------------------------------------------------------------


def _record_plan(plan: Plan, settings: Settings, progress: Progress, wait: float) -> Summary:
    """A run that enters what was listed, and the windows with their pages."""

    def work(run: Run) -> None:
        for problem in plan.problems:
            run.recorder.add_problem(problem)
        if plan.pages or not plan.problems:  # else it is to be listed again
            _enter(plan, run)

    parameters = _parameters(plan.request)
    return carry_out("backfill", parameters, plan.sources, work, settings, progress, wait)


def _enter(plan: Plan, run: Run) -> None:
    backfill_id, request = run.recorder.run_id, plan.request
    backfill = Backfill(
        backfill_id=backfill_id,
        source_id=request.source_id,
        since=request.span.since,
        until=request.span.until,
        missing_only=request.missing_only,
        targets=_targets(request, plan.source),
        complete=plan.complete,
        planned_at=datetime.now(UTC),
    )
    wanted = {span: _wanted(refs, run) for span, refs in plan.windows.items()}
    found = [found_page(ref, backfill_id, backfill.planned_at) for ref in chain(*wanted.values())]
    windows = [_open_window(backfill, span, refs) for span, refs in wanted.items()]
    with run.writer.transaction():
        if not request.archived:  # what an archive has, nobody need list any more
            run.writer.record_found(found)
        run.writer.record_hosts([Host(**asdict(state)) for state in plan.hosts.values()])
        run.writer.backfills.plan(backfill, windows)
        for window in windows:
            if not window.urls and not request.targets:  # there is nothing to do
                run.writer.backfills.finish(window, backfill_id)


def _open_window(backfill: Backfill, span: Span, refs: Sequence[PageRef]) -> OpenWindow:
    urls = tuple(_name(ref) for ref in refs)
    return OpenWindow(
        backfill_id=backfill.backfill_id,
        planned_at=backfill.planned_at,
        since=span.since,
        until=span.until,
        pages=len(urls),
        urls=urls,
    )


def _name(ref: PageRef) -> str:
    """By what a window names a page, or one of its captures: of them a page may have many."""
    return ref.listed_url or ref.url if ref.found_by == "archive" else ref.url


def _wanted(refs: tuple[PageRef, ...], run: Run) -> list[PageRef]:
    """What to enter; pages that were erased are not asked for."""
    return [ref for ref in refs if not run.erased.article_of(ref.source_id, ref.url)]


# --- One window ------------------------------------------------------------------------------


class _Window:
    """The work of one window; ``finished`` tells whether it came to its end."""

    def __init__(self, request: Request, window: OpenWindow, parse: Parse | None) -> None:
        self._request = request
        self._window = window
        self._parse = parse
        self.finished = False

    @property
    def parameters(self) -> dict[str, object]:
        """What the run is recorded with."""
        own = {"backfill": self._window.backfill_id, "window": list(_span(self._window))}
        return _parameters(self._request) | own

    def work(self, run: Run) -> None:
        """Load what the window holds, and enter that it is finished when nothing is left of it."""
        if self._request.targets:
            left = self._read_files(run)
        elif self._request.archived:
            left = self._ask_archive(run)
        else:
            left = self._ask_for_pages(run)
        if left:
            run.recorder.add_problem(
                f"{self._request.source_id}: {left:,} pages were not asked for; the window stays"
                " open, and the same backfill goes on there"
            )
            return
        with run.writer.transaction():
            run.writer.backfills.finish(self._window, run.recorder.run_id)
        self.finished = True

    def _read_files(self, run: Run) -> int:
        days = _span(self._window)
        parts = read_window(self._request.targets, self._request.source_id, days, run)
        load_parts(parts, run, self._parse)
        return 0

    def _ask_for_pages(self, run: Run) -> int:
        """How many pages are left that were not asked for."""
        from flows.collecting.collect import ask_for

        def ask() -> Iterator[Generator[Batch]]:
            yield _left_behind(run)
            if pages := self._not_asked(run):
                yield ask_for(pages, run.sources[self._request.source_id], run)

        load_parts(ask(), run, self._parse)
        return len(self._not_asked(run))

    def _ask_archive(self, run: Run) -> int:
        """How many captures are left that were not asked for."""
        from flows.backfilling.archived import Captures

        source = run.sources[self._request.source_id]
        captures = Captures(
            source,
            archive_of(source),
            self._window.backfill_id,
            Days(*self._request.span),
            self._window.urls,
        )

        def ask() -> Iterator[Generator[Batch]]:
            yield _left_behind(run)
            if refs := captures.left(run):
                yield captures.ask_for(refs, run)

        load_parts(ask(), run, self._parse)
        return len(captures.left(run))

    def _not_asked(self, run: Run) -> tuple[Page, ...]:
        """The pages that nobody asked for since the backfill was planned, in the order listed."""
        with run.writer.page_lookup() as lookup:
            known = lookup.find(self._window.urls)
        pages = (known[url] for url in self._window.urls if url in known)
        planned_at = self._window.planned_at
        return tuple(p for p in pages if p.fetched_at is None or p.fetched_at < planned_at)


def _left_behind(run: Run) -> Generator[Batch]:
    captures = captures_folder(run.settings.warehouse)
    return left_behind(captures, run.sources, run.writer, run.settings.batch_pages)
