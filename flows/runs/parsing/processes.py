"""Parsing in processes of this machine: what a run does unless told otherwise."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Barrier
from types import ModuleType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_START_SECONDS = 120
"""How long the processes of a pool wait for each other at their start."""


class Processes:
    """A runner of processes, started when there is work; new ones when one of them has died."""

    lost = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called in one of the processes."""
        if self._executor is None:
            self._executor = start_processes(self.workers)
        try:
            return submit(self._executor, function, *args, **kwargs)
        except BrokenProcessPool:
            self._executor = start_processes(self.workers)
            return submit(self._executor, function, *args, **kwargs)

    def close(self) -> None:
        """End the processes; what waits is not done."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)


def import_ahead() -> None:
    """Let the fork server import the parsers while this process does something else."""
    if _context().get_start_method() == "forkserver":
        forkserver.ensure_running()


def start_processes(workers: int) -> ProcessPoolExecutor:
    """Processes that are all on their way before the first page is.

    An executor starts a process when it is given work. One started while it ends the others of
    a broken pool would never be ended, and the run would wait for it for ever.
    """
    context = _context()
    executor = ProcessPoolExecutor(
        max_workers=workers,
        mp_context=context,
        initializer=_prepare,
        initargs=(context.Barrier(workers),),
    )
    for _ in range(workers):  # none is idle before all have met, so each of these starts one
        submit(executor, int)
    return executor


def submit(
    executor: ProcessPoolExecutor, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> Future[T]:
    """Send work; processes that this starts must not run the program's main module again.

    They have no use for it: it may be Prefect's engine, seconds to import, or a notebook or a
    script without a guard, which would start the run once more.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        return executor.submit(function, *args, **kwargs)
    finally:
        sys.modules["__main__"] = main


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


# --- In the processes -------------------------------------------------------------------------


def settle_in() -> None:
    """Make a process one that only parses."""
    # Ctrl-C is for the run to answer, not each process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Pages make hundreds of thousands of values and no cycles worth looking for each time.
    gc.set_threshold(200_000, 20, 20)


def _prepare(all_started: Barrier) -> None:
    settle_in()
    threading.Thread(target=_end_with_the_run, name="end with the run", daemon=True).start()
    all_started.wait(_START_SECONDS)


def _end_with_the_run() -> None:
    """End this process when the run's process has died: nobody is left to end it in order."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)
