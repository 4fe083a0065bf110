"""Bodies as HTTP sends them, decompressed within bounds; a body cut short is noticed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli


class TooManyBytes(Exception):
    """A body is larger than allowed, as sent or decompressed."""


class BadCoding(Exception):
    """A body is not what its Content-Encoding says: unknown, damaged or cut short."""


def decompress(chunks: Iterable[bytes], coding: str, max_bytes: int) -> bytes:
    """The body sent in ``chunks`` under a Content-Encoding (empty: as it is).

    Holds never more than ``max_bytes`` and one chunk, however much the body would expand to.

    Raises:
        TooManyBytes: over ``max_bytes`` as sent or decompressed.
        BadCoding: a coding not in ``codings()``, damaged data, or data that ends early.
    """
    coding = coding.strip().lower()
    decoder = _DECODERS.get(_ALIASES.get(coding, coding))
    if decoder is None:
        raise BadCoding(f"Content-Encoding {coding[:40]!r} was not asked for")
    body = bytearray()
    for piece in decoder(_counted(chunks, max_bytes), lambda: max_bytes + 1 - len(body)):
        body.extend(piece)
        if len(body) > max_bytes:
            raise TooManyBytes
    return bytes(body)


def codings() -> tuple[str, ...]:
    """The content codings that can be decompressed here, for Accept-Encoding."""
    return tuple(name for name in _DECODERS if name)


def _counted(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise TooManyBytes
        yield chunk


_Room = Callable[[], int]
"""How many bytes may still be made; one more than allowed, so that too many is seen."""


def _as_sent(chunks: Iterator[bytes], room: _Room) -> Iterator[bytes]:
    return chunks


def _gunzip(chunks: Iterator[bytes], room: _Room) -> Iterator[bytes]:
    return _inflate(chunks, room, zlib.MAX_WBITS | 16)


def _undeflate(chunks: Iterator[bytes], room: _Room) -> Iterator[bytes]:
    """HTTP's deflate is zlib's format, but some servers send it bare; the first byte tells."""
    first = next((chunk for chunk in chunks if chunk), b"")
    is_zlib = first[:1] and first[0] & 0x0F == 8 and first[0] >> 4 <= 7
    return _inflate(_chain(first, chunks), room, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _inflate(chunks: Iterator[bytes], room: _Room, window: int) -> Iterator[bytes]:
    stream: Any = None
    for chunk in chunks:
        data = chunk
        while data:
            if stream is None:
                stream = zlib.decompressobj(window)
            elif stream.eof:
                # gzip may have several members; anything else after the end is padding.
                if window <= zlib.MAX_WBITS or not data.startswith(b"\x1f"):
                    return
                stream = zlib.decompressobj(window)
            try:
                yield stream.decompress(data, room())
            except zlib.error as error:
                raise BadCoding(f"the compressed body is damaged: {error}") from error
            data = stream.unused_data
    if stream is not None and not stream.eof:
        raise BadCoding("the compressed body ends early")


def _unbrotli(chunks: Iterator[bytes], room: _Room) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    begun = False
    for chunk in chunks:
        data, begun = chunk, begun or bool(chunk)
        while not stream.is_finished() and (data or not stream.can_accept_more_data()):
            try:
                # It may overshoot its limit by as much again, so it works in small steps.
                yield stream.process(data, output_buffer_limit=min(room(), 256 * 1024))
            except brotli.error as error:
                raise BadCoding("the compressed body is damaged") from error
            data = b""
    if begun and not stream.is_finished():
        raise BadCoding("the compressed body ends early")


_ALIASES = {"identity": "", "x-gzip": "gzip"}
_DECODERS: dict[str, Callable[[Iterator[bytes], _Room], Iterator[bytes]]] = {
    "": _as_sent,
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
}
