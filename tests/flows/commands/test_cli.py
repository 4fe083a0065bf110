"""The command as a person starts it: what it imports, how it ends, how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.commands import app
from tests.flows.newsroom import ask, page_text, write_pages, write_source
from tests.flows.webserver import Site, WebServer
from warehouse import open_writer

# Tells, after the command, which of the heavy modules it has imported.
WATCHED = """
import json, sys
from flows.__main__ import main
try:
    main()
except SystemExit as end:
    status = end.code
heavy = ("prefect", "duckdb", "httpx", "parsers", "pyarrow")
print(json.dumps([status, [name for name in heavy if name in sys.modules]]), file=sys.stderr)
"""


def newsgrain(folder: Path, *arguments: object, **environment: str) -> Result:
    """The command, in this process but working in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return CliRunner().invoke(
            app, list(map(str, arguments)), env={"NEWSGRAIN_WORKERS": "1", **environment}
        )
    finally:
        os.chdir(before)


def imported(folder: Path, *arguments: str) -> tuple[object, set[str]]:
    """How a command ended and which heavy modules it imported."""
    result = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    status, names = json.loads(result.stderr.splitlines()[-1])
    return status, set(names)


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a source, its two pages, and a warehouse that holds them."""
    folder = tmp_path_factory.mktemp("newsroom")
    write_source(folder / "seeds", "herald")
    write_pages(folder / "seeds" / "herald", 2)
    result = newsgrain(folder, "ingest", "--direct")
    assert result.exit_code == 0, result.output
    return folder


# --- What is imported ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"prefect", "duckdb", "httpx", "parsers", "pyarrow"}),
        (["sql", "FROM runs"], {"prefect", "httpx"}),
        (["explain", "seeds/herald/000.html"], {"prefect", "duckdb", "pyarrow"}),
        (["explain", "000.html"], {"prefect"}),
        (["explain", "seeds/herald/000.html", "--html", "p.html"], {"prefect", "duckdb"}),
        (["report"], {"prefect"}),
        (["doctor"], {"prefect"}),
        (["reparse"], {"prefect"}),
        (["reparse", "--diff"], {"prefect"}),
        (["ingest", "--direct"], {"prefect"}),
    ],
)
def test_a_command_imports_only_what_it_needs(
    newsroom: Path, arguments: list[str], unwanted: set[str]
) -> None:
    status, names = imported(newsroom, *arguments)
    assert status in (0, None)
    assert not names & unwanted


# --- How it ends -----------------------------------------------------------------------------


def test_a_run_in_a_pipe_tells_plain_lines(newsroom: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "flows", "ingest", "--direct", "seeds/herald"],
        cwd=newsroom,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    first, run, readers, *next_steps = result.stdout.splitlines()
    assert first == "source herald: 2 unchanged"
    assert run.endswith(" s: 2 unchanged")
    assert readers == "readers open newsgrain.duckdb"
    assert [line.split()[:4] for line in next_steps] == [
        ["try", "next:", "newsgrain", "sql"],
        ["try", "next:", "newsgrain", "explain"],
    ]
    assert "\x1b" not in result.stdout + result.stderr


def test_rejections_are_outcomes(newsroom: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    result = newsgrain(newsroom, "ingest", "--direct", tmp_path / "empty.html")
    assert result.exit_code == 0
    assert "empty: empty.html: " in result.stdout


def test_a_target_that_cannot_be_read_is_status_1(newsroom: Path) -> None:
    result = newsgrain(newsroom, "ingest", "--direct", "nowhere.html")
    assert result.exit_code == 1
    assert "unread: nowhere.html: " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["ingest", "--direct", "--source", "nobody"], 2, "there are: herald"),
        (["ingest", "--direct", "--seeds", "elsewhere"], 2, "no enabled source in elsewhere"),
        (["ingest", "--directly"], 2, "--directly"),
        (["ingest", "--wait", "-1"], 2, "--wait"),
        (["sql"], 2, "QUERY"),
        (["sql", "FROM runs", "--list"], 2, "one of them"),
        (["sql", "--question", "edited_headline"], 2, "edited_headlines"),
        (["sql", "FROM runs", "--format", "xml"], 2, "xml"),
        (["reparse", "--warehouse", "none.duckdb"], 1, "newsgrain ingest"),
        (["ingest", "--direct", "--warehouse", "seeds/sources/herald.yaml"], 1, "not a DuckDB"),
        (["ingest", "--direct", "--warehouse", "seeds/x/y/z.duckdb"], 0, ""),
        (["sources", "check", "--seeds", "elsewhere"], 1, "no sources"),
        (["sources", "check"], 0, ""),
        (["sources", "list"], 0, ""),
        (["doctor"], 0, ""),
    ],
)
def test_the_exit_status_says_how_it_went(
    newsroom: Path, arguments: list[str], status: int, words: str
) -> None:
    result = newsgrain(newsroom, *arguments)
    assert result.exit_code == status, result.stderr
    assert words in result.stderr
    assert isinstance(result.exception, SystemExit | None)


def test_worked_questions_are_named_and_answered(newsroom: Path) -> None:
    listed = newsgrain(newsroom, "sql", "--list")
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    assert "source_coverage_by_month" in names
    answer = newsgrain(newsroom, "sql", "--question", "source_coverage_by_month", "--format", "csv")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[0] == "publisher,month,articles,words"


def test_a_setting_that_does_not_fit_is_usage(newsroom: Path) -> None:
    result = newsgrain(newsroom, "ingest", "--direct", NEWSGRAIN_BATCH_PAGES="many")
    assert result.exit_code == 2
    assert result.stderr.startswith("newsgrain: NEWSGRAIN_BATCH_PAGES: ")


def test_false_declarations_are_told_all_at_once(tmp_path: Path) -> None:
    write_source(tmp_path / "seeds", "herald", publisher_type="tabloid")
    write_source(tmp_path / "seeds", "gazette", colour="red")
    result = newsgrain(tmp_path, "sources", "check")
    assert result.exit_code == 1
    assert "herald.yaml: publisher_type" in result.stderr
    assert "gazette.yaml: colour" in result.stderr


def test_a_second_run_is_turned_away_in_plain_words(newsroom: Path) -> None:
    with open_writer(newsroom / "newsgrain.duckdb"):
        result = newsgrain(newsroom, "ingest", "--direct", "--wait", "0")
    assert result.exit_code == 1
    assert result.stderr.startswith("newsgrain: ")
    assert isinstance(result.exception, SystemExit | None)


# --- How it is stopped -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_a_stopped_run_keeps_what_it_loaded(
    tmp_path: Path, web: WebServer, site: Site, number: signal.Signals, status: int
) -> None:
    pages = write_pages(tmp_path / "in", 3)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"
    endless = site.send("/endless", head, *[b"<p>", 0.2] * 200)
    # Where the tests run in the background, Ctrl-C is ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    run = subprocess.Popen(
        [sys.executable, "-m", "flows", "ingest", "--direct", *map(str, pages), endless],
        cwd=tmp_path,
        env={
            **os.environ,
            "NEWSGRAIN_WORKERS": "1",
            "NEWSGRAIN_BATCH_PAGES": "1",
            "NEWSGRAIN_ALLOW_PRIVATE_HOSTS": "true",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        _wait_until(lambda: "/endless" in web.targets())
        run.send_signal(number)
        _, told = run.communicate(timeout=30)
    finally:
        run.kill()

    assert run.returncode == status
    assert "Traceback" not in told
    warehouse = tmp_path / "newsgrain.duckdb"
    ((run_status, new),) = ask(warehouse, "FROM runs SELECT status, new")
    assert run_status == "cancelled"
    assert new in (2, 3)  # the third was perhaps still being parsed
    assert ask(warehouse, "FROM articles SELECT count(*)") == [(new,)]


def _wait_until(condition: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


# --- From places without a main module of their own ------------------------------------------


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    """Nor is a notebook run again by each process of the pool."""
    (tmp_path / "page.html").write_text(page_text("Arlsey"))
    script = """
print("begun")
from pathlib import Path
from flows.terminal.progress import LineProgress
from flows.settings import Settings
from flows.runs.steps import ingest_pages, plan_ingest
settings = Settings(workers=1)
plan = plan_ingest(["page.html"], None, settings)
print(ingest_pages(plan, settings, LineProgress(print)).report.outcomes["new"])
"""
    place = tmp_path / "script.py"
    place.write_text(script)
    result = subprocess.run(
        [sys.executable, str(place)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout.split() == ["begun", "1"], result.stderr
    assert result.returncode == 0, result.stderr
