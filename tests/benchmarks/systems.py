"""The systems that are compared: ours, and the peers that ``pip install '.[bench]'`` brings.

Each is imported only when it is asked for, and by name, since most peers carry no types. No system
may use the network: they get bytes.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, NamedTuple

from parsers.items import Article, Rejection


class Metadata(NamedTuple):
    """What a system says about a page besides its text. ``published`` is ISO 8601 text."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None


class PageRejectedError(Exception):
    """The system declares that the page holds no article; the message says why."""


class MissingSystemError(Exception):
    """The system is unknown or not installed; the message is the cure."""


@dataclass(frozen=True, slots=True)
class System:
    """An extractor. ``read_text`` is what is timed, so a system that makes more in the same call
    (newsgrain: metadata and the account of every block) pays for it there.

    Both take a page's bytes and its URL or None; ``read_text`` raises ``PageRejectedError``.
    """

    name: str
    version: str
    read_text: Callable[[bytes, str | None], str]
    read_metadata: Callable[[bytes, str | None], Metadata]


def load_system(name: str) -> System:
    """Import and return a system.

    Raises:
        MissingSystemError: the name is unknown, or its package is not installed.
    """
    if name not in _LOADERS:
        raise MissingSystemError(f"no system {name!r}; there are: {', '.join(_LOADERS)}")
    try:
        with warnings.catch_warnings(action="ignore"):
            return _LOADERS[name]()
    except ModuleNotFoundError as error:
        raise MissingSystemError(
            f"{name} needs the package {error.name!r}; pip install '.[bench]' brings all peers"
        ) from error


def decode(body: bytes) -> str:
    """A page's text for peers that want it decoded: UTF-8, else as declared, else windows-1252."""
    for charset in ("utf-8", *_declared_charset(body)):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("windows-1252", "replace")


def _declared_charset(body: bytes) -> list[str]:
    return [match.decode() for match in re.findall(rb"charset=[\"']?([\w-]+)", body[:4096])[:1]]


def _newsgrain() -> System:
    import parsers

    def read_text(body: bytes, url: str | None) -> str:
        article = parsers.extract(body, url)
        if isinstance(article, Rejection):
            raise PageRejectedError(f"{article.reason}: {article.detail}")
        return " \n".join(article.paragraphs)

    def read_metadata(body: bytes, url: str | None) -> Metadata:
        article = parsers.extract(body, url)
        if isinstance(article, Rejection):
            return Metadata()
        return Metadata(article.headline, article.authors, _published(article))

    return System("newsgrain", parsers.PARSER_VERSION, read_text, read_metadata)


def _published(article: Article) -> str | None:
    """The moment or the day, as precisely as it is known; a month is no day."""
    moment = article.date_published
    if moment is None or article.date_published_precision == "month":
        return None
    is_day = article.date_published_precision == "day"
    return moment.date().isoformat() if is_day else moment.isoformat()


def _trafilatura(name: str = "trafilatura", **options: bool) -> System:
    trafilatura = import_module("trafilatura")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)

    def read_text(body: bytes, url: str | None) -> str:
        return str(trafilatura.extract(body, url=url, include_comments=False, **options) or "")

    def read_metadata(body: bytes, url: str | None) -> Metadata:
        document = trafilatura.bare_extraction(body, url=url, with_metadata=True, **options)
        if document is None:
            return Metadata()
        authors = tuple((document.author or "").split("; ")) if document.author else ()
        return Metadata(document.title, authors, document.date)

    return System(name, version("trafilatura"), read_text, read_metadata)


def _trafilatura_precision() -> System:
    return _trafilatura("trafilatura-precision", favor_precision=True)


def _resiliparse() -> System:
    html2text = import_module("resiliparse.extract.html2text")
    encoding = import_module("resiliparse.parse.encoding")
    html = import_module("resiliparse.parse.html")

    def to_text(body: bytes) -> str:
        return str(encoding.bytes_to_str(body, encoding.detect_encoding(body)))

    def read_text(body: bytes, url: str | None) -> str:
        return str(
            html2text.extract_plain_text(
                to_text(body), main_content=True, list_bullets=False, alt_texts=False
            )
        )

    def read_metadata(body: bytes, url: str | None) -> Metadata:
        return Metadata(title=html.HTMLTree.parse(to_text(body)).title or None)

    return System("resiliparse", version("resiliparse"), read_text, read_metadata)


def _readability() -> System:
    lxml_html = import_module("lxml.html")
    readability = import_module("readability")

    logging.getLogger("readability").setLevel(logging.CRITICAL)

    def read_text(body: bytes, url: str | None) -> str:
        return _visible_text(lxml_html.fromstring(readability.Document(decode(body)).summary()))

    def read_metadata(body: bytes, url: str | None) -> Metadata:
        document = readability.Document(decode(body))
        author = document.author()
        is_known = bool(author) and author != "[no-author]"
        return Metadata(document.title(), (author,) if is_known else ())

    return System("readability-lxml", version("readability-lxml"), read_text, read_metadata)


def _visible_text(root: Any) -> str:
    """All text of an lxml tree, words of neighbouring elements kept apart unless inline."""
    inline = {"a", "abbr", "b", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
    for element in root.iter("*"):
        separator = "" if element.tag in inline else "\n"
        element.text = separator + (element.text or "")
        element.tail = separator + (element.tail or "")
    return str(root.text_content())


def _newspaper() -> System:
    newspaper = import_module("newspaper")
    logging.getLogger("newspaper").setLevel(logging.CRITICAL)
    settings = import_module("newspaper.configuration").Configuration()
    settings.fetch_images = False  # it would ask the network for them
    settings.follow_meta_refresh = False

    def read(body: bytes, url: str | None) -> Any:
        article = newspaper.Article(url or "http://localhost/", config=settings)
        article.download(input_html=decode(body), ignore_read_more=True)
        article.parse()
        return article

    def read_text(body: bytes, url: str | None) -> str:
        return str(read(body, url).text)

    def read_metadata(body: bytes, url: str | None) -> Metadata:
        article = read(body, url)
        published = article.publish_date
        return Metadata(
            article.title, tuple(article.authors), published.isoformat() if published else None
        )

    return System("newspaper4k", version("newspaper4k"), read_text, read_metadata)


_LOADERS: Mapping[str, Callable[[], System]] = {
    "newsgrain": _newsgrain,
    "trafilatura": _trafilatura,
    "trafilatura-precision": _trafilatura_precision,
    "resiliparse": _resiliparse,
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
}

SYSTEM_NAMES = tuple(_LOADERS)
