"""Pages that a run did not load, explained block by block: artifacts that its report links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

import duckdb
from prefect.artifacts import create_markdown_artifact
from prefect.settings import PREFECT_UI_URL
from rich.console import Console

import parsers
from flows.answers.explaining import show
from flows.archive.stored import find_page, stored_snapshot, stored_sources
from flows.archive.warc import ArchiveError
from flows.runs.report import MAX_SHOWN, UNREAD, Setback
from flows.settings import Settings
from flows.terminal.printable import printable
from warehouse import captures_folder, open_reader

COLUMNS = 120


def leave_explanations(setbacks: Sequence[Setback], settings: Settings) -> Mapping[str, str]:
    """Leave the explanations of pages that a report shows; their addresses in the UI, by target.

    None of a page that was not read or is no longer kept, and none where Prefect has no UI.
    """
    shown = [setback for setback in setbacks[:MAX_SHOWN] if setback.reason != UNREAD]
    interface = PREFECT_UI_URL.value()
    if not shown or not interface:
        return {}
    with open_reader(settings.warehouse) as connection:
        return dict(_left(shown, interface, connection, settings))


def _left(
    setbacks: Sequence[Setback],
    interface: str,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
) -> Iterator[tuple[str, str]]:
    for target in dict.fromkeys(setback.target for setback in setbacks):
        told = _explanation(target, connection, settings)
        if told is None:
            continue
        # Set off as code, line by line: a page's text cannot end that and be read as Markdown.
        document = "\n".join(f"    {line}" for line in told.splitlines())
        artifact = create_markdown_artifact(
            document, key="page-without-an-article", description=printable(target)
        )
        # As Prefect's UI names it; `url_for` knows no artifacts.
        yield target, f"{interface.rstrip('/')}/artifacts/artifact/{artifact}"


def _explanation(
    target: str, connection: duckdb.DuckDBPyConnection, settings: Settings
) -> str | None:
    """The explanation of a page's stored capture, in lines; None when there is none."""
    page = find_page(connection, target)
    if page is None:
        return None
    try:
        snapshot = stored_snapshot(page, captures_folder(settings.warehouse))
    except ArchiveError:
        return None
    source = stored_sources(connection).get(page.source_id or "")
    out = Console(file=StringIO(), width=COLUMNS, color_system=None)
    with out.capture() as told:
        show(
            parsers.explain(snapshot, source, default_time_zone=settings.default_time_zone),
            out,
        )
    return told.get()
