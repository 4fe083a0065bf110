"""From a page to the attributes of its record: recognised cheaply, read by its platform."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from parsers import document as d
from parsers.document import Document, SourceBlock
from parsers.items import Attribute, Block, Source
from parsers.platforms import PLATFORMS
from parsers.records.lines import fold
from parsers.records.pairs import LONGEST_LABEL, Pair, Piece, Platform, label_key

UNKNOWN_LABEL: Final = "unknown_label"
"""The flag of an article whose record has a label that its platform's parser does not know."""

_MARKED: Final = 60_000
_FEWEST_LABELS: Final = 3
_MOST_BOLD_WORDS: Final = 6
_LONGEST_REGION: Final = 500_000
_MOST_PAIRS: Final = 1_000
_NO_PLACE_FOR_LABELS: Final = d.HIDDEN | d.NAV | d.FOOTER | d.HEAD | d.BUTTON


class _Placed(NamedTuple):
    """A pair and the blocks that hold its label and the pieces of its value, None if not found."""

    pair: Pair
    label_at: int | None
    pieces_at: tuple[int | None, ...]


class Record(NamedTuple):
    """A page's pairs as its platform reads them, placed in its blocks."""

    platform: Platform
    pairs: tuple[_Placed, ...]

    @property
    def certain(self) -> frozenset[int]:
        """Blocks that are the record's own: each label, and where each value begins."""
        own = (at for placed in self.pairs for at in (placed.label_at, *placed.pieces_at[:1]))
        return frozenset(at for at in own if at is not None)

    @property
    def likely(self) -> frozenset[int]:
        """Blocks that go on with a value. After the last label, the page's own text may too."""
        further = (at for placed in self.pairs for at in placed.pieces_at[1:])
        return frozenset(at for at in further if at is not None)

    def attributes(self, blocks: Sequence[Block]) -> tuple[Attribute, ...]:
        """Return the pairs as attributes; of a value, what was kept and is no contact line.

        What a value surely says beside its own name is an attribute more, unless a label of the
        same item says it.
        """
        own = list(_attributes(self.pairs, blocks, self.platform))
        stated = {(attribute.item, attribute.name) for attribute in own}
        found: list[Attribute] = []
        for attribute in own:
            found.append(attribute)
            for derived in _derived(attribute, self.platform):
                if (derived.item, derived.name) not in stated:
                    stated.add((derived.item, derived.name))
                    found.append(derived)
        return tuple(found)


def read_record(document: Document, source: Source | None) -> Record | None:
    """Return the record that a page holds, or None when it holds none.

    The platform is the one that the source declares; of a page without a source, or of a source
    without a platform, the one whose marks it bears. Three labels that the platform knows make a
    record; only then is the part of the page that holds it read with Beautiful Soup.
    """
    for platform in _platforms(document, source):
        if not _has_labels(document.blocks, platform.names):
            continue
        pairs = _read(_region(document, platform), platform)
        if pairs:
            return Record(platform, tuple(_place(pairs, document.blocks)))
    return None


# --- Which pages -----------------------------------------------------------------------------


def _platforms(document: Document, source: Source | None) -> Iterator[Platform]:
    if source is not None and source.platform is not None:
        if source.platform in PLATFORMS:
            yield PLATFORMS[source.platform]
        return
    start = document.html[:_MARKED]
    for platform in PLATFORMS.values():
        if any(mark in start for mark in platform.marks):
            yield platform


def _has_labels(blocks: Sequence[SourceBlock], names: Mapping[str, str]) -> bool:
    """Tell whether lines of the page begin with as many known labels as make a record."""
    found = set()
    for block in blocks:
        if block.context & _NO_PLACE_FOR_LABELS:
            continue
        for start in _starts(block):
            name = names.get(label_key(start))
            if name is not None:
                found.add(name)
                if len(found) == _FEWEST_LABELS:
                    return True
    return False


def _starts(block: SourceBlock) -> Iterator[str]:
    """Yield what may be labels: lines and cells up to a colon; words that may be bold."""
    for line in block.text.split("\n"):
        for cell in line.split("\t"):
            yield cell[: LONGEST_LABEL + 1].partition(":")[0]
        if 0 < block.bold_characters < block.characters:
            words = line[:LONGEST_LABEL].split(" ", _MOST_BOLD_WORDS)
            yield from (" ".join(words[:count]) for count in range(1, len(words)))


# --- Reading ---------------------------------------------------------------------------------


def _region(document: Document, platform: Platform) -> str:
    """Return the HTML that holds the record; of text without markup, its lines as paragraphs."""
    if document.form != "html":
        return "".join(f"<p>{escape(block.text)}</p>" for block in document.blocks)
    tree = LexborHTMLParser(document.html)
    for selector in platform.regions:
        found = tree.css(selector)
        if found:
            return "".join(node.html or "" for node in found)
    return ""


def _read(region: str, platform: Platform) -> list[Pair]:
    if not region or len(region) > _LONGEST_REGION:
        return []
    from bs4 import BeautifulSoup  # four tenths of a second, for record pages only

    pairs = list(platform.read(BeautifulSoup(f"<div>{region}</div>", "lxml")))
    known = {platform.names.get(label_key(pair.label)) for pair in pairs}
    return pairs[:_MOST_PAIRS] if len(known - {None}) >= _FEWEST_LABELS else []


def _place(pairs: Iterable[Pair], blocks: Sequence[SourceBlock]) -> Iterator[_Placed]:
    """Find the blocks of each pair, in the order of the page; what nobody sees is left out."""
    shown, hidden = _index(blocks)
    last = 0
    for pair in pairs:
        label_at = _next(shown, pair.line, last)
        last = last if label_at is None else label_at
        pieces: list[Piece] = []
        pieces_at: list[int | None] = []
        for piece in pair.pieces:
            at = _next(shown, piece.line, last)
            if at is None and piece.line in hidden:
                continue
            last = last if at is None else at
            pieces.append(piece)
            pieces_at.append(at)
        if not (label_at is None and pair.line in hidden):
            yield _Placed(pair._replace(pieces=tuple(pieces)), label_at, tuple(pieces_at))


def _index(blocks: Sequence[SourceBlock]) -> tuple[dict[str, list[int]], set[str]]:
    """Return where each line and cell of the page stands, and those that are hidden."""
    shown: dict[str, list[int]] = {}
    hidden: set[str] = set()
    for position, block in enumerate(blocks):
        if block.context & d.HEAD:
            continue
        for line in {*block.text.split("\n"), *block.text.split("\t"), fold(block.text)}:
            if block.context & d.HIDDEN:
                hidden.add(line)
            else:
                shown.setdefault(line, []).append(position)
    return shown, hidden


def _next(shown: Mapping[str, Sequence[int]], line: str, start: int) -> int | None:
    positions = shown.get(line, ())
    index = bisect_left(positions, start)
    return positions[index] if index < len(positions) else None


# --- Attributes ------------------------------------------------------------------------------


def _attributes(
    pairs: Iterable[_Placed], blocks: Sequence[Block], platform: Platform
) -> Iterator[Attribute]:
    position = 0
    for pair, label_at, pieces_at in pairs:
        told = [
            (piece.text, at)
            for piece, at in zip(pair.pieces, pieces_at, strict=True)
            if at is None or blocks[at].role in ("body", "heading")
        ]
        if not told:
            continue
        text, at = told[0]
        position = next((p for p in (at, label_at) if p is not None), position)
        name = platform.names.get(label_key(pair.label))
        yield Attribute(
            position=position,
            item=pair.item,
            label=pair.label,
            name=name or pair.label,
            value="\n\n".join(text for text, _ in told),
            normalised_value=_normal(name, text, platform),
            known=name is not None,
        )


def _derived(attribute: Attribute, platform: Platform) -> Iterator[Attribute]:
    for name in platform.derived.get(attribute.name, ()) if attribute.known else ():
        normal = _normal(name, attribute.value.partition("\n\n")[0], platform)
        if normal is not None:
            yield attribute._replace(name=name, normalised_value=normal)


def _normal(name: str | None, text: str, platform: Platform) -> str | None:
    normalise = platform.normalisers.get(name or "")
    return normalise(text) if normalise else None
