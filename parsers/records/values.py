"""Values in their normal form, where what they say is sure; None where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from parsers.dates import day_moment, month_number

_WEEKDAY: Final = r"(?:[A-Za-z]{3,9}day,?\s+|(?:Dydd|Nos|Bore)\s+\w+,?\s+)?"
_DAY: Final = _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|ain|eg|fed|ydd|af)?(?:\s+of)?"
_MONTH: Final = r"(?P<month>[A-Za-z]{3,10})\.?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_CLOCK: Final = r"(?:,?\s+(?:at\s+)?\d{1,2}(?:[.:]\d\d)?\s?(?:[ap]\.?m\.?)?)?\.?"
_ONE: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_DAY}[\s-]+{_MONTH}[\s,-]+{_YEAR}{_CLOCK}",
        rf"(?P<day>\d{{1,2}})(?P<sep>[/.-])(?P<month>\d{{1,2}})(?P=sep){_YEAR}{_CLOCK}",
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)",
    )
)
_TO: Final = r"\s*(?:-|–|—|&|\b(?:to|and|until|hyd|i|a)\b)\s*"
_FIRST: Final = rf"(?:(?:from|between|o)\s+)?{_DAY}(?:\s+{_MONTH}(?:\s+{_YEAR})?)?"
_LAST: Final = rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}\.?".replace("?P<", "?P<last_")
_RANGE: Final = re.compile(_FIRST + _TO + _LAST, re.I)
_LONGEST_DATE: Final = 80
_REFERENCE: Final = re.compile(r"(?P<year>(?:19|20)\d\d)\s?/\s?(?P<number>\d{4,7})")

UNSURE: Final = ""
"""The term of a pattern that makes a value say nothing sure."""

Terms = Sequence[tuple[re.Pattern[str], str]]


def terms(*words: tuple[str, str]) -> Terms:
    """Return patterns of whole words, one or more of a thing, with their terms.

    Case is told apart only within ``(?-i:...)``.
    """
    return tuple((re.compile(rf"\b(?:{pattern})s?\b", re.I), term) for pattern, term in words)


def one_of(known: Terms, longest: int) -> Callable[[str], str | None]:
    """Return a reader of the one term that a text of at most ``longest`` characters holds.

    Patterns are tried in order, and what one has matched is closed to those after it: the longer
    wordings stand first. Two different terms, or ``UNSURE``, give None.
    """

    def read(text: str) -> str | None:
        if len(text) > longest:
            return None
        found = set()
        for pattern, term in known:
            text, count = pattern.subn(" | ", text)
            if count:
                found.add(term)
        return found.pop() or None if len(found) == 1 else None

    return read


def iso_date(text: str) -> str | None:
    """Return the day, or the interval of days, that a text names and nothing else: ISO 8601.

    "4 July 2023" gives 2023-07-04, "4 and 5 July 2023" 2023-07-04/2023-07-05.
    """
    text = " ".join(text[: _LONGEST_DATE + 1].split())
    if len(text) > _LONGEST_DATE:
        return None
    for pattern in _ONE:
        if matched := pattern.fullmatch(text):
            day = _day(matched["day"], matched["month"], matched["year"])
            return day.isoformat() if day else None
    matched = _RANGE.fullmatch(text)
    if matched is None:
        return None
    month, year = matched["last_month"], matched["last_year"]
    last = _day(matched["last_day"], month, year)
    first = _day(matched["day"], matched["month"] or month, matched["year"] or year)
    return f"{first}/{last}" if first and last and first < last else None


def reference(text: str) -> str | None:
    """Return a case reference of the form 2021/148203 without spaces."""
    matched = _REFERENCE.fullmatch(text.strip())
    return f"{matched['year']}/{matched['number']}" if matched else None


def _day(day: str, month: str, year: str) -> date | None:
    number = int(month) if month.isdigit() else month_number(month)
    moment = day_moment(int(year), number, int(day)) if number else None
    return moment.day if moment else None
