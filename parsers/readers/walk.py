"""The walk over a page's tree: every text node into exactly one block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from parsers import document as d
from parsers.document import Frames, SourceBlock, SourceImage
from parsers.items import Kind
from parsers.normalise import clean, count_characters, fold_spaces, one_line
from parsers.readers.head import Marks
from parsers.readers.tags import CHILDLESS, OF_TAG, STATING, UNKNOWN_TAG, read_attributes

# A kind that an inner <p> or <div> does not undo.
_STRONG_KINDS = frozenset({"heading", "list_item", "caption", "quote", "preformatted", "other"})
_COUNTED = d.LINK | d.BOLD
_BREAK = "\x00"
_LONGEST_CELL = 400
_LONGEST_BOLD_LINE = 200
_MOST_CELLS = 20_000
_IMAGE_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")


class Walk(NamedTuple):
    """What a walk found, all in the order of the page."""

    blocks: Sequence[SourceBlock]
    frames: Frames
    images: Sequence[SourceImage]
    marks: Marks


def walk(root: LexborNode, *, is_clean: bool, shown: int = -1) -> Walk:
    """Walk over a tree. Linear in its size.

    ``is_clean``: no text of it needs cleaning. ``shown`` is the index of the block-level element
    to be read as if it were not hidden.
    """
    walker = _Walker(is_clean, shown)
    walker.walk(root)
    return walker.found()


class _Line(NamedTuple):
    """Where the current line of the open block began, and what had been counted by then."""

    start: int
    links: int
    link_characters: int
    bold_characters: int
    shared: int


_FIRST_LINE = _Line(0, 0, 0, 0, -1)


class _Element:
    """An open element. ``href`` and ``start`` are a link's: its address, where its text begins."""

    __slots__ = ("block", "context", "frame", "href", "kind", "start", "tag")

    def __init__(self, tag: str, frame: int, context: int, kind: Kind, block: bool) -> None:
        self.tag = tag
        self.frame = frame
        self.context = context
        self.kind = kind
        self.block = block
        self.href: str | None = None
        self.start = 0


class _Walker:
    """Walks a tree in document order, keeping the open elements and the text of the open block."""

    def __init__(self, is_clean: bool, shown: int) -> None:
        self.is_clean = is_clean
        self.shown = shown
        self.blocks: list[SourceBlock] = []
        self.images: list[SourceImage] = []
        self.marks = Marks([], [], [])
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.contexts: list[int] = []
        self.names: list[str] = []
        self.row: _Element | None = None
        self.data_table: _Element | None = None
        self._reset()

    def _reset(self) -> None:
        self.text: list[str] = []
        self.hidden: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.link_characters = 0
        self.bold_characters = 0
        self.shared = -1
        self.owner: _Element | None = None
        self.hidden_owner: _Element | None = None
        self.after_break = False
        self.line = _FIRST_LINE

    def _start_line(self) -> None:
        self.line = _Line(
            len(self.text), len(self.links), self.link_characters, self.bold_characters, self.shared
        )
        self.shared = -1

    def found(self) -> Walk:
        frames = Frames(self.parents, self.tags, self.contexts, self.names)
        return Walk(self.blocks, frames, self.images, self.marks)

    def walk(self, root: LexborNode) -> None:
        top = _Element("-document", -1, 0, "paragraph", True)
        around: list[tuple[LexborNode, _Element]] = []
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag
            if tag == "-text":
                self._read_text(node.text_content or " ", top)
            elif tag is not None and tag[0] != "-":
                inner = node.first_child
                if inner is None:
                    self._read_empty(node, tag, top)
                else:
                    around.append((node, top))
                    top = self._open(node, tag, top)
                    node = inner
                    continue
            following = node.next if around else None
            while following is None and around:
                closed = top
                node, top = around.pop()
                if closed is not top:
                    self._close(closed)
                following = node.next if around else None
            node = following
        self._flush()

    def _read_empty(self, node: LexborNode, tag: str, parent: _Element) -> None:
        if tag in STATING:
            self.marks.stated.append((tag, node.attributes))
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._picture(node, parent)
        elif tag not in CHILDLESS:
            element = self._open(node, tag, parent)
            if element is not parent:
                self._close(element)

    def _open(self, node: LexborNode, tag: str, parent: _Element) -> _Element:
        """Return the element that opens: the one around it, when it says nothing of its own."""
        own_context, own_kind, block, bare = OF_TAG.get(tag, UNKNOWN_TAG)
        if bare:
            return parent
        outer = parent.context
        context = outer | own_context
        if tag == "footer" and outer & d.QUOTE:
            context &= ~d.FOOTER  # who is quoted
        name, href = "", None
        if not context & d.HIDDEN:  # what nobody sees needs no hints
            attributes = node.attributes
            if attributes:
                name, own = read_attributes(attributes, tag)
                if block and len(self.parents) == self.shown:
                    own &= ~d.HIDDEN
                context |= own
                if tag == "time" or "itemprop" in attributes:
                    self._mark(node, tag, attributes)
                if tag == "a":
                    href = attributes.get("href")
            if tag == "dialog" and "open" not in attributes:
                context |= d.HIDDEN
        if block:
            return self._open_block(node, tag, parent, context, own_kind, name)
        if context == outer and not href:
            return parent
        element = _Element(tag, parent.frame, context, parent.kind, False)
        if href:
            element.href = href
            element.start = len(self.text)
        return element

    def _open_block(
        self,
        node: LexborNode,
        tag: str,
        parent: _Element,
        context: int,
        own_kind: Kind | None,
        name: str,
    ) -> _Element:
        kind = parent.kind
        if own_kind is not None and not (
            (own_kind == "paragraph" and kind in _STRONG_KINDS)
            or (own_kind == "list_item" and kind == "caption")
        ):
            kind = own_kind
        if self.text or self.hidden:
            self._boundary(tag)
        element = _Element(tag, len(self.parents), context, kind, True)
        self.parents.append(parent.frame)
        self.tags.append(tag)
        self.contexts.append(context)
        self.names.append(name)
        if tag == "table" and self.data_table is None and _is_data_table(node):
            self.data_table = element
        elif tag == "tr" and self.data_table is not None and self.row is None:
            self.row = element
        return element

    def _close(self, element: _Element) -> None:
        if element.block:
            if element is self.row:
                self.row = None
            if self.text or self.hidden:
                self._boundary(element.tag)
            if element is self.data_table:
                self.data_table = None
        elif element.href and len(self.text) > element.start:
            text = fold_spaces("".join(self.text[element.start :]).replace(_BREAK, " "))
            if text:
                self.links.append((element.href, text))

    def _boundary(self, tag: str) -> None:
        if self.row is None:
            self._flush()
        elif self.text and self.text[-1] != "\t":
            self.text.append("\t" if tag in ("td", "th") else " ")

    def _break(self) -> None:
        if self.after_break and self.row is None:
            self._flush()
        elif self.text:
            if self.row is None and self._line_is_bold():
                self._flush()
                return
            self.text.append(_BREAK)
            self.after_break = True
            shared = self.shared & self.line.shared
            self._start_line()
            self.line = self.line._replace(shared=shared)

    def _line_is_bold(self) -> bool:
        bold = self.bold_characters - self.line.bold_characters
        if not 0 < bold <= _LONGEST_BOLD_LINE:
            return False
        line = "".join(self.text[self.line.start :]).replace(_BREAK, " ")
        return count_characters(line) == bold

    def _read_text(self, text: str, element: _Element) -> None:
        if text.isspace():
            if self.text:
                self.text.append(" ")
            if self.hidden:
                self.hidden.append(" ")
            return
        if not self.is_clean:
            text = clean(text)
        if "\t" in text:
            text = text.replace("\t", " ")
        context = element.context
        if context & d.HIDDEN:
            self.hidden.append(text)
            if self.hidden_owner is None:
                self.hidden_owner = element
            return
        if element.kind == "preformatted":
            text = text.replace("\n", _BREAK)
        self.text.append(text)
        self.after_break = False
        if self.owner is None:
            self.owner = element
        self.shared &= context
        if context & _COUNTED:
            size = count_characters(text)
            if context & d.LINK:
                self.link_characters += size
            if context & d.BOLD:
                self.bold_characters += size

    def _flush(self) -> None:
        if self.text:
            if self.line.start and self.row is None and self._line_is_bold():
                self._emit_before_line()
            self._emit(self.text, self.owner, self.shared & self.line.shared)
        if self.hidden:
            owner = self.hidden_owner
            self._emit(self.hidden, owner, owner.context if owner else d.HIDDEN)
        if self.text or self.hidden:
            self._reset()

    def _emit_before_line(self) -> None:
        """Emit the lines above a bold line: to the reader it is a heading of its own."""
        line = self.line
        rest = self.text[line.start :], self.links[line.links :]
        links, bold = self.link_characters, self.bold_characters
        self.text, self.links = self.text[: line.start], self.links[: line.links]
        self.link_characters, self.bold_characters = line.link_characters, line.bold_characters
        self._emit(self.text, self.owner, line.shared)
        self.text, self.links = rest
        self.link_characters, self.bold_characters = (
            links - line.link_characters,
            bold - line.bold_characters,
        )
        self.line = line._replace(shared=-1)

    def _emit(self, parts: list[str], owner: _Element | None, context: int) -> None:
        text = _fold("".join(parts))
        if not text or owner is None:
            return
        hidden = context & d.HIDDEN
        kind = owner.kind
        if "\t" in text:
            kind = "table_row"
        tag = self.tags[owner.frame] if owner.frame >= 0 else "html"
        self.blocks.append(
            SourceBlock(
                text,
                kind,
                tag,
                owner.frame,
                context,
                len(text) - text.count(" ") - text.count("\n") - text.count("\t"),
                0 if hidden else self.link_characters,
                0 if hidden else self.bold_characters,
                () if hidden else tuple(self.links),
                int(tag[1]) if kind == "heading" and tag[1:].isdigit() else 0,
            )
        )

    def _picture(self, node: LexborNode, parent: _Element) -> None:
        if parent.context & d.HIDDEN:
            return
        attributes = node.attributes
        context = parent.context | read_attributes(attributes, "img")[1]
        if "itemprop" in attributes:
            self._mark(node, "img", attributes)
        url = next((v for k in _IMAGE_SOURCES if (v := attributes.get(k)) and v[:5] != "data:"), "")
        alt = fold_spaces(clean(attributes.get("alt") or ""))
        if url or alt:
            self.images.append(
                SourceImage(len(self.blocks), parent.frame, url or None, alt or None, context)
            )

    def _mark(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> None:
        position = len(self.blocks)
        if tag == "time":
            self.marks.times.append((position, attributes.get("datetime") or "", node))
        name = attributes.get("itemprop")
        if name:
            value = attributes.get("content") or attributes.get("datetime")
            self.marks.properties.append((name.strip(), value, node, position))


def _is_data_table(table: LexborNode) -> bool:
    """Tell data from layout: no table inside, rows of short cells. Reads innermost tables only."""
    if table.css_first("table table, h1, form") is not None:
        return False
    cells = table.css("td, th")
    if not cells or len(cells) > _MOST_CELLS:
        return False
    rows = table.css("tr")
    if len(cells) <= len(rows):
        return False
    return all(len(cell.text(deep=True)) <= _LONGEST_CELL for cell in cells)


def _fold(text: str) -> str:
    """Return a block's text with its white space folded."""
    if "\t" in text:  # a row of a table, whose cells may hold breaks
        return _joined(text.replace(_BREAK, " ").split("\t"), "\t")
    if _BREAK in text:
        return _joined(text.split(_BREAK), "\n")
    return one_line(text)


def _joined(parts: Sequence[str], separator: str) -> str:
    folded = map(one_line, parts)
    return separator.join(part for part in folded if part)
