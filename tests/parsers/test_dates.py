from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import Moment, find_short_year, month_number, read_in_words, read_moment
from tests.parsers.building import within

LONDON = "Europe/London"


def day(year: int, month: int, number: int) -> Moment:
    return Moment(datetime(year, month, number, tzinfo=UTC), "day", None)


@pytest.mark.parametrize(
    "text",
    [
        "4 Dec 2020",
        "4 December 2020",
        "2020 Dec 4",
        "4th December 2020",
        "Friday 4 December 2020",
        "4th of December, 2020",
        "December 4, 2020",
        "Dec. 4, 2020",
        "04/12/2020",
        "4.12.2020",
        "04-12-2020",
        "2020-12-04",
        "20201204",
        "4 Rhagfyr 2020",
        "Published: 4 December 2020",
    ],
)
def test_a_written_day_is_read(text: str) -> None:
    assert read_moment(text, LONDON) == day(2020, 12, 4)


def test_a_number_that_can_be_no_month_is_the_day() -> None:
    assert read_moment("12/25/2020", LONDON) == day(2020, 12, 25)


def test_month_first_is_read_when_the_page_is_known_to_write_so() -> None:
    assert read_moment("3/4/2021", LONDON, month_first=True) == day(2021, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "21 October 2021, 18:54",
        "18:54 21/10/2021",
        "21 October 2021 at 6:54 pm",
        "6.54pm, 21 October 2021".replace(".", ":"),
        "2021-10-21T18:54",
        "2021-10-21 18:54:30",
        "October 21, 2021 6:54 PM",
    ],
)
def test_a_time_without_a_zone_is_taken_in_the_zone_given(text: str) -> None:
    moment = read_moment(text, LONDON)
    assert moment is not None
    assert (moment.value.isoformat()[:16], moment.precision, moment.zone) == (
        "2021-10-21T18:54",
        "minute",
        "assumed",
    )
    assert moment.value.utcoffset() is not None
    assert moment.value.astimezone(UTC).hour == 17


def test_winter_time_is_an_hour_behind_summer_time() -> None:
    summer, winter = (read_moment(f"21 {m} 2021, 12:00", LONDON) for m in ("July", "January"))
    assert summer is not None
    assert winter is not None
    assert (summer.value.astimezone(UTC).hour, winter.value.astimezone(UTC).hour) == (11, 12)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2021-10-21T18:54:00+01:00", "2021-10-21T17:54"),
        ("2021-10-21T18:54:00Z", "2021-10-21T18:54"),
        ("2021-10-21T18:54:00-0500", "2021-10-21T23:54"),
        ("2021-10-21T18:54:00.123+01", "2021-10-21T17:54"),
        ("21 October 2021 18:54 BST", "2021-10-21T17:54"),
        ("21 October 2021, 18:54 GMT", "2021-10-21T18:54"),
        ("1634838840", "2021-10-21T17:54"),
        ("1634838840000", "2021-10-21T17:54"),
    ],
)
def test_a_stated_zone_is_believed(text: str, utc: str) -> None:
    moment = read_moment(text, "America/New_York")
    assert moment is not None
    assert moment.zone == "stated"
    assert moment.value.astimezone(UTC).isoformat()[:16] == utc


def test_midnight_in_a_field_made_for_moments_is_a_day() -> None:
    assert read_moment("2020-12-04T00:00:00Z", LONDON) == day(2020, 12, 4)


def test_a_year_and_month_make_a_month() -> None:
    assert read_moment("2023-03", LONDON) == Moment(datetime(2023, 3, 1, tzinfo=UTC), "month", None)


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-30",
        "30 February 2020",
        "31/04/2021",
        "2021-13-01",
        "0 March 2021",
        "2021-10-21T25:61:00",
        "20211332",
    ],
)
def test_a_day_that_cannot_be_gives_none(text: str) -> None:
    assert read_moment(text, LONDON) is None


@pytest.mark.parametrize(
    "text",
    [
        "Thursday",
        "yesterday",
        "today (March 28",
        "4 December",
        "September",
        "2023",
        "in 3 days",
        "two weeks ago",
        "",
        "101",
        "0800 555 111",
        "Section 12/13 of the Act",
        "between 19,000 and 20,211 people",
    ],
)
def test_what_names_no_day_of_a_year_gives_none(text: str) -> None:
    assert read_moment(text, LONDON) is None


def test_an_impossible_clock_leaves_the_day() -> None:
    assert read_moment("21 October 2021, 29:80", LONDON) == day(2021, 10, 21)


@pytest.mark.parametrize(("text", "hour"), [("12:05 am", 0), ("12:05 pm", 12), ("1:05 p.m.", 13)])
def test_the_halves_of_the_day(text: str, hour: int) -> None:
    moment = read_moment(f"{text} 21 January 2021", LONDON)
    assert moment is not None
    assert (moment.value.hour, moment.value.minute) == (hour, 5)


def test_other_languages_are_read_by_their_words() -> None:
    assert read_in_words("21. Oktober 2021", LONDON, "de") == day(2021, 10, 21)


@pytest.mark.parametrize("text", ["Oktober 2021", "gestern", "21. Oktober"])
def test_other_languages_must_name_day_month_and_year_too(text: str) -> None:
    assert read_in_words(text, LONDON, "de") is None


def test_an_unknown_language_gives_none() -> None:
    assert read_in_words("21. Oktober 2021", LONDON, "tlh") is None


@pytest.mark.parametrize(
    ("name", "number"), [("sept", 9), ("MAR", 3), ("Tachwedd", 11), ("x", None)]
)
def test_month_names(name: str, number: int | None) -> None:
    assert month_number(name) == number


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_of_two_centuries_is_read_back(moment: date) -> None:
    expected = day(moment.year, moment.month, moment.day)
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%a %d %b %Y"):
        assert read_moment(moment.strftime(form), LONDON) == expected


@given(st.text(alphabet="0123456789-:/., TZ+amp July2020GMT", max_size=60))
def test_no_text_raises(text: str) -> None:
    moment = read_moment(text, LONDON)
    assert moment is None or moment.value.tzinfo is not None


def test_long_texts_are_not_searched_to_their_end() -> None:
    with within(5):
        for text in ("1:" * 100_000, "12 " * 100_000, "1 January " * 50_000, " " * 200_000):
            assert read_moment(text, LONDON) is None


def test_a_date_in_words_is_found_behind_a_label() -> None:
    moment = read_in_words("Veröffentlicht am 13. Mai 2026 um 15:44", "UTC", "de")
    assert moment is not None
    assert moment.value.isoformat() == "2026-05-13T15:44:00+00:00"


def test_a_short_year_is_read_where_the_day_is_written_first() -> None:
    moment = find_short_year("Mi 25.04.24 | 14:07 Uhr", "UTC", "de")
    assert moment is not None
    assert (moment.value.isoformat(), moment.precision) == ("2024-04-25T14:07:00+00:00", "minute")


@pytest.mark.parametrize(
    ("text", "language"),
    [("24.04.25", "ko"), ("24.04.25", None), ("1.2.24.7", "de"), ("25.04.2024", "de")],
)
def test_a_short_year_is_not_guessed(text: str, language: str | None) -> None:
    assert find_short_year(text, "UTC", language) is None
