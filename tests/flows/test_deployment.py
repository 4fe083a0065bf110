"""The flows under Prefect itself: a temporary server, a standing one, deployments and a worker.

Everything runs in processes of its own with a Prefect home of its own, on loopback. The server's
database is made once, by the first test, and used by all.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller

from tests.flows.backfilling.dated_news import DatedNews
from tests.flows.newsroom import ask, write_pages, write_source
from tests.flows.prefect_server import (
    REPOSITORY,
    Server,
    eventually,
    free_port,
    kill_all,
    own_environment,
    run,
    standing_server,
    started,
)
from tests.flows.webserver import Site, WebServer

WORKER = ("prefect", "worker", "start", "--pool", "newsgrain", "--type", "process")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return own_environment(tmp_path_factory.mktemp("prefect"))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write_pages(tmp_path / "in", 3)
    return tmp_path / "in"


def articles(warehouse: Path) -> int:
    ((number,),) = ask(warehouse, "FROM articles SELECT count(*)")
    return int(number)


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
    environment: dict[str, str], web: WebServer, site: Site, tmp_path: Path
) -> None:
    declared = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())
    (hourly,) = [each for each in declared["deployments"] if each["name"] == "hourly"]
    hourly["schedules"] = [{"slug": "hourly", "interval": 20}]
    declared["deployments"] = [hourly]
    (tmp_path / "prefect.yaml").write_text(yaml.safe_dump(declared))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(200)]
    news = DatedNews(site, days)
    news.declare(tmp_path / "seeds", news.sitemap(), every="hourly", politeness="{delay: 0.2}")
    own = {**environment, "PREFECT_SERVER_API_PORT": str(free_port()), "NEWSGRAIN_BATCH_PAGES": "5"}

    with started(tmp_path, own, "flows", "serve", "--warehouse", "news.duckdb") as serving:
        eventually(lambda: len(set(web.pages()) & news.days.keys()) > 10, "a run of the schedule")
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=90) == 128 + signal.SIGTERM

    (ended,) = ask(tmp_path / "news.duckdb", "FROM runs SELECT status, parameters->>'cadence'")
    assert ended == ("cancelled", "hourly")
    assert articles(tmp_path / "news.duckdb") >= 5, "what was loaded is published"
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


@pytest.fixture(scope="module")
def server(environment: dict[str, str]) -> Iterator[Server]:
    with standing_server(environment) as server:
        yield server


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


@pytest.fixture(scope="module")
def deployed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the repository's prefect.yaml was deployed from, all schedules paused."""
    folder = tmp_path_factory.mktemp("deployed")
    declared = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())
    for each in declared["deployments"]:
        for schedule in each.get("schedules", ()):
            schedule["active"] = False
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
        strategy = "CANCEL_NEW" if each.get("schedules") else "ENQUEUE"
        assert deployment["concurrency_options"]["collision_strategy"] == strategy
        assert len(deployment["schedules"]) <= 1, "several on one deployment may collide"
        parameters = deployment["parameter_openapi_schema"]["properties"]
        assert {"seeds", "warehouse", "wait"} <= parameters.keys()
        assert all(parameter.get("description") for parameter in parameters.values())
    paused = {each["name"] for each in declared for s in each.get("schedules", ()) if "active" in s}
    assert paused == {"stored-pages"}


def test_after_a_day_asleep_one_run_catches_up(
    server: Server, deployed: Path, tmp_path: Path
) -> None:
    write_source(tmp_path / "seeds", "gazette", every="hourly")
    write_pages(tmp_path / "seeds" / "gazette", 3)
    own = settings_of(server, tmp_path)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    sleep = {"start_time": f"{yesterday}", "end_time": f"{datetime.now(UTC)}", "min_runs": 24}
    deployment = server.deployment("ingest/hourly")
    schedule = deployment["schedules"][0]["id"]
    resume(server, deployment["id"], schedule)
    server.post(f"deployments/{deployment['id']}/schedule", sleep)
    missed = [run["id"] for run in server.runs_of("ingest/hourly") if is_past(run)]
    assert len(missed) == 24

    with started(deployed, own, *WORKER):
        states = Counter(server.end_of(run_id) for run_id in missed)

    assert states == {"COMPLETED": 1, "CANCELLED": 23}
    assert ask(tmp_path / "news.duckdb", "FROM runs SELECT kind, status, new") == [
        ("ingest", "completed", 3)
    ]
    (caught_up,) = [run for run in server.runs_of("ingest/hourly") if is_well(run)]
    assert caught_up["name"] == "ingest hourly"
    left = server.artifacts_of(caught_up["id"])
    assert (
        {"ingest-report", "sources", "ingest-progress"}
        >= left.keys()
        >= {"ingest-report", "sources"}
    )
    assert '"source": "gazette"' in left["sources"]["data"]


def settings_of(server: Server, folder: Path, **more: str) -> dict[str, str]:
    """A worker's environment, with a warehouse and seeds in a folder."""
    return {
        **server.environment,
        "NEWSGRAIN_WAREHOUSE": str(folder / "news.duckdb"),
        "NEWSGRAIN_SEEDS": str(folder / "seeds"),
        **more,
    }


def resume(server: Server, deployment: str, schedule: str) -> None:
    import httpx

    place = f"{server.api}/deployments/{deployment}/schedules/{schedule}"
    httpx.patch(place, json={"active": True}, timeout=30).raise_for_status()


def is_past(flow_run: dict[str, Any]) -> bool:
    return datetime.fromisoformat(flow_run["expected_start_time"]) < datetime.now(UTC)


def is_well(flow_run: dict[str, Any]) -> bool:
    return bool(flow_run["state"]["type"] == "COMPLETED")


def test_a_worker_killed_in_a_backfill_loses_nothing_and_the_next_run_finishes(
    server: Server, deployed: Path, web: WebServer, site: Site, tmp_path: Path
) -> None:
    days = [date(2021, 10, 1) + timedelta(days=number // 2) for number in range(62)]
    news = DatedNews(site, days)
    news.declare(tmp_path / "seeds", news.listing(), politeness="{delay: 0.1}")
    own = settings_of(server, tmp_path, NEWSGRAIN_BATCH_PAGES="5")
    wanted = {"source": "pellbrook", "since": "2021-10-01", "until": "2021-10-31", "window": 16}

    with started(deployed, own, *WORKER) as worker:
        killed = server.start("backfill/by-hand", **wanted)
        eventually(lambda: len(set(web.pages()) & news.days.keys()) > 20, "pages asked for")
        kill_all(worker)
    assert server.state_of(killed) == "RUNNING", "nobody was left to say that it ended"
    # Its slot comes free when its lease ends, within five minutes; a person need not wait.
    state = {"type": "CRASHED", "message": "killed"}
    server.post(f"flow_runs/{killed}/set_state", {"state": state, "force": True})
    with started(deployed, own, *WORKER):
        assert server.end_of(server.start("backfill/by-hand", **wanted)) == "COMPLETED"

    warehouse = tmp_path / "news.duckdb"
    assert articles(warehouse) == 62
    statuses = ask(warehouse, "FROM runs SELECT status, count(*) GROUP BY ALL ORDER BY ALL")
    assert statuses == [("completed", 3), ("crashed", 1)]
    asked = [target for target in web.pages() if target in news.days]
    assert Counter(asked).total() <= 62 + 10, "what was captured is not asked for again"


class Inbox:
    """Keeps what a mail server is given."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 kept"


def test_a_run_that_fails_raises_an_alarm(
    server: Server, deployed: Path, web: WebServer, site: Site, tmp_path: Path
) -> None:
    inbox = Inbox()
    site.page("/hook", b"heard")
    mail = Controller(inbox, hostname="127.0.0.1", port=free_port())
    own = settings_of(
        server,
        tmp_path,
        NEWSGRAIN_ALARM_WEBHOOK=site.url("/hook"),
        NEWSGRAIN_ALARM_MAIL="desk@pellbrook.example",
        NEWSGRAIN_SMTP=f"smtp://127.0.0.1:{mail.port}",
    )
    mail.start()
    try:
        failed = server.start("ingest/daily", targets=["nowhere"])
        with started(deployed, own, *WORKER):
            assert server.end_of(failed) == "FAILED"
            eventually(lambda: inbox.mails, "the mail")
    finally:
        mail.stop()

    (heard,) = [exchange for exchange in web.log if exchange.target == "/hook"]
    assert heard.request.method == "POST"
    assert b"Subject: newsgrain ingest: failed" in inbox.mails[0]
    assert b"1 unread" in inbox.mails[0]
