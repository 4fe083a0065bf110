"""Dates as written to moments with a precision. Nothing is guessed: a date names day and year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from parsers.items import Precision

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH_NUMBER = {name: i for i, name in enumerate(_MONTHS, 1)} | {
    name[:3]: i for i, name in enumerate(_MONTHS, 1)
}
_MONTH_NUMBER["sept"] = 9
# The Welsh months, since forces in Wales publish in both languages.
_MONTH_NUMBER |= {
    name: i
    for i, name in enumerate(
        "ionawr chwefror mawrth ebrill mai mehefin "
        "gorffennaf awst medi hydref tachwedd rhagfyr".split(),
        1,
    )
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\.?"
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::\d{2})?)?\s?(?P<half>[ap]\.?m\.?)?"
_ZONE = r"(?:\s?\(?(?P<zone>GMT|BST|UTC|CET|CEST|EST|EDT|CST|CDT|PST|PDT|Z)\b\)?)?"
_DAY_FIRST = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH}[\s,-]+(?P<year>(?:19|20)\d\d)"
)
_MONTH_FIRST = rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)"
_YEAR_FIRST = rf"(?P<year>(?:19|20)\d\d)\s+{_MONTH}\s+(?P<day>\d{{1,2}})"
_NUMBERS = r"(?P<day>\d{1,2})(?P<sep>[/.-])(?P<number>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d)"
_JOIN = r"(?:\s?[,|–—·•@-]\s?|\s+at\s+|\s+)"
_DAY_MONTH_YEAR = re.compile(
    r"\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,15}\.?\s+(?:de\s+)?(?:19|20)\d\d\b"
    r"(?:\D{1,10}\d{1,2}[:.h]\d{2})?"
)
_WRITTEN = tuple(
    re.compile(
        rf"(?<![\w/.-])(?:{_CLOCK}{_ZONE}{_JOIN})?{day}(?!\d)(?:{_JOIN}{_late}{_zone})?(?!\w)", re.I
    )
    for day in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _NUMBERS)
    for _late, _zone in [
        (
            _CLOCK.replace("hour", "hour2").replace("minute", "minute2").replace("half", "half2"),
            _ZONE.replace("<zone>", "<zone2>"),
        )
    ]
)
_SHORT_YEAR = re.compile(
    rf"(?<![\w/.-])(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.(?P<year>\d\d)(?![\d.])"
    rf"(?:{_JOIN}{_CLOCK})?(?!\w)"
)
# Where a date in numbers begins with its day and has points.
_DAY_AND_POINTS = frozenset("de da nb nn no fi cs sk pl ru uk bg ro tr et lv sl hr sr is".split())
_ISO = re.compile(
    r"(?P<year>(?:19|20)\d\d)-?(?P<number>\d\d)-?(?P<day>\d\d)"
    r"(?:[T\s]+(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s?(?P<offset>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?(?!\d)",
    re.I,
)
# As C's ctime and Java write it: "Fri Apr 28 19:20:36 CEST 2023".
_CTIME = re.compile(
    rf"(?:[A-Za-z]{{3}},? )?{_MONTH} +(?P<day>\d{{1,2}}) (?P<hour>\d\d):(?P<minute>\d\d):\d\d "
    r"(?:(?P<zone>[A-Z]{1,4}) )?(?P<year>(?:19|20)\d\d)$",
    re.IGNORECASE,
)
_YEAR_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?$")
_HOURS_FROM_UTC = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 1, "cet": 1, "cest": 2,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "pst": -8, "pdt": -7,
}  # fmt: skip
_LONGEST = 200


class Moment(NamedTuple):
    """A moment with its precision. ``zone`` is stated or assumed for minutes, else None."""

    value: datetime
    precision: Precision
    zone: str | None

    @property
    def day(self) -> date:
        """The calendar day as written, in the zone it was written in."""
        return self.value.date()


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name. Raises ``ZoneInfoNotFoundError``."""
    return ZoneInfo(name)


def read_moment(text: str, time_zone: str, *, month_first: bool = False) -> Moment | None:
    """Read the one date that ``text`` states, or None when it states none that can exist.

    ``time_zone`` is assumed for a time without one. ``month_first`` reads 3/4/2021 as March.
    A bare weekday, a day without a year and relative words give nothing.
    """
    text = text.strip()[:_LONGEST]
    return (
        _iso(text, time_zone)
        or _ctime(text, time_zone)
        or find_written(text, time_zone, month_first=month_first)
    )


def find_written(text: str, time_zone: str, *, month_first: bool = False) -> Moment | None:
    """Find the first date written out in English or Welsh words or in numbers."""
    best: re.Match[str] | None = None
    for pattern in _WRITTEN:
        match = pattern.search(text[:_LONGEST])
        if match and (best is None or match.start() < best.start()):
            best = match
    return _from_match(best, time_zone, month_first) if best else None


def find_short_year(text: str, time_zone: str, language: str | None) -> Moment | None:
    """Find "25.04.24" in a language that writes the day first and points; elsewhere it may be the
    year that comes first.
    """
    match = _SHORT_YEAR.search(text[:_LONGEST]) if language in _DAY_AND_POINTS else None
    return _from_match(match, time_zone, month_first=False) if match else None


def read_in_words(text: str, time_zone: str, language: str | None) -> Moment | None:
    """Read a full date in another language's words, by the dateparser library."""
    if not re.search(r"(?:19|20)\d\d", text) or len(text) > 80:
        return None
    import dateparser  # a third of a second; only for pages in other languages

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]}
    languages = [language] if language else None
    within = _DAY_MONTH_YEAR.search(text)  # "Published on 4. Mai 2026 at 10:15"
    for words in (text, within[0] if within else ""):
        try:
            found = dateparser.parse(words, languages=languages, settings=settings)
        except ValueError:  # a language the library does not know
            return None
        if found is not None:
            break
    if found is None:
        return None
    if re.search(r"\d{1,2}[:.h]\d{2}", text):
        return _minute(found.replace(second=0, microsecond=0), time_zone)
    return day_moment(found.year, found.month, found.day)


def day_moment(year: int, month: int, day: int) -> Moment | None:
    """Return a day as midnight UTC, or None when there is no such day."""
    try:
        return Moment(datetime(year, month, day, tzinfo=UTC), "day", None)
    except ValueError:
        return None


def month_moment(year: int, month: int) -> Moment | None:
    """Return a month as midnight UTC of its first, or None when there is no such month."""
    try:
        return Moment(datetime(year, month, 1, tzinfo=UTC), "month", None)
    except ValueError:
        return None


def month_number(name: str) -> int | None:
    """Return 1-12 for an English or Welsh month name or its abbreviation."""
    return _MONTH_NUMBER.get(name.lower())


def _iso(text: str, time_zone: str) -> Moment | None:
    match = _ISO.match(text)
    if match is None:
        if _EPOCH.match(text):
            seconds = int(text[:10])
            return Moment(
                datetime.fromtimestamp(seconds, UTC).replace(second=0), "minute", "stated"
            )
        bare = _YEAR_MONTH.match(text)
        return month_moment(int(bare["year"]), int(bare["number"])) if bare else None
    year, month, day = int(match["year"]), int(match["number"]), int(match["day"])
    if match["hour"] is None:
        return day_moment(year, month, day)
    hour, minute, offset = int(match["hour"]), int(match["minute"]), match["offset"]
    midnight = (hour, minute) == (0, 0) and match["second"] in (None, "00")
    if midnight and (offset is None or offset.upper() in ("Z", "UTC", "GMT", "+00:00", "+0000")):
        return day_moment(year, month, day)  # a day in a field made for moments
    try:
        naive = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - its zone follows
    except ValueError:
        return None
    if offset is None:
        return _minute(naive, time_zone)
    return Moment(naive.replace(tzinfo=_offset(offset)), "minute", "stated")


def _ctime(text: str, time_zone: str) -> Moment | None:
    match = _CTIME.match(text)
    if match is None or (match["zone"] or "").lower() not in {*_HOURS_FROM_UTC, ""}:
        return None
    return _from_match(match, time_zone, month_first=False)


def _offset(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if delta >= timedelta(hours=24):
        return UTC
    return timezone(-delta if text[0] == "-" else delta)


def _minute(naive: datetime, time_zone: str) -> Moment:
    return Moment(naive.replace(tzinfo=zone_of(time_zone)), "minute", "assumed")


def _from_match(match: re.Match[str], time_zone: str, month_first: bool) -> Moment | None:
    groups = match.groupdict()
    day, year = int(groups["day"]), int(groups["year"])
    year += 2000 if year < 100 else 0
    if groups.get("number"):
        month = int(groups["number"])
        if (month_first and day <= 12) or month > 12:
            day, month = month, day
    else:
        month = _MONTH_NUMBER[groups["month"].lower()]
    whole = day_moment(year, month, day)
    clock = _clock(groups, "") or _clock(groups, "2")
    if whole is None or clock is None:
        return whole
    naive = datetime(year, month, day, *clock)  # noqa: DTZ001 - its zone follows
    zone = (groups.get("zone") or groups.get("zone2") or "").lower()
    if zone:
        fixed = (
            UTC if zone in ("gmt", "utc", "z") else timezone(timedelta(hours=_HOURS_FROM_UTC[zone]))
        )
        return Moment(naive.replace(tzinfo=fixed), "minute", "stated")
    return _minute(naive, time_zone)


def _clock(groups: dict[str, str | None], suffix: str) -> tuple[int, int] | None:
    hour_text, minute_text = groups.get("hour" + suffix), groups.get("minute" + suffix)
    half = (groups.get("half" + suffix) or "").replace(".", "").lower()
    if hour_text is None or (minute_text is None and not half):
        return None
    hour, minute = int(hour_text), int(minute_text or 0)
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return (hour, minute) if hour < 24 and minute < 60 else None
