"""Alarms: a webhook, a mail, or both, when a scheduled run failed or its process died.

Off unless the settings name an address. An alarm that cannot be sent is told in the log of the run,
and never changes how the run ended.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import httpx

from flows.settings import Settings

SECONDS = 20.0
"""Seconds for sending an alarm by one way."""


class Alarm(NamedTuple):
    """What happened to which run; ``link`` shows the run in Prefect's UI, if there is one."""

    flow: str
    run: str
    state: str
    message: str
    link: str | None = None

    @property
    def subject(self) -> str:
        """One line that says what is wrong."""
        return f"newsgrain {self.flow}: {self.state.lower()}"

    @property
    def text(self) -> str:
        """The whole alarm as plain text."""
        return "\n".join(filter(None, (self.subject, self.run, self.message, self.link)))


def send(alarm: Alarm, settings: Settings) -> Iterator[str]:
    """Send an alarm by each way that is set; yields a sentence for each that failed."""
    if settings.alarm_webhook:
        try:
            _post(alarm, settings.alarm_webhook.get_secret_value())
        except httpx.HTTPError as error:
            # The address may be a secret: its host is enough to know it by.
            host = urlsplit(settings.alarm_webhook.get_secret_value()).hostname
            yield f"the webhook at {host} was not reached: {_why(error)}"
    if settings.alarm_mail:
        try:
            _mail(alarm, settings)
        except (OSError, smtplib.SMTPException) as error:
            yield f"no mail could be sent to {settings.alarm_mail}: {error}"


def _post(alarm: Alarm, address: str) -> None:
    """As JSON with the key ``text``, which chat services show; the parts are beside it."""
    body = {"text": alarm.text, **alarm._asdict()}
    httpx.post(address, json=body, timeout=SECONDS).raise_for_status()


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    return type(error).__name__


def _mail(alarm: Alarm, settings: Settings) -> None:
    message = EmailMessage()
    message["Subject"] = alarm.subject
    message["From"] = message["To"] = settings.alarm_mail
    message.set_content(alarm.text)
    server = urlsplit(settings.smtp.get_secret_value())
    host, secure = server.hostname or "localhost", server.scheme == "smtps"
    if secure:
        context = ssl.create_default_context()
        port = server.port or smtplib.SMTP_SSL_PORT
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, server.port or smtplib.SMTP_PORT, timeout=SECONDS)
    with connection:
        connection.ehlo()
        if not secure and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            secure = True
        if server.username:
            if not secure:
                raise smtplib.SMTPException(f"{host} offers no TLS: no password is sent to it")
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
