"""Who wrote it: names as given, cleaned of roles and dates, never invented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parsers import document as d
from parsers.dates import find_written
from parsers.document import Document, SourceBlock
from parsers.ledger import Ledger
from parsers.likeness import likeness
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
_STARTS_BY_ELSEWHERE = re.compile(
    r"^\W{0,3}(?:Von|VON|Par|PAR|Por|POR|Door|Av|Af|Gan|Autor|Autorin|Auteur|Autore)\b:?\s+(?=[A-ZÀ-Þ])"
)
_PARTS = re.compile(r"\s*[|•·]\s*")
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|journalist|writer|producer|columnist|contributor|director|"
    r"analyst|photographer|staff|presenter|reporting|bureau|desk|newsroom|specialist|chief|deputy|"
    r"senior|head of|editorial|team|fellow|professor|lecturer|redaktion|redakteur\w*|"
    r"korrespondent\w*)\b",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[|•·–—/(\[]|\s-\s|,\s+in\s|\bfor (?=the |bbc|mail)|\bat \d|"
    r"\b(?:updated|published|posted|last|on)\b"
    r"|(?<!\w)(?:\d{1,2}[:.]\d\d|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2})|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\b\d{1,2}/\d).*$",
    re.I,
)
_BETWEEN = re.compile(
    r"\s*(?:,|;|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\boch\b|\bog\b|"
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
    if len(text) > _LONGEST_LINE or text.count(" ") > 24:
        return False
    if text[-1] in ".!?" and len(text) > 60:
        return False
    if _STARTS_BY_WORD.match(text):
        names = clean_names([_BY.sub("", text)])
        return bool(names) and all(_is_capitalised(name) for name in names)
    if _STARTS_BY_ELSEWHERE.match(text):  # these words begin sentences more often
        names = clean_names([text])
        return bool(names) and all(map(_is_full_name, names))
    return False


def _is_capitalised(name: str) -> bool:
    """Tell a name from the rest of a sentence: "By Monday they had gone"."""
    return all(word[0].isupper() for word in _NAME_WORD.findall(name) if len(word) > 3)


def _is_full_name(text: str) -> bool:
    """Tell a person's name as given: two to five words, in capitals but for particles."""
    found = text.split()
    return (
        2 <= len(found) <= 5
        and all(word[0].isupper() or len(word) <= 3 for word in found)
        and sum(word[0].isupper() for word in found) >= 2
        and not any(word[0].isdigit() or ":" in word for word in found)
    )


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
            # Stated as the author, an editorial office with a name of its own is one.
            names = clean_names(raw) or tuple(filter(_is_full_name, raw[:1]))
            yield Authors("json_ld", ", ".join(raw), names)
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
            names = _linked_names(block) or clean_names([block.text])
        else:
            names = _names_beside_date(block.text)
        if names:
            yield Authors("visible", block.text, names, position)
            return


def _linked_names(block: SourceBlock) -> tuple[str, ...]:
    """Return the names of a byline that is nothing but links, one for each author."""
    if len(block.links) < 2 or block.link_characters < block.characters:
        return ()
    names = [text for _, text in block.links]
    return clean_names(names) if all(map(_is_full_name, names)) else ()


def _names_beside_date(text: str) -> tuple[str, ...]:
    """Return the names in one part of a line like "Mon 4 May 2026 | 9:15 | By Ann Example"."""
    if len(text) > _LONGEST_LINE:
        return ()
    parts = _PARTS.split(text)
    if len(parts) < 2 or not any(find_written(part, "UTC") for part in parts):
        return ()
    for part in parts:
        starts = _STARTS_BY_WORD.match(part) or _STARTS_BY_ELSEWHERE.match(part)
        if starts and _is_full_name(part[starts.end() :]):
            return clean_names([part])
    return clean_names([parts[0]]) if _is_full_name(parts[0]) else ()


def _looks_like_name(text: str) -> bool:
    if matching_rule(text):
        return False
    return _is_full_name(_BY.sub("", text))
