"""robots.txt (RFC 9309): what a host's file says about one page, and which line says so."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from protego import Protego
from protego._utils import _quote_path

MAX_ROBOTS_BYTES = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB."""

LONGEST_CRAWL_DELAY = 30.0
"""Seconds of a Crawl-delay that are honoured."""

MAX_LINE_CHARACTERS = 200
"""Characters of the deciding line that are kept."""


# As generous as Protego is, or more: what it takes for such a line must not slip through.
_USER_AGENT_LINE = re.compile(r"^\s*user(?:-|\s*)agent(?![\w-])[\s:]*(.*)$", re.I | re.M)


class Verdict(NamedTuple):
    """Whether a page may be fetched, the line that decides, and the pause the file asks for."""

    allowed: bool
    line: str
    delay: float = 0.0


def verdict(status: int | None, text: str, url: str, product: str) -> Verdict:
    """What a robots.txt says about a page: its HTTP status, and its text when that is a success.

    Without a file (4xx, or redirects that end nowhere) all is allowed. Any other status counts as
    no answer, and nothing is allowed.
    """
    if status is None:
        return Verdict(False, "robots.txt gave no answer")
    if 200 <= status < 300:
        return _ruling(_parsed(text, product), url, product)
    if 300 <= status < 500:
        return Verdict(True, f"no robots.txt ({status})")
    return Verdict(False, f"robots.txt answered {status}")


@lru_cache(maxsize=16)  # a hostile file takes 15 MB
def _parsed(text: str, product: str) -> Protego:
    return Protego.parse(_without_other_crawlers(text, product))


def _without_other_crawlers(text: str, product: str) -> str:
    """The same rules for this crawler, with one name for all others.

    Protego keeps every rule once for each name of its group: a file of half a megabyte with
    thousands of names over thousands of rules would take all memory there is.
    """
    own = product.lower()

    def named(line: re.Match[str]) -> str:
        name = line[1].partition("#")[0].strip().lower()
        return line[0] if name == "*" or name.replace("*", "") in own else "User-agent: other"

    return _USER_AGENT_LINE.sub(named, text)


def _ruling(robots: Protego, url: str, product: str) -> Verdict:
    delay = min(robots.crawl_delay(product) or 0.0, LONGEST_CRAWL_DELAY)
    return Verdict(robots.can_fetch(url, product), _deciding_line(robots, url, product), delay)


def _deciding_line(robots: Protego, url: str, product: str) -> str:
    """The rule that Protego goes by. It does not tell, so this looks where ``can_fetch`` looks."""
    group: Any = robots._get_matching_rule_set(product)
    if group is None:
        return "no group for this crawler"
    path = _quote_path(url)
    for rule in group._rules:
        if rule.value.match(path):
            line = f"{rule.field.capitalize()}: {rule.value._pattern}"
            return f"{line[:MAX_LINE_CHARACTERS]} (User-agent: {group.user_agent[:40]})"
    return f"no rule (User-agent: {group.user_agent[:40]})"
