"""When a page is to be looked at again: often while it is young, ever more rarely as it ages.

The wait grows with the time for which a page has said the same, so that the looks at it grow with
the logarithm of its age: some fifteen in its first month, two more in the next. A page that changes
is young again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from parsers.items import Removal

SOONEST = timedelta(hours=1)
"""The shortest wait between two looks at an article."""

RAREST = timedelta(days=60)
"""The longest wait between two looks at any page."""

QUIET_SHARE = 0.25
"""The wait as a share of the time for which the page has said the same."""

NO_ARTICLE = timedelta(days=1)
"""The shortest wait where a page gave no article: it may become one, but rarely does."""

LAST_CALL = timedelta(days=1)
"""How long before a known removal a page is looked at once more."""

SECOND_LOOK = timedelta(hours=6)
"""How soon a page that was missing is looked at again: longer than most sites are broken."""

RETRY = timedelta(hours=1)
"""The wait after a look that failed; twice as long after each further one."""

LONGEST_RETRY = timedelta(days=7)
"""The longest wait after looks that failed, unless the server asks for more."""

_LONGEST_PATIENCE = timedelta(days=30)
_LONGEST_REMOVAL = 100 * 366


def after_article(
    now: datetime,
    born: datetime,
    changed: datetime | None,
    removals: Iterable[Removal],
) -> datetime:
    """When an article that stands is due again.

    ``born`` is when it was published, or first seen where that is unknown; ``changed`` when it was
    last seen to say something else. All times are aware.
    """
    quiet = now - max(born, changed or born)
    usual = now + _clamped(quiet * QUIET_SHARE, SOONEST)
    return min((call for call in _last_calls(born, removals) if now < call < usual), default=usual)


def after_no_article(now: datetime, first_seen: datetime) -> datetime:
    """When a page that was read but gave no article is due again."""
    return now + _clamped((now - first_seen) * QUIET_SHARE, NO_ARTICLE)


def after_missing(now: datetime, missing_since: datetime) -> datetime:
    """When a page that is not there is due again: pages do come back, some of them."""
    return now + _clamped(now - missing_since, SECOND_LOOK)


def after_failure(now: datetime, failures: int, retry_at: datetime | None) -> datetime:
    """When a page is due after so many looks in a row (1 and up) without a usable answer.

    ``retry_at`` is when the server asked to come back; it is obeyed up to 30 days.
    """
    wait = min(RETRY * (1 << min(failures - 1, 20)), LONGEST_RETRY)
    if retry_at is None:
        return now + wait
    return max(now + wait, min(retry_at, now + _LONGEST_PATIENCE))


def _clamped(wait: timedelta, soonest: timedelta) -> timedelta:
    return max(soonest, min(wait, RAREST))


def _last_calls(born: datetime, removals: Iterable[Removal]) -> Iterable[datetime]:
    """A moment before each day on which the publisher may take the page down."""
    for removal in removals:
        if removal.days <= _LONGEST_REMOVAL:
            yield born + timedelta(days=removal.days) - LAST_CALL
