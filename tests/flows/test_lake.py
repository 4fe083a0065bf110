"""A lake from the command line: two runs at once, what reads, what is refused, no secret told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.doctor import examine
from flows.settings import Settings
from warehouse import Lake, NoLakeExtension
from warehouse.lake.extensions import extension_file

try:
    extension_file("ducklake")
except NoLakeExtension as missing:
    pytest.skip(str(missing), allow_module_level=True)

REPOSITORY = Path(__file__).parents[2]
PAGE = """<html lang=en><head><title>{title}</title></head><body><nav>Home</nav><main><article>
<h1>{title}</h1><p>The footbridge at {title} will be shut from Monday while its deck is replaced,
the council said, and walkers are asked to use the ford below the old mill instead.</p><p>Work is
planned to last for eleven weeks and costs less than was feared when the first boards gave way.</p>
</article></main></body></html>"""


def started(folder: Path, machine: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows", *arguments],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(REPOSITORY),
            "NEWSGRAIN_WAREHOUSE": "ducklake:sqlite:lake.sqlite",
            "NEWSGRAIN_LAKE_DATA": "files",
            "NEWSGRAIN_LAKE_FOLDER": machine,
            "NEWSGRAIN_WORKERS": "1",
            "COLUMNS": "300",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def told(folder: Path, *arguments: str, status: int = 0, machine: str = "north") -> str:
    process = started(folder, machine, *arguments)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == status, output
    return output


def test_two_machines_ingest_at_once_and_all_is_read(tmp_path: Path) -> None:
    for machine in ("north", "south"):
        (tmp_path / "pages" / machine).mkdir(parents=True)
        for number in range(3):
            page = PAGE.format(title=f"{machine.title()} Weir number {number}")
            (tmp_path / "pages" / machine / f"{machine}-{number}.html").write_text(page)
    runs = [
        started(tmp_path, machine, "ingest", "--direct", f"pages/{machine}")
        for machine in ("north", "south")
    ]
    outputs = [run.communicate(timeout=240)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    again = told(tmp_path, "ingest", "--direct", "pages/north", machine="south")
    assert "3 unchanged" in again
    count = told(
        tmp_path, "sql", "SELECT count(*), count(DISTINCT run_id) FROM articles", "--format", "csv"
    )
    assert count.splitlines()[-1] == "6,2"
    query = "SELECT min(article_id) FROM articles WHERE headline LIKE '{}%'"
    for machine in ("North", "South"):
        [_, name] = told(tmp_path, "sql", query.format(machine), "--format", "csv").split()
        there = told(tmp_path, "explain", name, machine=machine.lower())
        assert f"{machine} Weir number" in there
    assert "on another machine" in told(tmp_path, "explain", name, status=1, machine="north")
    checked = told(tmp_path, "doctor", machine="west")
    assert "6 versions, each accounted for" in checked
    assert "0 of 2 WARC files lie on this machine" in checked
    elsewhere = told(tmp_path, "reparse", machine="west")
    assert "6 pages were captured on other machines" in elsewhere
    assert "no search index" in told(tmp_path, "search", "weir", status=1)
    refused = told(tmp_path, "erase", name, "--reason", "asked", status=1)
    assert "No article is erased from ducklake" in refused


def test_a_password_in_the_address_is_refused_without_being_told(tmp_path: Path) -> None:
    address = "ducklake:postgres:dbname=news password=hush"
    for command in (["sql", "FROM runs"], ["ingest", "--direct"], ["doctor"]):
        output = told(tmp_path, *command, "--warehouse", address, status=2)
        assert "PGPASSWORD" in output
        assert "hush" not in output


def test_doctor_names_a_server_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hush")
    lake = f"ducklake:postgres:host={tmp_path} dbname=news"
    monkeypatch.setenv("NEWSGRAIN_LAKE_FOLDER", str(tmp_path / "machine"))
    findings = list(examine(Settings(warehouse=lake)))  # type: ignore[arg-type]
    [broken] = [finding for finding in findings if finding.subject == "lake"]
    assert broken.state == "broken"
    assert "dbname=news" in broken.detail
    assert "PGPASSFILE" in broken.cure
    assert "hush" not in str(findings)


def test_settings_make_a_lake_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSGRAIN_WAREHOUSE", "ducklake:sqlite:a.sqlite")
    monkeypatch.setenv("NEWSGRAIN_LAKE_DATA", "files")
    settings = Settings()
    lake = Lake(f"sqlite:{tmp_path}/a.sqlite", f"{tmp_path}/files", tmp_path / "newsgrain.d")
    assert settings.warehouse == lake
    for name, value in settings.places().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert Settings().warehouse == lake
