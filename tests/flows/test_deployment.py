"""The flows under Prefect itself: a temporary server, a standing one, deployments and a worker.

Everything runs in processes of its own, on loopback. The standing server is shared; what brings a
server of its own has a home of its own, with a copy of the database that the standing one made.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from aiosmtpd.controller import Controller

from tests.flows.backfilling.dated_news import DatedNews
from tests.flows.newsroom import ask, write_pages, write_source
from tests.flows.prefect_server import (
    REPOSITORY,
    Server,
    copy_database,
    free_port,
    own_environment,
    standing_server,
)
from tests.flows.processes import SECONDS, eventually, kill_all, kill_those_with, run, started
from tests.flows.webserver import Site, WebServer

WORKER = ("prefect", "worker", "start", "--pool", "newsgrain", "--type", "process")


@pytest.fixture(scope="module")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for a copy of the server's database, made before anything is in it."""
    return tmp_path_factory.mktemp("new")


@pytest.fixture(scope="module")
def server(new_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("prefect")
    with own_environment(home) as environment, standing_server(environment) as server:
        copy_database(home, new_database)
        yield server


@pytest.fixture
def home(server: Server, new_database: Path, tmp_path: Path) -> Path:
    """A Prefect home of the test's own, whose database is a copy of the server's new one."""
    (tmp_path / "prefect").mkdir()
    shutil.copy(new_database / "prefect.db", tmp_path / "prefect")
    return tmp_path / "prefect"


@pytest.fixture
def environment(home: Path) -> Iterator[dict[str, str]]:
    """Of a test that brings a server of its own, if any."""
    with own_environment(home) as environment:
        yield environment


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write_pages(tmp_path / "in", 3)
    return tmp_path / "in"


def articles(warehouse: Path) -> int:
    ((number,),) = ask(warehouse, "FROM articles SELECT count(*)")
    return int(number)


def pages_so_far(server: Server) -> int:
    """How many pages a run that is going has told to have loaded."""
    with suppress(httpx.TransportError):
        for progress in server.find("artifacts", artifacts={"key": {"any_": ["ingest-progress"]}}):
            return int(progress["description"].partition(" ")[0])
    return 0


class Inbox:
    """Keeps what a mail server on ``port`` is given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 kept"


# --- One machine -----------------------------------------------------------------------------


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
    assert articles(pages.parent / "newsgrain.duckdb") == 3


def test_usage_is_told_before_any_wait(environment: dict[str, str], tmp_path: Path) -> None:
    result = run(tmp_path, environment, "flows", "ingest")
    assert result.returncode == 2
    assert "starting Prefect" not in result.stderr
    assert result.stderr.startswith("newsgrain: no enabled source")


def test_serve_runs_the_schedules_with_one_command(
    home: Path, environment: dict[str, str], site: Site, tmp_path: Path
) -> None:
    declared = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())
    (hourly,) = [each for each in declared["deployments"] if each["name"] == "hourly"]
    hourly["schedules"] = [{"slug": "hourly", "interval": 5}]
    declared["deployments"] = [hourly]
    (tmp_path / "prefect.yaml").write_text(yaml.safe_dump(declared))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(200)]
    news = DatedNews(site, days)
    news.declare(tmp_path / "seeds", news.sitemap(), every="hourly", politeness="{delay: 0.1}")
    own = {**environment, "PREFECT_SERVER_API_PORT": str(free_port()), "NEWSGRAIN_BATCH_PAGES": "5"}

    with started(tmp_path, own, "flows", "serve", "--warehouse", "news.duckdb") as serving:
        server = Server(own, int(own["PREFECT_SERVER_API_PORT"]))
        eventually(lambda: pages_so_far(server), "pages loaded by a run of the schedule")
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(SECONDS) == 128 + signal.SIGTERM
    assert kill_those_with("PREFECT_HOME", str(home)) == [], "server, worker, run: all have ended"

    (ended,) = ask(tmp_path / "news.duckdb", "FROM runs SELECT status, parameters->>'cadence'")
    assert ended == ("cancelled", "hourly")
    assert articles(tmp_path / "news.duckdb") >= 5, "what was loaded is published"
    with closing(sqlite3.connect(home / "prefect.db")) as prefect:
        begun = "SELECT state_name FROM flow_run WHERE name = 'ingest hourly'"
        assert prefect.execute(begun).fetchall() == [("Cancelled",)], "not on the way to it"
    said = (tmp_path / "serve.log").read_text()
    assert "newsgrain: starting a Prefect server" in said
    assert "Traceback" not in said.partition("newsgrain: stopping")[0]


def test_serve_says_what_it_lacks(environment: dict[str, str], tmp_path: Path) -> None:
    result = run(tmp_path, environment, "flows", "serve")
    assert result.returncode == 1
    assert result.stderr.startswith("newsgrain: prefect.yaml: No such file")
    (tmp_path / "prefect.yaml").write_text("deployments: [{name: a, work_pool: {name: b}}]")
    elsewhere = {**environment, "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}
    result = run(tmp_path, elsewhere, "flows", "serve")
    assert result.returncode == 1
    assert result.stderr.startswith("newsgrain: no Prefect server answers at ")


# --- A standing server -----------------------------------------------------------------------


def test_a_run_that_is_not_well_fails_and_says_why(server: Server, pages: Path) -> None:
    (pages / "empty.html").write_bytes(b"")

    result = run(pages.parent, server.environment, "flows", "ingest", "in", "nowhere")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "unread: nowhere: " in result.stdout
    flow_run = server.latest_end()
    assert flow_run["name"] == "ingest in, nowhere"
    assert flow_run["state"]["type"] == "FAILED"
    assert flow_run["state"]["message"].endswith("3 new, 1 rejected, 1 unread")
    report = server.artifacts_of(flow_run["id"])["ingest-report"]
    assert report["type"] == "markdown"
    assert report["description"].endswith("3 new, 1 rejected, 1 unread")
    assert "| empty | empty.html |" in report["data"]
    assert "| unread | nowhere |" in report["data"]


def test_a_rejected_page_is_linked_to_its_explanation(server: Server, pages: Path) -> None:
    told = "<!doctype html><title>Page not found</title><h1>Page not found</h1>"
    (pages / "lost.html").write_text(f"{told}<p># [no](link) ``` of ours</p>")

    result = run(pages.parent, server.environment, "flows", "ingest", "in")

    assert result.returncode == 0
    left = server.artifacts_of(server.latest_end()["id"])
    explained = left["page-without-an-article"]
    assert explained["description"] == "lost.html"
    assert "Rejected: soft_404" in explained["data"]
    assert all(line.startswith("    ") for line in explained["data"].splitlines())
    assert f"/{explained['id']})" in left["ingest-report"]["data"]


@pytest.fixture(scope="module")
def deployed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the repository's prefect.yaml was deployed from, all schedules paused.

    What is hourly comes in most of an hour: never while the tests run.
    """
    folder = tmp_path_factory.mktemp("deployed")
    declared = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())
    earlier = datetime.now(UTC) - timedelta(minutes=5)
    for each in declared["deployments"]:
        for schedule in each.get("schedules", ()):
            schedule["active"] = False
            if schedule["slug"] == "hourly":
                schedule["cron"] = f"{earlier.minute} * * * *"
    (folder / "prefect.yaml").write_text(yaml.safe_dump(declared))
    if not server.find("work_pools"):
        server.post("work_pools/", {"name": "newsgrain", "type": "process"})
    result = run(folder, server.environment, "prefect", "--no-prompt", "deploy", "--all")
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.mark.usefixtures("deployed")
def test_all_deployments_are_declared_whole(server: Server) -> None:
    declared = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"]
    made = {each["name"]: each for each in server.find("deployments")}
    assert made.keys() == {each["name"] for each in declared}
    for each in declared:
        deployment = made[each["name"]]
        module, _, flow = each["entrypoint"].rpartition(".")
        assert module == f"flows.{flow}"
        assert deployment["entrypoint"] == each["entrypoint"]
        assert deployment["tags"][0] == "newsgrain"
        assert deployment["description"]
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
        assert len(deployment["schedules"]) <= 1, "several on one deployment may collide"
        parameters = deployment["parameter_openapi_schema"]["properties"]
        assert {"seeds", "warehouse", "wait"} <= parameters.keys()
        assert all(parameter.get("description") for parameter in parameters.values())
    paused = {each["name"] for each in declared for s in each.get("schedules", ()) if "active" in s}
    assert paused == {"stored-pages"}


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    """A mail server on loopback."""
    inbox = Inbox(free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture(scope="module")
def chat() -> Iterator[WebServer]:
    """Where alarms go besides."""
    with WebServer() as chat:
        yield chat


@pytest.fixture(scope="module")
def settings(server: Server, deployed: Path, inbox: Inbox, chat: WebServer) -> dict[str, str]:
    """A worker's environment; runs may name another warehouse and other seeds."""
    return {
        **server.environment,
        "NEWSGRAIN_BATCH_PAGES": "5",
        "NEWSGRAIN_WAREHOUSE": str(deployed / "news.duckdb"),
        "NEWSGRAIN_SEEDS": str(deployed / "seeds"),
        "NEWSGRAIN_ALARM_WEBHOOK": chat.site().page("/hook", b"heard"),
        "NEWSGRAIN_ALARM_MAIL": "desk@pellbrook.example",
        "NEWSGRAIN_SMTP": f"smtp://127.0.0.1:{inbox.port}",
    }


@pytest.fixture(scope="module")
def asleep(server: Server, deployed: Path) -> list[str]:
    """Runs of a schedule that went on for a day while no worker was there."""
    write_source(deployed / "seeds", "gazette", every="hourly")
    write_pages(deployed / "seeds" / "gazette", 3)
    now = datetime.now(UTC)
    server.resume("ingest/hourly")
    missed = {"start_time": f"{now - timedelta(days=1)}", "end_time": f"{now}", "min_runs": 24}
    server.post(f"deployments/{server.deployment('ingest/hourly')['id']}/schedule", missed)
    return [
        run["id"]
        for run in server.runs_of("ingest/hourly")
        if run["state"]["type"] == "SCHEDULED"
        and datetime.fromisoformat(run["expected_start_time"]) < now
    ]


@pytest.fixture(scope="module")
def dead(server: Server, asleep: list[str]) -> str:
    """A run whose worker died: nobody works at it, and it holds the slot of its deployment."""
    dead = server.start("ingest/hourly")
    assert dead not in asleep
    server.set_state(dead, "PENDING")
    return dead


@pytest.fixture(scope="module")
def worker(
    deployed: Path, settings: dict[str, str], dead: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that comes back after the day asleep."""
    with started(deployed, settings, *WORKER) as worker:
        yield worker


@pytest.mark.usefixtures("worker")
def test_after_a_day_asleep_one_run_catches_up(
    server: Server, deployed: Path, asleep: list[str], dead: str
) -> None:
    assert len(asleep) >= 24

    def waiting() -> bool:
        missed = [run for run in server.runs_of("ingest/hourly") if run["id"] in asleep]
        return {run["state"]["name"] for run in missed} == {"AwaitingConcurrencySlot"}

    eventually(waiting, "that all wait for the slot of the run that died")
    server.end_lease(dead)
    states = {run_id: server.end_of(run_id) for run_id in asleep}

    assert Counter(states.values()) == {"COMPLETED": 1, "CANCELLED": len(asleep) - 1}
    assert ask(deployed / "news.duckdb", "FROM runs SELECT kind, status, new") == [
        ("ingest", "completed", 3)
    ]
    assert server.state_of(dead) == "CRASHED"
    assert server.deployment("ingest/hourly")["global_concurrency_limit"]["active_slots"] == 0
    (caught_up,) = [run_id for run_id, state in states.items() if state == "COMPLETED"]
    left = server.artifacts_of(caught_up)
    assert left["ingest-report"]["description"].endswith("3 new")
    assert '"source": "gazette"' in left["sources"]["data"]


@pytest.mark.usefixtures("worker")
def test_a_run_that_fails_raises_an_alarm(server: Server, inbox: Inbox, chat: WebServer) -> None:
    failed = server.start("ingest/daily", targets=["nowhere"])

    assert server.end_of(failed) == "FAILED"
    (mail,) = eventually(lambda: inbox.mails, "the mail")
    assert b"Subject: newsgrain ingest: failed" in mail
    assert b"1 unread" in mail
    (heard,) = chat.log
    assert (heard.request.method, heard.target) == ("POST", "/hook")


def test_a_worker_killed_in_a_backfill_loses_nothing_and_the_next_run_finishes(
    server: Server,
    deployed: Path,
    settings: dict[str, str],
    worker: subprocess.Popen[bytes],
    web: WebServer,
    site: Site,
    tmp_path: Path,
) -> None:
    days = [date(2021, 10, 1) + timedelta(days=number // 2) for number in range(62)]
    news = DatedNews(site, days)
    news.declare(tmp_path / "seeds", news.listing(), politeness="{delay: 0.05}")
    warehouse = tmp_path / "news.duckdb"
    wanted = {"source": "pellbrook", "since": "2021-10-01", "until": "2021-10-31", "window": 16}
    places = {"warehouse": str(warehouse), "seeds": str(tmp_path / "seeds")}

    killed = server.start("backfill/by-hand", **wanted, **places)
    eventually(lambda: len(set(web.pages()) & news.days.keys()) > 20, "pages asked for")
    kill_all(worker)

    assert server.state_of(killed) == "RUNNING", "nobody was left to say that it ended"
    # Its slot comes free when its lease ends, within five minutes; a person need not wait.
    server.set_state(killed, "CRASHED", force=True)
    again = server.start("backfill/by-hand", **wanted, **places)
    with started(deployed, settings, *WORKER):
        assert server.end_of(again) == "COMPLETED"
    assert articles(warehouse) == 62
    statuses = ask(warehouse, "FROM runs SELECT status, count(*) GROUP BY ALL ORDER BY ALL")
    assert statuses == [("completed", 3), ("crashed", 1)]
    asked = [target for target in web.pages() if target in news.days]
    assert len(asked) <= 62 + 10, "what was captured is not asked for again"
    progress = server.artifacts_of(again)["backfill-progress"]
    assert "going on with the backfill" in progress["data"]
