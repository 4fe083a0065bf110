"""Parsing on a Dask cluster: one that runs already, or one of this machine for the run alone.

Dask gives the work of a lost worker to another. Only a share that has lost so many that Dask
calls it suspicious comes back (``KilledWorker``), and is parsed apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, suppress
from functools import partial
from typing import ParamSpec, TypeVar

import distributed
from distributed import Client, KilledWorker, LocalCluster
from distributed.client import ClosedClientError

from flows.runs.parsing import dask_worker
from flows.runs.parsing.runners import RunnerUnavailable

P = ParamSpec("P")
T = TypeVar("T")

_ANSWER_SECONDS = 20
"""How long to wait for the scheduler, and then for its first worker."""

_ALLOWED_FAILURES = 1
"""How many workers a share may lose in a cluster of our own before it is suspicious."""


class DaskCluster:
    """A runner of Dask workers. ``address`` is a scheduler's; without it ``workers`` are started.

    Raises OSError or ValueError when there is no scheduler, or it has no worker.
    """

    lost = (KilledWorker,)

    def __init__(self, workers: int, address: str | None = None) -> None:
        # Warnings tell of workers that were lost, which the client makes good.
        logging.getLogger("distributed.client").setLevel(logging.ERROR)
        with ExitStack() as opened:
            scheduler = address or opened.enter_context(_local_cluster(workers))
            self._client = opened.enter_context(
                Client(scheduler, timeout=_ANSWER_SECONDS, set_as_default=False, name="newsgrain")
            )
            self._client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
            self._threads = 1
            self._opened = opened.pop_all()

    @property
    def workers(self) -> int:
        """The threads of all workers that are there now; a cluster may grow and shrink."""
        if self._client.status == "running":  # else its work is cancelled, which tells more
            with suppress(OSError):
                self._threads = sum(self._client.nthreads().values())
        return max(1, self._threads)

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called on one of the workers.

        Raises RunnerUnavailable when the scheduler has been lost for a while.
        """
        future: Future[T] = Future()
        try:
            # Not pure: Dask need not digest pages in order to find two that are the same.
            call = self._client.submit(function, *args, pure=False, **kwargs)
            call.add_done_callback(partial(_hand_over, future))
        except ClosedClientError as error:
            raise RunnerUnavailable("the Dask scheduler was lost") from error
        return future

    def close(self) -> None:
        """Leave the cluster, and stop it when it is our own."""
        self._opened.close()


def _hand_over(future: Future[T], call: distributed.Future[T]) -> None:
    """Tell how a call ended. Dask's own executor leaves a future open for ever when the scheduler
    is lost while it fetches the result.
    """
    try:
        result: T = call.result()
    except (CancelledError, ClosedClientError):
        future.cancel()
        future.set_running_or_notify_cancel()
    except Exception as error:
        future.set_exception(error)
    else:
        future.set_result(result)


def _local_cluster(workers: int) -> LocalCluster:
    """Processes of one thread each, since parsing holds the interpreter lock; on loopback only."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        preload=[dask_worker.__name__],
        silence_logs=logging.CRITICAL,  # a lost worker is no trouble, and a page's is in the report
        scheduler_kwargs={"allowed_failures": _ALLOWED_FAILURES, "dashboard": False},
    )
