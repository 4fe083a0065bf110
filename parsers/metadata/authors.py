"""Who wrote it: names as given, cleaned of roles and dates, never invented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parsers import document as d
from parsers.document import Document, SourceBlock
from parsers.ledger import Ledger
from parsers.metadata.headline import likeness
from parsers.metadata.json_ld import article_nodes, names_of, page_nodes
from parsers.strip import matching_rule
from parsers.urls import is_web_address

_AGENCIES = frozenset(
    "pressassociation pa pamedia panewsagency reuters afp agencefrancepresse ap associatedpress "
    "dpa epa "
    "ansa efe lusa bloomberg swns southwestnewsservice localdemocracyreportingservice ldrs upi "
    "canadianpress thecanadianpress aap australianassociatedpress kyodo xinhua tass interfax "
    "ritzau tt ntb stt belga anp apa sda keystonesda pti ians ani ptinews".split()
)
_FRONT_KEYS = ("author", "authors", "byline", "by", "creator", "article.author")
_META_KEYS = (
    "author article:author parsely-author dc.creator dcterms.creator sailthru.author byl "
    "cxenseparse:author og:article:author authors"
).split()
_BY = re.compile(
    r"^\W{0,3}(?:words |written |story |report |posted |published |article |text |"
    r"exclusive )?(?:by|gan|von|par|por|di|door|av|af|autor|autore|author)\b\s?:?\s*",
    re.I,
)
_STARTS_BY = re.compile(
    r"^\W{0,3}(?:(?:words|written|story|report|posted|published|article|"
    r"exclusive) )?by:?\s+(?=[A-ZÀ-Þ@])"
)
_STARTS_BY_WORD = re.compile(r"^\W{0,3}(?:BY|By|by)\b:?\s*(?=[A-ZÀ-Þ])")
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|journalist|writer|producer|columnist|contributor|director|"
    r"analyst|photographer|staff|presenter|reporting|bureau|desk|newsroom|specialist|chief|deputy|"
    r"senior|head of|editorial|team|fellow|professor|lecturer|redaktion|redakteur\w*|"
    r"korrespondent\w*)\b",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[|•·–—/(\[]|\s-\s|\bfor (?=the |bbc|mail)|\bat \d|\b(?:updated|published|posted|last|"
    r"on)\b"
    r"|\d{1,2}[:.]\d\d|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)[a-z]*\.? \d|\b\d{1,2}/\d).*$",
    re.I,
)
_BETWEEN = re.compile(
    r"\s*(?:,|;|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\boch\b|\bund\b|"
    r"\ba\b(?= [A-Z]))\s+|\s*[;&]\s*",
    re.I,
)
_HANDLE = re.compile(r"\S*@\S+|https?://\S+")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’.\-]*")
_NO_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor|staff|newsroom|news desk|newsdesk|web ?(?:team|desk|master)|"
    r"guest|unknown|none|null|"
    r"undefined|anonymous|user|root|website|online|n/a|author|by|and|the|share|follow|comments?)$",
    re.I,
)
_SURNAMES = frozenset({"chief", "staff", "fellow", "desk", "deputy"})
_LONGEST_LINE = 160
_LONGEST_NAME = 70
_MOST = 20


class Authors(NamedTuple):
    """What one witness says: cleaned names, the raw text, the block it stands in, if any."""

    witness: str
    raw: str
    names: tuple[str, ...]
    position: int | None = None


def author_candidates(document: Document, ledger: Ledger, near: Sequence[int]) -> list[Authors]:
    """Return the witnesses of the authors, the most trusted first.

    ``near`` are the positions of blocks about the headline, where a byline may stand.
    """
    if document.form != "html":
        found = [*_from_front(document), *_from_lines(document, ledger, near)]
    else:
        found = [
            *_from_json_ld(document),
            *_from_meta(document),
            *_from_lines(document, ledger, near),
        ]
    return [candidate for candidate in found if candidate.names]


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a news agency."""
    return likeness(name) in _AGENCIES


def is_byline(block: SourceBlock) -> bool:
    """Tell whether a short block names who wrote the article: "By Ann Example"."""
    text = block.text
    if len(text) > _LONGEST_LINE or text.count(" ") > 24 or not _STARTS_BY_WORD.match(text):
        return False
    if text[-1] in ".!?" and len(text) > 60:
        return False
    names = clean_names([_BY.sub("", text)])
    return bool(names) and all(_is_capitalised(name) for name in names)


def _is_capitalised(name: str) -> bool:
    """Tell a name from the rest of a sentence: "By Monday they had gone"."""
    return all(word[0].isupper() for word in _NAME_WORD.findall(name) if len(word) > 3)


def clean_names(raw: Sequence[str]) -> tuple[str, ...]:
    """Split and clean names: no "By", no role, no date, no handle; each name once, in order."""
    names: list[str] = []
    for text in raw[:_MOST]:
        for name in _split(text):
            if name and likeness(name) not in {likeness(n) for n in names}:
                names.append(name)
    return tuple(names[:_MOST])


def _split(text: str) -> Iterator[str]:
    if is_web_address(text) or text.startswith(("/", "http", "www.")):
        return
    text = _BY.sub("", _HANDLE.sub(" ", text).replace("\n", ", ")).strip()
    text = _CUT.sub("", text)
    for piece in _BETWEEN.split(text):
        name = " ".join((piece or "").split()).strip(" .,:;|-–—'\"")
        if not name or len(name) > _LONGEST_NAME or _NO_NAME.match(name):
            continue
        if _is_role(name):
            continue
        if len(name.split()) > 6 or not _NAME_WORD.search(name):
            continue
        yield name


def _is_role(name: str) -> bool:
    """Tell a role from a name: "Crime Reporter", "Head of News"; but there is a Tom Chief."""
    role = _ROLE.search(name)
    if role is None:
        return False
    return len(name.split()) != 2 or (role.start() > 0 and role[0].lower() not in _SURNAMES)


def _from_front(document: Document) -> Iterator[Authors]:
    for key in _FRONT_KEYS:
        values = [
            (value, position)
            for name, (value, position) in document.front.items()
            if name == key or re.fullmatch(rf"{re.escape(key)}\.(?:\d+|name|\d+\.name)", name)
        ]
        if values:
            raw = [value for value, _ in values]
            yield Authors("front_matter", ", ".join(raw), clean_names(raw), values[0][1])
            return


def _from_json_ld(document: Document) -> Iterator[Authors]:
    nodes = article_nodes(document.head.json_ld)
    for node in nodes or page_nodes(document.head.json_ld):
        raw = [name for name, _ in names_of(node.get("author"))]
        if not raw:
            raw = [name for name, _ in names_of(node.get("creator"))]
        if raw:
            yield Authors("json_ld", ", ".join(raw), clean_names(raw))
            return


def _from_meta(document: Document) -> Iterator[Authors]:
    meta = document.head.meta
    for key in _META_KEYS:
        values = [v for v in meta.get(key, ()) if not is_web_address(v)]
        if values:
            names = clean_names(values)
            if names:
                yield Authors("meta", ", ".join(values), names)
                return
    values = [value for name, value, _ in document.head.microdata if name == "author"]
    if values:
        yield Authors("microdata", ", ".join(values), clean_names(values[:4]))


def _from_lines(document: Document, ledger: Ledger, near: Sequence[int]) -> Iterator[Authors]:
    for position in near:
        block = document.blocks[position]
        if not ledger.is_open(position):
            continue
        hinted = (
            block.context & d.H_BYLINE and len(block.text) <= 80 and _looks_like_name(block.text)
        )
        if is_byline(block) or hinted:
            names = clean_names([block.text])
            if names:
                yield Authors("visible", block.text, names, position)
                return


def _looks_like_name(text: str) -> bool:
    if matching_rule(text):
        return False
    text = _BY.sub("", text)
    found = text.split()
    return (
        2 <= len(found) <= 5
        and all(w[0].isupper() or len(w) <= 3 for w in found)
        and not any(c.isdigit() for c in text)
    )
