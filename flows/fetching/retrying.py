"""When to ask again: what is temporary, after a growing and jittered wait; Retry-After."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    wait_exponential_jitter,
)

from flows.fetching.clock import Clock
from flows.fetching.exchange import Answer, Trouble

FIRST_WAIT = 1.0
"""Seconds before the second attempt, doubled before each further one; chance adds up to as many."""

LONGEST_WAIT = 60.0

LONGEST_RETRY_AFTER = timedelta(days=7)
"""A server that asks for more is asked again after this: a slip of the pen is not for ever."""

_SECONDS = re.compile(r"[0-9]{1,10}")


def asking_again(
    clock: Clock, retries: int, before_wait: Callable[[Answer | Trouble, float], None]
) -> AsyncRetrying:
    """Calls a function until its outcome is not temporary, ``retries`` times more at most.

    ``before_wait`` is told the outcome and the seconds of the wait that follows.
    """

    def told(state: RetryCallState) -> None:
        before_wait(_outcome(state), state.upcoming_sleep)

    return AsyncRetrying(
        sleep=clock.sleep,
        stop=stop_after_attempt(retries + 1),
        wait=wait_exponential_jitter(FIRST_WAIT, max=LONGEST_WAIT, jitter=FIRST_WAIT),
        retry=retry_if_result(lambda outcome: outcome.is_temporary),
        before_sleep=told,
        retry_error_callback=_outcome,
    )


def _outcome(state: RetryCallState) -> Answer | Trouble:
    if state.outcome is None:
        raise RuntimeError("asked for an outcome before the first attempt")
    outcome: Answer | Trouble = state.outcome.result()
    return outcome


def retry_at(answer: Answer, now: datetime) -> datetime | None:
    """When an answer's Retry-After asks to come back, in seconds or as a date (RFC 9110, 10.2.3).

    A date is read by the server's own clock where it tells (Date). None without the header, for
    what cannot be read, and for the past.
    """
    value = answer.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        wait = timedelta(seconds=int(value))
    else:
        moment = _http_date(value)
        if moment is None:
            return None
        wait = moment - (_http_date(answer.headers.get("date", "")) or now)
    return now + min(wait, LONGEST_RETRY_AFTER) if wait > timedelta(0) else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:100])
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
