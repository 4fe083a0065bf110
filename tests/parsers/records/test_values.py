"""Dates, terms and references in their normal form, or nothing."""

from __future__ import annotations

import pytest

from parsers.records.values import UNSURE, iso_date, one_of, reference, terms
from tests.parsers.building import within


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4 July 2023", "2023-07-04"),
        ("Tuesday 4th July 2023", "2023-07-04"),
        ("Tuesday, 4 July 2023 at 10am", "2023-07-04"),
        ("04/07/2023", "2023-07-04"),
        ("2023-07-04", "2023-07-04"),
        ("4 Gorffennaf 2023", "2023-07-04"),
        ("4 and 5 July 2023", "2023-07-04/2023-07-05"),
        ("4 - 5 July 2023", "2023-07-04/2023-07-05"),
        ("Monday 3 to Wednesday 5 July 2023", "2023-07-03/2023-07-05"),
        ("30 June – 2 July 2023", "2023-06-30/2023-07-02"),
        ("29 December 2022 to 3 January 2023", "2022-12-29/2023-01-03"),
        ("4 a 5 Gorffennaf 2023", "2023-07-04/2023-07-05"),
        ("5 to 4 July 2023", None),
        ("31 February 2023", None),
        ("4, 9 and 11 July 2023", None),
        ("July 2023", None),
        ("Week of 4 July 2023", None),
        ("4 July", None),
        ("", None),
    ],
)
def test_days_and_intervals(text: str, day: str | None) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize("piece", ["4 July 2023 to ", "4 ", "Monday ", " and "])
def test_a_long_text_is_no_date_and_costs_nothing(piece: str) -> None:
    with within(1):
        assert iso_date(piece * 100_000) is None


def test_one_term_is_sure_two_are_not() -> None:
    read = one_of(terms((r"not red", UNSURE), (r"dark red", "dark"), (r"red", "red")), 40)
    assert read("a RED door") == "red"
    assert read("a dark red door") == "dark"
    assert read("dark red and red") is None
    assert read("not red") is None
    assert read("hundred") is None
    assert read("red" + " " * 40) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [("2021/148203", "2021/148203"), (" 2021 / 1482 ", "2021/1482"), ("-", None), ("21/1", None)],
)
def test_references(text: str, found: str | None) -> None:
    assert reference(text) == found
