"""Bytes to text, as a browser would, and what went wrong on the way."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

_SINGLE_BYTE_DEFAULT = "cp1252"
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\f\r"))
_CONTROLS_SAMPLE = 20_000
_DETECT_BYTES = 65_536
_MOST_REPLACED = 0.05
_NUL_SAMPLE = 4_096
_LATIN = frozenset(
    "cp1250 cp1254 cp1257 cp1258 iso8859-2 iso8859-3 iso8859-4 iso8859-9 iso8859-10 iso8859-13 "
    "iso8859-14 iso8859-15 iso8859-16 mac-roman mac-latin2 mac-iceland mac-turkish cp437 cp850 "
    "cp852 cp858 cp775 cp857 cp860 cp861 cp863 cp865 hp-roman8 cp037 cp500 cp1140 cp273".split()
)
_CENTRAL_EUROPEAN = re.compile(rb"lang=[\"'](?:pl|cs|sk|hu|ro|hr|sl|sq|bs)\b", re.IGNORECASE)

# File signatures, from the WHATWG MIME sniffing standard and the formats' own specifications.
_BINARY_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG\r\n",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"OggS",
    b"ID3",
    b"wOFF",
    b"wOF2",
    b"SQLite format 3",
)


class Undecodable(ValueError):
    """The bytes are no text in any encoding that was stated or found."""


class NotText(ValueError):
    """The bytes are of a binary format."""


class Decoded(NamedTuple):
    """Text, the encoding it was read with, and flags for what is doubtful.

    ``utf8`` is the text in UTF-8: the form in which markup is parsed, and mostly the page's own.
    """

    text: str
    encoding: str
    flags: tuple[str, ...]
    utf8: bytes


def _cp1252_as_browsers_do(error: UnicodeError) -> tuple[str, int]:
    # The WHATWG index gives the five bytes that Python leaves undefined to C1 controls.
    if isinstance(error, UnicodeDecodeError):
        return error.object[error.start : error.end].decode("latin-1"), error.end
    raise error


codecs.register_error("cp1252_whatwg", _cp1252_as_browsers_do)


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """Decode a page: byte order mark, HTTP ``charset``, meta, valid UTF-8, detection, cp1252.

    A page that declares another encoding but is valid UTF-8 is read as UTF-8: no other text with
    characters beyond ASCII passes that test by chance. It is flagged ``charset_mismatch``.

    Raises ``NotText`` for binary formats and ``Undecodable`` for bytes that are no text.
    """
    if body.lstrip()[:16].startswith(_BINARY_SIGNATURES):
        raise NotText(f"file signature {body.lstrip()[:8]!r}")
    bom_encoding, bom = read_bom(body)
    if bom_encoding and bom:
        return _checked(to_unicode(body[len(bom) :], bom_encoding), bom_encoding, ())
    wide = _utf16_without_mark(body)
    if wide:
        return _checked(to_unicode(body, wide), wide, ())
    if b"\x00" in body[:_NUL_SAMPLE]:
        raise NotText("NUL bytes")
    declared = (resolve_encoding(charset) if charset else None) or html_body_declared_encoding(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        if declared and not declared.startswith("utf-"):
            return _checked(_decode_as(body, declared), declared, ())
        return _as_detected(body, declared)
    lied = declared not in (None, "utf-8") and not body.isascii()
    return _checked(text, "utf-8", ("charset_mismatch",) if lied else (), body)


def _decode_as(body: bytes, encoding: str) -> str:
    if encoding == _SINGLE_BYTE_DEFAULT:
        return body.decode("cp1252", "cp1252_whatwg")
    return to_unicode(body, encoding)


def _as_detected(body: bytes, declared: str | None) -> Decoded:
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(3, len(text) // 2_000):
        return _checked(text, "utf-8", ())
    found = _detect(body)
    flags = ("charset_mismatch",) if declared else ()
    encoding = found or _SINGLE_BYTE_DEFAULT
    return _checked(_decode_as(body, encoding), encoding, flags)


def _detect(body: bytes) -> str | None:
    from charset_normalizer import from_bytes  # half a tenth of a second; rarely needed

    # Markup is ASCII and hides the language; only what is not markup tells the encoding.
    sample = re.sub(rb"<[^<>]{0,2000}>", b" ", body[:_DETECT_BYTES])
    best = from_bytes(sample).best()
    found = resolve_encoding(best.encoding) if best else None
    # Few accented letters tell Latin alphabets apart badly; the web's default is the best guess.
    if found in _LATIN and not _CENTRAL_EUROPEAN.search(body[:_DETECT_BYTES]):
        return _SINGLE_BYTE_DEFAULT
    return found


def _utf16_without_mark(body: bytes) -> str | None:
    sample = body[:_NUL_SAMPLE]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _checked(
    text: str, encoding: str, flags: tuple[str, ...], utf8: bytes | None = None
) -> Decoded:
    replaced = text.count("\ufffd") if "\ufffd" in text else 0  # to look is quicker than to count
    sample = text[:_CONTROLS_SAMPLE]
    encoded = sample.encode("utf-8", "ignore")
    controls = len(encoded) - len(encoded.translate(None, _CONTROLS))
    if replaced > max(20, _MOST_REPLACED * len(text)) or controls > max(20, 0.02 * len(sample)):
        raise Undecodable(
            f"as {encoding}, {replaced} of {len(text)} characters cannot be read "
            f"and {controls} of the first {len(sample)} are control characters"
        )
    if replaced:
        flags += ("replacement_characters",)
    return Decoded(text, encoding, flags, text.encode("utf-8", "ignore") if utf8 is None else utf8)
