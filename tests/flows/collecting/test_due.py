"""When pages are due again: held for all ages, not for examples only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.collecting import due
from parsers.items import Removal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9_000))
removals = st.lists(
    st.builds(Removal, what=st.just("news"), days=st.integers(1, 10**18)), max_size=4
)


def wait(age: timedelta, removals: tuple[Removal, ...] = ()) -> timedelta:
    return due.after_article(NOW, NOW - age, None, removals) - NOW


@given(ages, ages)
def test_an_older_page_waits_longer_within_bounds(one: timedelta, other: timedelta) -> None:
    younger, older = sorted((one, other))
    assert due.SOONEST <= wait(younger) <= wait(older) <= due.RAREST


@given(ages, ages, removals)
def test_a_page_that_changed_is_due_sooner(
    age: timedelta, since: timedelta, known: list[Removal]
) -> None:
    born = NOW - age
    changed = NOW - min(since, age)
    unchanged = due.after_article(NOW, born, None, known)
    assert due.after_article(NOW, born, changed, known) <= unchanged


@given(ages, removals)
def test_a_look_falls_just_before_each_removal(age: timedelta, known: list[Removal]) -> None:
    next_look = due.after_article(NOW, NOW - age, None, known)
    assert NOW < next_look <= NOW + wait(age)
    for removal in known:
        if removal.days > 36_000:
            continue
        last_call = NOW - age + removal.days * DAY - due.LAST_CALL
        assert not NOW < last_call < next_look  # none is passed over


@given(ages)
def test_a_page_is_seen_in_its_last_day(until_first: timedelta) -> None:
    """From any first look on, looks that follow the due times meet the day before the removal."""
    born = NOW
    removal = (Removal(what="outcome of a hearing", days=28),)
    taken_down = born + timedelta(days=28)
    look = born + until_first % timedelta(days=27)
    looks = []
    while look < taken_down:
        looks.append(look)
        look = due.after_article(look, born, None, removal)
    assert taken_down - looks[-1] <= due.LAST_CALL
    assert len(looks) < 30


def test_looks_at_a_page_grow_rare() -> None:
    look, looks = NOW, []
    while look < NOW + 365 * DAY:
        looks.append(look - NOW)
        look = due.after_article(look, NOW, None, ())
    assert sum(at < DAY for at in looks) > 10
    assert sum(DAY <= at < 30 * DAY for at in looks) > 10
    assert sum(at >= 30 * DAY for at in looks) < 15


@given(st.integers(1, 10_000), st.none() | ages)
def test_failures_wait_ever_longer_and_obey_the_server(
    failures: int, asked: timedelta | None
) -> None:
    retry_at = NOW + asked if asked is not None else None
    at = due.after_failure(NOW, failures, retry_at)
    assert due.RETRY <= at - NOW <= 30 * DAY
    if retry_at is not None and asked is not None and asked <= 30 * DAY:
        assert at >= retry_at
    assert at <= due.after_failure(NOW, failures + 1, retry_at)


@given(ages)
def test_a_missing_page_is_looked_at_again_ever_more_rarely(missing: timedelta) -> None:
    again = due.after_missing(NOW, NOW - missing) - NOW
    assert due.SECOND_LOOK <= again <= due.RAREST


@given(ages)
def test_a_page_without_an_article_is_due_no_sooner_than_an_article(age: timedelta) -> None:
    assert due.after_no_article(NOW, NOW - age) - NOW >= max(wait(age), due.NO_ARTICLE)


def test_a_date_in_the_future_is_young() -> None:
    assert due.after_article(NOW, NOW + DAY, None, ()) == NOW + HOUR
