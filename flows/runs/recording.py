"""Recording a run in the warehouse: what each page came to, what went wrong, how the run ended."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from flows.alarms.watch import Watch
from flows.collecting.looks import Look, asked_for
from flows.collecting.revising import revised
from flows.logs import json_lines
from flows.logs.masking import Masking
from flows.reading.missed import Missed
from flows.runs.assertions import Tally
from flows.runs.batches import Batch
from flows.runs.parsing import Failure, Outcome
from flows.runs.report import QUARANTINED, UNREAD, Setback, Summary
from parsers.items import Article, Capture, Quarantined, Rejection, Snapshot, Unread, Visit
from warehouse import AccountError, Page, Place, Writer, captures_folder

MAX_PROBLEMS = 100
"""Problems that a run spells out; further ones are counted."""

MAX_SETBACKS = 1_000
"""Quarantined, rejected and unread pages that a summary names; the warehouse names them all."""

LOG_NAME = "newsgrain.log"
LOG_BYTES = 2_000_000
"""Bytes of the log before it is set aside; the two before it are kept."""

Cause = Literal["captured", "reparsed"]

_log = logging.getLogger("newsgrain")


class _ParserBug(Unread):
    """The outcome of a page that the parsers failed on: named as a problem, not as a setback."""


class Recorder:
    """Loads the batches of one run and remembers what its report has to name."""

    def __init__(self, writer: Writer, run_id: str, cause: Cause) -> None:
        self._writer = writer
        self.run_id = run_id
        self._cause = cause
        self._unspelt = 0
        self._problems: list[str] = []
        self.setbacks: list[Setback] = []
        self.example: str | None = None
        self.tally = Tally()
        self.watch = Watch(writer, run_id)
        self.lying: list[Page] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong so far, the first hundred spelt out."""
        more = f"and {self._unspelt:,} more, all in {LOG_NAME}"
        return (*self._problems, more) if self._unspelt else tuple(self._problems)

    def add_problem(self, problem: str, details: str = "", **about: str) -> None:
        """Record a problem; ``details`` (a traceback) go to the log alone.

        ``about`` says in the log which ``source`` or ``page`` it is about.
        """
        _log.error("%s", problem, extra={**about, "details": details.rstrip()})
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._unspelt += 1

    def load(
        self, batch: Batch, outcomes: Sequence[Outcome], captures: Sequence[Capture]
    ) -> tuple[str, ...]:
        """Load a batch, each of its snapshots with the pool's outcome; says what each came to."""
        visits = [
            self._parsed(snapshot, outcome)
            for snapshot, outcome in zip(batch.snapshots, outcomes, strict=True)
        ]
        visits += [_missed(missed) for missed in batch.missed]
        visits = [asked_for(visit, batch.looks.get(visit.target)) for visit in visits]
        visits = self.watch.screen(visits)
        try:
            loaded = self._load(visits, captures, batch.looks)
        except AccountError:
            loaded = self._load_one_by_one(visits, captures, batch.looks)
        self.tally.count(visits)
        self.example = self.example or _first_article(visits)
        setbacks = _setbacks(visits)
        for setback in setbacks:
            about = {"source": setback.source_id, "page": setback.target}
            _log.info("%s: %s", setback.reason, setback.detail, extra=about)
        self.setbacks += setbacks[: MAX_SETBACKS - len(self.setbacks)]
        return loaded

    def _load(
        self, visits: Sequence[Visit], captures: Sequence[Capture], looks: Mapping[str, Look]
    ) -> tuple[str, ...]:
        """Load visits together with what they change in what is known of their pages."""
        with self._writer.transaction():
            loaded = self._writer.load(self.run_id, visits, captures, cause=self._cause)
            changed = [
                (looks[visit.target].page, page)
                for visit, outcome in zip(visits, loaded, strict=True)
                if visit.target in looks
                and (page := revised(looks[visit.target], visit, outcome, self.run_id))
            ]
            if changed:
                self._writer.record_pages([page for _, page in changed])
        self.lying += [
            page for before, page in changed if page.validators_lie and not before.validators_lie
        ]
        return loaded

    def _load_one_by_one(
        self, visits: list[Visit], captures: Sequence[Capture], looks: Mapping[str, Look]
    ) -> tuple[str, ...]:
        """Load each page alone; in ``visits`` the one with a false account becomes unread."""
        loaded: list[str] = []
        for position, visit in enumerate(visits):
            captured = [c for c in captures if c.payload_digest == visit.payload_digest]
            captures = [c for c in captures if c.payload_digest != visit.payload_digest]
            try:
                loaded += self._load([visit], captured, looks)
            except AccountError as error:
                outcome = self._bug(visit.target, str(error), traceback.format_exc())
                visits[position] = replace(visit, outcome=outcome)
                loaded += self._load([visits[position]], captured, looks)
        return tuple(loaded)

    def _visited_at(self, snapshot: Snapshot) -> datetime:
        fetched_at = snapshot.fetched_at if self._cause == "captured" else None
        return fetched_at or datetime.now(UTC)

    def _bug(self, target: str, summary: str, details: str) -> _ParserBug:
        self.add_problem(f"{target}: bug in the parsers: {summary}", details, page=target)
        return _ParserBug(f"bug in the parsers: {summary}")

    def _parsed(self, snapshot: Snapshot, outcome: Outcome) -> Visit:
        target = snapshot.path or snapshot.requested_url or snapshot.url or ""
        if isinstance(outcome, Failure):
            reached: Article | Rejection | Unread = self._bug(target, *outcome)
        else:
            reached = outcome
        return Visit(
            target=target,
            source_id=snapshot.source_id,
            url=snapshot.url,
            path=snapshot.path,
            visited_at=self._visited_at(snapshot),
            http_status=snapshot.http_status,
            payload_digest=snapshot.payload_digest,
            size=len(snapshot.body),
            outcome=reached,
            found_by="archive" if snapshot.replayed_from else None,
        )


def record_run(
    writer: Writer,
    warehouse: Place,
    kind: str,
    parameters: Mapping[str, object],
    cause: Cause,
    work: Callable[[Recorder], None],
) -> Summary:
    """Do ``work`` as a run of the warehouse, however it ends, and publish as the last step.

    Batches loaded before an end that came early stay; the run is marked ``failed`` by an
    exception and ``cancelled`` by Ctrl-C or a signal, and both are raised again.
    """
    run_id = writer.start_run(kind, parameters)
    recorder = Recorder(writer, run_id, cause)
    with _log_beside(captures_folder(warehouse).parent), _as_run(run_id):
        _log.info("%s begins", kind)
        try:
            work(recorder)
            for problem in recorder.watch.problems():
                recorder.add_problem(problem)
        except BaseException as raised:
            error = _end_behind(raised)
            status: Literal["failed", "cancelled"] = (
                "failed" if isinstance(error, Exception) else "cancelled"
            )
            _log.error("%s", status, exc_info=error)
            problem = f"{status}: {type(error).__name__}: {error}"
            writer.finish_run(run_id, status, (*recorder.problems, problem))
            writer.publish()
            if error is raised:
                raise
            raise error from None
        report = writer.finish_run(run_id, "completed", recorder.problems)
        writer.publish()
        summary = Summary(report, tuple(recorder.setbacks), recorder.example, warehouse)
        _log.info("%s", summary.headline)
    return summary


@contextmanager
def _as_run(run_id: str) -> Iterator[None]:
    """What is logged meanwhile is of this run."""
    before = json_lines.run_id.set(run_id)
    try:
        yield
    finally:
        json_lines.run_id.reset(before)


class _RunLog(logging.Formatter):
    """A line with the run that it is about, and the details below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s run %(run)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.run = json_lines.run_id.get()
        details = getattr(record, "details", "")
        return super().format(record) + (f"\n{details}" if details else "")


def _end_behind(error: BaseException) -> BaseException:
    """The signal that came in the middle of a query; DuckDB raises an error of its own from it."""
    cause = error.__cause__
    return error if cause is None or isinstance(cause, Exception) else cause


@contextmanager
def _log_beside(folder: Path) -> Iterator[None]:
    """The log of the writer's folder, where tracebacks are kept."""
    handler = RotatingFileHandler(
        folder / LOG_NAME, maxBytes=LOG_BYTES, backupCount=2, delay=True, encoding="utf-8"
    )
    handler.setFormatter(_RunLog())
    handler.setLevel(logging.WARNING)
    handler.addFilter(Masking())
    _log.addHandler(handler)
    try:
        yield
    finally:
        _log.removeHandler(handler)
        handler.close()


def _missed(missed: Missed) -> Visit:
    return Visit(
        target=missed.target,
        source_id=missed.source_id,
        url=missed.url,
        path=missed.path,
        visited_at=datetime.now(UTC),
        http_status=None,
        payload_digest=None,
        size=None,
        outcome=missed.outcome,
    )


def _first_article(visits: Sequence[Visit]) -> str | None:
    outcomes = (visit.outcome for visit in visits)
    return next((o.article_id for o in outcomes if isinstance(o, Article)), None)


def _setbacks(visits: Sequence[Visit]) -> list[Setback]:
    found = []
    for visit in visits:
        if isinstance(visit.outcome, Rejection):
            reason, detail = visit.outcome.reason, visit.outcome.detail
            found.append(Setback(visit.target, visit.source_id, reason, detail))
        elif isinstance(visit.outcome, Quarantined):
            detail = visit.outcome.detail
            found.append(Setback(visit.target, visit.source_id, QUARANTINED, detail))
        elif isinstance(visit.outcome, Unread) and not isinstance(visit.outcome, _ParserBug):
            found.append(Setback(visit.target, visit.source_id, UNREAD, visit.outcome.detail))
    return found
