"""Parsing on a Ray cluster: one that runs already, or one of this machine for the run alone."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else Ray tells its makers, from here on

import ray
from ray.exceptions import NodeDiedError, OutOfMemoryError, WorkerCrashedError

P = ParamSpec("P")
T = TypeVar("T")

_RETRIES = 1
"""How often Ray gives the work of a lost worker to another."""


class RayCluster:
    """A runner of Ray workers. ``address`` is that of ``ray.init``; without it one is started.

    Raises OSError, ValueError or RuntimeError when there is no cluster.
    """

    lost = (NodeDiedError, OutOfMemoryError, WorkerCrashedError)

    def __init__(self, workers: int, address: str | None = None) -> None:
        ray.init(
            address or "local",
            num_cpus=None if address else workers,
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            _node_ip_address=None if address else "127.0.0.1",
        )
        self._call = ray.remote(max_retries=_RETRIES, num_cpus=1)(_call)

    @property
    def workers(self) -> int:
        """The processors of all nodes that are there now; a cluster may grow and shrink."""
        return max(1, int(ray.cluster_resources().get("CPU", 0)))

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called on one of the workers."""
        future: Future[T] = self._call.remote(function, *args, **kwargs).future()
        return future

    def close(self) -> None:
        """Leave the cluster, and stop it when it is our own."""
        ray.shutdown()


def _call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return function(*args, **kwargs)
