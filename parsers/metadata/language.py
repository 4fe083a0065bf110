"""The language a page is written in: as stated, else as its words tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.document import Document
from parsers.metadata.json_ld import article_nodes, text_of

if TYPE_CHECKING:
    from lingua import LanguageDetector

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?$")
_SHORTEST = 40
_SAMPLE = 2_000
# Words that no other language has in such numbers. A single one may be common elsewhere ("is" in
# Dutch and Hungarian, "to" in Polish, "der" in Danish), so several must be there.
_COMMON_WORDS = {
    "en": frozenset("the of and to is with this that are you have from your they".split()),
    "de": frozenset("und der das nicht ist eine auch mit für von im auf sich".split()),
}
_COMMON_SHARE = 0.08
_FEWEST_COMMON = 3


def stated_language(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (witness, raw value) for each statement of the page's language."""
    head = document.head
    if head.language:
        yield "html", head.language
    for key in ("language", "lang", "in_language"):
        if key in document.front:
            yield "front_matter", document.front[key][0]
    for node in article_nodes(head.json_ld):
        value = text_of(node.get("inLanguage"))
        if value:
            yield "json_ld", value
    for key in ("content-language", "og:locale", "language", "dc.language"):
        for value in head.meta.get(key, ())[:1]:
            yield "meta", value


def primary_tag(text: str) -> str | None:
    """Return the primary language subtag in lower case: "en-GB" is "en"."""
    match = _TAG.match(text.strip())
    return match[1].lower() if match else None


def detect_language(text: str) -> str | None:
    """Return the language the words are in by the lingua library, None for too few words."""
    if len(text) < _SHORTEST:
        return None
    words = text[:_SAMPLE].lower().split()
    for language, common in _COMMON_WORDS.items():
        hits = [word for word in words if word in common]
        if len(hits) >= _COMMON_SHARE * len(words) and len(set(hits)) >= _FEWEST_COMMON:
            return language  # most often, and then the library need not load its models
    found = _detector().detect_language_of(text[:_SAMPLE])
    return found.iso_code_639_1.name.lower() if found else None


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    # A quarter of a second; only for text that states no language. The mode of low accuracy is
    # made for texts of more than a line, and reads a tenth of the models.
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()
