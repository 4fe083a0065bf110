"""What a page says of itself outside its text: meta, JSON-LD, microdata, time elements."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.document import Head
from parsers.normalise import clean, fold_spaces

_MOST_JSON = 2_000_000
_MOST_NODES = 5_000
_DEEPEST = 12
_MOST_MARKS = 400
_LONGEST_VALUE = 20_000
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|"
    r"/\*\s*\]\]>\s*\*/|\]\]>)\s*$"
)
Attributes = Mapping[str, str | None]


class Marks(NamedTuple):
    """Elements met on the walk that speak for a field: times and microdata properties.

    ``stated`` holds name and attributes of each meta, link and base element.
    """

    times: list[tuple[int, str, LexborNode]]
    properties: list[tuple[str, str | None, LexborNode, int]]
    stated: list[tuple[str, Attributes]]


def read_head(tree: LexborHTMLParser, json_ld: list[str], marks: Marks) -> Head:
    """Collect the page's statements about itself. Malformed ones are passed over."""
    stated: dict[str, list[Attributes]] = {"meta": [], "link": [], "base": []}
    for tag, attributes in marks.stated:
        stated[tag].append(attributes)
    title = tree.css_first("head title")
    root = tree.root
    return Head(
        title=_value(title.text(deep=True)) or None if title else None,
        meta=_meta(stated["meta"]),
        links=_links(stated["link"]),
        json_ld=tuple(_json_ld_nodes(json_ld)),
        language=(root.attributes.get("lang") or root.attributes.get("xml:lang")) if root else None,
        base=_base(stated["base"]),
        times=tuple(
            (position, stated.strip(), _value(node.text(deep=True)))
            for position, stated, node in marks.times[:_MOST_MARKS]
        ),
        microdata=tuple(
            (name, _value(value if value is not None else node.text(deep=True)), position)
            for name, value, node, position in marks.properties[:_MOST_MARKS]
            if name != "articleBody"
        ),
    )


def _meta(elements: Iterable[Attributes]) -> dict[str, tuple[str, ...]]:
    meta: dict[str, list[str]] = {}
    for attributes in elements:
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and content.strip():
            meta.setdefault(name.strip().lower(), []).append(_value(content))
    return {name: tuple(values) for name, values in meta.items()}


def _links(elements: Iterable[Attributes]) -> dict[str, str]:
    links: dict[str, str] = {}
    for attributes in elements:
        if "href" in attributes:
            for rel in (attributes.get("rel") or "").lower().split():
                links.setdefault(rel, (attributes["href"] or "").strip())
    return links


def _base(elements: Iterable[Attributes]) -> str | None:
    """Return the first address that is stated, as browsers take it: None where that is empty."""
    first = next((a["href"] for a in elements if "href" in a), None)
    return (first or "").strip() or None


def _value(text: str) -> str:
    text = text[:_LONGEST_VALUE]
    if "&" in text and ";" in text:
        text = entities.unescape(text)
    return fold_spaces(clean(text.replace("\x00", " ")).replace("\n", " "))


def _json_ld_nodes(scripts: list[str]) -> Iterator[Mapping[str, Any]]:
    for script in scripts:
        if len(script) > _MOST_JSON:
            continue
        left = [_MOST_NODES]
        yield from _objects(_load(script), 0, left)


def _load(script: str) -> Any:
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        pass
    mended = _CONTROL.sub(" ", _WRAPPER.sub("", script.strip())).strip().rstrip(";")
    try:
        return json.loads(_TRAILING_COMMA.sub(r"\1", mended), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: Any, depth: int, left: list[int]) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON-LD objects that have a type: at the top, in lists, graphs, main entities."""
    if depth > _DEEPEST or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1, left)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "hasPart"):
            if isinstance(value.get(key), (dict, list)):
                yield from _objects(value[key], depth + 1, left)
