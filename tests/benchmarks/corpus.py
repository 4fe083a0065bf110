"""Corpora of saved pages with hand-made gold, read from a zip of the shared form.

A zip holds ``index.jsonl`` (one page a line; lines end with ``\\n`` only, since texts may hold
other line separators) and, per page, the gzip file named by its ``html_path``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zipfile import ZipFile

from tests.benchmarks.scoring import names_a_day

Half = Literal["a", "b"]

# Second-level labels that registries sell under ("co.uk", "com.au"), so that a site is one level
# deeper there. Enough to keep the pages of one publisher together; not a public suffix list.
_REGISTRY_LABELS = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "go", "ne", "net", "or", "org"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page's gold. ``gold_text`` is None where only snippets were marked.

    ``with_`` are snippets that belong to the article, ``without`` snippets that do not.
    ``title``, ``authors`` and ``published`` (ISO 8601 text, a day at least) are None or empty where
    the gold has none; ``describes_metadata`` tells whether someone looked at all.
    """

    id: str
    url: str | None
    html_path: str
    gold_text: str | None
    with_: tuple[str, ...]
    without: tuple[str, ...]
    title: str | None
    authors: tuple[str, ...]
    published: str | None

    @property
    def describes_metadata(self) -> bool:
        return self.title is not None


class Corpus:
    """A corpus zip: its pages' gold in memory, the pages' bytes read when asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self._zip = ZipFile(path)
        index = self._zip.read("index.jsonl").decode("utf-8")
        self.pages = tuple(page_from_record(json.loads(row)) for row in index.split("\n") if row)

    def body(self, page: Page) -> bytes:
        """The page's bytes as they were served."""
        return gzip.decompress(self._zip.read(page.html_path))

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def page_from_record(record: Mapping[str, Any]) -> Page:
    """One line of ``index.jsonl`` as a page."""
    meta = record.get("gold_meta") or {}
    author, date = meta.get("author") or (), meta.get("date") or ""
    return Page(
        id=record["id"],
        url=record.get("url") or None,
        html_path=record["html_path"],
        gold_text=record.get("gold_text") or None,
        with_=tuple(record.get("with_") or ()),
        without=tuple(record.get("without") or ()),
        title=meta.get("title") or None,
        authors=(author,) if isinstance(author, str) else tuple(author),
        published=date if names_a_day(date) else None,
    )


def site_of(url: str) -> str:
    """The host without its subdomains: ``www.example.co.uk`` and ``m.example.co.uk`` are one."""
    labels = (urlsplit(url).hostname or "").split(".")
    is_deeper = len(labels) > 2 and labels[-2] in _REGISTRY_LABELS
    return ".".join(labels[-3:] if is_deeper else labels[-2:])


def half_of(page: Page) -> Half:
    """Which half of the sites a page is in: tune rules on one half, check them on the other.

    The same site is in the same half in every corpus and on every machine.
    """
    site = site_of(page.url) if page.url else page.id
    return "a" if hashlib.sha256(site.encode()).digest()[0] % 2 == 0 else "b"


def select(pages: Sequence[Page], halves: Sequence[Half], limit: int | None) -> list[Page]:
    """The first pages, at most ``limit`` of them, of the given halves of the sites."""
    return [page for page in pages if half_of(page) in halves][:limit]
