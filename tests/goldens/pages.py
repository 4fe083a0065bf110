"""The reference pages, read as ingestion reads them, and where the golden of each lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from flows.reading.targets import read_targets
from flows.settings import Settings
from flows.sources.loading import load_sources
from parsers import parse
from parsers.items import Snapshot, Source
from tests.goldens.records import Record, record_of

REPOSITORY = Path(__file__).parents[2]
SEEDS = REPOSITORY / "seeds"
GOLDENS = Path(__file__).parent


class ReferencePage(NamedTuple):
    """A reference page: ``key`` is its folder and slug, as in ``iopc/pursuit-ended-in-river``."""

    key: str
    snapshot: Snapshot
    source: Source | None

    def record(self) -> Record:
        """What the parsers say of the page now."""
        return record_of(parse(self.snapshot, self.source))

    def golden(self, goldens: Path = GOLDENS) -> Path:
        """The file that holds the page's golden."""
        return goldens / f"{self.key}.json"


def reference_pages(seeds: Path = SEEDS) -> Mapping[str, ReferencePage]:
    """All reference pages by key. The moment of reading is left out: it would differ each time.

    Raises:
        ValueError: a page cannot be read, or two pages would share a golden.
    """
    sources = load_sources(seeds)
    pages: dict[str, ReferencePage] = {}
    for found in read_targets([str(seeds / "pages")], sources, Settings(seeds=seeds)):
        if not isinstance(found, Snapshot) or found.path is None:
            raise ValueError(f"{found.path}: {found}")
        key = str(PurePosixPath(found.path).with_suffix(""))
        if key in pages:
            raise ValueError(f"{found.path} and {pages[key].snapshot.path} would share a golden")
        source = sources.get(found.source_id) if found.source_id else None
        pages[key] = ReferencePage(key, replace(found, fetched_at=None), source)
    return pages
