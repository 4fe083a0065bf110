"""A command that logs JSON lines writes nothing else to stderr; and nothing secret."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from flows.logs.json_lines import JsonLines, run_id
from tests.flows.newsroom import settings_in, write_pages, write_source
from tests.flows.webserver import Site


def line(message: str, **given: Any) -> dict[str, Any]:
    record = logging.LogRecord("newsgrain", logging.WARNING, "", 0, message, (), None)
    for name, value in given.items():
        setattr(record, name, value)
    text = JsonLines().format(record)
    assert len(text.splitlines()) == 1
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_record_is_one_object_on_one_line() -> None:
    told = line("two\nlines\u2028and \ud800 more", source="pellbrook", page="https://a.example/1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {
        "level": "warning",
        "logger": "newsgrain",
        "message": "two\nlines\u2028and \ud800 more",
        "source": "pellbrook",
        "page": "https://a.example/1",
    }


def test_the_run_and_the_traceback_are_told() -> None:
    before = run_id.set("run-1")
    try:
        raise ValueError("no")
    except ValueError:
        told = line("failed", exc_info=sys.exc_info())
    finally:
        run_id.reset(before)
    assert told["run"] == "run-1"
    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("ValueError: no")


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *words],
        cwd=folder,
        env=os.environ | {"NEWSGRAIN_LOG_FORMAT": "json", "NEWSGRAIN_WORKERS": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in done.stderr.splitlines()]


def test_a_run_tells_what_it_does_as_json(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    write_source(settings.seeds, "pellbrook")
    pages = settings.seeds / "pellbrook"
    write_pages(pages, 3)
    (pages / "empty.html").write_text("")

    done = run(tmp_path, "ingest", "--direct", "--warehouse", "news.duckdb")

    told = lines(done)
    assert done.returncode == 0, done.stderr
    assert "3 new" in done.stdout
    (begun,) = (each for each in told if each["message"] == "ingest begins")
    (rejected,) = (each for each in told if each.get("page") == "empty.html")
    assert (rejected["source"], rejected["level"]) == ("pellbrook", "info")
    assert {each["run"] for each in (begun, rejected, told[-1])} == {begun["run"]}
    assert "3 new" in told[-1]["message"]


def test_what_cannot_be_done_is_told_as_json(tmp_path: Path) -> None:
    done = run(tmp_path, "ingest", "--direct", "--source", "nobody")
    (told,) = lines(done)
    assert done.returncode == 2
    assert told["level"] == "error"
    assert "no source 'nobody' is declared" in told["message"]


def test_no_secret_of_the_environment_is_in_what_a_run_writes(tmp_path: Path, site: Site) -> None:
    """A proxy that is not there is in the error of each page; its password is nowhere."""
    proxy = "http://desk:T0P5ecret@127.0.0.1:9"
    done = run(
        tmp_path,
        *("ingest", "--direct", site.url("/news/1?token=T0P5ecret")),
        NEWSGRAIN_PROXY=proxy,
        NEWSGRAIN_ALLOW_PRIVATE_HOSTS="1",
        NEWSGRAIN_RETRIES="0",
        NEWSGRAIN_ALARM_WEBHOOK="https://chat.pellbrook.example/T0P5ecret",
        NEWSGRAIN_SMTP="smtps://desk:T0P5ecret@mail.pellbrook.example",
    )
    assert done.returncode == 1
    assert len(lines(done)) >= 3
    assert "T0P5ecret" not in done.stderr
    log = tmp_path / "newsgrain.duckdb.d" / "newsgrain.log"
    assert not log.exists() or "T0P5ecret" not in log.read_text()


def test_prefect_logs_json_lines_without_secrets(tmp_path: Path) -> None:
    """What servers, workers and runs of deployments load, by Prefect's own setting."""
    program = (
        "import logging\n"
        "from flows.logs.setup import PREFECT_CONFIGURATION\n"
        "import os\n"
        "os.environ['PREFECT_LOGGING_SETTINGS_PATH'] = str(PREFECT_CONFIGURATION)\n"
        "import prefect.main\n"
        "for name in ('prefect.server', 'newsgrain', 'uvicorn', 'another'):\n"
        "    logging.getLogger(name).warning('sent T0P5ecret by %s', name)\n"
        "logging.getLogger('newsgrain').info('three pages')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PREFECT_HOME": str(tmp_path), "PREFECT_API_KEY": "T0P5ecret"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = [(each["logger"], each["message"]) for each in lines(done)]
    assert told == [
        ("prefect.server", "sent *** by prefect.server"),
        ("newsgrain", "sent *** by newsgrain"),
        ("uvicorn", "sent *** by uvicorn"),
        ("another", "sent *** by another"),
        ("newsgrain", "three pages"),
    ]
