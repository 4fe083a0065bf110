"""WARC files written anew without some of their records; the others are copied as they are.

The copy has a name of its own (``...-r1.warc.gz``, then ``-r2``), made from that of the file it is
to replace: done again after a kill, it comes to the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from flows.archive.records import records
from flows.archive.recovery import OPEN_SUFFIX, give_name, member_end, unsettle, unsettled
from flows.archive.resync import next_record

SUFFIX = ".warc.gz"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file that another takes the place of: where each record that was kept lies now.

    ``after`` is None when no record was kept. ``before`` is still there.
    """

    before: str
    after: str | None
    offsets: dict[int, int]


def rewrite_files(folder: Path, unwanted: Callable[[WarcRecord], bool]) -> Iterator[Rewritten]:
    """Write each file of the folder anew that holds an unwanted record, or a request for one.

    What lies between whole records, and cannot be read, is left out of the copy too.
    """
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        with path.open("rb") as file:
            members = list(_members(file, unwanted))
            if any(member.unwanted for member in members):
                yield _rewrite(folder, path.relative_to(folder).as_posix(), file, members)


class _Member(NamedTuple):
    """A record's bytes in the file."""

    start: int
    end: int
    unwanted: bool
    is_warcinfo: bool


def _members(file: BinaryIO, unwanted: Callable[[WarcRecord], bool]) -> Iterator[_Member]:
    dropped: set[str] = set()
    start = next_record(file, 0)
    while start is not None:
        last = start
        file.seek(start)
        found: list[tuple[int, bool, bool]] = []
        try:
            for record in records(file):
                last = record.stream_pos
                bad = unwanted(record) or record.headers.get("WARC-Concurrent-To") in dropped
                if bad:
                    dropped.add(record.headers.get("WARC-Record-ID") or "")
                found.append((last, bad, record.record_type == WarcRecordType.warcinfo))
        except OSError as error:
            if error.errno is not None:  # the disk's, not FastWARC's
                raise
        for position, (begin, bad, is_warcinfo) in enumerate(found):
            following = found[position + 1][0] if position + 1 < len(found) else None
            end = following or member_end(file, begin)
            if end is not None:
                yield _Member(begin, end, bad, is_warcinfo)
        start = next_record(file, last + 1)


def _rewrite(folder: Path, before: str, file: BinaryIO, members: list[_Member]) -> Rewritten:
    kept = [member for member in members if not member.unwanted]
    if all(member.is_warcinfo for member in kept):
        return Rewritten(before, None, {})
    after = _next_name(before)
    if before in unsettled(folder):
        unsettle(folder, after)
    draft = folder / f"{after}{OPEN_SUFFIX}"
    offsets: dict[int, int] = {}
    with draft.open("wb") as copy:
        for member in kept:
            offsets[member.start] = copy.tell()
            if member.is_warcinfo:
                _copy_warcinfo(file, member, copy, PurePosixPath(after).name)
            else:
                _copy(file, member, copy)
        copy.flush()
        os.fsync(copy.fileno())
    give_name(draft)
    return Rewritten(before, after, offsets)


def _next_name(name: str) -> str:
    stem = name.removesuffix(SUFFIX)
    match = re.fullmatch(r"(.+)-r(\d+)", stem)
    stem, number = (match[1], int(match[2])) if match else (stem, 0)
    return f"{stem}-r{number + 1}{SUFFIX}"


def _copy_warcinfo(file: BinaryIO, member: _Member, copy: BinaryIO, name: str) -> None:
    file.seek(member.start)
    record = next(records(file))
    record.headers["WARC-Filename"] = name
    with GzipWriter(copy) as stream:
        record.write(stream)


def _copy(file: BinaryIO, member: _Member, copy: BinaryIO) -> None:
    file.seek(member.start)
    left = member.end - member.start
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        copy.write(chunk)
        left -= len(chunk)
