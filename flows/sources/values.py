"""Single values of a declaration: each check gives the cure for a text that does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from parsers.source_patterns import source_pattern

MAX_PATTERN_CHARACTERS = 1_000
"""Characters that one regular expression may have."""

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
# BCP 47's common shape: language, script, region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")

_ELEMENT = r"(?=[a-z.#])(?:[a-z][a-z0-9]*)?(?:[.#][a-zA-Z_][\w-]*)*"
# Elements, classes and ids, one within the other: no library need look at such a selector.
_PLAIN_SELECTOR = re.compile(f"{_ELEMENT}(?: (?:> )?{_ELEMENT})*", re.ASCII)


def check_address(value: str) -> str | None:
    """The cure for what is no http or https address without a user; None for what is one."""
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        fits = fits and parts.username is None and (parts.port or 80) > 0
    except ValueError:
        fits = False
    fits = fits and not re.search(r"[\s\x00-\x1f\x7f]", value)
    return None if fits else "write an address like https://www.example.org/news/"


def _check_host(value: str) -> str | None:
    return None if _HOST.fullmatch(value) else "write a host in small letters, like www.example.org"


def _check_language(value: str) -> str | None:
    return None if _LANGUAGE.fullmatch(value) else "write a language code like en, cy or en-GB"


def _check_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return "write a time zone like Europe/London"
    return None


def _check_pattern(value: str) -> str | None:
    if len(value) > MAX_PATTERN_CHARACTERS:
        return f"shorten the pattern to {MAX_PATTERN_CHARACTERS} characters"
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        return f"correct the pattern: {error}"
    return None


def _check_selector(value: str) -> str | None:
    if _PLAIN_SELECTOR.fullmatch(value):
        return None
    import soupsieve  # a fifth of a second, and most selectors are plain

    try:
        soupsieve.compile(value)
    except (soupsieve.SelectorSyntaxError, ValueError) as error:
        return f"correct the CSS selector: {str(error).splitlines()[0]}"
    return None


def _check_rule_pattern(value: str) -> str | None:
    if cure := _check_pattern(value):
        return cure
    try:
        source_pattern(value)
    except ValueError as error:
        return f"write the pattern without lookaround and back references: {error}"
    return None


def _check_day(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "write the day it was checked live, like 2025-11-21, or null"
    return None


def _check_inside_seeds(value: str) -> str | None:
    path = PurePosixPath(value)
    if value and not path.is_absolute() and ".." not in path.parts and "\\" not in value:
        return None
    return "name one inside the seeds folder"


def _check_filled(value: str) -> str | None:
    return None if value.strip() else "fill it in"


CHECKS: dict[str, Callable[[str], str | None]] = {
    "publisher": _check_filled,
    "home": check_address,
    "discovery.feeds.*": check_address,
    "discovery.sitemaps.*": check_address,
    "discovery.listings.*": check_address,
    "discovery.pages.*": check_address,
    "discovery.pages_file": _check_inside_seeds,
    "discovery.listing_links": _check_selector,
    "host_aliases.*": _check_host,
    "archive.index": check_address,
    "archive.replay": check_address,
    "archive.prefixes.*": check_address,
    "language": _check_language,
    "time_zone": _check_zone,
    "checked": _check_day,
    "folder": _check_inside_seeds,
    "article_url": _check_pattern,
    "politeness.shared_by": _check_filled,
    "rules.*.name": _check_filled,
    "rules.*.pattern": _check_rule_pattern,
}
"""The check of each key, lists with ``*`` for each of their items."""
