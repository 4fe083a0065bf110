"""What a process that died has left: files torn at their end, captures that no index knows.

The file ``unsettled`` in the captures folder names the WARC files whose captures may not all be
in the warehouse: a name is entered before its file is made, and struck out when the run that
wrote it has ended in order, or when all its captures are found to be known.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flows.archive.records import CAPTURES, capture_of, date_of, records, snapshot_of
from parsers.items import Capture, Snapshot

OPEN_SUFFIX = ".open"
"""What a file's name ends with while it is being written."""

UNSETTLED = "unsettled"
_CHUNK = 1 << 16


def recover(folder: Path) -> None:
    """Name the files that a process that died left open, without the record it died in."""
    for path in sorted(folder.rglob(f"*{OPEN_SUFFIX}")):
        with path.open("r+b") as file:
            ends = _record_ends(file)
            if len(ends) > 1:  # more than the warcinfo record
                file.truncate(ends[-1])
                os.fsync(file.fileno())
        if len(ends) > 1:
            give_name(path)
        else:
            path.unlink()


def give_name(path: Path) -> None:
    """Give a finished file the name that it is to keep."""
    path.rename(path.with_name(path.name.removesuffix(OPEN_SUFFIX)))
    _sync(path.parent)


def unindexed(
    folder: Path, known: Callable[[Collection[str]], Collection[str]]
) -> Iterator[tuple[Snapshot, Capture]]:
    """The captures that reached the disk but not the warehouse, each payload once.

    ``known`` says which of some payload digests the warehouse has. Call it when there is a
    ``CaptureWriter``, which has put the files in order; those still being written are left alone.
    What is yielded is to be loaded with its capture: it need not be fetched or captured again.
    """
    yielded: set[str] = set()
    for name in unsettled(folder):
        if (folder / f"{name}{OPEN_SUFFIX}").exists():
            continue
        all_known = True
        for offset in _unknown_captures(folder / name, known):
            if (captured := _read(folder, name, offset)) is not None:
                all_known = False
                if captured[1].payload_digest not in yielded:
                    yielded.add(captured[1].payload_digest)
                    yield captured
        if all_known:
            settle(folder, [name])


# --- Which files may hold captures that are not indexed ---------------------------------------


def unsettled(folder: Path) -> list[str]:
    """Names of the files whose captures may not all be indexed, oldest first."""
    try:
        return (folder / UNSETTLED).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def unsettle(folder: Path, name: str) -> None:
    """Enter a file that captures are about to be written to."""
    _write_names(folder, [*unsettled(folder), name])


def settle(folder: Path, names: Collection[str]) -> None:
    """Strike out files all of whose captures are indexed."""
    listed = unsettled(folder)
    left = [name for name in listed if name not in names]
    if left != listed:
        _write_names(folder, left)


def _write_names(folder: Path, names: Collection[str]) -> None:
    path = folder / UNSETTLED
    if not names:
        path.unlink(missing_ok=True)
        return
    draft = path.with_name(f"{UNSETTLED}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(f"{name}\n" for name in names)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(folder)


# --- What the files hold ---------------------------------------------------------------------


def _unknown_captures(
    path: Path, known: Callable[[Collection[str]], Collection[str]]
) -> Iterator[int]:
    """Where those records of a file begin whose payloads are not known; each payload once."""
    try:
        with path.open("rb") as file:
            places = _captures(file)
    except FileNotFoundError:  # made, and removed again since nothing reached it
        return
    indexed = known(places.keys())
    yield from (offset for digest, offset in places.items() if digest not in indexed)


def _captures(file: BinaryIO) -> dict[str, int]:
    """The payload digest of each capture that can be read, and where its record begins."""
    places: dict[str, int] = {}
    with suppress(OSError):  # from FastWARC: what follows is damaged
        for record in records(file, CAPTURES):
            places.setdefault(record.headers.get("WARC-Payload-Digest") or "", record.stream_pos)
    return places


def _read(folder: Path, name: str, offset: int) -> tuple[Snapshot, Capture] | None:
    """One capture as it was made; None when it cannot be read whole."""
    with (folder / name).open("rb") as file:
        file.seek(offset)
        try:
            record = next(records(file, CAPTURES))
            snapshot = snapshot_of(record)
        except (StopIteration, OSError, ValueError):
            return None
        if snapshot.payload_digest != record.headers.get("WARC-Payload-Digest"):
            return None
        return snapshot, capture_of(snapshot, date_of(record), name, offset)


def _record_ends(file: BinaryIO) -> list[int]:
    """Where each whole record of a file ends, in bytes from its beginning."""
    starts: list[int] = []
    try:
        for record in records(file):
            starts.append(record.stream_pos)  # noqa: PERF401 - those before an error count
    except OSError as error:
        if error.errno is not None:  # the disk's, not FastWARC's: nothing is known to be torn
            raise
    last = member_end(file, starts[-1]) if starts else None
    return starts[1:] if last is None else [*starts[1:], last]


def member_end(file: BinaryIO, start: int) -> int | None:
    """Where the gzip member that starts here ends; None if it is torn or damaged.

    FastWARC has no word for this: it takes a member that the file's end cuts short for whole.
    """
    file.seek(start)
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with suppress(zlib.error):
        while not member.eof and (chunk := file.read(_CHUNK)):
            member.decompress(chunk)
    return file.tell() - len(member.unused_data) if member.eof else None


def _sync(folder: Path) -> None:
    """Force a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
