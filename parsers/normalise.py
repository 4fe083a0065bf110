"""Text as it is stored: NFC, plain spaces, no zero-width or control characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Control characters, soft hyphen, zero-width and bidirectional marks. The two joiners are dealt
# with apart: Persian, Indic scripts and emoji cannot be spelt without them.
_INVISIBLES = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_JOINING = "\u200c\u200d"
# The ranges where combining marks are; letters among them are told apart later.
_MARKS = (
    "\u0300-\u036f\u0483-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\uabed\ufb1e\ufe20-\ufe2f\U000101fd-\U0001e94a"
)
_INVISIBLE = re.compile(f"[{_INVISIBLES}]")
_JOINERS = re.compile(f"[{_JOINING}]+")
_MOST_MARKS = 30
_LONG_MARKS = re.compile(f"[{_MARKS}]{{31,}}")
# Most texts hold none of these, which one search tells of what little is not plain ASCII. Without
# them, each character is normal apart from its neighbours.
_TO_CLEAN = re.compile(f"[{_INVISIBLES}{_JOINING}{_MARKS}]")
_PLAIN = bytes(code for code in range(0x80) if not _TO_CLEAN.match(chr(code)))
_LATIN_END = "\u024f"
_SPACE = re.compile(r"\s")
# As words of a list, a text takes ten times its memory: a long one is split piece by piece.
_PIECE = 1_000_000


def clean(text: str) -> str:
    """Return ``text`` in NFC without invisible characters. White space is left as it is.

    Cleaning two texts apart and joining them gives the same characters as cleaning each where it
    stands: this is what lets a page be counted node by node.
    """
    if text.isascii() and text.isprintable():
        return text
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    special = rest.decode("utf-8", "surrogatepass")
    if not _TO_CLEAN.search(special):
        normal = unicodedata.is_normalized("NFC", special)
        return text if normal else unicodedata.normalize("NFC", text)
    if _INVISIBLE.search(special):
        text, special = _INVISIBLE.sub("", text), _INVISIBLE.sub("", special)
    if _LONG_MARKS.search(special):
        text = _LONG_MARKS.sub(_cut_marks, text)
    if _JOINERS.search(special):
        text = _JOINERS.sub(_needed_joiner, text)
    return unicodedata.normalize("NFC", text)


def _cut_marks(match: re.Match[str]) -> str:
    """Keep 30 combining marks of a run, as Unicode's stream-safe format does (UAX 15, 13).

    Normalising takes quadratic time over a run of them.
    """
    kept, run = [], 0
    for character in match[0]:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _needed_joiner(match: re.Match[str]) -> str:
    """Keep a joiner between two characters of a script that is spelt with it."""
    text, start, end = match.string, match.start(), match.end()
    if start == 0 or end == len(text):
        return ""
    return match[0][0] if text[start - 1] > _LATIN_END and text[end] > _LATIN_END else ""


def one_line(text: str) -> str:
    """Fold every run of white space to one space."""
    if len(text) <= _PIECE:
        return " ".join(text.split())
    folded = (" ".join(piece.split()) for piece in _pieces(text))
    return " ".join(piece for piece in folded if piece)


def _pieces(text: str) -> Iterator[str]:
    """Part a long text where it has white space."""
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + _PIECE)
        end = space.start() if space else len(text)
        yield text[start:end]
        start = end


def fold_spaces(text: str) -> str:
    """Fold every run of white space to one space, or to one newline where it holds a newline."""
    if "\n" not in text:
        return one_line(text)
    lines = map(one_line, text.split("\n"))
    return "\n".join(line for line in lines if line)


def count_characters(text: str) -> int:
    """Count the non-space characters of cleaned text, the unit in which pages are accounted."""
    if len(text) <= _PIECE:
        return len("".join(text.split()))
    return sum(count_characters(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE))
