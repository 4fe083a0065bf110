"""What an element's name and attributes say of it, and of all that stands inside it."""

from __future__ import annotations

from collections.abc import Mapping

from parsers import document as d
from parsers.items import Kind
from parsers.readers.hints import hidden_by_style, hints_of

_CONTEXT_OF_TAG = {
    "article": d.ARTICLE,
    "main": d.MAIN,
    "nav": d.NAV,
    "header": d.HEADER,
    "footer": d.FOOTER,
    "aside": d.ASIDE,
    "form": d.FORM,
    "figure": d.FIGURE,
    "table": d.TABLE,
    "ul": d.LIST,
    "ol": d.LIST,
    "dl": d.LIST,
    "blockquote": d.QUOTE,
    "head": d.HEAD,
    "button": d.BUTTON,
    "select": d.BUTTON,
    "textarea": d.BUTTON,
    "label": d.BUTTON,
    "noscript": d.NOSCRIPT,
    "iframe": d.HIDDEN,
    "noembed": d.HIDDEN,
    "noframes": d.HIDDEN,
    "object": 0,
    "video": d.HIDDEN,
    "audio": d.HIDDEN,
    "canvas": d.HIDDEN,
    "svg": d.HIDDEN,
    "math": 0,
    "datalist": d.HIDDEN,
    "a": d.LINK,
    "b": d.BOLD,
    "strong": d.BOLD,
}
_CONTEXT_OF_ROLE = {
    "navigation": d.NAV,
    "menu": d.NAV,
    "menubar": d.NAV,
    "tablist": d.NAV,
    "banner": d.HEADER,
    "contentinfo": d.FOOTER,
    "complementary": d.ASIDE,
    "search": d.FORM,
    "main": d.MAIN,
    "article": d.ARTICLE,
    "button": d.BUTTON,
    "tooltip": d.HIDDEN,
}
_KIND_OF_TAG: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(
        ("title", "button", "label", "legend", "option", "textarea", "select", "noscript"), "other"
    ),
    "blockquote": "quote",
    "pre": "preformatted",
    "listing": "preformatted",
    "xmp": "preformatted",
    "p": "paragraph",
}
_BLOCK_TAGS = frozenset(
    "html head body title p div section article aside header footer nav main h1 h2 h3 h4 h5 h6 "
    "hgroup ul ol li dl dt dd menu dir blockquote pre listing xmp plaintext table caption colgroup "
    "thead tbody tfoot tr td th figure figcaption form fieldset legend label button select option "
    "optgroup textarea address details summary dialog hr center noscript iframe noembed noframes "
    "video audio canvas svg object template frameset frame marquee search datalist output "
    "amp-sidebar amp-accordion".split()
)


# Elements that hold nothing that is read here.
CHILDLESS = frozenset("meta link input source hr wbr base col area embed track param".split())
# Elements that state something of the page and show nothing.
STATING = frozenset(("meta", "link", "base"))
_PLAIN_INLINE = frozenset(("i", "em", "u", "sup", "sub", "small"))
# What an element's name alone says of it: context, kind, whether it is block-level, and whether it
# is bare (its attributes are not read). Plain tuples: they are unpacked for every element.
UNKNOWN_TAG: tuple[int, Kind | None, bool, bool] = (0, None, False, False)
OF_TAG = {
    tag: (
        _CONTEXT_OF_TAG.get(tag, 0),
        _KIND_OF_TAG.get(tag),
        tag in _BLOCK_TAGS,
        tag in _PLAIN_INLINE,
    )
    for tag in _BLOCK_TAGS | _PLAIN_INLINE | _CONTEXT_OF_TAG.keys() | _KIND_OF_TAG.keys()
}


def read_attributes(attributes: Mapping[str, str | None], tag: str) -> tuple[str, int]:
    """Return an element's class and id as one name, and what its attributes say as bits."""
    name = attributes.get("class") or ""
    identity = attributes.get("id")
    if identity:
        name = f"{name} {identity}"
    if tag == "html" or tag == "body":
        return name, 0
    bits = hints_of(name) if name else 0
    if "style" in attributes and hidden_by_style(attributes["style"] or ""):
        bits |= d.HIDDEN
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        bits |= d.HIDDEN
    if "role" in attributes:
        role = (attributes["role"] or "").lower()
        bits |= _CONTEXT_OF_ROLE.get(role, 0)
        if role == "region" and "aria-labelledby" in attributes:
            bits &= ~d.HIDDEN  # a panel that the reader opens by its heading
    return name, bits
