"""Results as tables of fixed-width text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tests.benchmarks.results import Scores, Summary, best_of, summarise
from tests.benchmarks.scoring import Overlap

REFERENCE = "trafilatura"

_COLUMNS = (
    ("shingles", ("P", "R", "F1", "exact")),
    ("snippets", ("P", "R", "F1")),
    ("metadata right", ("title", "author", "invent", "day")),
    ("pages without text", ("empty", "reject", "error")),
    ("time", ("ms", "ratio")),
)
_NAME_WIDTH = 22
_CELL_WIDTH = 6


def comparison_table(measured: Mapping[str, Scores]) -> Iterator[str]:
    """A line per system: scores, rates, counts of pages, time per page and as a ratio to
    ``REFERENCE``; last the oracle that takes the best system for each page.
    """
    yield from _head()
    summaries = {name: summarise(scores) for name, scores in measured.items()}
    reference = summaries[REFERENCE].seconds if REFERENCE in summaries else None
    for name, summary in summaries.items():
        ratio = summary.seconds / reference if reference else None
        yield "  ".join(
            [
                f"{name:{_NAME_WIDTH}}",
                *_text_cells(summary),
                _shares([summary.title, summary.authors, summary.author_invented, summary.day]),
                _counts(summary.outcomes.get(kind, 0) for kind in ("empty", "rejected", "error")),
                f"{summary.seconds * 1000:{_CELL_WIDTH}.2f} {_shares([ratio])}",
            ]
        )
    if len(measured) > 1:
        oracle = summarise(best_of(measured.values()))
        yield "  ".join([f"{'the best for each page':{_NAME_WIDTH}}", *_text_cells(oracle)])


def _head() -> Iterator[str]:
    groups, names = [f"{'':{_NAME_WIDTH}}"], [f"{'system':{_NAME_WIDTH}}"]
    for group, columns in _COLUMNS:
        width = len(columns) * (_CELL_WIDTH + 1) - 1
        groups.append(f"{f' {group} ':-^{width}}")
        names.append(" ".join(f"{column:>{_CELL_WIDTH}}" for column in columns))
    yield "  ".join(groups)
    yield "  ".join(names)


def _text_cells(summary: Summary) -> list[str]:
    snippets = summary.segments.overlap if sum(summary.segments) else None
    return [
        _shares([*_figures(summary.overlap), summary.exact]),
        _shares(_figures(snippets)),
    ]


def _figures(overlap: Overlap | None) -> list[float | None]:
    return [overlap.precision, overlap.recall, overlap.f1] if overlap else [None, None, None]


def _shares(figures: Iterable[float | None]) -> str:
    cells = ("-" if figure is None else f"{figure:.3f}" for figure in figures)
    return " ".join(f"{cell:>{_CELL_WIDTH}}" for cell in cells)


def _counts(figures: Iterable[int]) -> str:
    return " ".join(f"{figure:{_CELL_WIDTH}}" for figure in figures)
