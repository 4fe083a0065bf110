"""Addresses: absolute, canonical, and what a path says about a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from parsers.dates import Moment, day_moment, month_moment, month_number

# Query keys that tell how a reader came, not what the page is.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|cmpid|ns_\w+|at_\w+|xtor|wt\.\w+|"
    r"ref|ref_src|referrer|spm|_ga|_gl|yclid|twclid|ocid|smid|icid|ito|ftag|cid)$",
    re.IGNORECASE,
)
_PATH_CHARACTERS = "%/:@!$&'()*+,;="  # RFC 3986 lets a path hold these unquoted
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_QUOTED_BYTE = re.compile(r"%([0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DAY_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_.+-]|$)")
# A number that begins with the day, and the time of day where it goes on: "20260425145127".
_DAY_NUMBER = re.compile(
    r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d\d{0,9})?(?!\d)"
)
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

    Host in lower case and IDNA, aliases of a publisher's host replaced by that of ``home``, on
    that host the scheme of ``home``, no default port, no fragment, no user, no tracking keys,
    other keys sorted, one way of quoting, no trailing slash. A URL that cannot be split is
    returned as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port, scheme = _plain_host(parts.hostname), parts.port, parts.scheme.lower()
    except ValueError:
        return url
    if not host:
        return url
    own = urlsplit(home) if home else None
    main = _plain_host(own.hostname) if own else None
    if main and host in host_aliases:
        host = main
    if port == _DEFAULT_PORTS.get(scheme):
        port = None
    if own and host == main and port is None:
        scheme = own.scheme.lower()
    query = sorted(
        (quote_plus(key), quote_plus(value))
        for key, value in map(_key_and_value, _telling_keys(parts.query))
    )
    path = _normal_path(parts.path.strip()).rstrip("/") or "/"
    return urlunsplit(
        (
            scheme,
            f"{host}:{port}" if port else host,
            path,
            "&".join(f"{key}={value}" for key, value in query),
            "",
        )
    )


def without_tracking(url: str) -> str:
    """Return an address as it was written, less its fragment and its tracking keys.

    This is the one to ask a server for: the canonical form may cost a redirect, or be no page at
    all on a host that a publisher has left.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    return urlunsplit(parts._replace(query="&".join(_telling_keys(parts.query)), fragment=""))


def _plain_host(host: str | None) -> str:
    """Return a host in lower case, in ASCII, without the root's dot, IPv6 in brackets."""
    plain = (host or "").rstrip(".").lower()
    if ":" in plain:
        return f"[{plain}]"
    if not plain.isascii():
        import idna  # its tables are large, and few hosts need them

        with suppress(idna.IDNAError):
            return idna.encode(plain, uts46=True).decode("ascii")
    return plain


def _telling_keys(query: str) -> list[str]:
    """Return the pieces of a query, without the empty ones and those that only track."""
    return [
        piece
        for piece in query.split("&")
        if piece and not _TRACKING.match(unquote(piece.partition("=")[0]))
    ]


def _key_and_value(piece: str) -> tuple[bytes, bytes]:
    key, _, value = piece.replace("+", " ").partition("=")
    return (
        unquote_to_bytes(key.encode("utf-8", "surrogatepass")),
        unquote_to_bytes(value.encode("utf-8", "surrogatepass")),
    )


def _normal_path(path: str) -> str:
    """Return a path in which each character is quoted if it must be, and only then."""
    whole = _BARE_PERCENT.sub("%25", path)
    quoted = quote(whole, safe=_PATH_CHARACTERS, errors="surrogatepass")
    return _QUOTED_BYTE.sub(_unquoted_if_unreserved, quoted)


def _unquoted_if_unreserved(quoted: re.Match[str]) -> str:
    byte = int(quoted[1], 16)
    return chr(byte) if byte in _UNRESERVED else quoted[0].upper()


def date_of_path(url: str) -> tuple[str, Moment] | None:
    """Return the date a URL's folders state, as (raw text, moment): day or month, never a guess."""
    path = urlsplit(url).path if is_web_address(url) else ""
    pages_own = path.rstrip("/").rpartition("/")[2]
    for match in (_DAY_PATH.search(path), _DAY_NUMBER.search(pages_own)):
        moment = day_moment(int(match[1]), int(match[2]), int(match[3])) if match else None
        if match and moment:
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
