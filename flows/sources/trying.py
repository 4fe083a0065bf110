"""Pages of a source tried: fetched and parsed as a run would, nothing stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import parsers
from flows.discovery.scope import PageFetcher
from flows.fetching.outcomes import Failure, Fetch
from flows.terminal.printable import printable
from parsers.items import Article, Explanation, PageRef, Snapshot, Source

_FIRST_LINES = 2
_LINE_CHARACTERS = 100


class TriedPage(NamedTuple):
    """A page as it was listed, what fetching it gave, and how it reads if it was fetched."""

    ref: PageRef
    fetch: Fetch
    explanation: Explanation | None

    @property
    def article(self) -> Article | None:
        """The article, if the page is one."""
        outcome = self.explanation.outcome if self.explanation else None
        return outcome if isinstance(outcome, Article) else None

    @property
    def trouble(self) -> str | None:
        """Why there is no article."""
        result = self.fetch.result
        if isinstance(result, Failure):
            return f"{result.kind}: {result.detail}"
        if self.explanation is None:
            return "the server says only that it is unchanged"
        outcome = self.explanation.outcome
        return None if isinstance(outcome, Article) else f"{outcome.reason}: {outcome.detail}"

    @property
    def date(self) -> str:
        """The day or moment of publication, in words."""
        article = self.article
        if article is None or article.date_published is None:
            return "no date"
        shown = {"day": "%Y-%m-%d", "month": "%Y-%m"}.get(article.date_published_precision)
        return article.date_published.strftime(shown or "%Y-%m-%d %H:%M %z")

    @property
    def account(self) -> str:
        """Where the blocks of the page went, counted."""
        counts = Counter(b.disposition for b in self.explanation.blocks) if self.explanation else {}
        return ", ".join(f"{counts.get(d, 0)} {d}" for d in ("kept", "moved", "removed"))


async def try_pages(
    refs: Iterable[PageRef], source: Source, fetcher: PageFetcher, default_time_zone: str
) -> list[TriedPage]:
    """Fetch and parse pages, one after the other."""
    tried = []
    for ref in refs:
        fetch = await fetcher.fetch(ref.listed_url or ref.url, source)
        explanation = None
        if isinstance(fetch.result, Snapshot):
            explanation = parsers.explain(fetch.result, source, default_time_zone=default_time_zone)
        tried.append(TriedPage(ref, fetch, explanation))
    return tried


def lines_about(page: TriedPage) -> Iterator[str]:
    """What ``explain`` would say of a page, in few lines."""
    yield page.ref.listed_url or page.ref.url
    if page.article is None:
        yield f"  no article: {page.trouble}"
        return
    yield f"  {printable(page.article.headline or '(no headline)')}"
    yield f"  {page.date}; blocks: {page.account}"
    for paragraph in page.article.paragraphs[:_FIRST_LINES]:
        text = printable(paragraph)
        cut = len(text) > _LINE_CHARACTERS
        yield f"  | {text[:_LINE_CHARACTERS].rstrip()}{' …' if cut else ''}"
