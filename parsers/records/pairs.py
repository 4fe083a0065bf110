"""Labels and their values: what a platform declares of its records, and what it reads there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from parsers.records.lines import Line

if TYPE_CHECKING:
    from bs4 import Tag

LONGEST_LABEL: Final = 80
_LABEL_AND_VALUE: Final = re.compile(
    r"(?P<label>[^\W\d_][^:\n]{1,79}?)\s*:\s+(?P<value>\S.*)", re.S
)
_ENDS: Final = " \t\n:;.?*–—-"
_NUMBER: Final = re.compile(r"\s+(?:no\.? ?)?\d{1,3}$")
_FEWEST_IN_A_HEADER: Final = 2

Layout = Literal["row", "term", "heading", "bold", "lead", "colon"]
# Label and value stand on one line: what follows the last of them is the page's own again.
_ON_ONE_LINE: Final = frozenset(("row", "lead", "colon"))


class Piece(NamedTuple):
    """A piece of a value; ``line`` is the whole text of the line or cell that it stands in."""

    text: str
    line: str


class Pair(NamedTuple):
    """A label as written, the line it stands in, and its value piece by piece, perhaps of none.

    ``item`` counts the records of a page from 1; 0 is told of the page as a whole.
    """

    label: str
    line: str
    pieces: tuple[Piece, ...]
    item: int


class Platform(NamedTuple):
    """A site system whose pages may be records.

    ``marks`` are bytes of which its HTML holds at least one early on; ``regions`` are CSS
    selectors for the part that holds a record, the best first. ``names`` gives the attribute that
    a label (see ``label_key``) stands for. ``normalisers`` return a value in its normal form, None
    when that is not sure; ``derived`` names what else the value of an attribute may surely say.
    ``read`` finds the pairs of a region.
    """

    name: str
    marks: tuple[bytes, ...]
    regions: tuple[str, ...]
    names: Mapping[str, str]
    normalisers: Mapping[str, Callable[[str], str | None]]
    derived: Mapping[str, tuple[str, ...]]
    read: Callable[[Tag], Iterable[Pair]]


def label_key(label: str) -> str:
    """Return a label as vocabularies have it: case folded, no number or colon at its end."""
    return _NUMBER.sub("", label.casefold().replace("’", "'").strip(_ENDS)).strip(_ENDS)


class _Label(NamedTuple):
    """A label that a line may hold, and the piece of value beside it."""

    layout: Layout
    text: str
    value: Piece | None


def read_pairs(lines: Sequence[Line], known: Collection[str], *, fewest: int = 2) -> Iterator[Pair]:
    """Find the pairs in the lines of a region; ``known`` are keys of labels.

    What sets a label apart is learned from those that are known: where ``fewest`` or more of them
    stand in headings, headings are labels, unknown ones too. All pairs are of item 1.
    """
    labels = [_label(line, known) for line in lines]
    used = _layouts_in_use(labels, known, fewest)
    found = [(place, label) for place, label in enumerate(labels) if label and label.layout in used]
    ends = [place for place, _ in found[1:]] + [len(lines)]
    for (place, label), end in zip(found, ends, strict=False):
        pieces = [label.value] if label.value else []
        if end < len(lines) or label.layout not in _ON_ONE_LINE:
            between = takewhile(partial(_continues, label.layout), lines[place + 1 : end])
            pieces += [Piece(line.text, line.text) for line in between]
        line = label.text if label.layout == "row" else lines[place].text
        yield Pair(label.text.strip(" :"), line, tuple(pieces), 1)


def read_columns(lines: Sequence[Line], known: Collection[str]) -> Iterator[Pair]:
    """Find the pairs of tables whose first row holds the labels: a record a row.

    A row is taken for the labels of those below it when two or more of its cells are known.
    """
    header: tuple[str, ...] = ()
    for line in lines:
        if _is_header(line, known):
            header = line.cells
        elif line.form != "row" or len(line.cells) != len(header):
            header = ()
        else:
            for label, cell in zip(header, line.cells, strict=True):
                yield Pair(label.strip(" :"), cell, (Piece(cell, cell),), 1)


def number_items(pairs: Iterable[Pair], names: Mapping[str, str]) -> Iterator[Pair]:
    """Number the records of a page: another begins where the first known label comes again."""
    first: str | None = None
    item = 1
    for pair in pairs:
        name = names.get(label_key(pair.label))
        if name is not None and first is None:
            first = name
        elif name is not None and name == first:
            item += 1
        yield pair._replace(item=item)


def _is_header(line: Line, known: Collection[str]) -> bool:
    """Tell whether a row holds labels rather than a label and its value."""
    return sum(label_key(cell) in known for cell in line.cells) >= _FEWEST_IN_A_HEADER


def _label(line: Line, known: Collection[str]) -> _Label | None:
    """Return what stands in a line as a label, if anything may."""
    if line.form == "row":
        if len(line.cells) != 2 or len(line.cells[0]) > LONGEST_LABEL or _is_header(line, known):
            return None
        return _Label("row", line.cells[0], Piece(line.cells[1], line.cells[1]))
    if line.bold and line.bold != line.text and len(line.bold) <= LONGEST_LABEL:
        value = line.text.removeprefix(line.bold)
        parted = line.bold.endswith(":") or value.startswith(":")
        if line.form == "line" and (parted or label_key(line.bold) in known):
            return _Label("lead", line.bold, Piece(value.lstrip(" :"), line.text))
    if matched := _LABEL_AND_VALUE.fullmatch(line.text):
        return _Label("colon", matched["label"], Piece(matched["value"], line.text))
    if len(line.text) > LONGEST_LABEL:
        return None
    if line.form in ("heading", "term"):
        return _Label("heading" if line.form == "heading" else "term", line.text, None)
    return _Label("bold", line.text, None) if line.bold == line.text else None


def _layouts_in_use(
    labels: Iterable[_Label | None], known: Collection[str], fewest: int
) -> set[Layout]:
    found: dict[Layout, set[str]] = {}
    for label in labels:
        if label and (key := label_key(label.text)) in known:
            found.setdefault(label.layout, set()).add(key)
    return {layout for layout, keys in found.items() if len(keys) >= fewest}


def _continues(layout: Layout, line: Line) -> bool:
    """Tell whether a line after a label goes on with its value; a heading begins another part."""
    return line.form == "description" if layout == "term" else line.form != "heading"
