"""Text from outside made safe to show on a page: nothing hidden in it, nothing out of place."""

from __future__ import annotations

from urllib.parse import urlsplit

_REPLACED = "\N{REPLACEMENT CHARACTER}"

# Embeddings, overrides and isolates let a text be read otherwise than it is written. The marks of
# Hebrew and Arabic (U+200E, U+200F, U+061C) only matter among their neighbours, and stay.
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(32), *range(127, 160))
_SURROGATES = range(0xD800, 0xE000)

_TABLE: dict[int, str] = dict.fromkeys((*_CONTROLS, *_DIRECTIONS, *_SURROGATES), _REPLACED)
_TABLE |= {ord(space): " " for space in "\t\v\f"}
_TABLE |= {ord(line): "\n" for line in "\n\r\x85\u2028\u2029"}


def legible(text: str) -> str:
    """The text without control characters and without what turns its direction of reading.

    Line ends stay; what cannot be encoded is replaced too.
    """
    return text.translate(_TABLE)


def is_web_address(address: object) -> bool:
    """Whether a browser may be led there: http or https, with a host, nothing hidden in it."""
    if not isinstance(address, str) or legible(address) != address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
