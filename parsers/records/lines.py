"""An element's text as the lines a reader sees, each with what could set a label apart in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from parsers.normalise import clean

if TYPE_CHECKING:
    from bs4.element import NavigableString, Tag

_LINE_TAGS: Final = frozenset(
    "address article aside blockquote body caption dd div dl dt figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tbody td tfoot th thead tr "
    "ul".split()
)
_CELLS: Final = frozenset(("td", "th"))
_HEADINGS: Final = frozenset(("h2", "h3", "h4", "h5", "h6"))
_BOLD: Final = frozenset(("b", "strong"))
_NO_TEXT: Final = frozenset(("script", "style", "template", "noscript", "svg"))

Form = Literal["line", "heading", "term", "description", "row"]


class Line(NamedTuple):
    """One line. ``form`` is row when its ``cells`` stand side by side, term or description in a
    list of definitions.

    ``bold`` is the bold text it begins with, perhaps all of it; empty when it begins plain.
    """

    text: str
    form: Form
    bold: str
    cells: tuple[str, ...] = ()


def lines_of(element: Tag) -> list[Line]:
    """Return an element's text by lines, in order. A table row is one line of several cells."""
    lines: list[Line] = []
    row: list[_Part] = []
    for part in _parts(element):
        if row and (part.row is None or part.row is not row[0].row):
            lines.append(_row(row))
            row = []
        if part.row is not None:
            row.append(part)
        else:
            lines.append(Line(part.text, part.form, part.bold))
    if row:
        lines.append(_row(row))
    return lines


class _Part(NamedTuple):
    """A line before the cells of a row are put side by side."""

    text: str
    bold: str
    form: Form
    cell: Tag | None
    row: Tag | None


def _row(parts: Sequence[_Part]) -> Line:
    cells: list[str] = []
    last: Tag | None = None
    for part in parts:
        if part.cell is last:
            cells[-1] = f"{cells[-1]} {part.text}"
        else:
            cells.append(part.text)
        last = part.cell
    return Line(" ".join(cells), "row", parts[0].bold, tuple(cells))


def _parts(element: Tag) -> Iterator[_Part]:
    from bs4.element import NavigableString, Tag  # imported by whoever made the element

    texts: list[tuple[str, bool]] = []
    holder: Tag | None = None
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                yield from _part(texts, holder)
                texts = []
        elif type(node) is NavigableString:  # not its kinds: comments, scripts
            around, bold, is_text = _surroundings(node, element)
            if around is not holder:
                yield from _part(texts, holder)
                texts, holder = [], around
            if is_text:
                texts.append((str(node), bold))
    yield from _part(texts, holder)


def _part(texts: Sequence[tuple[str, bool]], holder: Tag | None) -> Iterator[_Part]:
    text = fold("".join(text for text, _ in texts))
    if not text or holder is None:
        return
    lead: list[str] = []
    for told, bold in texts:
        if not bold and not told.isspace():
            break
        lead.append(told)
    cell = holder if holder.name in _CELLS else holder.find_parent(tuple(_CELLS))
    row = cell.find_parent("tr") if cell is not None else None
    yield _Part(text, fold("".join(lead)), _form(holder), cell, row)


def _form(holder: Tag) -> Form:
    if holder.name in _HEADINGS:
        return "heading"
    if holder.name == "dt":
        return "term"
    in_description = holder.name == "dd" or holder.find_parent("dd") is not None
    return "description" if in_description else "line"


def _surroundings(node: NavigableString, element: Tag) -> tuple[Tag, bool, bool]:
    """Return the line-making element around a text, whether it is bold there, whether it shows."""
    bold, is_text = False, True
    around = node.parent
    while around is not None and around is not element and around.name not in _LINE_TAGS:
        bold = bold or around.name in _BOLD
        is_text = is_text and around.name not in _NO_TEXT
        around = around.parent
    return (around if around is not None else element), bold, is_text


def fold(text: str) -> str:
    """Return a text as blocks have it: cleaned, on one line."""
    return " ".join(clean(text).split())
