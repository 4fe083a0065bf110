"""JSON-LD as a witness: the objects that describe the page's article."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parsers.normalise import clean, fold_spaces

_ARTICLE_TYPES = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle "
    "BackgroundNewsArticle ReviewNewsArticle AskPublicNewsArticle AdvertiserContentArticle "
    "SatiricalArticle BlogPosting LiveBlogPosting SocialMediaPosting DiscussionForumPosting Report "
    "TechArticle ScholarlyArticle MedicalScholarlyArticle Review SpecialAnnouncement Blog".split()
)
_PAGE_TYPES = frozenset(
    "WebPage ItemPage AboutPage ContactPage VideoObject Recipe CreativeWork Event".split()
)
_LONGEST = 2_000


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """Return a node's types without their vocabulary's prefix."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(n.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for n in names if isinstance(n, str))


def article_nodes(nodes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the nodes of an article type, in page order."""
    return [node for node in nodes if types_of(node) & _ARTICLE_TYPES]


def is_news(nodes: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a page calls itself an article of news."""
    return any(name.endswith("NewsArticle") for node in nodes for name in types_of(node))


def page_nodes(nodes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the nodes that describe the page as such, or another kind of work."""
    return [node for node in nodes if types_of(node) & _PAGE_TYPES]


def text_of(value: Any) -> str | None:
    """Return a plain text from a JSON-LD value, entities resolved, or None."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    text = fold_spaces(clean(html.unescape(value[:_LONGEST])).replace("\n", " "))
    return text or None


def names_of(value: Any, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Yield (name, is an organisation) for each person or organisation in an author value."""
    if depth > 4:
        return
    if isinstance(value, str):
        text = text_of(value)
        if text:
            yield text, False
    elif isinstance(value, list):
        for item in value[:30]:
            yield from names_of(item, depth + 1)
    elif isinstance(value, Mapping):
        organisation = bool(
            types_of(value) & {"Organization", "NewsMediaOrganization", "Corporation"}
        )
        name = value.get("name")
        if isinstance(name, list):
            for item in name[:30]:
                text = text_of(item)
                if text:
                    yield text, organisation
        else:
            text = text_of(name)
            if text:
                yield text, organisation
