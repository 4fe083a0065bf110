"""Bodies as HTTP sends them, decompressed piece by piece; a body cut short is noticed."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE_BYTES = 64 * 1024
"""Bytes that a decoder makes at a time, about: what a caller must be ready to hold besides."""

_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""RFC 9659: a content coding's window is at most 8 MiB."""


class BadCoding(Exception):
    """A body is not what its Content-Encoding says: unknown, damaged or cut short."""


class Decoder(Protocol):
    """One body being decompressed."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes of the body hold, in pieces; raises BadCoding."""

    def end(self) -> None:
        """There is no more; raises BadCoding when there should have been."""


def decoder(coding: str) -> Decoder:
    """A decoder for a Content-Encoding; an empty one is for a body sent as it is.

    Raises:
        BadCoding: a coding not in ``codings()``.
    """
    coding = coding.strip().lower()
    make = _DECODERS.get(_ALIASES.get(coding, coding))
    if make is None:
        raise BadCoding(f"Content-Encoding {coding[:40]!r} was not asked for")
    return make()


def codings() -> tuple[str, ...]:
    """The content codings that can be decompressed here, for Accept-Encoding."""
    return tuple(name for name in _DECODERS if name)


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        pass


class _Inflater:
    """One zlib stream after the other, as gzip allows; ``window`` is zlib's word for the format."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream: Any = None
        self._padded = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        pending = False
        while (data or pending) and not self._padded:
            if self._stream is None:
                self._stream = zlib.decompressobj(self._window)
            elif self._stream.eof:
                # gzip may have several members; anything else after the end is padding.
                if self._window <= zlib.MAX_WBITS or not data.startswith(b"\x1f"):
                    self._padded = True
                    return
                self._stream = zlib.decompressobj(self._window)
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise BadCoding(f"the compressed body is damaged: {error}") from error
            yield piece
            data = self._stream.unconsumed_tail or self._stream.unused_data
            # A full piece may leave some output inside, with all input taken.
            pending = len(piece) == PIECE_BYTES and not self._stream.eof

    def end(self) -> None:
        if self._stream is not None and not self._stream.eof:
            raise BadCoding("the compressed body ends early")


class _Deflate:
    """HTTP's deflate is zlib's format, but some servers send it bare; the first byte tells."""

    def __init__(self) -> None:
        self._inflater: _Inflater | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inflater is None and data:
            is_zlib = data[0] & 0x0F == 8 and data[0] >> 4 <= 7
            self._inflater = _Inflater(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        if self._inflater:
            yield from self._inflater.feed(data)

    def end(self) -> None:
        if self._inflater:
            self._inflater.end()


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        while not self._stream.is_finished() and (data or not self._stream.can_accept_more_data()):
            try:
                # It may overshoot its limit by as much again.
                yield self._stream.process(data, output_buffer_limit=PIECE_BYTES)
            except brotli.error as error:
                raise BadCoding("the compressed body is damaged") from error
            data = b""

    def end(self) -> None:
        if self._begun and not self._stream.is_finished():
            raise BadCoding("the compressed body ends early")


class _Zstandard:
    """One frame after the other, as RFC 8878 allows."""

    def __init__(self) -> None:
        self._frame: zstd.ZstdDecompressor | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or (self._frame and not self._frame.eof and not self._frame.needs_input):
            if self._frame is None or self._frame.eof:
                self._frame = zstd.ZstdDecompressor(options=_ZSTD_WINDOW)
            try:
                yield self._frame.decompress(data, PIECE_BYTES)
            except zstd.ZstdError as error:
                raise BadCoding(f"the compressed body is damaged: {error}") from error
            data = self._frame.unused_data if self._frame.eof else b""

    def end(self) -> None:
        if self._frame is not None and not self._frame.eof:
            raise BadCoding("the compressed body ends early")


_ALIASES = {"identity": "", "x-gzip": "gzip"}
_DECODERS: dict[str, Callable[[], Decoder]] = {
    "": _Plain,
    "gzip": lambda: _Inflater(zlib.MAX_WBITS | 16),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}
