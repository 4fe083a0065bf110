"""A backfill from a real pywb on loopback, of WARC files that our own archive wrote.

pywb wants older releases of packages that Prefect needs newer, so it has an environment of its own:

    python -m venv pywb && pywb/bin/pip install 'setuptools<81' pywb
    PYWB=pywb/bin python -m tests.benchmarks.real_pywb

Without ``PYWB`` (the folder of ``wayback`` and ``wb-manager``) they are looked for in PATH.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import duckdb

from flows.archive.warc import CaptureWriter
from parsers.items import Snapshot
from tests.flows.newsroom import page_text, write_source

HOST = "www.pellbrook.example"
FIRST = datetime(2021, 10, 1, 9, 30, tzinfo=UTC)
DAYS = 31
MISSING = "pywb is not installed here; see the first lines of this script"


def main() -> int:
    """Write captures, serve them, backfill twice with a kill between, look at what came."""
    tools = {name: _tool(name) for name in ("wayback", "wb-manager")}
    if not all(tools.values()):
        print(MISSING)
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_captures(folder / "captured")
        with pywb(folder / "pywb", folder / "captured", tools) as address:
            declare(folder / "seeds", address)
            backfill(folder, "--dry-run")
            kill_in_the_middle(folder)
            backfill(folder)
        return check(folder / "news.duckdb")


def write_captures(folder: Path) -> None:
    """An article a day, each looked at again a week later: every other one has changed."""
    with CaptureWriter(folder) as archive:
        for number in range(1, DAYS + 1):
            day = FIRST + timedelta(days=number - 1)
            archive.add(_answer(number, day, f"Ward {number}"))
            if number % 2:
                archive.add(_answer(number, day + timedelta(days=7), f"Ward {number} East"))


def _answer(number: int, at: datetime, town: str) -> Snapshot:
    url = f"https://{HOST}/news/{number}"
    return Snapshot(
        body=page_text(town).encode(),
        url=url,
        requested_url=url,
        source_id="pellbrook",
        fetched_at=at,
        http_status=200,
        media_type="text/html",
        charset="utf-8",
        http_headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Server", "newsroom/1"),
            ("Content-Encoding", "gzip"),
        ),
    )


@contextmanager
def pywb(home: Path, captured: Path, tools: dict[str, str | None]) -> Iterator[str]:
    """A pywb that serves the captures; its address."""
    home.mkdir()
    wayback, manager = tools["wayback"] or "", tools["wb-manager"] or ""
    files = [str(file) for file in sorted(captured.rglob("*.warc.gz"))]
    for words in (["init", "news"], ["add", "news", *files]):
        subprocess.run([manager, *words], cwd=home, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [wayback, "-b", "127.0.0.1", "-p", str(port)], cwd=home, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urlopen(f"{address}/news/cdx?url={HOST}&matchType=host&limit=1").close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def declare(seeds: Path, address: str) -> None:
    """A source that knows the archive, and is itself nowhere to be had."""
    write_source(
        seeds,
        "pellbrook",
        folder="null",
        home=f"https://{HOST}/",
        article_url="/news/[0-9]+$",
        archive=f"{{index: '{address}/news/cdx', replay: '{address}/news/', delay: 0.1}}",
    )


def _command(folder: Path, *words: str) -> list[str]:
    since, until = FIRST.date(), date(2021, 11, 30)
    return [
        *(sys.executable, "-m", "flows", "backfill", "--source", "pellbrook", "--archive"),
        *("--since", str(since), "--until", str(until)),
        *("--seeds", str(folder / "seeds"), "--warehouse", str(folder / "news.duckdb")),
        *words,
    ]


def _environment() -> dict[str, str]:
    return os.environ | {"NEWSGRAIN_ALLOW_PRIVATE_HOSTS": "1", "NEWSGRAIN_BATCH_PAGES": "5"}


def backfill(folder: Path, *words: str) -> None:
    """Run the command to its end, and show what it says."""
    print(f"$ newsgrain backfill --archive {' '.join(words)}", flush=True)
    subprocess.run(_command(folder, *words), env=_environment(), check=True)


def kill_in_the_middle(folder: Path) -> None:
    """Kill the command when it has loaded something, with SIGKILL."""
    print("$ newsgrain backfill --archive   (killed)", flush=True)
    running = subprocess.Popen(_command(folder), env=_environment(), stdout=subprocess.PIPE)
    assert running.stdout is not None
    for line in running.stdout:
        sys.stdout.write(line.decode())
        if line.startswith(b"window "):
            time.sleep(1.5)
            break
    running.send_signal(signal.SIGKILL)
    running.wait()


def check(warehouse: Path) -> int:
    """Compare the warehouse with what was written; 1 when it is not that."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        articles = connection.execute(
            "SELECT version, count(*), count(*) FILTER (headline LIKE '%East%') "
            "FROM articles GROUP BY 1 ORDER BY 1"
        ).fetchall()
        dates = connection.execute(
            "SELECT min(visited_at AT TIME ZONE 'UTC')::DATE,"
            " max(visited_at AT TIME ZONE 'UTC')::DATE,"
            " list(DISTINCT found_by), count(*), count(DISTINCT target) FROM fetches"
        ).fetchone()
    wanted = [(1, DAYS // 2, 0), (2, DAYS - DAYS // 2, DAYS - DAYS // 2)]
    last = (FIRST + timedelta(days=DAYS - 1 + 7)).date()
    print(f"articles by versions: {articles}; fetches: {dates}")
    told = (FIRST.date(), last, ["archive"])
    fits = articles == wanted and dates is not None and dates[:3] == told
    print("as written" if fits else f"NOT as written: {wanted}")
    return 0 if fits else 1


def _tool(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PYWB")) or shutil.which(name)


if __name__ == "__main__":
    raise SystemExit(main())
