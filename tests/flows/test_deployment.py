"""The flow under Prefect itself: a temporary server, a standing one, a deployment and its worker.

Everything runs in processes of its own with a Prefect home of its own, on loopback. The server's
database is made once, by the first test, and used by all.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.flows.newsroom import ask, write_pages

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A Prefect of the tests' own: no profile, no server, nothing told to anybody."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "NEWSGRAIN_"))
    }
    return {
        **inherited,
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NEWSGRAIN_WORKERS": "2",
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


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write_pages(tmp_path / "in", 3)
    return tmp_path / "in"


def test_ingest_brings_its_own_server_and_says_what_it_waits_for(
    environment: dict[str, str], pages: Path
) -> None:
    result = run(pages.parent, environment, "flows", "ingest", "in")

    assert result.returncode == 0, result.stderr
    waiting, *rest = result.stderr.splitlines()
    assert waiting.startswith("starting Prefect: ")
    assert "--direct" in waiting
    assert not [line for line in rest if "pages so far" not in line], (
        "Prefect's own words came through"
    )
    assert "source (no source): 3 new" in result.stdout
    assert ask(pages.parent / "newsgrain.duckdb", "FROM articles SELECT count(*)") == [(3,)]


def test_usage_is_told_before_any_wait(environment: dict[str, str], tmp_path: Path) -> None:
    result = run(tmp_path, environment, "flows", "ingest")
    assert result.returncode == 2
    assert "starting Prefect" not in result.stderr
    assert result.stderr.startswith("newsgrain: no enabled source")


class Server:
    """A standing Prefect server, asked over HTTP."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self.environment = {**environment, "PREFECT_API_URL": self.api}

    def find(self, kind: str, **body: Any) -> list[dict[str, Any]]:
        answer = httpx.post(f"{self.api}/{kind}/filter", json=body, timeout=30)
        answer.raise_for_status()
        return list(answer.json())

    def post(self, path: str, body: object) -> dict[str, Any]:
        answer = httpx.post(f"{self.api}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())

    def latest_run(self) -> dict[str, Any]:
        return self.find("flow_runs", sort="EXPECTED_START_TIME_DESC", limit=1)[0]

    def report_of(self, flow_run: dict[str, Any]) -> dict[str, Any]:
        (report,) = self.find("artifacts", artifacts={"flow_run_id": {"any_": [flow_run["id"]]}})
        return report


@pytest.fixture(scope="module")
def server(environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(environment, port)
        _wait_until_healthy(server.api, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_healthy(api: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{api}/health", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail("the server did not answer in time")


def test_a_run_leaves_its_state_and_its_report(server: Server, pages: Path) -> None:
    (pages / "empty.html").write_bytes(b"")

    result = run(pages.parent, server.environment, "flows", "ingest", "in")

    assert result.returncode == 0, result.stderr
    flow_run = server.latest_run()
    assert flow_run["state"]["type"] == "COMPLETED"
    assert flow_run["parameters"]["targets"] == ["in"]
    report = server.report_of(flow_run)
    assert (report["key"], report["type"]) == ("ingest-report", "markdown")
    assert report["description"].endswith("3 new, 1 rejected")
    assert "| empty | empty.html |" in report["data"]


def test_a_run_that_is_not_well_fails_and_says_why(server: Server, pages: Path) -> None:
    result = run(pages.parent, server.environment, "flows", "ingest", "in", "nowhere")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "unread: nowhere: " in result.stdout
    flow_run = server.latest_run()
    assert flow_run["state"]["type"] == "FAILED"
    assert flow_run["state"]["message"].endswith("3 new, 1 unread")
    assert "| unread | nowhere |" in server.report_of(flow_run)["data"]


@pytest.fixture(scope="module")
def deployment(server: Server) -> dict[str, Any]:
    """What ``prefect deploy --all`` makes of the repository's prefect.yaml."""
    server.post("work_pools/", {"name": "newsgrain", "type": "process"})
    result = run(REPOSITORY, server.environment, "prefect", "--no-prompt", "deploy", "--all")
    assert result.returncode == 0, result.stdout + result.stderr
    (deployment,) = server.find("deployments")
    return deployment


def test_the_deployment_waits_for_someone_to_resume_it(deployment: dict[str, Any]) -> None:
    assert deployment["entrypoint"] == "flows.ingest.ingest"
    assert deployment["description"].startswith("Reads every enabled source")
    assert "newsgrain" in deployment["tags"]
    (schedule,) = deployment["schedules"]
    assert schedule["active"] is False
    assert schedule["schedule"]["timezone"] == "Europe/London"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    parameters = deployment["parameter_openapi_schema"]["properties"]
    named = {"targets", "source", "seeds", "warehouse", "since", "until", "wait"}
    assert parameters.keys() == named
    assert all(parameter.get("description") for parameter in parameters.values())


def test_a_worker_runs_the_deployment(
    server: Server, deployment: dict[str, Any], pages: Path
) -> None:
    warehouse = pages.parent / "news.duckdb"
    flow_run = server.post(
        f"deployments/{deployment['id']}/create_flow_run",
        {"parameters": {"targets": [str(pages)], "warehouse": str(warehouse)}},
    )

    arguments = ("prefect", "worker", "start", "--pool", "newsgrain", "--run-once")
    result = run(pages.parent, server.environment, *arguments)

    (ended,) = server.find("flow_runs", flow_runs={"id": {"any_": [flow_run["id"]]}})
    assert ended["state"]["type"] == "COMPLETED", result.stdout + result.stderr
    assert ask(warehouse, "FROM articles SELECT count(*)") == [(3,)]
