"""Parsing in threads of the run's own process: no gain in speed, but nothing else to start.

For machines where no process can be started, for profilers and debuggers. A page that kills its
worker kills the run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A runner of threads."""

    lost: tuple[type[Exception], ...] = ()

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="parsing")

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called in one of the threads."""
        return self._executor.submit(function, *args, **kwargs)

    def close(self) -> None:
        """Wait for what has begun; what waits is not done."""
        self._executor.shutdown(wait=True, cancel_futures=True)
