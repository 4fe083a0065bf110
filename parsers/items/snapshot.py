"""The bytes of one page: fetched, read from a file, or stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one page at one moment, whether fetched, read from a file or stored.

    ``url`` is the final address, ``requested_url`` the one asked for, ``path`` the place of a
    file relative to the folder that was given (never absolute). ``media_type`` and ``charset``
    are what HTTP or the file name said, lower case, without parameters. ``http_headers`` are the
    response's as received and ``request_headers`` those it was asked with, kept for the archive.
    ``replayed_from`` is the address of a web archive's capture, when that gave the page and not the
    page's own server; ``fetched_at`` is then when the web archive captured it.
    """

    body: bytes
    url: str | None = None
    requested_url: str | None = None
    path: str | None = None
    source_id: str | None = None
    fetched_at: datetime | None = None
    http_status: int | None = None
    media_type: str | None = None
    charset: str | None = None
    http_headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    replayed_from: str | None = None

    @cached_property
    def payload_digest(self) -> str:
        """WARC-Payload-Digest form, ``sha256:`` and 64 hex digits."""
        return "sha256:" + hashlib.sha256(self.body).hexdigest()
