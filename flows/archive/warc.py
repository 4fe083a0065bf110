"""Raw pages kept as captured, in WARC/1.1 files: what everything else can be made from again.

A file is written under a temporary name and takes its own name when it is closed. Each record is
a gzip member of its own, so that one is read by a seek and the loss of a tail loses no more.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from secrets import token_hex
from types import TracebackType
from typing import BinaryIO, Self

from fastwarc.warc import WarcRecord
from isal import igzip

from flows.archive.records import (
    capture_of,
    capture_record,
    payload,
    records,
    request_record,
    revisit_record,
    warcinfo_record,
)
from flows.archive.recovery import OPEN_SUFFIX, give_name, recover, settle, unsettle
from parsers.items import Capture, Snapshot

MAX_FILE_BYTES = 1_000_000_000
"""Bytes after which a new WARC file is begun, as the WARC guidelines advise."""

_GZIP_LEVEL = 2  # as small as zlib's own level 2 in a fifth of its time


class ArchiveError(Exception):
    """A capture cannot be read back: says which file, where, and why."""


class CaptureWriter:
    """Adds captures to the folder, one process at a time; a context manager.

    Begins by putting in order what a process that died has left. Makes no file until the first
    capture. ``flush`` before the captures are indexed: what is indexed must not be lost. Leaving
    the context without an error says that all captures were indexed (see ``recovery``).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = ""
        self._file: BinaryIO | None = None
        self._begun: list[str] = []
        recover(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if error is None:
            settle(self._folder, self._begun)

    def add(self, snapshot: Snapshot) -> Capture:
        """Write a snapshot's payload as one record, with its request, and say where it lies."""
        captured_at = snapshot.fetched_at or datetime.now(UTC)
        file = self._room()
        offset = file.tell()
        record = capture_record(snapshot, captured_at)
        _write(file, record)
        self._add_request(file, snapshot, captured_at, record)
        return capture_of(snapshot, captured_at, self._name, offset)

    def revisit(self, snapshot: Snapshot, stored: Capture) -> None:
        """Record that a page was looked at again and sent the very bytes of a stored capture.

        Raises ValueError for a snapshot that no HTTP brought, or of other bytes.
        """
        captured_at = snapshot.fetched_at or datetime.now(UTC)
        record = revisit_record(snapshot, captured_at, stored)
        file = self._room()
        _write(file, record)
        self._add_request(file, snapshot, captured_at, record)

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
        give_name(self._folder / f"{self._name}{OPEN_SUFFIX}")

    def _add_request(
        self, file: BinaryIO, snapshot: Snapshot, captured_at: datetime, answer: WarcRecord
    ) -> None:
        if snapshot.request_headers and snapshot.url:
            _write(file, request_record(snapshot, captured_at, answer.headers["WARC-Record-ID"]))

    def _room(self) -> BinaryIO:
        """The file to write to: the one begun, or another when that is full."""
        if self._file is not None and self._file.tell() >= MAX_FILE_BYTES:
            self.close()
        return self._file or self._begin()

    def _begin(self) -> BinaryIO:
        now = datetime.now(UTC)
        self._name = f"{now:%Y/%m}/newsgrain-{now:%Y%m%d%H%M%S}-{token_hex(4)}.warc.gz"
        path = self._folder / f"{self._name}{OPEN_SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        unsettle(self._folder, self._name)
        self._begun.append(self._name)
        self._file = path.open("xb", buffering=1 << 20)
        _write(self._file, warcinfo_record(PurePosixPath(self._name).name, now))
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
            record = next(records(file), None)
            if record is None:
                raise ValueError("the file ends early")
            body = payload(record, capture.size)
    except (OSError, ValueError) as error:
        # The system's errors have a text of their own; FastWARC's are about the record.
        why = getattr(error, "strerror", None) or f"no whole record: {error}"
        raise ArchiveError(f"{place}: {why}") from error
    if "sha256:" + hashlib.sha256(body).hexdigest() != capture.payload_digest:
        raise ArchiveError(f"{place}: the payload is not {capture.payload_digest}")
    return body


def _write(file: BinaryIO, record: WarcRecord) -> None:
    """Write one record as one gzip member."""
    plain = BytesIO()
    record.write(plain)
    file.write(igzip.compress(plain.getbuffer(), _GZIP_LEVEL))


def _open_to_read(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        # Being written, or left by a process that died.
        return path.with_name(path.name + OPEN_SUFFIX).open("rb")
