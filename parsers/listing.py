"""Listing pages: the articles that a page of links names, where the next page is, which feeds."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from parsers.dates import Moment, find_written, read_moment
from parsers.encoding import NotText, Undecodable, decode
from parsers.items import Listed
from parsers.urls import absolute, without_tracking

MAX_TAGS = 30_000
"""Tags of a page that is read; the worst shape of so many takes two seconds."""

IsArticle = Callable[[str], bool]
"""Tells by an address whether a page is an article of the source."""

MAX_DEPTH = 250
"""Levels of nesting of a page that is read."""

_FURNITURE = frozenset(("nav", "footer", "aside", "form"))
_FURNITURE_ROLES = frozenset(("navigation", "contentinfo", "complementary", "search"))
_MOST_ANCESTORS = 7
_MOST_ANCHORS = 4  # of one article: picture, headline, standfirst, "read more"
_MOST_LINES = 50
_LONGEST_DATE_LINE = 80
_NEXT_WORDS = re.compile(
    r"(?:go to )?(?:the )?(?:next|older|more|nesaf|tudalen nesaf)"
    r"(?: (?:page|posts?|entries|articles?|stories|news|results))?(?: page)?|"
    r"(?:load|show|see) more(?: (?:news|results|articles?|stories))?|[›»→>]{1,2}",
    re.IGNORECASE,
)
_TURNING_WORDS = re.compile(
    r"(?:next|previous|prev|older|newer|first|last|nesaf|blaenorol)"
    r"(?: (?:page|posts?|entries|articles?|stories|news|results))?|[‹›«»←→<>]{1,2}",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[-_])(?:next|older)(?:$|[-_])", re.IGNORECASE)
_PAGER = re.compile(r"pag(?:er|inat|ing|e-?num|e-?nav)|results-nav|nav-links")
_PAGE_KEYS = ("page", "p", "pg", "paged", "pagenumber", "pageindex")
_PAGE_FOLDER = re.compile(r"/page/(\d{1,5})/?$", re.IGNORECASE)
_FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
)


class NotAListing(ValueError):
    """A page that is not read for links: says why."""


class Listing(NamedTuple):
    """What a listing page names: articles in its order, the next page, the feeds of the site."""

    pages: tuple[Listed, ...]
    next_page: str | None
    feeds: tuple[str, ...]


class ListingPage:
    """The tree of one page of links. ``url`` is its address, which relative links go by.

    Raises:
        NotAListing: no text, or more tags than a listing has.
    """

    def __init__(self, body: bytes, url: str, charset: str | None = None) -> None:
        if body.count(b"<") > MAX_TAGS:
            raise NotAListing(f"has more than {MAX_TAGS:,} tags")
        try:
            text = decode(body, charset).text
        except (NotText, Undecodable) as error:
            raise NotAListing(f"is no text: {error}") from error
        self.url = url
        self.soup = BeautifulSoup(text, "lxml")
        _check_depth(self.soup)
        self._pagers: dict[int, bool] = {}
        self._anchors: Sequence[Tag] = self.soup.find_all("a", href=True)
        base = self.soup.find("base", href=True)
        self.base = (absolute(str(base["href"]), url) if isinstance(base, Tag) else None) or url

    def read(self, is_article: IsArticle, time_zone: str, links: str | None = None) -> Listing:
        """The articles of the page, its next page and its feeds.

        ``links`` is a CSS selector for links to articles; without it every link that
        ``is_article`` accepts counts, outside menus and footers where there are such.
        ``time_zone`` is that of printed times.
        """
        anchors = self.soup.select(links) if links else _outside_furniture(self._anchors)
        groups: dict[str, list[Tag]] = {}
        for anchor in anchors:
            address = self.address(anchor)
            if address and is_article(address) and not _turns_pages(anchor):
                same = groups.setdefault(address, [])
                if len(same) < _MOST_ANCHORS:
                    same.append(anchor)
        named = _articles_named_in(groups)
        pages = tuple(_listed(address, same, named, time_zone) for address, same in groups.items())
        return Listing(pages, self.next_page(is_article), self.feeds())

    def address(self, anchor: Tag) -> str | None:
        """Where a link leads, absolute, without tracking."""
        target = absolute(str(anchor.get("href", "")), self.base)
        return without_tracking(target) if target else None

    def feeds(self) -> tuple[str, ...]:
        """The feeds that the page names in its head, those of comments left out."""
        found = (
            absolute(str(link.get("href", "")), self.base)
            for link in self.soup.find_all("link", href=True)
            if "alternate" in _words(link.get("rel"))
            and str(link.get("type", "")).strip().lower() in _FEED_TYPES
            and "comment" not in f"{link.get('title', '')} {link.get('href', '')}".lower()
        )
        return tuple(dict.fromkeys(address for address in found if address))

    def next_page(self, is_article: IsArticle) -> str | None:
        """Where the listing goes on: what the page calls next, else its next number."""
        for candidate in self._next_candidates(is_article):
            address = self.address(candidate)
            if (
                address
                and address != without_tracking(self.url)
                and urlsplit(address).netloc == urlsplit(self.url).netloc
            ):
                return address
        return None

    def _next_candidates(self, is_article: IsArticle) -> Iterator[Tag]:
        related = self.soup.find_all(["a", "link"], href=True)
        yield from (anchor for anchor in related if "next" in _words(anchor.get("rel")))
        in_pagers = [anchor for anchor in self._anchors if self._is_in_pager(anchor)]
        yield from (a for a in in_pagers if _says_next(a) or _is_called_next(a))
        # Outside a pager, "more" may be the rest of a story.
        others = (a for a in _outside_furniture(self._anchors) if _says_next(a))
        yield from (a for a in others if _turns_pages(a) or not is_article(self.address(a) or ""))
        number = str(page_number(self.url) + 1)
        yield from (anchor for anchor in in_pagers if _shown_number(anchor) == number)

    def _is_in_pager(self, anchor: Tag) -> bool:
        return any(self._is_pager(parent) for parent in islice(anchor.parents, _MOST_ANCESTORS))

    def _is_pager(self, tag: Tag) -> bool:
        if id(tag) not in self._pagers:
            names = [*_words(tag.get("class")), str(tag.get("id", "")), _label(tag)]
            self._pagers[id(tag)] = bool(_PAGER.search(" ".join(names)))
        return self._pagers[id(tag)]


def read_listing(
    body: bytes,
    url: str,
    is_article: IsArticle,
    time_zone: str,
    *,
    links: str | None = None,
    charset: str | None = None,
) -> Listing:
    """Read one listing page; see ``ListingPage.read``.

    Raises:
        NotAListing: no text, or more tags than a listing has.
    """
    return ListingPage(body, url, charset).read(is_article, time_zone, links)


def looks_like_an_article(url: str) -> bool:
    """Whether an address has the shape of an article's, for sources that declare none.

    A date among its folders, a number as key, or a last part of several words.
    """
    parts = urlsplit(url)
    folders = [part for part in parts.path.split("/") if part]
    if not folders or parts.query or re.search(r"\.(?:jpe?g|png|gif|pdf|docx?|zip)$", parts.path):
        return False
    last = re.sub(r"\.\w{2,5}$", "", folders[-1])
    dated = re.search(r"/(?:19|20)\d\d/\d{1,2}/", parts.path)
    words = [word for word in re.split(r"[-_.]", last) if word]
    return bool(dated or re.search(r"\d{6,}", last) or len(words) >= 4)


def page_number(url: str) -> int:
    """Which page of a listing an address asks for, as a reader counts: 1 when it does not say.

    Drupal's ``?page=1`` is the second page, which cannot be told from the address, so only the
    number itself is given.
    """
    folder = _PAGE_FOLDER.search(urlsplit(url).path)
    if folder:
        return int(folder[1])
    query = parse_qs(urlsplit(url).query)
    for key, values in query.items():
        if key.lower() in _PAGE_KEYS and re.fullmatch(r"\d{1,6}", values[0]):
            return int(values[0])
    return 1


# --- One article -----------------------------------------------------------------------------


def _articles_named_in(groups: Mapping[str, Sequence[Tag]]) -> Mapping[int, set[str]]:
    """The articles that lie within each of the boxes around links, by the box's identity."""
    named: dict[int, set[str]] = {}
    for address, anchors in groups.items():
        for anchor in anchors:
            for parent in islice(anchor.parents, _MOST_ANCESTORS):
                named.setdefault(id(parent), set()).add(address)
    return named


def _listed(
    address: str, anchors: Sequence[Tag], named: Mapping[int, set[str]], time_zone: str
) -> Listed:
    titles = (" ".join(anchor.get_text(" ").split()) for anchor in anchors)
    title = max(titles, key=len, default="")[:500]
    dates = (_date_near(anchor, named, time_zone) for anchor in anchors)
    return Listed(address, title or None, next((date for date in dates if date), None))


def _date_near(anchor: Tag, named: Mapping[int, set[str]], time_zone: str) -> datetime | None:
    """The date of the item that a link belongs to: the largest box around no other article."""
    boxes = takewhile(lambda box: len(named.get(id(box), ())) <= 1, anchor.parents)
    box = deque(islice(boxes, _MOST_ANCESTORS), maxlen=1)
    moment = next(_moments(box[0] if box else anchor, time_zone), None)
    try:
        return moment.value.astimezone(UTC) if moment else None
    except OverflowError:
        return None


def _moments(box: Tag, time_zone: str) -> Iterator[Moment]:
    """Dates of time elements, then of short lines; a date in a sentence is not the item's."""
    written: Iterable[str] = (
        str(time.get("datetime") or time.get_text(" "))
        for time in box.find_all("time", limit=_MOST_LINES)
    )
    yield from (moment for text in written if (moment := read_moment(text, time_zone)))
    for line in islice(box.stripped_strings, _MOST_LINES):
        moment = find_written(line, time_zone) if len(line) <= _LONGEST_DATE_LINE else None
        if moment:
            yield moment


def _outside_furniture(anchors: Sequence[Tag]) -> Sequence[Tag]:
    """The links that no menu, footer or form holds; all of them when there is no other."""
    judged: dict[int, bool] = {}

    def is_inside(anchor: Tag) -> bool:
        path = []
        verdict = False
        for parent in anchor.parents:
            if id(parent) in judged:
                verdict = judged[id(parent)]
                break
            path.append(parent)
        for parent in reversed(path):
            role = str(parent.get("role", "")).lower()
            verdict = verdict or parent.name in _FURNITURE or role in _FURNITURE_ROLES
            judged[id(parent)] = verdict
        return verdict

    return [anchor for anchor in anchors if not is_inside(anchor)] or anchors


def _check_depth(soup: BeautifulSoup) -> None:
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depth = depths[id(tag)] = depths[id(tag.parent)] + 1
        if depth > MAX_DEPTH:
            raise NotAListing(f"is nested deeper than {MAX_DEPTH} levels")


# --- The next page ---------------------------------------------------------------------------


def _turns_pages(anchor: Tag) -> bool:
    """Whether a link is one of a pager by what it shows, whatever its address looks like."""
    related = {"next", "prev"} & set(_words(anchor.get("rel")))
    shown = _bare(anchor.get_text(" "))
    return bool(related or _shown_number(anchor) or _TURNING_WORDS.fullmatch(shown))


def _says_next(anchor: Tag) -> bool:
    labels = (anchor.get_text(" "), _label(anchor), str(anchor.get("title", "")))
    return any(_NEXT_WORDS.fullmatch(_bare(label)) for label in labels if label)


def _is_called_next(anchor: Tag) -> bool:
    """Whether the class of a link without words, or of the box around it, calls it next."""
    classes = _words(anchor.get("class"))
    if anchor.parent:
        classes += _words(anchor.parent.get("class"))
    return any(_NEXT_CLASS.search(name) for name in classes)


def _label(tag: Tag) -> str:
    return str(tag.get("aria-label", "")).lower()


def _bare(label: str) -> str:
    """A label of a button without the arrows beside its words."""
    text = " ".join(label[:200].split())
    return text.strip(" ›»→>·….") or text


def _shown_number(anchor: Tag) -> str:
    """The number a link of a pager shows, alone or after "Page"."""
    text = anchor.get_text(" ").strip()
    return text.rpartition(" ")[2] if re.fullmatch(r"(?:page )?\d{1,5}", text, re.I) else ""


def _words(value: object) -> list[str]:
    """The words of an attribute that BeautifulSoup gives as a list or as text."""
    if isinstance(value, str):
        return value.lower().split()
    return [str(word).lower() for word in value] if isinstance(value, list) else []
