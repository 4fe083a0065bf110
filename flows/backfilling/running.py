"""Doing a backfill: planned once, then window by window, each a run that is recorded and published.

The lock is given back between windows, so that scheduled runs take their turns. What was planned
stays planned: a backfill asked for again in the same words goes on with the windows still open.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

from flows.backfilling.planning import Plan, plan_backfill
from flows.backfilling.request import Request
from flows.backfilling.warc_windows import read_window
from flows.backfilling.windows import Span
from flows.collecting.resuming import left_behind
from flows.runs.batches import Batch
from flows.runs.parsing import Parse
from flows.runs.report import Summary
from flows.runs.steps import Run, carry_out, check_source, load_parts, writer_when_free
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from parsers.items import PageRef
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
    backfill, windows = _unfinished(request, settings, progress, wait)
    if backfill is None:
        plan = plan_backfill(request, settings, progress)
        summary = _record_plan(plan, settings, progress, wait)
        backfill, windows = _unfinished(request, settings, progress, wait)
        yield Step(None, summary, len(windows))
    else:
        progress.say(f"going on with the backfill of {backfill.planned_at:%Y-%m-%d %H:%M} UTC")
    for done, window in enumerate(windows, 1):
        told = f"{window.pages:,} pages" if not request.targets else "captures of these days"
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


def _unfinished(
    request: Request, settings: Settings, progress: Progress, wait: float
) -> tuple[Backfill | None, tuple[OpenWindow, ...]]:
    """The backfill asked for in these words that has open windows, if there is one."""
    with writer_when_free(settings, progress, wait) as writer:
        backfill = writer.backfills.unfinished(
            request.source_id,
            *request.span,
            missing_only=request.missing_only,
            targets=request.targets,
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
        targets=request.targets,
        complete=plan.complete,
        planned_at=datetime.now(UTC),
    )
    found = {span: _found(refs, run, backfill.planned_at) for span, refs in plan.windows.items()}
    windows = [_open_window(backfill, span, pages) for span, pages in found.items()]
    with run.writer.transaction():
        run.writer.record_found([page for pages in found.values() for page in pages])
        run.writer.record_hosts([Host(**asdict(state)) for state in plan.hosts.values()])
        run.writer.backfills.plan(backfill, windows)
        for window in windows:
            if not window.urls and not request.targets:  # there is nothing to do
                run.writer.backfills.finish(window, backfill_id)


def _open_window(backfill: Backfill, span: Span, pages: Sequence[Page]) -> OpenWindow:
    urls = tuple(page.url for page in pages)
    return OpenWindow(
        backfill_id=backfill.backfill_id,
        planned_at=backfill.planned_at,
        since=span.since,
        until=span.until,
        pages=len(urls),
        urls=urls,
    )


def _found(refs: tuple[PageRef, ...], run: Run, now: datetime) -> list[Page]:
    """The pages to enter; those that were erased are not asked for."""
    wanted = (ref for ref in refs if not run.erased.article_of(ref.source_id, ref.url))
    return [found_page(ref, run.recorder.run_id, now) for ref in wanted]


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
        left = self._read_files(run) if self._request.targets else self._ask_for_pages(run)
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
        load_parts(self._parts(run), run, self._parse)
        return len(self._not_asked(run))

    def _parts(self, run: Run) -> Iterator[Generator[Batch]]:
        from flows.collecting.collect import ask_for

        captures = captures_folder(run.settings.warehouse)
        yield left_behind(captures, run.sources, run.writer, run.settings.batch_pages)
        if pages := self._not_asked(run):
            yield ask_for(pages, run.sources[self._request.source_id], run)

    def _not_asked(self, run: Run) -> tuple[Page, ...]:
        """The pages that nobody asked for since the backfill was planned, in the order listed."""
        with run.writer.page_lookup() as lookup:
            known = lookup.find(self._window.urls)
        pages = (known[url] for url in self._window.urls if url in known)
        planned_at = self._window.planned_at
        return tuple(p for p in pages if p.fetched_at is None or p.fetched_at < planned_at)
