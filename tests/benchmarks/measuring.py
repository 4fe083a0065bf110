"""Run systems over the pages of a corpus: what each gets right on each page, and its time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from tests.benchmarks import scoring
from tests.benchmarks.corpus import Corpus, Page
from tests.benchmarks.scoring import Overlap, Segments
from tests.benchmarks.systems import Metadata, PageRejectedError, System, load_system

Outcome = Literal["text", "empty", "rejected", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """What one system got right on one page. None where the gold has nothing to compare with.

    ``author_invented`` is known for pages whose gold names no author. ``detail`` says why there
    is no text. ``seconds`` is the best of the repeats, for the text alone.
    """

    page_id: str
    outcome: Outcome
    detail: str
    overlap: Overlap | None
    exact: bool | None
    segments: Segments
    title: bool | None
    authors: bool | None
    author_invented: bool | None
    day: bool | None
    seconds: float

    @property
    def value(self) -> float:
        """One number to rank pages by: shingle F1, or that of the snippets without a gold text."""
        return (self.overlap or self.segments.overlap).f1


class Reading(NamedTuple):
    """What a system gave for a page."""

    text: str
    outcome: Outcome
    detail: str = ""


def read_page(system: System, body: bytes, url: str | None) -> Reading:
    """Ask a system for a page's text. Its exceptions become outcomes: a peer must not end the run,
    and an error of ours shows in the table and in the list of errors.
    """
    try:
        text = system.read_text(body, url)
    except PageRejectedError as rejection:
        return Reading("", "rejected", str(rejection))
    except Exception as error:
        return Reading("", "error", f"{type(error).__name__}: {str(error)[:200]}")
    return Reading(text, "text" if text.strip() else "empty")


def score_page(page: Page, reading: Reading, metadata: Metadata, seconds: float) -> PageScore:
    """Compare what a system gave with the page's gold."""
    gold = page.gold_text
    names_authors = bool(page.authors)
    return PageScore(
        page_id=page.id,
        outcome=reading.outcome,
        detail=reading.detail,
        overlap=scoring.shingle_overlap(reading.text, gold) if gold else None,
        exact=scoring.is_exact(reading.text, gold) if gold else None,
        segments=scoring.segments(reading.text, page.with_, page.without),
        title=scoring.same_text(metadata.title, page.title) if page.title else None,
        authors=scoring.same_authors(metadata.authors, page.authors) if names_authors else None,
        author_invented=(
            bool(metadata.authors) if page.describes_metadata and not names_authors else None
        ),
        day=scoring.same_day(metadata.published, page.published) if page.published else None,
        seconds=seconds,
    )


def measure_page(
    page: Page, body: bytes, systems: Sequence[System], repeats: int
) -> tuple[PageScore, ...]:
    """Let each system read the page in turn, ``repeats`` times round, and score what they gave.

    Each round begins with another system, so that none always meets a cold or a warm cache.
    """
    best = dict.fromkeys((system.name for system in systems), float("inf"))
    readings: dict[str, Reading] = {}
    for turn in range(repeats):
        first = turn % len(systems)
        for system in (*systems[first:], *systems[:first]):
            start = time.perf_counter()
            readings[system.name] = read_page(system, body, page.url)
            best[system.name] = min(best[system.name], time.perf_counter() - start)
    return tuple(
        score_page(
            page, readings[system.name], _read_metadata(system, body, page.url), best[system.name]
        )
        for system in systems
    )


def measure_corpus(
    path: Path, pages: Sequence[Page], names: Sequence[str], *, repeats: int, processes: int
) -> Iterator[tuple[PageScore, ...]]:
    """Measure pages in order, one tuple of scores (in the order of ``names``) per page."""
    with ProcessPoolExecutor(
        processes, initializer=_start_worker, initargs=(path, tuple(names), repeats)
    ) as pool:
        yield from pool.map(_measure_in_worker, pages, chunksize=4)


def _read_metadata(system: System, body: bytes, url: str | None) -> Metadata:
    try:
        return system.read_metadata(body, url)
    except Exception:  # counted once already, by the text: metadata of such a page is missing
        return Metadata()


class _Worker(NamedTuple):
    """What a worker process holds: opened once, used for every page."""

    corpus: Corpus
    systems: tuple[System, ...]
    repeats: int


_worker: _Worker | None = None


def _start_worker(path: Path, names: tuple[str, ...], repeats: int) -> None:
    global _worker
    _worker = _Worker(Corpus(path), tuple(load_system(name) for name in names), repeats)


def _measure_in_worker(page: Page) -> tuple[PageScore, ...]:
    assert _worker is not None, "the pool starts each worker with _start_worker"
    return measure_page(page, _worker.corpus.body(page), _worker.systems, _worker.repeats)
