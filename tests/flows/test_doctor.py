"""``newsgrain doctor``: silence about what is well, a cure for what is not."""

from __future__ import annotations

import shutil
import sys
from importlib import metadata
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

import flows.doctor
from flows.commands import app
from flows.doctor import Finding, examine
from flows.settings import Settings
from tests.flows.newsroom import ingest, settings_in, write_pages, write_source


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path)
    write_source(settings.seeds, "herald")
    write_pages(settings.seeds / "herald", 2)
    ingest(settings)
    return settings


def problems(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if finding.state != "ok"]


def doctor(settings: Settings) -> Result:
    arguments = ["--seeds", str(settings.seeds), "--warehouse", str(settings.warehouse)]
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_a_sound_warehouse_is_all_well(settings: Settings) -> None:
    assert problems(settings) == []
    answer = doctor(settings)
    assert answer.exit_code == 0
    assert "2 versions, each accounted for" in answer.stdout
    assert "2 captures read back" in answer.stdout


def test_before_the_first_run_nothing_is_broken(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert [(f.subject, f.state) for f in problems(settings)] == [
        ("seeds", "warning"),
        ("warehouse", "warning"),
    ]
    assert doctor(settings).exit_code == 0


def test_a_false_declaration_is_told_with_file_and_cure(settings: Settings) -> None:
    write_source(settings.seeds, "gazette", publisher_type="tabloid")
    (found,) = problems(settings)
    assert found.state == "broken"
    assert found.detail.startswith("gazette.yaml: publisher_type: ")
    assert found.cure
    answer = doctor(settings)
    assert answer.exit_code == 1
    assert f"cure: {found.cure}" in answer.stdout


def test_an_enabled_source_without_its_folder_is_told(settings: Settings) -> None:
    shutil.rmtree(settings.seeds / "herald")
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("seeds", "broken")


def test_a_lost_captures_file_is_told(settings: Settings) -> None:
    (warc,) = settings.warehouse.parent.rglob("*.warc.gz")
    warc.unlink()
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("captures", "broken")
    assert warc.name in found.detail


def test_a_damaged_capture_is_told(settings: Settings) -> None:
    (warc,) = settings.warehouse.parent.rglob("*.warc.gz")
    damaged = bytearray(warc.read_bytes())
    damaged[-40] ^= 0xFF
    warc.write_bytes(damaged)
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("captures", "broken")


def test_an_account_that_no_longer_balances_is_told(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "UPDATE article_versions SET input_characters = input_characters + 1 "
            "WHERE article_id = (SELECT min(article_id) FROM article_versions)"
        )
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("warehouse", "broken")
    assert "account_balance" in found.detail


def test_a_text_file_for_a_warehouse_is_told(settings: Settings) -> None:
    settings.warehouse.write_text("my notes")
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("warehouse", "broken")


def test_a_full_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(settings.seeds)._replace(free=1_000)
    monkeypatch.setattr(flows.doctor.shutil, "disk_usage", lambda place: usage)
    (found,) = problems(settings)
    assert (found.subject, found.state) == ("disk", "warning")


def test_a_package_of_another_version_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = metadata.version
    monkeypatch.setattr(
        flows.doctor, "version", lambda name: "0.1" if name == "duckdb" else true(name)
    )
    (found,) = problems(settings)
    assert found.state == "broken"
    assert found.detail.startswith("duckdb is 0.1, not ==")
    assert "duckdb==" in found.cure


def test_a_dask_cluster_is_asked_to_parse_a_page(settings: Settings) -> None:
    found = [*examine(settings.model_copy(update={"task_runner": "dask"}))]
    (cluster,) = (finding for finding in found if finding.subject == "task runner")
    assert (cluster.state, cluster.detail) == ("ok", "dask parses pages, 1 at once")


def test_a_cluster_that_cannot_be_used_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (found,) = problems(settings.model_copy(update={"task_runner": "dask"}))
    assert (found.subject, found.state) == ("task runner", "broken")
    assert "pip install 'newsgrain[dask]'" in found.detail
    assert "NEWSGRAIN_TASK_RUNNER=processes" in found.cure
