"""Days of capture, as a person names them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple


class Days(NamedTuple):
    """From ``since`` to ``until``, both included, in UTC; None leaves an end open."""

    since: date | None = None
    until: date | None = None

    def include(self, moment: datetime) -> bool:
        """Tell whether a moment (aware) lies in these days."""
        day = moment.astimezone(UTC).date()
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


ALL_DAYS = Days()
