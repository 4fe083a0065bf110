"""Secrets kept out of logs: those of the settings by value, others by where they stand."""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr, ValidationError

from flows.settings import Settings

MASK = "***"
"""What stands in a log where a secret stood."""

SHORTEST = 4
"""Characters of the shortest secret that is looked for by value; shorter ones are in any word."""

# Those of Prefect and of PostgreSQL, which read the environment themselves.
_OF_OTHERS = (
    "PGPASSWORD",
    "PREFECT_API_KEY",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
    "PREFECT_API_DATABASE_CONNECTION_URL",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_PASSWORD",
    "PREFECT_SERVER_DATABASE_PASSWORD",
)
_PLACES = (
    # A user with or without password in an address: //name:password@host
    (re.compile(r"://[^\s/@\"'<>]+@"), f"://{MASK}@"),
    # A key in a query: ?token=..., &X-Amz-Signature=...
    (
        re.compile(
            r"([?&;][\w.-]*(?:token|key|secret|passw(?:or)?d|pwd|auth|sig|signature|credential)"
            r"[\w.-]*=)[^&;#\s\"'<>]+",
            re.I,
        ),
        rf"\1{MASK}",
    ),
    # Words of a database's address: password=... 'quoted or not'
    (
        re.compile(
            r"\b((?:\w+_)?(?:password|passwd|pwd|secret|api_?key|token)=)"
            r"('(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\s&;,\"'<>)]+)",
            re.I,
        ),
        rf"\1{MASK}",
    ),
    (
        re.compile(r"\b(authorization['\"]?\s*[:=]\s*['\"]?(?:\w+\s+)?)[^\s'\"]+", re.I),
        rf"\1{MASK}",
    ),
)


class Masking(logging.Filter):
    """A filter, for handlers and loggers, that takes secrets out of messages and tracebacks.

    ``secrets`` are those to be looked for by value; without them, those of the environment.
    """

    def __init__(self, secrets: Iterable[str] | None = None) -> None:
        super().__init__()
        known = _of_the_environment() if secrets is None else secrets
        # The longest first: one may hold another.
        self._secrets = sorted({s for s in known if len(s) >= SHORTEST}, key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a record, and let it pass."""
        record.msg, record.args = self.mask(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        if record.exc_text:
            record.exc_text = self.mask(record.exc_text)
        if record.stack_info:
            record.stack_info = self.mask(record.stack_info)
        for name in ("source", "page", "details"):
            if isinstance(told := getattr(record, name, None), str):
                setattr(record, name, self.mask(told))
        return True

    def mask(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        for place, instead in _PLACES:
            text = place.sub(instead, text)
        return text


def mask_loggers(*names: str) -> None:
    """Take the environment's secrets out of what is logged by these loggers, wherever it goes."""
    masking = Masking()
    for name in names:
        logger = logging.getLogger(name)
        for earlier in [known for known in logger.filters if isinstance(known, Masking)]:
            logger.removeFilter(earlier)
        logger.addFilter(masking)


def secrets_of(settings: Settings) -> Iterator[str]:
    """What is secret in settings: in secret addresses all but the host, in others passwords."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield from _in_secret(value.get_secret_value())
        elif value is not None:
            yield from _in_address(str(value))


def _in_secret(text: str) -> Iterator[str]:
    """User, password, path and query of a secret address, whole and in parts that look random."""
    yield from _in_address(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    tail = parts.path + (f"?{parts.query}" if parts.query else "")
    if tail.strip("/"):
        yield tail
    yield from (part for part in re.split(r"[/?&=:]", tail) if re.search(r"\d", part))


def _in_address(text: str) -> Iterator[str]:
    """The password of an address, as it may be written."""
    try:
        password = urlsplit(text).password
    except ValueError:
        return
    if password:
        yield from (password, unquote(password), quote(unquote(password), safe=""))


def _of_the_environment() -> Iterator[str]:
    with suppress(ValidationError):  # the command tells; secrets still go by where they stand
        yield from secrets_of(Settings())
    for name in _OF_OTHERS:
        if value := os.environ.get(name):
            yield from _in_secret(value)
