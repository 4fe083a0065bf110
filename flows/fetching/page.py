"""One web page is fetched: checked addresses, bounded bytes and time, nothing believed."""

from __future__ import annotations

import re
import ssl
from contextlib import closing
from datetime import UTC, datetime
from email.message import Message
from functools import lru_cache
from pathlib import Path

import httpcore
import httpx

from flows.fetching.connecting import (
    AddressRefused,
    CheckedTransport,
    Deadline,
    DeadlineExceeded,
    Network,
    SystemNetwork,
)
from flows.fetching.decompression import BadCoding, TooManyBytes, codings, decompress
from flows.settings import Settings
from flows.sources.loading import source_hosts
from parsers.items import Snapshot, Source

MAX_URL_CHARACTERS = 8_000
"""Characters that an address may have; RFC 9110 asks for at least 8,000."""

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_NETWORK = SystemNetwork()


class FetchError(Exception):
    """A page could not be fetched: says which address and why."""


class TooLarge(FetchError):
    """A page is larger than allowed; no more than the allowed bytes of it were held."""


def fetch(
    url: str, settings: Settings, source: Source | None = None, *, network: Network = _NETWORK
) -> Snapshot:
    """Fetch one page, following redirects, and return it as it was sent, decompressed.

    An answer of any status is a snapshot; what it means is for the parser to say. Hosts at
    addresses that are not public are refused, unless the settings, or the source for its own
    hosts, allow them.

    Raises:
        TooLarge: the page has more than ``settings.max_bytes``, compressed or not.
        FetchError: not an http(s) address, an address that is refused, no answer, no whole answer
            within ``settings.deadline`` seconds, an answer cut short or damaged, too many
            redirects.
    """
    own_hosts = source_hosts(source) if source and source.allow_private_hosts else frozenset()
    deadline = Deadline(settings.deadline)
    transport = CheckedTransport(
        network,
        lambda host: settings.allow_private_hosts or host in own_hosts,
        deadline,
        _tls(settings.ca_file),
    )
    try:
        with transport:
            return _follow(transport, url, settings, source)
    except (DeadlineExceeded, httpcore.TimeoutException) as error:
        why = f"no whole answer within {settings.deadline:g} seconds"
        raise FetchError(f"{without_credentials(url)}: {why}") from error


def without_credentials(url: str) -> str:
    """An address as it may be shown and stored: without user name and password."""
    return re.sub(r"//[^/?#]*@", "//", url, count=1)


# --- Requests and redirects ------------------------------------------------------------------


def _follow(
    transport: CheckedTransport, url: str, settings: Settings, source: Source | None
) -> Snapshot:
    """Ask for each address in turn, each checked before it is asked for.

    There is no ``httpx.Client`` here: it would work on the Location header before the check.
    """
    headers = _request_headers(settings, source)
    address = _checked_address(url)
    for _ in range(settings.max_redirects + 1):
        try:
            request = httpx.Request("GET", address, headers=headers)
            with closing(transport.handle_request(request)) as response:
                if not response.has_redirect_location:
                    return _snapshot(response, address, url, settings.max_bytes, source)
                target = response.headers["location"]
        except TooManyBytes as error:
            raise TooLarge(f"{address}: more than {settings.max_bytes:,} bytes") from error
        except (AddressRefused, BadCoding) as error:
            raise FetchError(f"{address}: {error}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise FetchError(f"{address}: {error}") from error
        address = _checked_address(target, address)
    raise FetchError(f"{address}: more than {settings.max_redirects} redirects")


def _checked_address(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked for, without its fragment."""
    shown = without_credentials(url)[:200]
    if len(url) > MAX_URL_CHARACTERS:
        raise FetchError(f"{shown}...: an address of more than {MAX_URL_CHARACTERS:,} characters")
    try:
        address = (base.join(url) if base else httpx.URL(url)).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{shown}: not an address: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchError(f"{shown}: not an http or https address")
    if address.port is not None and not 0 < address.port < 65536:
        raise FetchError(f"{shown}: {address.port} is not a port")
    if address.userinfo:
        raise FetchError(f"{shown}: an address with a user name or password is not fetched")
    return address


def _request_headers(settings: Settings, source: Source | None) -> dict[str, str]:
    return {
        "User-Agent": settings.user_agent,
        "Accept": _ACCEPT,
        "Accept-Encoding": ", ".join(codings()),
        "Accept-Language": source.language if source else "*",
        "Connection": "close",
    }


@lru_cache(maxsize=4)
def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise FetchError(f"ca_file {ca_file.name}: {error.strerror or error}") from error
    return context


# --- The answer ------------------------------------------------------------------------------


def _snapshot(
    response: httpx.Response,
    address: httpx.URL,
    requested_url: str,
    max_bytes: int,
    source: Source | None,
) -> Snapshot:
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
        raise TooManyBytes
    coding = response.headers.get("content-encoding", "")
    body = decompress(response.iter_raw(), coding, max_bytes)
    media_type, charset = _content_type(response.headers.get("content-type", ""))
    return Snapshot(
        body=body,
        url=str(address),
        requested_url=requested_url,
        source_id=source.id if source else None,
        fetched_at=datetime.now(UTC),
        http_status=response.status_code,
        media_type=media_type,
        charset=charset,
        http_headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in response.headers.raw
        ),
    )


def _content_type(value: str) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header; None for what is not well formed."""
    message = Message()
    message["Content-Type"] = value[:500]
    stated = value.partition(";")[0].strip().lower()
    media_type = stated if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", stated, re.ASCII) else None
    charset = message.get_content_charset() or ""
    return media_type, charset if re.fullmatch(r"[\w.:+-]{1,40}", charset, re.ASCII) else None
