"""Settings: defaults, the environment, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.settings import Settings, usable_cores


def test_what_is_shipped():
    settings = Settings()
    assert settings.warehouse == Path("newsgrain.duckdb")
    assert settings.seeds == Path("seeds")
    assert settings.default_time_zone == "Europe/London"
    assert settings.workers == usable_cores() >= 1
    assert settings.max_bytes == 20_000_000
    assert settings.allow_private_hosts is False
    assert settings.user_agent.startswith("newsgrain/")


def test_the_environment_sets_and_an_argument_wins(monkeypatch):
    monkeypatch.setenv("NEWSGRAIN_WAREHOUSE", "a.duckdb")
    monkeypatch.setenv("NEWSGRAIN_WORKERS", "3")
    assert Settings().warehouse == Path("a.duckdb")
    assert Settings(warehouse=Path("b.duckdb")).warehouse == Path("b.duckdb")
    assert Settings().workers == 3


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("NEWSGRAIN_WORKERS", "")
    assert Settings().workers == usable_cores()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("MAX_BYTES", "-1"),
        ("DEADLINE", "0"),
        ("DEFAULT_TIME_ZONE", "Europe/Nowhere"),
        ("DEFAULT_TIME_ZONE", "../../etc/passwd"),
        ("CONTACT", "a\r\nX-Injected: yes"),
        ("PRODUCT", "naïve"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(f"NEWSGRAIN_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="speed"):
        Settings(speed=11)  # type: ignore[call-arg]  # the point of the test


def test_every_setting_says_what_it_means():
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []


def test_what_the_quick_commands_import_does_not_import_prefect():
    code = (
        "import flows.reading.targets, flows.archive.warc, sys; sys.exit('prefect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
