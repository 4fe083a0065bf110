"""Raw pages kept as captured, in WARC/1.1 files: what everything else can be made from again.

A file is written under a temporary name and takes its own name when it is closed. Each record is
a gzip member of its own, so that one is read by a seek and the loss of a tail loses no more.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from pathlib import Path, PurePosixPath
from secrets import token_hex
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import quote

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

from parsers.items import Capture, Snapshot

MAX_FILE_BYTES = 1_000_000_000
"""Bytes after which a new WARC file is begun, as the WARC guidelines advise."""

OPEN_SUFFIX = ".open"
"""What a file's name ends with while it is being written."""

_GZIP_LEVEL = 1  # a quarter larger than level 2 in half its time
_MAX_HEADER_BYTES = 1_000_000
_CHUNK = 1 << 16
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what a header's name is: RFC 9110, 5.6.2
# Kept under another name: the payload is stored decompressed and whole.
_TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class ArchiveError(Exception):
    """A capture cannot be read back: says which file, where, and why."""


class CaptureWriter:
    """Adds captures to the folder, one process at a time; a context manager.

    Begins by putting in order what a process that died has left. Makes no file until the first
    capture. ``flush`` before the captures are indexed: what is indexed must not be lost.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = ""
        self._file: BinaryIO | None = None
        _recover(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, snapshot: Snapshot) -> Capture:
        """Write a snapshot's payload as one record and say where it lies."""
        if self._file is not None and self._file.tell() >= MAX_FILE_BYTES:
            self.close()
        file = self._file or self._begin()
        captured_at = snapshot.fetched_at or datetime.now(UTC)
        offset = file.tell()
        _write(file, _snapshot_record(snapshot, captured_at))
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
            warc_file=self._name,
            warc_offset=offset,
        )

    def flush(self) -> None:
        """Bring all captures added so far onto the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Finish the file and give it its name. Another ``add`` begins a new one."""
        if self._file is None:
            return
        self.flush()
        self._file.close()
        self._file = None
        _give_name(self._folder / f"{self._name}{OPEN_SUFFIX}")

    def _begin(self) -> BinaryIO:
        now = datetime.now(UTC)
        self._name = f"{now:%Y/%m}/newsgrain-{now:%Y%m%d%H%M%S}-{token_hex(4)}.warc.gz"
        path = self._folder / f"{self._name}{OPEN_SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb", buffering=1 << 20)
        _write(self._file, _warcinfo_record(PurePosixPath(self._name).name, now))
        return self._file


def read_payload(folder: Path, capture: Capture) -> bytes:
    """The payload of one capture, its digest checked.

    Raises:
        ArchiveError: no such file or record, or not the bytes that were captured.
    """
    place = f"{capture.warc_file} at {capture.warc_offset}"
    name = PurePosixPath(capture.warc_file)
    if name.is_absolute() or ".." in name.parts:
        raise ArchiveError(f"{place}: leads out of the captures folder")
    try:
        with _open_to_read(folder / name) as file:
            file.seek(capture.warc_offset)
            payload = _payload(file, capture.size)
    except (OSError, ValueError) as error:
        # The system's errors have a text of their own; FastWARC's are about the record.
        why = getattr(error, "strerror", None) or f"no whole record: {error}"
        raise ArchiveError(f"{place}: {why}") from error
    if "sha256:" + hashlib.sha256(payload).hexdigest() != capture.payload_digest:
        raise ArchiveError(f"{place}: the payload is not {capture.payload_digest}")
    return payload


# --- Records ---------------------------------------------------------------------------------


def _warcinfo_record(name: str, now: datetime) -> WarcRecord:
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


def _snapshot_record(snapshot: Snapshot, captured_at: datetime) -> WarcRecord:
    """A response with its HTTP headers, or a resource where no HTTP was spoken."""
    if snapshot.http_status is None:
        record = _record(WarcRecordType.resource, captured_at, snapshot.body)
        record.headers["Content-Type"] = _content_type(snapshot)
    else:
        block = _http_head(snapshot, snapshot.http_status) + snapshot.body
        record = _record(WarcRecordType.response, captured_at, block)
        record.headers["Content-Type"] = "application/http; msgtype=response"
    record.headers["WARC-Target-URI"] = _target_uri(snapshot)
    record.headers["WARC-Payload-Digest"] = snapshot.payload_digest
    return record


def _record(kind: WarcRecordType, date: datetime, block: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.record_date = date.astimezone(UTC)
    record.set_bytes_content(block)
    return record


def _http_head(snapshot: Snapshot, status: int) -> bytes:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    headers = HeaderMap("latin1")
    headers.status_line = f"HTTP/1.1 {status} {phrase}"
    for name, value in snapshot.http_headers:
        if not _TOKEN.fullmatch(name):
            continue  # FastWARC writes a header without a name as a bare line, even an empty one
        kept = f"X-Archive-Orig-{name}" if name.lower() in _TRANSFER_HEADERS else name
        # As bytes: FastWARC's latin1 is Windows-1252 and drops what that lacks.
        headers.append_bytes(kept.encode(), value.encode("latin-1", "replace"))
    if "Content-Type" not in headers:
        headers.append("Content-Type", _content_type(snapshot))
    headers.append("Content-Length", str(len(snapshot.body)))
    head = BytesIO()
    headers.write(head)
    return head.getvalue()


def _content_type(snapshot: Snapshot) -> str:
    media_type = snapshot.media_type or "application/octet-stream"
    stated = f"{media_type}; charset={snapshot.charset}" if snapshot.charset else media_type
    return stated.encode("ascii", "replace").decode("ascii")


def _target_uri(snapshot: Snapshot) -> str:
    """The page's address, or a name for a file that holds no folder of this machine."""
    if snapshot.url:
        return quote(snapshot.url, safe="!#$%&'()*+,/:;=?@[]~")
    return f"urn:newsgrain:{quote(snapshot.source_id or '')}:{quote(snapshot.path or '')}"


def _write(file: BinaryIO, record: WarcRecord) -> None:
    """Write one record as one gzip member."""
    with GzipWriter(file, compression_level=_GZIP_LEVEL) as member:
        record.write(member)


def _records(file: BinaryIO) -> ArchiveIterator:
    """The records from the place where the file stands, HTTP headers not yet parsed."""
    return ArchiveIterator(file, parse_http=False, max_header_len=_MAX_HEADER_BYTES)


def _payload(file: BinaryIO, size: int) -> bytes:
    """What the resource or response where the file stands holds, without HTTP's headers."""
    record = next(_records(file), None)
    if record is None:
        raise ValueError("the file ends early")
    if record.record_type == WarcRecordType.response:
        record.parse_http(max_header_len=_MAX_HEADER_BYTES)
    expected = record.content_length
    if expected > size:
        raise ValueError("larger than what was captured")
    payload = record.reader.read()
    if len(payload) < expected:
        raise ValueError("the file ends early")
    return payload


# --- Files -----------------------------------------------------------------------------------


def _open_to_read(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        # Being written, or left by a process that died.
        return path.with_name(path.name + OPEN_SUFFIX).open("rb")


def _recover(folder: Path) -> None:
    """Name the files that a process that died left open, without the record it died in."""
    for path in sorted(folder.rglob(f"*{OPEN_SUFFIX}")):
        with path.open("r+b") as file:
            ends = _record_ends(file)
            if len(ends) > 1:  # more than the warcinfo record
                file.truncate(ends[-1])
                os.fsync(file.fileno())
        if len(ends) > 1:
            _give_name(path)
        else:
            path.unlink()


def _record_ends(file: BinaryIO) -> list[int]:
    """Where each whole record of a file ends, in bytes from its beginning."""
    starts: list[int] = []
    try:
        for record in _records(file):
            starts.append(record.stream_pos)  # noqa: PERF401 - those before an error count
    except OSError as error:
        if error.errno is not None:  # the disk's, not FastWARC's: nothing is known to be torn
            raise
    last = _member_end(file, starts[-1]) if starts else None
    return starts[1:] if last is None else [*starts[1:], last]


def _member_end(file: BinaryIO, start: int) -> int | None:
    """Where the gzip member that starts here ends; None if it is torn or damaged.

    FastWARC has no word for this: it takes a member that the file's end cuts short for whole.
    """
    file.seek(start)
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with suppress(zlib.error):
        while not member.eof and (chunk := file.read(_CHUNK)):
            member.decompress(chunk)
    return file.tell() - len(member.unused_data) if member.eof else None


def _give_name(path: Path) -> None:
    path.rename(path.with_name(path.name.removesuffix(OPEN_SUFFIX)))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
