"""Answers of CDX servers: which captures a web archive holds.

Two forms are read: one JSON array of rows, the first of which names the columns (the Wayback
Machine's), and a JSON object a line, with or without key and timestamp before it (pywb's, CDXJ).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from parsers.urls import is_web_address

_ALIASES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_CDXJ_KEYS = re.compile(r"^\S+ (\d{14}) (?=\{)")
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")
_SHOWN = 80


class IndexedCapture(NamedTuple):
    """A capture as the index of an archive names it; ``captured_at`` is aware, whole seconds."""

    url: str
    captured_at: datetime
    status: str | None
    media_type: str | None
    digest: str | None


class IndexAnswer(NamedTuple):
    """What one answer names, in its order.

    ``lines`` counts all that it has, ``malformed`` those that could not be read, ``example`` is
    how the first of these begins. ``resume_key`` is what to go on with, when there is more.
    """

    captures: tuple[IndexedCapture, ...]
    lines: int = 0
    malformed: int = 0
    example: str | None = None
    resume_key: str | None = None


def read_cdx(body: bytes) -> IndexAnswer:
    """Read an answer of either form; nothing in it is believed to be well formed."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("["):
        with suppress(ValueError, RecursionError):
            rows = json.loads(text)
            if isinstance(rows, list):
                return _table(rows)
    captures: list[IndexedCapture] = []
    broken: list[str] = []
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        capture = _capture(_fields(line))
        if capture is None:
            broken.append(line)
        else:
            captures.append(capture)
    return _answer(captures, len(lines), broken)


def _table(rows: list[object]) -> IndexAnswer:
    """Rows under a header; after an empty row comes the key to resume with."""
    names: list[str] = []
    captures: list[IndexedCapture] = []
    broken: list[str] = []
    resume_key = None
    entries = iter(rows)
    for row in entries:
        if not names and isinstance(row, list) and "timestamp" in row:
            names = [str(name) for name in row]
            continue
        if row == []:
            resume_key = _resume_key(entries)
            break
        fits = names and isinstance(row, list) and len(row) == len(names)
        told = dict(zip(names, row, strict=True)) if fits and isinstance(row, list) else {}
        capture = _capture(told)
        if capture is None:
            broken.append(repr(row)[: 2 * _SHOWN])
        else:
            captures.append(capture)
    return _answer(captures, len(captures) + len(broken), broken, resume_key)


def _answer(
    captures: list[IndexedCapture], lines: int, broken: list[str], resume_key: str | None = None
) -> IndexAnswer:
    example = broken[0][:_SHOWN] if broken else None
    return IndexAnswer(tuple(captures), lines, len(broken), example, resume_key)


def _resume_key(rows: Iterator[object]) -> str | None:
    match next(rows, None):
        case [str(key)] if 0 < len(key) <= 4_000:
            return key
    return None


def _fields(line: str) -> Mapping[str, object]:
    keys = _CDXJ_KEYS.match(line)
    with suppress(ValueError, RecursionError):
        told = json.loads(line[keys.end() :] if keys else line)
        if isinstance(told, dict):
            return ({"timestamp": keys[1]} if keys else {}) | told
    return {}


def _capture(told: Mapping[str, object]) -> IndexedCapture | None:
    fields = {_ALIASES.get(name, name): value for name, value in told.items()}
    url, moment = fields.get("url"), _moment(fields.get("timestamp"))
    if moment is None or not isinstance(url, str):
        return None
    if _NO_ADDRESS.search(url) or not is_web_address(url):
        return None
    status, media_type, digest = (_text(fields.get(name)) for name in ("status", "mime", "digest"))
    return IndexedCapture(url, moment, status, media_type, digest)


def _text(value: object) -> str | None:
    """A field as text; None where the index has none, which it may write as a dash."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if 0 < len(text) <= 200 and text != "-" else None


def _moment(timestamp: object) -> datetime | None:
    if not isinstance(timestamp, str) or not re.fullmatch(r"[0-9]{14}", timestamp):
        return None
    with suppress(ValueError):
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return None
