"""``newsgrain serve``: what prefect.yaml declares, run on this machine until it is stopped.

A Prefect server when none is named, the deployments as `prefect deploy --all` makes them, and a
worker, each a process of Prefect's own; this one starts them in order and stops them in order.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from flows.logs.setup import PREFECT_CONFIGURATION
from flows.orchestration.errors import CannotServe
from flows.settings import Settings

PORT = 4200
"""Where Prefect's own server listens unless PREFECT_SERVER_API_PORT says otherwise."""

SERVER_SECONDS = 180
"""How long a server may take to answer: at its first start it makes its database."""

STOP_SECONDS = 60
"""How long a run that is stopped may take to publish what it loaded, before it is killed."""

# Leases on disk outlive a restart of the server; in memory, the slot of a run that was going when
# it stopped would be taken for ever.
_SERVER = {
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def serve(file: Path, settings: Settings, say: Callable[[str], object]) -> None:
    """Serve what ``file`` declares, until a signal comes or a process of Prefect's ends.

    Raises:
        CannotServe: no such file, no server to be had, not deployed, or a process ended by itself.
    """
    pool = work_pool_of(file)
    # A shell that starts a job in the background lets it ignore SIGINT, by which Prefect's worker
    # stops itself; what is ignored is ignored by the processes started from here too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = os.environ | settings.places()
    if settings.log_format == "json":
        environment.setdefault("PREFECT_LOGGING_SETTINGS_PATH", str(PREFECT_CONFIGURATION))
    with _server(environment, say) as api:
        environment["PREFECT_API_URL"] = api
        say(f"deploying {file}")
        _make_pool(api, pool)
        _deploy(file, environment)
        worker = _start(environment, "worker", "start", "--pool", pool, "--type", "process")
        say(f"serving; Prefect shows runs at {api.removesuffix('/api')}; stop with Ctrl-C")
        try:
            status = worker.wait()
        finally:
            say("stopping; a run that is going publishes what it loaded first")
            _cancel_runs(api, worker.pid)
            _stop(worker)
        raise CannotServe(f"the worker ended with status {status}; its words are above")


def work_pool_of(file: Path) -> str:
    """The one work pool that all deployments of a prefect.yaml go to.

    Raises:
        CannotServe: the file cannot be read, or names none or several.
    """
    try:
        declared = yaml.safe_load(file.read_text("utf-8"))
        pools = {each["work_pool"]["name"] for each in declared["deployments"]}
    except OSError as error:
        why = f"{file}: {error.strerror}; go where it lies, or name it with --file"
        raise CannotServe(why) from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CannotServe(f"{file} does not declare deployments with a work pool") from error
    if len(pools) != 1:
        raise CannotServe(f"{file} names the work pools {sorted(pools)}; serving needs one")
    return str(pools.pop())


# --- Server ----------------------------------------------------------------------------------


@contextmanager
def _server(environment: Mapping[str, str], say: Callable[[str], object]) -> Iterator[str]:
    """The address of the server that is named; without one, of a server started here."""
    from prefect.settings import PREFECT_API_URL

    if named := PREFECT_API_URL.value():
        _check_answers(named)
        yield named
        return
    port = int(environment.get("PREFECT_SERVER_API_PORT") or PORT)
    api = f"http://127.0.0.1:{port}/api"
    _check_free(port)
    say(f"starting a Prefect server at {api}: up to a minute at its first start")
    own = {**_SERVER, **environment}
    server = _start(own, "server", "start", "--host", "127.0.0.1", "--port", str(port))
    try:
        _wait_for(api, server)
        yield api
    finally:
        _stop(server)


def _check_answers(api: str) -> None:
    if not _answers(api):
        raise CannotServe(f"no Prefect server answers at {api}: start it, or unset PREFECT_API_URL")


def _check_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            raise CannotServe(
                f"port {port} is taken: if a Prefect server listens there, set"
                f" PREFECT_API_URL=http://127.0.0.1:{port}/api; else PREFECT_SERVER_API_PORT"
            ) from None


def _wait_for(api: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SERVER_SECONDS
    while not _answers(api):
        if server.poll() is not None:
            raise CannotServe(f"the Prefect server ended with status {server.returncode}")
        if time.monotonic() > end:
            raise CannotServe(f"the Prefect server did not answer within {SERVER_SECONDS} s")
        time.sleep(0.5)


def _answers(api: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{api}/health", timeout=5).is_success
    return False


def _ask(api: str, path: str, body: Mapping[str, object]) -> httpx.Response:
    """The server's answer; while its database is busy it is asked again, as by its clients."""
    end = time.monotonic() + STOP_SECONDS
    while True:
        answer = httpx.post(f"{api}/{path}", json=body, timeout=STOP_SECONDS)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > end:
            return answer
        time.sleep(0.5)


# --- Deployments -----------------------------------------------------------------------------


def _make_pool(api: str, name: str) -> None:
    """Make the work pool when there is none of that name, of the type process."""
    made = _ask(api, "work_pools/", {"name": name, "type": "process"})
    if made.status_code != httpx.codes.CONFLICT and made.is_error:
        raise CannotServe(f"the work pool {name} cannot be made: {made.text[:200]}")


def _deploy(file: Path, environment: Mapping[str, str]) -> None:
    """Deploy all that the file declares; runs will work in its folder."""
    command = _prefect("--no-prompt", "deploy", "--all", "--prefect-file", file.name)
    done = subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=file.absolute().parent,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotServe(f"{file} cannot be deployed:\n{done.stdout}{done.stderr}")


# --- Runs that are going ---------------------------------------------------------------------


def _cancel_runs(api: str, worker: int) -> None:
    """Cancel the runs of a worker as a person would, and wait for their end.

    A worker that is stopped kills its runs; cancelled first, they publish what they have loaded.
    """
    end = time.monotonic() + STOP_SECONDS
    with suppress(httpx.HTTPError):
        going = [
            run["id"]
            for run in _find(api, state={"type": {"any_": ["PENDING", "RUNNING"]}})
            if _parent((run["infrastructure_pid"] or "").rpartition(":")[2]) == worker
        ]
        state = {"type": "CANCELLING", "message": "serving was stopped"}
        for run in going:
            _ask(api, f"flow_runs/{run}/set_state", {"state": state})
        # When a run's process has ended the worker says so to Prefect, which frees its slot.
        cancelling = {"id": {"any_": going}, "state": {"type": {"any_": ["CANCELLING"]}}}
        while going and _find(api, **cancelling) and time.monotonic() < end:
            time.sleep(0.5)


def _find(api: str, **wanted: object) -> list[dict[str, Any]]:
    return list(_ask(api, "flow_runs/filter", {"flow_runs": wanted}).raise_for_status().json())


def _parent(pid: str) -> int | None:
    """The process that started another; None when that has ended."""
    try:
        status = Path("/proc", pid, "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])


# --- Processes -------------------------------------------------------------------------------


def _prefect(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def _start(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """A process of Prefect's at the head of a group of its own: Ctrl-C reaches this one alone."""
    return subprocess.Popen(  # noqa: S603 - our own words
        _prefect(*arguments), env=dict(environment), start_new_session=True
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started: asked first, killed when they do not end in time."""
    end = time.monotonic() + STOP_SECONDS
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        while _lives(process) and time.monotonic() < end:
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _lives(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process or one that it started is there."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True
