"""What a browser would make of a page, and what it must never be led to do."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.pages.legible import is_web_address

HOSTILE = (
    '</div></li></table><script>alert("x")</script><img src=//evil.example/x onerror=alert(1)>'
    "<style>*{display:none}</style><svg onload=alert(2)>{{ 7 * 7 }}"
)
"""Words of a page that would be something else than words."""

TURNED = "paid \u202egpj.exe\u202c to \u2066someone\u2069 \x1b[31m\x00\x9b\udc80"
"""Words that would be read otherwise than they are written."""

_LOADING = ("src", "srcset", "background", "poster", "data", "action", "formaction", "style")
_REL = {"noopener", "noreferrer", "nofollow"}


def looked_at(page: str) -> LexborHTMLParser:
    """The page as a browser reads it; fails when it could run, load or hide anything."""
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page
    )
    tree = LexborHTMLParser(page)
    first = tree.css("meta")[1].attributes
    assert first["http-equiv"] == "Content-Security-Policy"
    assert (first["content"] or "").startswith("default-src 'none'; style-src 'unsafe-inline'; ")
    assert "url(" not in page.partition("</style>")[0]
    assert "@import" not in page.partition("</style>")[0]
    assert len(tree.css("style")) == 1
    assert not tree.css("script, iframe, object, embed, link, img, base, form, video, audio, image")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), name
            assert name not in _LOADING, (name, value)
    for anchor in tree.css("a"):
        address = anchor.attributes["href"] or ""
        if not is_web_address(address):
            assert re.fullmatch(r"(\.\./)?[\w.%/-]+\.html", address), address
        else:
            assert set((anchor.attributes["rel"] or "").split()) == _REL
    return tree


def words(tree: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    """The texts of the elements a selector finds, white space folded."""
    return [" ".join(node.text().split()) for node in tree.css(selector)]
