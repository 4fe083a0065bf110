"""Parsing in a pool of processes, since parsing holds the interpreter lock.

A bug in the parsers costs one page, never the run: an exception becomes a ``Failure`` with its
traceback, and a page that kills its process is found by parsing its batch again page by page.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Barrier
from types import ModuleType, TracebackType
from typing import NamedTuple, Self

import parsers
from flows.settings import Settings
from parsers.items import Article, Rejection, Snapshot, Source

Parse = Callable[[Snapshot, Source | None], Article | Rejection]


def parser(settings: Settings) -> Parse:
    """Return ``parsers.parse`` with what the settings say; it can be sent to other processes."""
    return partial(parsers.parse, default_time_zone=settings.default_time_zone)


class Failure(NamedTuple):
    """A page that the parsers could not survive: a bug, not a rejection."""

    summary: str
    traceback: str


Outcome = Article | Rejection | Failure

_START_SECONDS = 120
"""How long the processes of a pool wait for each other at their start."""

_SHARE = 16
"""Pages that a process gets at a time: few, so that all processes end a batch together."""


@dataclass(frozen=True)
class Pending:
    """A batch on its way through the pool, with what is needed to parse it again."""

    snapshots: Sequence[Snapshot]
    shares: Sequence[Future[list[Outcome]]]

    def done(self) -> bool:
        """Whether its outcomes are there without a wait."""
        return all(share.done() for share in self.shares)


class ParserPool:
    """Processes that parse batches of pages; a context manager.

    ``sources`` are sent to each process once. ``parse`` must be importable by name.
    """

    def __init__(
        self, sources: Mapping[str, Source], workers: int, parse: Parse = parsers.parse
    ) -> None:
        self._sources = dict(sources)
        self.workers = workers
        self._parse = parse
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, snapshots: Sequence[Snapshot]) -> Pending:
        """Send a batch to the pool; ``outcomes`` waits for it."""
        for snapshot in snapshots:
            _ = snapshot.payload_digest  # digested once: the value travels with the snapshot
        try:
            shares = self._share_out(snapshots)
        except BrokenProcessPool:
            self._executor = None
            shares = self._share_out(snapshots)
        return Pending(snapshots, shares)

    def _share_out(self, snapshots: Sequence[Snapshot]) -> list[Future[list[Outcome]]]:
        if self._executor is None:
            self._executor = self._start(self.workers)
        starts = range(0, len(snapshots), _SHARE)
        return [_submit(self._executor, snapshots[start : start + _SHARE]) for start in starts]

    def outcomes(self, pending: Pending) -> list[Outcome]:
        """One outcome a page, in the order of the batch.

        Raises BrokenProcessPool only when processes die without any page.
        """
        try:
            return [outcome for share in pending.shares for outcome in share.result()]
        except BrokenProcessPool:
            return self._one_by_one(pending.snapshots)

    def _one_by_one(self, snapshots: Sequence[Snapshot]) -> list[Outcome]:
        """Parse each page alone, so that the one that kills its process is the one blamed."""
        outcomes: list[Outcome] = []
        waiting = deque(snapshots)
        while waiting:
            with self._start(1) as executor:
                # Processes that die idle are not a page's fault, and raise.
                _submit(executor, ()).result()
                while waiting:
                    page = waiting.popleft()
                    try:
                        outcomes += _submit(executor, (page,)).result()
                    except BrokenProcessPool:
                        outcomes.append(Failure("the page killed the process parsing it", ""))
                        break
        return outcomes

    def _start(self, workers: int) -> ProcessPoolExecutor:
        """Processes that are all on their way before the first page is.

        An executor starts a process when it is given work. One started while it ends the others of
        a broken pool would never be ended, and the run would wait for it for ever.
        """
        context = _context()
        executor = ProcessPoolExecutor(
            max_workers=workers,
            mp_context=context,
            initializer=_prepare,
            initargs=(self._sources, self._parse, context.Barrier(workers)),
        )
        for _ in range(workers):  # none is idle before all have met, so each of these starts one
            _submit(executor, ())
        return executor


def begin_imports() -> None:
    """Let the fork server import the parsers while this process opens its warehouse."""
    if _context().get_start_method() == "forkserver":
        forkserver.ensure_running()


def _context() -> BaseContext:
    """Processes that inherit neither threads nor locks: Prefect and DuckDB run threads here.

    A fork server imports the parsers once and its children share that memory. Every core has a
    process of its own, so the numeric library must not start threads on all of them in each.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.runs.parsing", "parsers.assemble"])
    return context


def _submit(executor: ProcessPoolExecutor, snapshots: Sequence[Snapshot]) -> Future[list[Outcome]]:
    """Send pages; processes that this starts must not run the program's main module again.

    They have no use for it: it may be Prefect's engine, seconds to import, or a notebook or a
    script without a guard, which would start the run once more.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        return executor.submit(_parse_pages, snapshots)
    finally:
        sys.modules["__main__"] = main


# --- In the processes of the pool -------------------------------------------------------------

_sources: Mapping[str, Source] = {}
_parse: Parse = parsers.parse


def _prepare(sources: Mapping[str, Source], parse: Parse, all_started: Barrier) -> None:
    global _sources, _parse
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the run to answer, not each process
    _sources, _parse = sources, parse
    threading.Thread(target=_end_with_the_run, name="end with the run", daemon=True).start()
    # Pages make hundreds of thousands of values and no cycles worth looking for each time.
    gc.set_threshold(200_000, 20, 20)
    all_started.wait(_START_SECONDS)


def _end_with_the_run() -> None:
    """End this process when the run's process has died: nobody is left to end it in order."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _parse_pages(snapshots: Sequence[Snapshot]) -> list[Outcome]:
    return [_parse_page(snapshot) for snapshot in snapshots]


def _parse_page(snapshot: Snapshot) -> Outcome:
    try:
        outcome = _parse(snapshot, _sources.get(snapshot.source_id or ""))
        if isinstance(outcome, Article):
            # Cached properties travel with the article: hashed here, on every core.
            _ = outcome.body_digest, outcome.word_count
    except Exception as error:
        return Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
    return outcome
