"""A Prefect of the tests' own, on loopback: server, deployments, worker, each a process."""

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
from typing import Any, TypeVar

import httpx
import pytest

REPOSITORY = Path(__file__).parents[2]
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}

_Value = TypeVar("_Value")


def own_environment(home: Path) -> dict[str, str]:
    """No profile, no server, nothing told to anybody, no settings from outside; quick polls."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "NEWSGRAIN_"))
    }
    return {
        **inherited,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "1",
        "DO_NOT_TRACK": "1",
        "NEWSGRAIN_WORKERS": "1",
        "COLUMNS": "200",
    }


def run(
    folder: Path, environment: dict[str, str], *arguments: object
) -> subprocess.CompletedProcess[str]:
    """A module's command, working in a folder."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def eventually(ask: Callable[[], _Value], what: str, seconds: float = 120) -> _Value:
    """The first answer that is true; fails the test when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.2)
    pytest.fail(f"not in time: {what}")


@contextmanager
def started(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A module's command that goes on, at the head of a session; what is left of it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=dict(environment),
        stdout=(folder / f"{arguments[1]}.log").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and to all that it started, runs in sessions of their own too."""
    doomed = [process.pid, *_descendants(process.pid)]
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those started by them."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        direct = [int(child) for child in children.read_text().split()]
    except OSError:
        return []
    return direct + [later for child in direct for later in _descendants(child)]


class Server:
    """A standing Prefect server, asked over HTTP."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self.environment = {**environment, "PREFECT_API_URL": self.api}

    def find(self, kind: str, **body: Any) -> list[dict[str, Any]]:
        return list(self.post(f"{kind}/filter", body))

    def post(self, path: str, body: object) -> Any:
        """What the server answers; when its database is busy it is asked again, as by clients."""
        for _ in range(10):
            answer = httpx.post(f"{self.api}/{path}", json=body, timeout=30)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        answer.raise_for_status()
        return answer.json()

    def latest_end(self) -> dict[str, Any]:
        """The run that ended last."""
        ended = {"state": {"type": {"any_": sorted(ENDED)}}}
        return self.find("flow_runs", flow_runs=ended, sort="END_TIME_DESC", limit=1)[0]

    def deployment(self, name: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.api}/deployments/name/{name}", timeout=30).json())

    def start(self, deployment: str, **parameters: object) -> str:
        """Start a run of a deployment; its id."""
        place = f"deployments/{self.deployment(deployment)['id']}/create_flow_run"
        return str(self.post(place, {"parameters": parameters})["id"])

    def runs_of(self, deployment: str) -> list[dict[str, Any]]:
        wanted = {"id": {"any_": [self.deployment(deployment)["id"]]}}
        return self.find("flow_runs", deployments=wanted, sort="EXPECTED_START_TIME_ASC")

    def state_of(self, run_id: str) -> str:
        run = httpx.get(f"{self.api}/flow_runs/{run_id}", timeout=30).json()
        return str(run["state"]["type"])

    def end_of(self, run_id: str) -> str:
        """The state in which a run ended."""

        def ended() -> str | None:
            state = self.state_of(run_id)
            return state if state in ENDED else None

        return eventually(ended, f"the end of run {run_id}") or ""

    def artifacts_of(self, run_id: str) -> dict[str, dict[str, Any]]:
        """The latest artifacts that a run left, by key."""
        found = self.find("artifacts", artifacts={"flow_run_id": {"any_": [run_id]}})
        return {artifact["key"]: artifact for artifact in found}

    def resume(self, deployment: str) -> None:
        """Make the schedule of a deployment active."""
        told = self.deployment(deployment)
        place = f"{self.api}/deployments/{told['id']}/schedules/{told['schedules'][0]['id']}"
        httpx.patch(place, json={"active": True}, timeout=30).raise_for_status()


@contextmanager
def standing_server(environment: dict[str, str]) -> Iterator[Server]:
    """A Prefect server while the context lasts."""
    port = free_port()
    arguments = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(environment, port)
    try:
        eventually(lambda: _answers(server.api, process), "the server's answer")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(api: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the server ended"
    with suppress(httpx.HTTPError):
        return httpx.get(f"{api}/health", timeout=5).status_code == 200
    return False
