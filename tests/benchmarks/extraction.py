"""Measure extractors side by side on a corpus of saved pages.

python -m tests.benchmarks.extraction CORPUS.zip --save results.json
python -m tests.benchmarks.extraction CORPUS.zip --systems newsgrain --worst 20
python -m tests.benchmarks.extraction --compare before.json after.json:newsgrain
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import results
from tests.benchmarks.corpus import Corpus, Half, Page, select
from tests.benchmarks.differences import LineDifference, lines_lacking
from tests.benchmarks.measuring import PageScore, measure_corpus, read_page
from tests.benchmarks.results import Scores
from tests.benchmarks.scoring import fold_space
from tests.benchmarks.systems import SYSTEM_NAMES, MissingSystemError, load_system
from tests.benchmarks.tables import comparison_table

OURS = "newsgrain"

# A page whose value moved by less than this neither gained nor lost.
NOTICEABLE = 0.005

_LINE_WIDTH = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    parser = _command_line()
    options = parser.parse_args(arguments)
    if options.corpus is None and options.compare is None:
        parser.error("name a corpus zip, or two saved results after --compare")
    try:
        lines = _compare(*options.compare) if options.compare else _measure(options)
        for line in lines:
            print(line, flush=True)
    except (MissingSystemError, FileNotFoundError) as error:
        print(f"extraction: {error}", file=sys.stderr)
        return 2
    return 0


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.extraction",
        description="Measure extractors side by side on a corpus of saved pages.",
    )
    parser.add_argument("corpus", type=Path, nargs="?", help="a zip of the shared form")
    parser.add_argument(
        "--systems", default=",".join(SYSTEM_NAMES), help="with commas between: %(default)s"
    )
    parser.add_argument("--limit", type=int, help="the first N pages only")
    parser.add_argument("--sites-half", choices=["a", "b"], help="one half of the sites only")
    parser.add_argument(
        "--repeats", type=int, default=1, help="rounds of interleaved timing; the best counts"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--save", type=Path, metavar="FILE", help="write each page's scores (JSON)")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the worst N pages")
    parser.add_argument("--system", default=OURS, help="whose worst pages (default %(default)s)")
    parser.add_argument(
        "--compare",
        nargs=2,
        metavar=("BEFORE", "AFTER"),
        help=f"saved results, FILE or FILE:SYSTEM (default {OURS}): pages gained and lost",
    )
    return parser


# --- measuring -------------------------------------------------------------------------------


def _measure(options: argparse.Namespace) -> Iterator[str]:
    names = options.systems.split(",")
    if options.worst and options.system not in names:
        raise MissingSystemError(f"--system {options.system} is not among --systems")
    for name in names:
        load_system(name)
    halves: tuple[Half, ...] = (options.sites_half,) if options.sites_half else ("a", "b")
    with Corpus(options.corpus) as corpus:
        pages = select(corpus.pages, halves, options.limit)
        yield (
            f"{corpus.name}: {len(pages)} pages, sites of half {' and '.join(halves)},"
            f" best of {options.repeats}"
        )
        rows = measure_corpus(
            options.corpus, pages, names, repeats=options.repeats, processes=options.processes
        )
        measured = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        yield from comparison_table(measured)
        yield from _errors(measured)
        if options.save:
            results.save(options.save, corpus.name, measured)
        if options.worst:
            yield from _worst(corpus, pages, measured[options.system], options)


def _errors(measured: Mapping[str, Scores]) -> Iterator[str]:
    for name, scores in measured.items():
        for score in scores:
            if score.outcome == "error":
                yield f"error in {name}, page {score.page_id}: {fold_space(score.detail)}"


def _worst(
    corpus: Corpus, pages: Sequence[Page], scores: Scores, options: argparse.Namespace
) -> Iterator[str]:
    system = load_system(options.system)
    ranked = sorted(zip(pages, scores, strict=True), key=lambda pair: pair[1].value)
    for page, score in ranked[: options.worst]:
        reading = read_page(system, corpus.body(page), page.url)
        yield f"\n=== {score.value:.3f}  {page.id}  {page.url or ''}"
        if reading.detail:
            yield f"    {reading.outcome}: {reading.detail}"
        if page.gold_text:
            yield from _show("missing ", lines_lacking(page.gold_text, reading.text))
            yield from _show("too much", lines_lacking(reading.text, page.gold_text))
        yield from _snippets(page, reading.text)


def _show(label: str, differences: Iterator[LineDifference]) -> Iterator[str]:
    for difference in differences:
        yield f"    {label} {difference.share:4.0%}  {difference.marked[:_LINE_WIDTH]}"


def _snippets(page: Page, text: str) -> Iterator[str]:
    folded = fold_space(text)
    for snippet in page.with_:
        if fold_space(snippet) not in folded:
            yield f"    snippet missing   {snippet}"
    for snippet in page.without:
        if fold_space(snippet) in folded:
            yield f"    snippet too much  {snippet}"


# --- comparing saved results -----------------------------------------------------------------


def _compare(before: str, after: str) -> Iterator[str]:
    old, new = _load(before), _load(after)
    shared = [page_id for page_id in old if page_id in new]
    moves = sorted((new[page_id].value - old[page_id].value, page_id) for page_id in shared)
    lost = [page_id for move, page_id in moves if move < -NOTICEABLE]
    gained = [page_id for move, page_id in reversed(moves) if move > NOTICEABLE]
    mean_move = sum(move for move, _ in moves) / len(moves) if moves else 0.0
    yield f"{before} -> {after}: {len(shared)} pages in both, mean page value {mean_move:+.4f}"
    for label, page_ids in (("lost", lost), ("gained", gained)):
        yield f"{label}: {len(page_ids)} pages"
        for page_id in page_ids:
            yield _move(old[page_id], new[page_id])
    was_exact, is_exact = ({p for p in shared if scores[p].exact} for scores in (old, new))
    yield " ".join([f"no longer exact: {len(was_exact - is_exact)}", *sorted(was_exact - is_exact)])
    yield " ".join([f"now exact: {len(is_exact - was_exact)}", *sorted(is_exact - was_exact)])


def _load(saved: str) -> dict[str, PageScore]:
    path, _, system = saved.partition(":")
    return results.load(Path(path), system or OURS)


def _move(old: PageScore, new: PageScore) -> str:
    move = f"{new.value - old.value:+.3f}  {old.value:.3f} -> {new.value:.3f}"
    outcome = f"  {old.outcome} -> {new.outcome}" if old.outcome != new.outcome else ""
    return f"  {move}  {new.page_id}{outcome}"


if __name__ == "__main__":
    sys.exit(main())
