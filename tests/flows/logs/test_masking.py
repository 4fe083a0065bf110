"""Secrets of every setting that holds one, and of addresses, are not in a log."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.logs.json_lines import JsonLines
from flows.logs.masking import MASK, Masking, secrets_of
from flows.settings import Settings

LEAKS = {
    "alarm_webhook": ("https://chat.pellbrook.example/hooks/T0P5ecret/x", "T0P5ecret"),
    "smtp": ("smtps://desk:T0P%405ecret@mail.pellbrook.example", "T0P%405ecret", "T0P@5ecret"),
    "proxy": ("http://desk:T0P5ecret@proxy.pellbrook.example:3128", "T0P5ecret"),
}


def logged(masking: Masking, message: str, *args: object, **given: Any) -> str:
    record = logging.LogRecord("newsgrain", logging.ERROR, "", 0, message, args, None)
    for name, value in given.items():
        setattr(record, name, value)
    masking.filter(record)
    return JsonLines().format(record)


@pytest.mark.parametrize("name", LEAKS)
def test_the_secret_of_each_setting_is_masked_wherever_it_stands(name: str) -> None:
    value, *secrets = LEAKS[name]
    settings = Settings.model_validate({name: value})
    masking = Masking(secrets_of(settings))
    for secret in (value, *secrets):
        try:
            raise RuntimeError(f"no way to {secret}")
        except RuntimeError:
            line = logged(
                masking, "gave %s up", secret, page=f"about {secret}", exc_info=sys.exc_info()
            )
        assert not any(hidden in line for hidden in secrets), line
        assert MASK in line
        assert "gave " in line
        assert "RuntimeError: no way to" in line


def test_every_secret_setting_has_its_test() -> None:
    secret = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) or name == "proxy"
    }
    assert secret == set(LEAKS)


@pytest.mark.parametrize(
    "text",
    [
        "connecting to postgresql+asyncpg://prefect:T0P5ecret@db.pellbrook.example/prefect",
        "GET https://api.pellbrook.example/feed?page=2&api_key=T0P5ecret&lang=en",
        "https://bucket.pellbrook.example/x?X-Amz-Signature=T0P5ecret",
        "https://T0P5ecret@git.pellbrook.example/",
        "host=db password=T0P5ecret user=desk",
        "password='T0P5ecret and more' user=desk",
        "Authorization: Bearer T0P5ecret",
        "{'Authorization': 'Basic T0P5ecret'}",
    ],
)
def test_secrets_that_no_setting_holds_go_by_where_they_stand(text: str) -> None:
    masked = Masking(()).mask(text)
    assert "T0P5ecret" not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "text",
    [
        "pellbrook: https://www.pellbrook.example/news/1?page=2: the server answered 404",
        "https://archive.example/web/20211005123456id_/https://www.pellbrook.example/news/1",
        "return sorted(pages, key=_moment)",
        "write to desk@pellbrook.example",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Masking(()).mask(text) == text


def test_the_shipped_settings_hold_no_secret() -> None:
    assert list(secrets_of(Settings())) == []


def test_prefects_own_secrets_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "desk:T0P5ecret")
    monkeypatch.setenv("PGPASSWORD", "an0ther")
    assert Masking().mask("sent desk:T0P5ecret, then an0ther") == "sent desk:***, then ***"


@given(st.text())
def test_any_text_is_masked(text: str) -> None:
    Masking(("abcd",)).mask(text)
