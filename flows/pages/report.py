"""The report: one page for the last run and the whole warehouse, and a page for each it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import duckdb

import parsers
from flows.archive.stored import latest_pages, stored_snapshot, stored_sources
from flows.archive.warc import ArchiveError
from flows.pages.asking import overview
from flows.pages.drift import shifts
from flows.pages.explained import explanation_page
from flows.pages.history import find_history
from flows.pages.overview import DAYS_SHOWN, LATELY_DAYS, RULES_SHOWN, Overview
from flows.pages.plots import PLOT_HEIGHT, coverage_strips, months_plot, reason_bars
from flows.pages.rendering import PageNotWrittenError, render, write_page
from flows.settings import Settings
from flows.sources.loading import load_sources
from parsers.items import Source
from warehouse import StoredPage, captures_folder, open_reader

_OURS = re.compile(r"[0-9a-f]{16}\.html")


class _ParserBug(Exception):
    """The parsers fail on a page: says which, and how."""


class Written(NamedTuple):
    """A report that was written: its page, and the folder with so many explanations.

    ``bugs`` tell of pages that the parsers fail on, which are not explained.
    """

    report: Path
    folder: Path
    explained: int
    bugs: tuple[str, ...]


def write_report(place: Path, settings: Settings) -> Written:
    """Write the report to ``place``, and explanations of the pages it names to a folder beside it.

    The folder is named after the report; explanations that an earlier report left there are
    removed.

    Raises:
        PageNotWrittenError, NoWarehouse, NotAWarehouse, SourceError.
    """
    folder = place.with_name(f"{place.stem}-pages")
    with open_reader(settings.warehouse) as connection:
        told = overview(connection)
        sources = stored_sources(connection) | load_sources(settings.seeds)
        files: dict[str, str] = {}
        bugs: list[str] = []
        for name, page in latest_pages(connection, _named(told)).items():
            try:
                explained = _explained(connection, name, page, sources, settings, place.name)
            except _ParserBug as bug:  # one page that the parsers fail on costs no report
                bugs.append(str(bug))
                continue
            if explained is not None:
                files[name] = f"{_file_id(name)}.html"
                write_page(folder / files[name], explained)
    _remove_others(folder, files.values())
    links = {name: f"{quote(folder.name)}/{file}" for name, file in files.items()}
    write_page(place, report_page(told, settings.warehouse.name, links))
    return Written(place, folder, len(files), tuple(bugs))


def report_page(told: Overview, warehouse: str, links: Mapping[str, str]) -> str:
    """The report as a page; ``links`` are relative addresses of explanations, by what they explain.

    ``warehouse`` is how the file that it tells of is called.
    """
    standing = told.standing
    return render(
        "report.html",
        told=told,
        standing=standing,
        warehouse=warehouse,
        links=links,
        months=months_plot(told.months, (standing.as_of or datetime.now(UTC)).date()),
        plot_height=PLOT_HEIGHT,
        strips=coverage_strips(told.days),
        coverage_days=DAYS_SHOWN,
        reasons=reason_bars(told.rules),
        rules=told.rules[:RULES_SHOWN],
        shifts=shifts(told.drifts),
        lately_days=LATELY_DAYS,
        unwell=[
            source for source in told.health if source.state not in ("healthy", "never_looked")
        ],
    )


def _named(told: Overview) -> set[str]:
    """What the report names: ids of articles, targets of pages that were rejected."""
    names = {row.article_id for row in told.newest}
    names |= {row.article_id for row in told.edited}
    names |= {row.article_id for row in told.gone}
    return names | {row.name for row in told.rejected}


def _explained(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    page: StoredPage,
    sources: Mapping[str, Source],
    settings: Settings,
    report: str,
) -> str | None:
    """The page that explains one; None when its capture cannot be read (``doctor`` tells why)."""
    try:
        snapshot = stored_snapshot(page, captures_folder(settings.warehouse))
    except ArchiveError:
        return None
    source = sources.get(page.source_id or "")
    try:
        explanation = parsers.explain(
            snapshot, source, default_time_zone=settings.default_time_zone
        )
    except Exception as error:
        told = f"{page.target}: bug in the parsers: {type(error).__name__}: {error}"
        raise _ParserBug(told) from error
    history = find_history(connection, name)
    return explanation_page(explanation, page.target, history, back=f"../{quote(report)}")


def _file_id(name: str) -> str:
    """16 hex digits: an article's id as it is, of any other name a digest."""
    if re.fullmatch(r"[0-9a-f]{16}", name):
        return name
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _remove_others(folder: Path, files: Collection[str]) -> None:
    """Remove explanations of an earlier report: what was erased since must not stay readable."""
    try:
        for file in _ours(folder):
            if file.name not in files:
                file.unlink()
    except OSError as error:
        raise PageNotWrittenError(f"{folder} cannot be cleared: {error.strerror}") from error


def _ours(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.iterdir() if _OURS.fullmatch(file.name))
