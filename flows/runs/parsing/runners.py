"""Where pages are parsed: the runner that the settings name, below Prefect and without it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from typing import ParamSpec, Protocol, TypeVar

from flows.runs.parsing.processes import Processes, import_ahead
from flows.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Protocol):
    """Workers that call functions, each one call at a time.

    A future raises CancelledError when the runner is lost as a whole.
    """

    @property
    def lost(self) -> tuple[type[Exception], ...]:
        """What a future raises when the worker that had the call was lost."""

    @property
    def workers(self) -> int:
        """How many calls are made at the same time now, at least 1."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called by a worker; it must be importable there by name."""

    def close(self) -> None:
        """Let go of the workers; calls that have not begun are not made."""


class RunnerUnavailable(RuntimeError):
    """The runner of the settings cannot be used, or is lost; says what to do."""


def open_runner(settings: Settings) -> closing[Runner]:
    """Return the runner of the settings, to be closed at the end of a ``with``.

    Raises:
        RunnerUnavailable: its package is missing, or the cluster does not answer.
    """
    runner: Runner
    match settings.task_runner:
        case "processes":
            runner = Processes(settings.workers)
        case "threads":
            from flows.runs.parsing.threads import Threads

            runner = Threads(settings.workers)
        case "dask":
            runner = _dask(settings)
        case "ray":
            runner = _ray(settings)
    return closing(runner)


def begin_imports(settings: Settings) -> None:
    """Let the processes of a run import the parsers while it opens its warehouse."""
    if settings.task_runner == "processes":
        import_ahead()


def _dask(settings: Settings) -> Runner:
    try:
        import distributed  # noqa: F401 — is it there?
    except ImportError as error:
        raise _missing("dask", error) from error
    from flows.runs.parsing.dask_cluster import DaskCluster

    try:
        return DaskCluster(settings.workers, settings.cluster)
    except (OSError, ValueError) as error:  # of which timeouts are
        raise _unreachable("Dask scheduler", settings.cluster, error) from error


def _ray(settings: Settings) -> Runner:
    try:
        import ray  # noqa: F401 — is it there?
    except ImportError as error:
        raise _missing("ray", error) from error
    from flows.runs.parsing.ray_cluster import RayCluster

    try:
        return RayCluster(settings.workers, settings.cluster)
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreachable("Ray cluster", settings.cluster, error) from error


def _missing(name: str, error: ImportError) -> RunnerUnavailable:
    return RunnerUnavailable(f"{error}: `pip install 'newsgrain[{name}]'`")


def _unreachable(what: str, address: str | None, error: Exception) -> RunnerUnavailable:
    place = f"at {address}" if address else "of this machine"
    return RunnerUnavailable(f"no {what} {place} can be used: {error or type(error).__name__}")
