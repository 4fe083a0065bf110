"""A source held against its site: robots, each index, some pages, what its declaration asserts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

from flows.discovery.discover import Found, read_indexes
from flows.discovery.problems import DiscoveryProblem, ProblemKind
from flows.discovery.scope import Contents, PageFetcher, Scope, Window
from flows.fetching.outcomes import Failure
from flows.sources.trying import TriedPage, try_pages
from parsers.items import Snapshot, Source

TRIED_PAGES = 5
"""Pages that are fetched and parsed, the newest."""

_LISTING_PAGES = 2
_SITEMAPS = 3
_FEWEST_ARTICLES = 0.6

State = Literal["ok", "warning", "wrong"]

_CURES: dict[ProblemKind, str] = {
    "unread": "open it in a browser; correct the address or take it out",
    "unreadable": "look at what it sends; correct the address or take it out",
    "empty": "compare its links with article_url and host_aliases; or name listing_links",
    "cut": "",
    "gap": "",
}


class Finding(NamedTuple):
    """One thing looked at: how it is, what was found, and the cure when it is not well."""

    subject: str
    state: State
    detail: str
    cure: str = ""


async def examine(
    source: Source, fetcher: PageFetcher, default_time_zone: str
) -> AsyncIterator[Finding]:
    """All findings about a source, as they are made; gently, with few pages of each index."""
    robots = await _robots(source, fetcher)
    for finding in robots:
        yield finding
    scope = Scope(gently(source), fetcher, lambda _: (), Window())
    found = Found(scope)
    async for item in read_indexes(scope):
        if isinstance(item, Contents):
            found.add(item)
            if item.pages:
                yield _contents(scope, item)
        elif item.kind != "cut":
            yield _problem(item)
    refs = found.newest_first()
    if not refs:
        cure = "declare a feed, sitemap or listing that names articles; see article_url"
        yield Finding("pages", "wrong", "no page of the source was found", cure)
        return
    tried = await try_pages(refs[:TRIED_PAGES], source, fetcher, default_time_zone)
    for page in tried:
        yield _page(page)
    for finding in _promises(source, len(refs), tried):
        yield finding


def gently(source: Source) -> Source:
    """The source with caps under which its indexes are only tried."""
    declared = source.discovery
    return replace(
        source,
        discovery=replace(
            declared,
            max_listing_pages=min(declared.max_listing_pages, _LISTING_PAGES),
            max_sitemaps=min(declared.max_sitemaps, _SITEMAPS),
        ),
    )


def named_sitemaps(robots: bytes, base: str) -> tuple[str, ...]:
    """The addresses that a robots.txt gives as sitemaps."""
    named = re.findall(
        r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})",
        robots[:500_000].decode("utf-8", "replace"),
        re.IGNORECASE | re.MULTILINE,
    )
    return tuple(dict.fromkeys(urljoin(base, address) for address in named))


async def _robots(source: Source, fetcher: PageFetcher) -> list[Finding]:
    declared = source.discovery
    address = source.home or next(iter((*declared.feeds, *declared.listings, *declared.pages)), "")
    if not address:
        cure = "add home, or addresses under discovery"
        return [Finding("home", "wrong", "there is no address to begin with", cure)]
    fetch = await fetcher.fetch(address, source)
    if isinstance(fetch.result, Failure):
        cure = "leave out what is not allowed" if fetch.result.kind == "robots" else "correct home"
        return [Finding(address, "wrong", f"{fetch.result.kind}: {fetch.result.detail}", cure)]
    findings = [Finding("robots.txt", "ok", fetch.robots or "no rule")]
    if isinstance(fetch.result, Snapshot) and fetch.result.http_status != 200:
        told = f"the server answered {fetch.result.http_status}"
        findings.append(Finding(address, "wrong", told, "correct home"))
    place = urlsplit(address)
    robots = await fetcher.fetch(f"{place.scheme}://{place.netloc}/robots.txt", source)
    if isinstance(robots.result, Snapshot) and robots.result.http_status == 200:
        named = set(named_sitemaps(robots.result.body, address)) - set(declared.sitemaps)
        if named and not declared.sitemaps:
            told = f"names sitemaps that are not declared: {', '.join(sorted(named)[:3])}"
            cure = "add what lists articles under discovery.sitemaps"
            findings.append(Finding("robots.txt", "warning", told, cure))
    return findings


def _contents(scope: Scope, contents: Contents) -> Finding:
    subject = contents.found_at or "pages"
    number = len(contents.pages)
    dates = [moment for page in contents.pages if (moment := page.published or page.modified)]
    newest = f", newest {max(dates):%Y-%m-%d}" if dates else ", none dated"
    return Finding(subject, "ok", f"{contents.found_by} of {number:,} pages{newest}")


def _problem(problem: DiscoveryProblem) -> Finding:
    return Finding(problem.address, "wrong", problem.detail, _CURES[problem.kind])


def _page(page: TriedPage) -> Finding:
    address = page.ref.listed_url or page.ref.url
    if page.article is None:
        cure = "see `newsgrain explain`; if it is none, narrow article_url"
        return Finding(address, "warning", f"no article: {page.trouble}", cure)
    return Finding(address, "ok", f"{page.article.headline}; {page.date}; {page.account}")


def _promises(source: Source, listed: int, tried: Sequence[TriedPage]) -> Iterator[Finding]:
    """What can be told of the declaration's assertions by a few pages."""
    articles = [page.article for page in tried if page.article]
    if len(articles) < _FEWEST_ARTICLES * len(tried):
        told = f"only {len(articles)} of {len(tried)} pages read as articles"
        yield Finding("articles", "wrong", told, "narrow article_url, or look at one by `explain`")
    promised = source.assertions
    if listed < promised.fewest_pages:
        told = f"{listed:,} pages are listed, {promised.fewest_pages:,} are asserted"
        yield Finding(
            "assertions.fewest_pages", "wrong", told, "declare more indexes, or assert less"
        )
    dated = sum(article.date_published is not None for article in articles)
    if articles and dated / len(articles) < promised.share_with_date:
        told = (
            f"{dated} of {len(articles)} have a date, {promised.share_with_date:.0%} are asserted"
        )
        cure = "see `newsgrain explain` for the dates of a page, or assert less"
        yield Finding("assertions.share_with_date", "wrong", told, cure)
