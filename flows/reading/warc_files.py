"""Pages in WARC files that others made: news crawls, wget, browsers, another warehouse.

Read as a stream, a record at a time. Records that hold no page (requests, revisits, conversions,
redirects, pictures and other assets, robots.txt) are passed by; a broken record becomes an unread
page, and reading goes on with the next whole one.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast
from urllib.parse import urldefrag, urlsplit
from zipfile import BadZipFile, ZipFile

from fastwarc.warc import HeaderMap, WarcRecord, WarcRecordType

from flows.archive.records import (
    CAPTURES,
    MAX_HEADER_BYTES,
    date_of,
    metadata,
    records,
    replayed_from,
)
from flows.archive.resync import next_record
from flows.fetching.decompression import BadCoding
from flows.reading.days import ALL_DAYS, Days
from flows.reading.missed import Missed
from flows.reading.warc_payloads import TooLarge, body_of, content_type
from parsers.items import Rejection, Snapshot, Unread

MAX_BROKEN = 1_000
"""Broken records after which a file is given up."""

_ARCHIVE = re.compile(r"archive/[^/]+\.warc(\.gz)?")  # WACZ 1.1.1, 5.2.1
_PAGES = re.compile(r"text/(?:html|plain|markdown)|application/(?:xhtml\+xml|xml\+html)")
_CHECKED_DIGEST = re.compile(r"sha1:[A-Z2-7]{32}|sha256:[0-9a-f]{64}|sha256:[A-Z2-7]{52}=*")


class Selection(NamedTuple):
    """Which captures of a WARC file are wanted.

    ``hosts`` in lower case (None: all), ``days`` of capture, ``max_bytes`` that a page may have.
    """

    max_bytes: int
    hosts: frozenset[str] | None = None
    days: Days = ALL_DAYS

    def has_host(self, url: str) -> bool:
        """Tell whether a capture of this address is wanted."""
        try:
            return self.hosts is None or urlsplit(url).hostname in self.hosts
        except ValueError:
            return False


def read_archives(place: Path, name: str, wanted: Selection) -> Iterator[Snapshot | Missed]:
    """The pages of a WARC file, or of those in a web archive collection (WACZ).

    Raises OSError for what cannot be opened, or is no such collection.
    """
    if not name.lower().endswith(".wacz"):
        with place.open("rb") as file:
            yield from read_warc(file, name, wanted)
        return
    try:
        with ZipFile(place) as collection:
            for entry in sorted(filter(_ARCHIVE.fullmatch, collection.namelist())):
                with _open_entry(collection, entry) as inside:
                    yield from read_warc(cast(BinaryIO, inside), f"{name}/{entry}", wanted)
    except (BadZipFile, EOFError, zlib.error) as error:
        raise OSError(0, f"cannot be read as a collection: {error}") from error


def _open_entry(collection: ZipFile, entry: str) -> IO[bytes]:
    try:
        return collection.open(entry)
    except (NotImplementedError, RuntimeError) as error:  # packed otherwise; encrypted
        raise BadZipFile(str(error)) from error


def read_warc(file: BinaryIO, name: str, wanted: Selection) -> Iterator[Snapshot | Missed]:
    """The pages of a WARC file in its order, compressed by record, as a whole, or not at all.

    ``name`` is what the file is called in what could not be read. A snapshot's source is None,
    unless the file is another warehouse's and tells one.
    """
    broken, start = 0, next_record(file, 0)
    if start is None and file.seek(0, os.SEEK_END):
        yield _unread(name, "no WARC record in it")
    while start is not None:
        last, address, inside, problem = start, None, True, "no whole header"
        file.seek(start)
        try:
            for record in records(file):
                last, address, inside = record.stream_pos, None, True
                _check_length(record)
                address = _page_address(record, wanted)
                if address is not None and (page := _page(record, address, wanted)) is not None:
                    yield page
                inside = False
            if not inside:
                if _is_whole(file, last):
                    return
                problem = "a length that is not its own"
        except OSError as error:
            if error.errno is not None:  # the disk's, not FastWARC's
                yield _unread(name, error.strerror or str(error))
                return
            problem = str(error)
        start = next_record(file, last + 1)
        # A fault on the way to the next record is told when that is read, if there is one.
        if inside or start is None:
            broken += 1
            yield _unread(address or f"{name}@{last}", f"a broken record: {problem}", address)
        if broken == MAX_BROKEN:
            yield _unread(name, f"{MAX_BROKEN:,} broken records; the rest was not read")
            return


# --- One record ------------------------------------------------------------------------------


def _page_address(record: WarcRecord, wanted: Selection) -> str | None:
    """The address (or our own name) of the page that a record may hold; None when it holds none."""
    if not record.record_type & CAPTURES:
        return None
    uri = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    if uri.startswith("urn:newsgrain:"):
        return uri if wanted.hosts is None else None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or parts.path == "/robots.txt":
        return None
    return (
        re.sub(r"//[^/?#]*@", "//", urldefrag(uri).url, count=1) if wanted.has_host(uri) else None
    )


def _page(record: WarcRecord, address: str, wanted: Selection) -> Snapshot | Missed | None:
    """The page of one record; None when it is of another day, or no page.

    Raises OSError when the record is broken.
    """
    try:
        captured_at = date_of(record)
    except ValueError:
        return _unread(address, "a record without a date", address)
    if not wanted.days.include(captured_at):
        return None
    if record.content_length > wanted.max_bytes + MAX_HEADER_BYTES:
        return _too_large(address, wanted.max_bytes)
    if not _has_its_digest(record):
        return _unread(address, "the record is not what its digest says", address)
    headers = None
    if record.record_type == WarcRecordType.response:
        headers = _http_headers(record)
        if headers is None or headers.status_code is None:
            return _unread(address, "no HTTP answer in the record", address)
        if headers.status_code // 100 in (1, 3):
            return None
    stated = headers.get("Content-Type") if headers is not None else record.headers["Content-Type"]
    media_type, charset = content_type(stated)
    if media_type and not _PAGES.fullmatch(media_type):
        return None
    if reason := record.headers.get("WARC-Truncated"):
        return _unread(address, f"cut short when it was captured ({reason[:40]})", address)
    sent = _whole_payload(record)
    try:
        body = body_of(headers, sent, wanted.max_bytes) if headers is not None else sent
    except TooLarge:
        return _too_large(address, wanted.max_bytes)
    except BadCoding as error:
        return _unread(address, str(error), address)
    if len(body) > wanted.max_bytes:
        return _too_large(address, wanted.max_bytes)
    return _snapshot(record, address, body, captured_at, media_type, charset)


def _http_headers(record: WarcRecord) -> HeaderMap | None:
    try:
        record.parse_http(max_header_len=MAX_HEADER_BYTES)
    except OSError:  # too long, or none
        return None
    return record.http_headers


def _snapshot(
    record: WarcRecord,
    address: str,
    body: bytes,
    captured_at: datetime,
    media_type: str | None,
    charset: str | None,
) -> Snapshot:
    ours = metadata(record)
    http = record.http_headers
    is_file = address.startswith("urn:newsgrain:")
    return Snapshot(
        body=body,
        url=None if is_file else address,
        requested_url=None if is_file else ours.get("requested_url", address),
        path=ours.get("path", address) if is_file else None,
        source_id=ours.get("source_id"),
        fetched_at=captured_at,
        http_status=http.status_code if http is not None else None,
        media_type=ours.get("media_type", media_type),
        charset=ours.get("charset", charset),
        http_headers=_sent(http.items_bytes()) if http is not None else (),
        replayed_from=replayed_from(record),
    )


def _sent(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _check_length(record: WarcRecord) -> None:
    """Raise OSError when a record does not say where it ends."""
    if not re.fullmatch(r"\d{1,15}", record.headers.get("Content-Length") or ""):
        raise OSError("no length")


def _whole_payload(record: WarcRecord) -> bytes:
    expected = record.content_length
    payload = record.reader.read()
    if len(payload) < expected:
        raise OSError("the file ends early")
    return payload


def _has_its_digest(record: WarcRecord) -> bool:
    """Tell whether the block is what its digest says, where one is told in a form we know.

    Raises OSError when the block is not there as a whole.
    """
    told = record.headers.get("WARC-Block-Digest") or ""
    expected = record.content_length
    if not _CHECKED_DIGEST.fullmatch(told) or record.verify_block_digest(consume=False):
        return True
    if record.content_length < expected:  # what FastWARC found of it
        raise OSError("the file ends early")
    return False


def _is_whole(file: BinaryIO, start: int) -> bool:
    """Tell whether the record that starts here is all there: a length that lies hides others."""
    file.seek(start)
    record = next(records(file), None)
    if record is None:
        return True
    expected, found = record.content_length, 0
    while chunk := record.reader.read(1 << 16):
        found += len(chunk)
    return found >= expected


def _unread(target: str, why: str, url: str | None = None) -> Missed:
    return Missed(target, None, url, None, Unread(why))


def _too_large(address: str, max_bytes: int) -> Missed:
    outcome = Rejection("too_large", f"more than the {max_bytes:,} bytes allowed")
    return Missed(address, None, address, None, outcome)
