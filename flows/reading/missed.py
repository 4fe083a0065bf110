"""What was to be read and was not."""

from __future__ import annotations

from typing import NamedTuple

from parsers.items import Rejection, Unmodified, Unread


class Missed(NamedTuple):
    """A page that was not read whole, and why.

    ``target`` is what was to be read: an address, or a path without the machine's folders.
    """

    target: str
    source_id: str | None
    url: str | None
    path: str | None
    outcome: Rejection | Unread | Unmodified
