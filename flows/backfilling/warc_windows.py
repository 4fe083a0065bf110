"""The captures of a window's days, in WARC files that others made."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from flows.backfilling.windows import Span
from flows.reading.days import Days
from flows.reading.targets import WARC_SUFFIXES, read_targets
from flows.runs.batches import Batch, batches
from flows.runs.steps import Run

FILLED_WITHIN = timedelta(days=2)
"""How long a crawler writes to one file: the news crawl of Common Crawl begins some a day."""

# What crawlers write into names, as in CC-NEWS-20211003014212-00042.warc.gz: when it was begun.
_BEGUN = re.compile(r"(?<!\d)(20\d{6})(?:\d{6}|\d{9})?(?!\d)")


def read_window(
    targets: Sequence[str], source_id: str, span: Span, run: Run
) -> Iterator[Generator[Batch]]:
    """The pages of a source that were captured in the days of a window."""
    files = [file for target in targets for file in files_of(target, span)]
    pages = read_targets(files, run.sources, run.settings, source_id, Days(*span))
    yield batches(pages, run.settings.batch_pages)


def files_of(target: str, span: Span) -> list[str]:
    """The WARC files that a target is or holds, but for those begun too early or too late."""
    place = Path(target)
    if not place.is_dir():
        return [target]
    return [str(file) for file in warc_files(place) if may_hold(file.name, span)]


def warc_files(folder: Path) -> list[Path]:
    """The WARC files in a folder and the folders in it, by name."""
    return sorted(file for file in folder.rglob("*") if file.name.lower().endswith(WARC_SUFFIXES))


def may_hold(name: str, span: Span) -> bool:
    """Whether a file of this name may hold captures of a span; one that tells no day may."""
    begun = _begun(name)
    return begun is None or span.since - FILLED_WITHIN <= begun <= span.until


def _begun(name: str) -> date | None:
    match = _BEGUN.search(name)
    try:
        return datetime.strptime(match[1], "%Y%m%d").date() if match else None  # noqa: DTZ007
    except ValueError:
        return None
