"""Addresses: absolute, canonical, and what a path says about a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from parsers.dates import Moment, day_moment, month_moment, month_number

# Query keys that tell how a reader came, not what the page is.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|cmpid|ns_\w+|at_\w+|xtor|wt\.\w+|"
    r"ref|ref_src|referrer|spm|_ga|_gl|yclid|twclid|ocid|smid|icid|ito|ftag|cid)$",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DAY_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_.-]|$)")
_MONTH_PATH = re.compile(
    r"/((?:19|20)\d\d)/(?:(\d{1,2})(?:-([a-z]{3,9}))?|([a-z]{3,9}))(?=/|$)", re.I
)
_WHOLE = ("https://", "http://")
_LONGEST = 2_048


def is_web_address(text: str) -> bool:
    """Tell whether ``text`` is an absolute http or https URL with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= _LONGEST
    except ValueError:
        return False


def absolute(url: str, base: str | None) -> str | None:
    """Resolve ``url`` against ``base``. None when it is no web address."""
    url = url.strip()
    try:
        joined = urljoin(base, url) if base and not url.startswith(_WHOLE) else url
    except ValueError:
        return None
    return joined if is_web_address(joined) else None


def canonicalise(url: str, host_aliases: Sequence[str] = (), home: str | None = None) -> str:
    """Return the form of a URL by which a page is known.

    Host in lower case and IDNA, aliases of a publisher's host replaced by that of
    ``home``, no default port, no fragment, no user, no tracking keys, other keys sorted, no
    trailing slash. A URL that cannot be split is returned as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port
    except ValueError:
        return url
    if not host:
        return url
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    main = urlsplit(home).hostname if home else None
    if main and host in host_aliases:
        host = main
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = sorted(
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(key)
    )
    path = parts.path.strip().rstrip("/") or "/"
    return urlunsplit((parts.scheme.lower(), host, path, urlencode(query), ""))


def date_of_path(url: str) -> tuple[str, Moment] | None:
    """Return the date a URL's folders state, as (raw text, moment): day or month, never a guess."""
    path = urlsplit(url).path if is_web_address(url) else ""
    match = _DAY_PATH.search(path)
    if match:
        moment = day_moment(int(match[1]), int(match[2]), int(match[3]))
        if moment:
            return match[0].strip("/"), moment
    match = _MONTH_PATH.search(path)
    if match:
        named = match[3] or match[4]
        number = month_number(named) if named else None
        if named and number is None:
            return None
        month = int(match[2]) if match[2] else number
        if month is None or (number is not None and number != month):
            return None
        moment = month_moment(int(match[1]), month)
        if moment:
            return match[0].strip("/"), moment
    return None
