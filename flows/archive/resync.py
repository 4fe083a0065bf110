"""Finding the next record of a WARC file after one that is broken."""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

_START = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.\d\r?\n")
_CHUNK = 1 << 20
_LONGEST_START = len(b"WARC/1.1\r\n")


def next_record(file: BinaryIO, start: int) -> int | None:
    """Where the next record begins at or after ``start``, in bytes; None when there is none.

    That is a gzip member that begins like a record, or a record that is not compressed.
    """
    place = start
    overlap = b""
    while True:
        file.seek(place)
        chunk = file.read(_CHUNK)
        window = overlap + chunk
        first = place - len(overlap)
        for match in _START.finditer(window):
            if _is_record(file, first + match.start()):
                return first + match.start()
        if not chunk:
            return None
        place += len(chunk)
        overlap = window[-_LONGEST_START + 1 :]


def _is_record(file: BinaryIO, start: int) -> bool:
    """Tell whether a record begins here, plain or as a gzip member."""
    file.seek(start)
    begin = file.read(512)
    if begin.startswith(b"WARC/"):
        return True
    try:
        inside = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(begin, 16)
    except zlib.error:
        return False
    return inside.startswith(b"WARC/")
