"""WARC/1.1 records of pages, both ways: written for a snapshot, and read back into one.

A record holds all that reading the page again needs. What WARC has no field for (source, path,
address as asked, media type) is JSON in the header ``WARC-JSON-Metadata``, under ``newsgrain``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

from parsers.items import Capture, Snapshot
from parsers.urls import is_web_address

MAX_HEADER_BYTES = 1_000_000
"""Bytes that the headers of one record may have, WARC's and HTTP's each."""

CAPTURES = WarcRecordType.response | WarcRecordType.resource
"""The types of record that hold a payload."""

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what a header's name is: RFC 9110, 5.6.2
# Kept under another name: the payload is stored decompressed and whole.
_TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_AS_SENT = "X-Archive-Orig-"
_FILE = "urn:newsgrain:"
_METADATA = "WARC-JSON-Metadata"
_SOURCE = "WARC-Source-URI"  # as pywb names where it replayed a page from
_DESCRIBED = ("source_id", "url", "requested_url", "path", "media_type", "charset")


# --- Written ---------------------------------------------------------------------------------


def warcinfo_record(name: str, now: datetime) -> WarcRecord:
    """The record that a file begins with: which program wrote it, under which name."""
    fields = (
        f"software: newsgrain/{version('newsgrain')}\r\n"
        "format: WARC File Format 1.1\r\n"
        "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/"
        "warc-1.1/\r\n"
    )
    record = _record(WarcRecordType.warcinfo, now, fields.encode())
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    return record


def capture_record(snapshot: Snapshot, captured_at: datetime) -> WarcRecord:
    """A response with its HTTP headers, or a resource where no HTTP was spoken."""
    if snapshot.http_status is None:
        record = _record(WarcRecordType.resource, captured_at, snapshot.body)
        record.headers["Content-Type"] = _content_type(snapshot)
    else:
        block = _http_head(snapshot, snapshot.http_status) + snapshot.body
        record = _record(WarcRecordType.response, captured_at, block)
        record.headers["Content-Type"] = "application/http; msgtype=response"
    _identify(record, snapshot)
    return record


def request_record(snapshot: Snapshot, captured_at: datetime, response_id: str) -> WarcRecord:
    """What was asked to get the response: method, address and headers."""
    parts = urlsplit(target_uri(snapshot.url, None, None))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = snapshot.request_headers
    if not any(name.lower() == "host" for name, _ in asked):
        asked = (("Host", parts.netloc), *asked)
    block = _head(f"GET {target} HTTP/1.1", asked)
    record = _record(WarcRecordType.request, captured_at, block)
    record.headers["WARC-Target-URI"] = target_uri(snapshot.url, None, None)
    record.headers["WARC-Concurrent-To"] = response_id
    record.headers["Content-Type"] = "application/http; msgtype=request"
    return record


def revisit_record(snapshot: Snapshot, captured_at: datetime, stored: Capture) -> WarcRecord:
    """A look that found the very bytes of a stored capture: its headers, and where those lie.

    Raises ValueError for a snapshot without HTTP, or of other bytes.
    """
    if snapshot.http_status is None or snapshot.payload_digest != stored.payload_digest:
        raise ValueError("a revisit is an HTTP answer with the stored capture's payload")
    record = _record(
        WarcRecordType.revisit, captured_at, _http_head(snapshot, snapshot.http_status)
    )
    _identify(record, snapshot)
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.headers["WARC-Profile"] = IDENTICAL_PAYLOAD
    record.headers["WARC-Refers-To-Target-URI"] = target_uri(
        stored.url, stored.source_id, stored.path
    )
    record.headers["WARC-Refers-To-Date"] = _date(stored.fetched_at)
    return record


def target_uri(url: str | None, source_id: str | None, path: str | None) -> str:
    """The page's address, or a name for a file that holds no folder of this machine."""
    if url:
        return quote(url, safe="!#$%&'()*+,/:;=?@[]~", errors="surrogatepass")
    source, name = (quote(told or "", errors="surrogatepass") for told in (source_id, path))
    return f"{_FILE}{source}:{name}"


def _identify(record: WarcRecord, snapshot: Snapshot) -> None:
    record.headers["WARC-Target-URI"] = target_uri(snapshot.url, snapshot.source_id, snapshot.path)
    record.headers["WARC-Payload-Digest"] = snapshot.payload_digest
    if snapshot.replayed_from:
        record.headers[_SOURCE] = target_uri(snapshot.replayed_from, None, None)
    known = {name: getattr(snapshot, name) for name in _DESCRIBED}
    described = {name: value for name, value in known.items() if value is not None}
    record.headers[_METADATA] = json.dumps({"newsgrain": described})


def _record(kind: WarcRecordType, date: datetime, block: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.headers["WARC-Date"] = _date(date)
    record.set_bytes_content(block)
    return record


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _http_head(snapshot: Snapshot, status: int) -> bytes:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    sent = [
        (f"{_AS_SENT}{name}" if name.lower() in _TRANSFER_HEADERS else name, value)
        for name, value in snapshot.http_headers
    ]
    if not any(name.lower() == "content-type" for name, _ in sent):
        sent.append(("Content-Type", _content_type(snapshot)))
    sent.append(("Content-Length", str(len(snapshot.body))))
    return _head(f"HTTP/1.1 {status} {phrase}", sent)


def _head(first_line: str, sent: Iterable[tuple[str, str]]) -> bytes:
    headers = HeaderMap("latin1")
    headers.status_line = first_line
    for name, value in sent:
        if _TOKEN.fullmatch(name):  # FastWARC writes a header without a name as a bare line
            # As bytes: FastWARC's latin1 is Windows-1252 and drops what that lacks.
            headers.append_bytes(name.encode(), value.encode("latin-1", "replace"))
    head = BytesIO()
    headers.write(head)
    return head.getvalue()


def _content_type(snapshot: Snapshot) -> str:
    media_type = snapshot.media_type or "application/octet-stream"
    stated = f"{media_type}; charset={snapshot.charset}" if snapshot.charset else media_type
    return stated.encode("ascii", "replace").decode("ascii")


# --- Read back -------------------------------------------------------------------------------


def records(file: BinaryIO, kinds: WarcRecordType = WarcRecordType.any_type) -> ArchiveIterator:
    """The records from the place where the file stands, HTTP headers not yet parsed."""
    return ArchiveIterator(
        file, record_types=kinds, parse_http=False, max_header_len=MAX_HEADER_BYTES
    )


def payload(record: WarcRecord, size: int) -> bytes:
    """What a resource or response holds, HTTP's headers parsed and left off.

    Raises ValueError when it is larger than ``size`` bytes or cut short, OSError for headers
    that are none.
    """
    if record.record_type == WarcRecordType.response:
        record.parse_http(max_header_len=MAX_HEADER_BYTES)
    expected = record.content_length
    if expected > size:
        raise ValueError("larger than what was captured")
    body = record.reader.read()
    if len(body) < expected:
        raise ValueError("the file ends early")
    return body


def snapshot_of(record: WarcRecord) -> Snapshot:
    """The snapshot that one of our own records was written for.

    Raises ValueError or OSError for a record that is damaged or not ours.
    """
    described = metadata(record)
    body = payload(record, record.content_length)
    http = record.http_headers
    return Snapshot(
        body=body,
        fetched_at=date_of(record),
        http_status=http.status_code if http else None,
        http_headers=_as_sent(http.items_bytes()) if http else (),
        source_id=described.get("source_id"),
        url=described.get("url"),
        requested_url=described.get("requested_url"),
        path=described.get("path"),
        media_type=described.get("media_type"),
        charset=described.get("charset"),
        replayed_from=replayed_from(record),
    )


def replayed_from(record: WarcRecord) -> str | None:
    """The address of a web archive's capture that gave the page, when its own server did not."""
    told = (record.headers.get(_SOURCE) or "").strip()
    return told if is_web_address(told) else None


def metadata(record: WarcRecord) -> dict[str, str]:
    """Fields of the snapshot that WARC's own headers do not tell; empty for records not ours."""
    try:
        told = json.loads(record.headers.get(_METADATA) or "{}").get("newsgrain")
    except (ValueError, AttributeError, RecursionError):
        return {}
    if not isinstance(told, Mapping):
        return {}
    return {name: told[name] for name in _DESCRIBED if isinstance(told.get(name), str)}


def page_of(record: WarcRecord) -> tuple[str | None, str | None, str | None]:
    """The source, address and path of the page that a record of ours is about, as far as told."""
    described = metadata(record)
    uri = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if uri.startswith(_FILE):
        source, _, path = uri.removeprefix(_FILE).partition(":")
        return unquote(source) or None, None, unquote(path)
    return described.get("source_id"), described.get("url", uri or None), described.get("path")


def date_of(record: WarcRecord) -> datetime:
    """When the record says that it was captured. Raises ValueError when it does not."""
    moment = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def capture_of(snapshot: Snapshot, captured_at: datetime, name: str, offset: int) -> Capture:
    """Where a snapshot lies, for the index: in the file ``name`` from byte ``offset`` on."""
    return Capture(
        payload_digest=snapshot.payload_digest,
        source_id=snapshot.source_id,
        url=snapshot.url,
        requested_url=snapshot.requested_url,
        path=snapshot.path,
        fetched_at=captured_at,
        http_status=snapshot.http_status,
        media_type=snapshot.media_type,
        charset=snapshot.charset,
        size=len(snapshot.body),
        warc_file=name,
        warc_offset=offset,
    )


def _as_sent(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """HTTP's headers as they were received, without what the record added."""
    told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return tuple(
        (name.removeprefix(_AS_SENT), value)
        for name, value in told
        if name.lower() != "content-length"
    )
