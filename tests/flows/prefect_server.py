"""A Prefect of the tests' own, on loopback: its home, and a server asked over HTTP."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.flows.processes import SECONDS, eventually, kill_those_with, started

REPOSITORY = Path(__file__).parents[2]
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}


@contextmanager
def own_environment(home: Path) -> Iterator[dict[str, str]]:
    """No profile, no server, nothing told to anybody, no settings from outside; quick polls.

    Whatever runs in this environment when the context ends is killed.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "NEWSGRAIN_"))
    }
    try:
        yield {
            **inherited,
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_WORKER_PREFETCH_SECONDS": "1",
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
            "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "3",
            "DO_NOT_TRACK": "1",
            "NEWSGRAIN_WORKERS": "1",
            "COLUMNS": "200",
        }
    finally:
        kill_those_with("PREFECT_HOME", str(home))


def free_port() -> int:
    """A free port of those that no connection is given, so that it stays free for a while."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


class Server:
    """A standing Prefect server, asked over HTTP."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.port = str(port)
        self.api = f"http://127.0.0.1:{port}/api"
        self.environment = {**environment, "PREFECT_API_URL": self.api}

    def find(self, kind: str, **body: Any) -> list[dict[str, Any]]:
        return list(self.post(f"{kind}/filter", body))

    def post(self, path: str, body: object) -> Any:
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        """What the server answers; when its database is busy it is asked again, as by clients."""

        def answered() -> httpx.Response | None:
            answer = httpx.request(method, f"{self.api}/{path}", timeout=SECONDS, **request)
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer = eventually(answered, f"an answer to {method} {path}")
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def latest_end(self) -> dict[str, Any]:
        """The run that ended last."""
        ended = {"state": {"type": {"any_": sorted(ENDED)}}}
        return self.find("flow_runs", flow_runs=ended, sort="END_TIME_DESC", limit=1)[0]

    def deployment(self, name: str) -> dict[str, Any]:
        return dict(self._ask("GET", f"deployments/name/{name}"))

    def start(self, deployment: str, **parameters: object) -> str:
        """Start a run of a deployment; its id."""
        place = f"deployments/{self.deployment(deployment)['id']}/create_flow_run"
        return str(self.post(place, {"parameters": parameters})["id"])

    def runs_of(self, deployment: str) -> list[dict[str, Any]]:
        wanted = {"id": {"any_": [self.deployment(deployment)["id"]]}}
        return self.find("flow_runs", deployments=wanted, sort="EXPECTED_START_TIME_ASC")

    def state_of(self, run_id: str) -> str:
        return str(self._ask("GET", f"flow_runs/{run_id}")["state"]["type"])

    def set_state(self, run_id: str, state: str, *, force: bool = False) -> None:
        """Propose a state as a worker does, or set it as a person does."""
        told = {"state": {"type": state}, "force": force}
        answer = self.post(f"flow_runs/{run_id}/set_state", told)
        assert answer["status"] == "ACCEPT", answer

    def end_lease(self, run_id: str) -> None:
        """Free the slot that a run holds, as the server does some minutes after its last sign."""
        details = self._ask("GET", f"flow_runs/{run_id}")["state"]["state_details"]
        lease = {"lease_id": details["deployment_concurrency_lease_id"]}
        self.post("v2/concurrency_limits/decrement-with-lease", lease)

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
        place = f"deployments/{told['id']}/schedules/{told['schedules'][0]['id']}"
        self._ask("PATCH", place, json={"active": True})


@contextmanager
def standing_server(environment: dict[str, str]) -> Iterator[Server]:
    """A Prefect server while the context lasts; what it says is kept in its home."""
    home = Path(environment["PREFECT_HOME"])
    server = Server(environment, free_port())
    place = ("--host", "127.0.0.1", "--port", server.port)
    with started(home, environment, "prefect", "server", "start", *place) as process:

        def answers() -> bool:
            assert process.poll() is None, (home / "server.log").read_text()
            with suppress(httpx.HTTPError):
                return httpx.get(f"{server.api}/health", timeout=SECONDS).is_success
            return False

        eventually(answers, "the server's answer")
        yield server


def copy_database(home: Path, to: Path) -> None:
    """Copy the database of a Prefect, whose server may be running: a new one takes seconds."""
    with (
        closing(sqlite3.connect(home / "prefect.db")) as source,
        closing(sqlite3.connect(to / "prefect.db")) as target,
    ):
        source.backup(target)
