"""The answers of ``newsgrain quarantine``: what is held back, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import typer

from flows.archive.stored import stored_snapshot, stored_sources
from flows.archive.warc import ArchiveError
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.printable import printable
from parsers.items import Capture, Snapshot, Source
from warehouse import HeldPage, StoredPage, captures_folder, open_reader
from warehouse.quarantine import find_held
from warehouse.snapshots import stored_captures


class NothingHeldError(LookupError):
    """No page is, or waits, in quarantine under that name."""


def find_held_page(name: str, settings: Settings) -> tuple[HeldPage, Snapshot, Source | None]:
    """A page that is or was held back, as it was captured, and its source.

    Raises:
        NothingHeldError: there is none under that address, path or article id.
        ArchiveError, WarehouseError, SourceError: from where it was looked for.
    """
    with open_reader(settings.warehouse) as connection:
        held = find_held(connection, name)
        if held is None:
            raise NothingHeldError(f"{name} is not in quarantine in {settings.warehouse}")
        captures = stored_captures(connection, [held.payload_digest])
        sources = stored_sources(connection) | load_sources(settings.seeds)
    page = held_page_capture(held, captures)
    snapshot = stored_snapshot(page, captures_folder(settings.warehouse))
    return held, snapshot, sources.get(held.source_id)


def held_page_capture(held: HeldPage, captures: Mapping[str, Capture]) -> StoredPage:
    """A page that is held back, with the capture that it was read from.

    Raises:
        ArchiveError: that capture is not there any more.
    """
    capture = captures.get(held.payload_digest)
    if capture is None:
        raise ArchiveError(f"{held.target}: no capture of {held.payload_digest} is kept")
    return StoredPage(
        target=held.target,
        source_id=held.source_id,
        url=held.url,
        path=held.path,
        capture=capture,
    )


def show_held(pages: Sequence[HeldPage]) -> None:
    """Print each page that is held back with its alarms, and what can be done."""
    for page in pages:
        for line in held_lines(page):
            typer.echo(line)
    if not pages:
        typer.echo("no page is in quarantine")
        return
    typer.echo("try next: newsgrain quarantine show|release|reject ARTICLE_ID")


def held_lines(page: HeldPage) -> Iterator[str]:
    """A page that is held back, in a few lines."""
    yield printable(f"{page.article_id}  {page.headline or '(no headline)'}")
    yield printable(f"  page     {page.url or page.target}")
    yield f"  source   {page.source_id}"
    yield f"  alarms   {', '.join(page.alarms)}"
    yield printable(f"  because  {page.detail}")
    looks = f"{page.looks:,} looks" if page.looks > 1 else "1 look"
    since = f"{page.quarantined_at:%Y-%m-%d %H:%M} UTC"
    yield f"  since    {since}, {looks}, read by parsers {page.parser_version}"
    if page.decided_at is not None:
        why = f": {page.decided_reason}" if page.decided_reason else ""
        yield printable(f"  {page.state:<8} {page.decided_at:%Y-%m-%d %H:%M} UTC{why}")
