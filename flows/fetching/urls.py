"""Addresses as they may be asked for, and as they may be shown."""

from __future__ import annotations

import re

import httpx

MAX_URL_CHARACTERS = 8_000
"""Characters that an address may have; RFC 9110 asks for at least 8,000."""

# However the slashes are written: what a browser would read as a host is read as one here.
_CREDENTIALS = re.compile(r"^(\s*[A-Za-z][A-Za-z0-9+.-]*:)?[/\\]*[^/?#\\]*@")

# Names after IDNA, and addresses of both families.
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


class BadAddress(ValueError):
    """An address that is not asked for, and why."""


def without_credentials(url: str) -> str:
    """An address as it may be shown and stored: without user name and password."""
    return _CREDENTIALS.sub(r"\1//", url, count=1)


def checked_address(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked for, without its fragment; a relative one is joined to ``base``.

    Raises:
        BadAddress: not http or https, no host, no such port, with credentials, too long. The
            message does not repeat the address.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise BadAddress(f"an address of more than {MAX_URL_CHARACTERS:,} characters")
    try:
        address = (base.join(url) if base else httpx.URL(url)).copy_with(fragment=None)
        _ = address.host  # httpx decodes it later on, and not every name can be decoded
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress(f"not an address: {error}") from error
    if address.scheme not in ("http", "https") or not address.raw_host:
        raise BadAddress("not an http or https address")
    if not _HOST.fullmatch(address.raw_host):
        raise BadAddress("not a host name")
    if address.port is not None and not 0 < address.port < 65536:
        raise BadAddress(f"{address.port} is not a port")
    if address.userinfo:
        raise BadAddress("an address with a user name or password is not fetched")
    return address


def host_name(address: httpx.URL) -> str:
    """The host in small ASCII letters, as DNS has it (``httpx.URL.host`` decodes it)."""
    return address.raw_host.decode("ascii")


def origin(address: httpx.URL) -> str:
    """Scheme, name and port, as in ``https://www.example.org`` or ``http://127.0.0.1:8080``."""
    return f"{address.scheme}://{address.netloc.decode('ascii')}"
