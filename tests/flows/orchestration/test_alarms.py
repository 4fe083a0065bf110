"""Alarms: what is sent where, and what is said when it cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import ValidationError

from flows.orchestration.alarms import Alarm, send
from flows.settings import Settings
from tests.flows.prefect_server import free_port
from tests.flows.webserver import Request, Site
from tests.flows.webserver.server import whole

ALARM = Alarm("ingest", "ingest hourly", "Failed", "3 pages: 1 unread", "http://127.0.0.1/runs/1")


class Inbox:
    """Keeps what a mail server is given."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content.decode())
        return "250 kept"


@pytest.fixture
def mail() -> Iterator[Controller]:
    controller = Controller(Inbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def test_nothing_is_sent_unless_it_is_set() -> None:
    assert list(send(ALARM, Settings())) == []


def test_a_webhook_is_told_all(site: Site) -> None:
    site.page("/hook", b"")
    assert list(send(ALARM, Settings(alarm_webhook=site.url("/hook")))) == []


def test_the_text_is_for_people_and_the_parts_for_programs(site: Site) -> None:
    assert json.loads(json.dumps(ALARM._asdict()))["state"] == "Failed"
    assert ALARM.text.splitlines() == [
        "newsgrain ingest: failed",
        "ingest hourly",
        "3 pages: 1 unread",
        "http://127.0.0.1/runs/1",
    ]


def test_a_webhook_that_refuses_is_told_without_its_secret(site: Site) -> None:
    def refuse(request: Request) -> bytes:
        return whole(b"no", status=403)

    site.answer("/services/T0/secret", refuse)
    settings = Settings(alarm_webhook=site.url("/services/T0/secret"))
    (told,) = send(ALARM, settings)
    assert told == "the webhook at 127.0.0.1 was not reached: it answered 403"
    assert "secret/" not in repr(settings)
    assert "T0" not in repr(settings)


def test_a_mail_is_sent(mail: Controller) -> None:
    settings = Settings(alarm_mail="desk@pellbrook.example", smtp=f"smtp://127.0.0.1:{mail.port}")
    assert list(send(ALARM, settings)) == []
    (kept,) = mail.handler.mails
    assert "Subject: newsgrain ingest: failed" in kept
    assert "To: desk@pellbrook.example" in kept
    assert "1 unread" in kept


def test_a_password_is_not_sent_in_clear(mail: Controller) -> None:
    server = f"smtp://desk:open-sesame@127.0.0.1:{mail.port}"
    (told,) = send(ALARM, Settings(alarm_mail="desk@pellbrook.example", smtp=server))
    assert told.endswith("127.0.0.1 offers no TLS: no password is sent to it")
    assert mail.handler.mails == []


def test_a_server_that_is_not_there_is_told() -> None:
    settings = Settings(
        alarm_webhook=f"http://127.0.0.1:{free_port()}/",
        alarm_mail="desk@pellbrook.example",
        smtp=f"smtp://127.0.0.1:{free_port()}",
    )
    webhook, mail = send(ALARM, settings)
    assert webhook == "the webhook at 127.0.0.1 was not reached: ConnectError"
    assert mail.startswith("no mail could be sent to desk@pellbrook.example: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alarm_webhook", "ftp://example/secret"),
        ("alarm_mail", "desk"),
        ("smtp", "mail.example:secret"),
    ],
)
def test_what_cannot_be_is_refused_without_repeating_a_secret(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name) as refused:
        Settings(**{name: value})  # type: ignore[arg-type]  # the point of the test
    assert "secret" not in str(refused.value)
