"""What is known of each host, and whose turn it is: one queue a host, a pause between requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is to be remembered of a host from one run to the next.

    ``host`` is scheme, name and port (``https://www.example.org``, ``http://127.0.0.1:8080``), as
    robots.txt holds for these three together. ``robots_status`` is the HTTP status of its
    robots.txt, ``robots_body`` the text when there is one, ``robots_fetched_at`` when it was
    fetched; all None when it is to be fetched again. ``retry_at`` is when the host asked to come
    back (Retry-After).
    """

    host: str
    robots_status: int | None = None
    robots_body: str | None = None
    robots_fetched_at: datetime | None = None
    retry_at: datetime | None = None
