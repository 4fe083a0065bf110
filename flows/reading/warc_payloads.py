"""What an HTTP answer in a WARC file holds, whether its body was kept as sent or decoded.

wget and warcio keep a body as it was sent, chunked and compressed; news crawls and browsers keep it
decoded and leave the headers that say otherwise. So a header is believed when the bytes agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from fastwarc.warc import HeaderMap

from flows.fetching.decompression import BadCoding, decoder

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_DECODED_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{\w#]")


class TooLarge(Exception):
    """A body of more bytes than allowed, decoded; no more were held."""


def body_of(headers: HeaderMap, sent: bytes, max_bytes: int) -> bytes:
    """The body of an answer without its transfer and content codings.

    Raises:
        TooLarge: more than ``max_bytes`` when decoded.
        BadCoding: a body that is damaged or cut short.
    """
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower() and _CHUNK_SIZE.match(sent):
        sent = b"".join(_chunks(sent))
    stated = (headers.get("Content-Encoding") or "").split(",")
    for coding in reversed([name.strip().lower() for name in stated if name.strip()]):
        sent = _decoded(sent, coding, max_bytes)
    if len(sent) > max_bytes:
        raise TooLarge(f"more than {max_bytes:,} bytes")
    return sent


def content_type(stated: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type; None for what is not well formed."""
    message = Message()
    message["Content-Type"] = re.sub(r"[\r\n]", " ", (stated or "")[:500])
    media_type = (stated or "").partition(";")[0].strip().lower()
    charset = message.get_content_charset() or ""
    return (
        media_type if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", media_type, re.ASCII) else None,
        charset if re.fullmatch(r"[\w.:+-]{1,40}", charset, re.ASCII) else None,
    )


def _chunks(sent: bytes) -> Iterator[bytes]:
    """The chunks of a body (RFC 9112, 7.1), up to the empty one that ends it."""
    place = 0
    while size := _CHUNK_SIZE.match(sent, place):
        length = int(size[1], 16)
        if length == 0:
            return
        chunk = sent[size.end() : size.end() + length]
        if len(chunk) < length:
            raise BadCoding("the chunked body ends early")
        yield chunk
        place = size.end() + length
        place += len(b"\r\n") if sent.startswith(b"\r\n", place) else 0
    raise BadCoding("the chunked body ends early, or is damaged")


def _decoded(sent: bytes, coding: str, max_bytes: int) -> bytes:
    """The body without one coding, or as it is when it looks decoded already."""
    if not sent:
        return sent
    try:
        return _decompressed(sent, coding, max_bytes)
    except BadCoding:
        if _DECODED_START.match(sent) and b"\0" not in sent[:1000]:
            return sent
        raise


def _decompressed(sent: bytes, coding: str, max_bytes: int) -> bytes:
    stream = decoder("" if coding == "none" else coding)
    body = bytearray()
    for piece in stream.feed(sent):
        body += piece
        if len(body) > max_bytes:
            raise TooLarge(f"more than {max_bytes:,} bytes")
    stream.end()
    return bytes(body)
