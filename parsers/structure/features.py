"""What is known of each block of an HTML page, as numbers: the input of the structure model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parsers import document as d
from parsers.document import Document, SourceBlock
from parsers.metadata.json_ld import article_nodes, text_of
from parsers.structure import characters as c
from parsers.structure import elements
from parsers.structure.characters import Characters
from parsers.structure.elements import Elements, joined, signed_log
from parsers.structure.vocabulary import TOPICS, topics_of

Matrix = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_KINDS = (
    "paragraph", "heading", "list_item", "quote", "table_row", "preformatted", "caption", "other",
)  # fmt: skip
_KIND_CODE = {kind: i for i, kind in enumerate(_KINDS)}
_TAGS = (
    "p", "div", "li", "td", "section", "article", "blockquote", "h1", "h2", "h3", "h4", "dd",
    "button",
)  # fmt: skip
_TAG_CODE = {tag: i for i, tag in enumerate(_TAGS)}
_SURROUNDINGS = tuple(
    "ARTICLE MAIN NAV HEADER FOOTER ASIDE FORM FIGURE TABLE LIST QUOTE BUTTON LINK BOLD "
    "H_CONSENT H_RELATED H_APPEAL H_SHARING H_COMMENTS H_ADVERT H_CAPTION H_BYLINE H_DATE H_BODY "
    "H_NAVIGATION H_PAYWALL H_FURNITURE H_TITLE H_STANDFIRST H_TAGS H_NOTICE H_LIVE H_EXIT".split()
)
_BITS = np.array([getattr(d, name).bit_length() - 1 for name in _SURROUNDINGS])
_PLACES = tuple(name.removeprefix("H_").lower() for name in _SURROUNDINGS)
_TEXT = (
    "length", "link_share", "bold_share", "all_bold", "prose", "ends_sentence", "ends_colon",
    "ends_ellipsis", "commas", "digit_share", "capital_share", "capitalised_words", "separators",
    "lines", "word_length", "words", "sentences", "level", "quote_start", "lower_start",
    "digit_start", "bracket_start", "link_count", "wide", "address_signs", "rights_sign", "money",
)  # fmt: skip
_WITNESSES = (
    "is_title", "part_of_title", "is_description", "in_description", "in_article_body",
    "article_body_known", "repeated", "byline", "year",
)  # fmt: skip
_PAGE = (
    "position", "from_title", "after_title", "title_known", "prose_before", "prose_after",
    "prose_before_share", "page_prose", "page_blocks", "page_is_article", "since_heading",
    "until_heading", "heading_before", "heading_level_before",
)  # fmt: skip

NAMES: tuple[str, ...] = (
    *_TEXT,
    *_WITNESSES,
    *(f"kind_{kind}" for kind in _KINDS),
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"in_{place}" for place in _PLACES),
    *(f"covered_{place}" for place in _PLACES),
    *(f"own_{place}" for place in _PLACES),
    *(f"parent_{place}" for place in _PLACES),
    *(f"says_{topic}" for topic in TOPICS),
    *(f"under_{topic}" for topic in TOPICS),
    *_PAGE,
    *elements.NAMES,
)

_PROSE = 60
_SHORT_PROSE = 25
_LONGEST_LABEL = 160
_WITNESS_LENGTH = 40
_SHORTEST_WITNESS = 20
_SHORTEST_IN_TITLE = 12
_SHORTEST_BODY = 200
_NOT_SHOWN = d.HIDDEN | d.NOSCRIPT | d.HEAD
_MENUS = d.NAV | d.FOOTER
_FILLED_IN = frozenset(("textarea", "select", "option"))
# Of a page of more blocks the first are judged: an article's come early.
_MOST_BLOCKS = 20_000
_MOST_LINKED = 0.9
_BYLINE = re.compile(
    r"(?:(?:written |posted |published |story |text )?by|von|par|por|di|door|av|af|od|gan)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"[^\d]{0,30}\b\d{1,2}:\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class PageFeatures(NamedTuple):
    """The features of a page's blocks.

    ``matrix`` has a row for each block and a column for each of ``NAMES``; ``parents`` and
    ``signatures`` number the blocks' groups (see ``Elements``).
    """

    matrix: Matrix
    parents: Integers
    signatures: Integers


def candidates(document: Document) -> list[int]:
    """Return the positions of the blocks worth judging.

    Visible, no links of menus and footers, no choices and contents of forms.
    """
    return [
        position
        for position, block in enumerate(document.blocks)
        if not block.context & _NOT_SHOWN
        and block.tag not in _FILLED_IN
        and not (
            block.context & _MENUS and block.link_characters >= _MOST_LINKED * block.characters
        )
    ][:_MOST_BLOCKS]


class _Blocks(NamedTuple):
    """A page's blocks as columns."""

    texts: tuple[str, ...]
    contexts: tuple[int, ...]
    sizes: Matrix
    linked: Matrix
    bold: Matrix
    kinds: Integers
    tags: tuple[str, ...]
    levels: Matrix
    link_counts: Matrix
    frames: tuple[int, ...]

    @property
    def heading(self) -> Flags:
        return np.equal(self.kinds, _KIND_CODE["heading"])


def page_features(document: Document, positions: Sequence[int]) -> PageFeatures:
    """Describe the blocks at ``positions``, of which there must be one at least.

    Shares are 0-1, lengths and distances are logarithms, so that no page's size stands out.
    Linear in the number of blocks and of frames.
    """
    blocks = _columns([document.blocks[position] for position in positions])
    text = _text_features(blocks)
    prose = text[:, _TEXT.index("prose")] * (blocks.sizes - blocks.linked)
    title = blocks.tags.index("h1") if "h1" in blocks.tags else None
    labels = _labels(blocks)
    topics = _topics(blocks, labels)
    tree = Elements(document.frames, blocks.frames)
    tag_codes = np.array([_TAG_CODE.get(tag, -1) for tag in blocks.tags])
    matrix = np.empty((len(positions), len(NAMES)), np.float32)
    np.concatenate(
        [
            text,
            _witness_features(document, blocks, labels, title),
            blocks.kinds[:, None] == np.arange(len(_KINDS)),
            tag_codes[:, None] == np.arange(len(_TAGS)),
            *_surroundings(document, blocks, tree, prose),
            topics,
            _under_heading(topics, blocks.heading),
            _page_features(document, blocks, prose, title),
            tree.features(
                prose,
                blocks.sizes,
                blocks.linked,
                blocks.heading,
                np.array([tag == "h1" for tag in blocks.tags]),
            ),
        ],
        axis=1,
        out=matrix,
    )
    return PageFeatures(matrix, tree.parent_groups, tree.signatures)


def _columns(blocks: Sequence[SourceBlock]) -> _Blocks:
    texts, kinds, tags, frames, contexts, sizes, linked, bold, links, levels = zip(
        *blocks, strict=True
    )
    return _Blocks(
        texts=texts,
        contexts=contexts,
        sizes=np.maximum(np.array(sizes, np.float32), 1),
        linked=np.array(linked, np.float32),
        bold=np.array(bold, np.float32),
        kinds=np.array([_KIND_CODE[kind] for kind in kinds]),
        tags=tags,
        levels=np.array(levels, np.float32),
        link_counts=np.array(list(map(len, links)), np.float32),
        frames=frames,
    )


def _labels(blocks: _Blocks) -> list[int]:
    """Return the rows of short texts that are no mere links and in no menu: worth reading."""
    sparse = (blocks.linked < _MOST_LINKED * blocks.sizes).tolist()
    return [
        row
        for row, (text, context) in enumerate(zip(blocks.texts, blocks.contexts, strict=True))
        if sparse[row] and not context & _MENUS and len(text) <= _LONGEST_LABEL
    ]


# --- text ------------------------------------------------------------------------------------


def _text_features(blocks: _Blocks) -> Matrix:
    characters = Characters(blocks.texts)
    size, kinds = blocks.sizes, blocks.kinds
    words = np.maximum(characters.count(c.SPACE), 1)
    ends = characters.ends(c.STOP)
    wide = characters.count(c.WIDE) > size / 3
    reach = np.where(wide, size * 3, size)
    share = blocks.linked / size
    label = blocks.heading | (kinds >= _KIND_CODE["caption"])
    prose = (share < 0.5) & ~label & ((reach >= _PROSE) | (ends & (reach >= _SHORT_PROSE)))
    columns = (
        np.log1p(reach) / 6,
        share,
        blocks.bold / size,
        blocks.bold >= size,
        prose,
        ends,
        characters.ends(c.COLON),
        characters.ends(c.ELLIPSIS),
        np.log1p(characters.count(c.COMMA)),
        characters.count(c.DIGIT) / size,
        characters.count(c.UPPER) / size,
        characters.count_after_space(c.UPPER) / words,
        np.log1p(characters.count(c.SEPARATOR)),
        np.log1p(characters.count(c.LINE)),
        np.minimum(size / words, 20) / 10,
        np.log1p(words) / 4,
        np.log1p(characters.count_before_space(c.STOP)),
        blocks.levels / 3,
        characters.begins(c.OPENER),
        characters.begins(c.LOWER),
        characters.begins(c.DIGIT),
        characters.begins(c.BRACKET),
        np.log1p(blocks.link_counts),
        wide,
        np.log1p(characters.count(c.ADDRESS)),
        characters.count(c.RIGHTS) > 0,
        characters.count(c.MONEY) > 0,
    )
    return joined(columns)


def _topics(blocks: _Blocks, labels: Sequence[int]) -> Matrix:
    """Which topics of page furniture the words of short texts belong to."""
    masks = np.zeros(len(blocks.texts), np.int64)
    masks[labels] = [topics_of(blocks.texts[row]) for row in labels]
    return ((masks[:, None] >> np.arange(len(TOPICS))) & 1).astype(np.float32)


def _under_heading(topics: Matrix, heading: Flags) -> Matrix:
    """The topics of the last heading before each block."""
    last = np.maximum.accumulate(np.where(heading, np.arange(len(heading)), -1))
    return np.where((last >= 0)[:, None], topics[last], 0)


# --- what the page says of itself --------------------------------------------------------------


def _witness_features(
    document: Document, blocks: _Blocks, labels: Sequence[int], title: int | None
) -> Matrix:
    head = document.head
    nodes = article_nodes(head.json_ld)
    titles = [head.title, *head.meta.get("og:title", ())[:1]]
    titles += [text_of(node.get("headline")) for node in nodes[:2]]
    titles += [] if title is None else [blocks.texts[title]]
    folded = {" ".join(text.split()).casefold() for text in titles if text}
    all_titles = "\n".join(folded)
    stated = {
        " ".join(text.split())
        for name in ("og:description", "description")
        for text in head.meta.get(name, ())[:1]
    }
    all_stated = "\n".join(stated)
    body = " ".join(next(_bodies(nodes), "").split())
    times = Counter(blocks.texts)
    witnesses = np.zeros((len(blocks.texts), len(_WITNESSES)), np.float32)
    witnesses[:, 5] = bool(body)
    witnesses[:, 6] = [times[text] > 1 for text in blocks.texts]
    rows: list[tuple[float, ...]] = []
    for text in map(blocks.texts.__getitem__, labels):
        label = text.casefold()
        in_title = len(label) >= _SHORTEST_IN_TITLE and label in all_titles
        byline = _BYLINE.match(text) or (":" in text and _TIME_OF_DAY.match(text))
        year = ("19" in text or "20" in text) and _YEAR.search(text)
        rows.append((label in folded, in_title, bool(byline), bool(year)))
    witnesses[labels, :2], witnesses[labels, 7:] = np.split(_table(rows, 4), 2, axis=1)
    if not stated and not body:
        return witnesses
    sparse = (blocks.linked < 0.5 * blocks.sizes) & (blocks.sizes >= _SHORTEST_WITNESS)
    long = np.flatnonzero(sparse)
    rows = []
    for text in map(blocks.texts.__getitem__, long.tolist()):
        start, end = text[:_WITNESS_LENGTH], text[-_WITNESS_LENGTH:]
        rows.append((text in stated, start in all_stated, (start in body) / 2 + (end in body) / 2))
    witnesses[long, 2:5] = _table(rows, 3)
    return witnesses


def _table(rows: Sequence[tuple[float, ...]], columns: int) -> Matrix:
    return np.array(rows, np.float32).reshape(len(rows), columns)


def _bodies(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for node in nodes:
        value = node.get("articleBody")
        if isinstance(value, str) and len(value) > _SHORTEST_BODY:
            yield value


# --- place -----------------------------------------------------------------------------------


def _surroundings(
    document: Document, blocks: _Blocks, tree: Elements, prose: Matrix
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """What a block stands in, how much of the page that covers, its element's and parent's own.

    A hint that covers most of the page's prose names the page, not a part of it.
    """
    of_frame = document.frames.context.__getitem__
    levels = [blocks.contexts]
    levels += [
        tuple(map(of_frame, level.tolist())) for level in (tree.own, tree.parent, tree.grandparent)
    ]
    bits, own, parent, grandparent = np.split(_bits(tuple(chain(*levels))), len(levels))
    covered = bits * (prose @ bits / max(float(prose.sum()), 1.0))
    return bits, covered, own * (1 - parent), parent * (1 - grandparent)


def _bits(contexts: Sequence[int]) -> Matrix:
    numbers = np.array(contexts, "<i8")
    bits = np.unpackbits(numbers.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return bits[:, _BITS].astype(np.float32)


def _page_features(document: Document, blocks: _Blocks, prose: Matrix, title: int | None) -> Matrix:
    count = len(prose)
    index = np.arange(count)
    total = float(prose.sum())
    before = np.cumsum(prose, dtype=np.float64) - prose
    heading = blocks.heading
    last = np.maximum.accumulate(np.where(heading, index, -1))
    following = np.minimum.accumulate(np.where(heading, index, count)[::-1])[::-1]
    meta = document.head.meta
    article = "article" in meta.get("og:type", ()) or bool(article_nodes(document.head.json_ld))
    columns = (
        index / count,
        signed_log(index - (-1 if title is None else title)),
        np.full(count, 0.5) if title is None else index > title,
        np.full(count, title is not None),
        np.log1p(before) / 8,
        np.log1p(np.maximum(total - before - prose, 0)) / 8,
        before / max(total, 1.0),
        np.full(count, np.log1p(total) / 8),
        np.full(count, np.log1p(count) / 6),
        np.full(count, article),
        np.log1p(index - last) / 4,
        np.log1p(following - index) / 4,
        last >= 0,
        np.where(last >= 0, blocks.levels[last], 0) / 3,
    )
    return joined(columns)
