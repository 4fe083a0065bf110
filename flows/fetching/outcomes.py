"""What became of one attempt to fetch a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from parsers.items import Snapshot

FailureKind = Literal[
    "robots",  # robots.txt does not allow it, or could not be read
    "address",  # not an address that may be asked for
    "timeout",
    "connection",
    "tls",
    "too_large",
    "damaged",  # an answer cut short, or in a coding that does not hold
    "redirects",
    "archive",  # a web archive that does not give the capture which its index names
    "busy",  # the server asked for patience, or failed, each time
]


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer gave to ask with: If-None-Match and If-Modified-Since.

    ``url`` is the address that gave them. They are sent to no other: a page that now leads to a
    listing is not unchanged because the listing is. None: sent along all redirects.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that the page is as it was (304)."""

    http_status: int = 304


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer that can be used. ``retry_at``: when the server asked to come back, if it did."""

    kind: FailureKind
    detail: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One page asked for: what came of it, and how.

    ``url`` is the last address asked, after redirects; ``attempts`` counts requests for the page
    itself, retries and redirects included; ``robots`` is the line of robots.txt that decided for
    the last hop, or why there was none.
    """

    requested_url: str
    url: str
    source_id: str | None
    started_at: datetime
    seconds: float
    attempts: int
    robots: str | None
    result: Snapshot | NotModified | Failure
