"""What the person who asks for an explanation means: a file, or a page that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows.reading.targets import read_targets
from flows.settings import Settings
from flows.sources.loading import load_sources
from parsers.items import Rejection, Snapshot, Source

if TYPE_CHECKING:
    from warehouse import Place


class PageNotFoundError(LookupError):
    """Nothing to explain under that name: says what was looked for and a cure."""


def find_snapshot(name: str, settings: Settings) -> tuple[Snapshot | Rejection, Source | None]:
    """The page that ``name`` means, with its source when one is known.

    A file is read now, the manifest beside it and the folder it lies in telling its source. Else
    ``name`` is the address, article id or path of a page in the warehouse, whose stored capture
    is taken. A file that is not read whole is the rejection it would be in a run.

    Raises:
        PageNotFoundError: no such file, page or source, or a file that cannot be read.
        ArchiveError, WarehouseError, SourceError: from where it was looked for.
    """
    declared = load_sources(settings.seeds)
    if Path(name).is_file():
        return _read_file(name, declared, settings)
    if Path(name).is_dir():
        raise PageNotFoundError(f"{name} is a folder; name one file in it")
    return _read_stored(name, declared, settings.warehouse)


def _read_file(
    name: str, sources: Mapping[str, Source], settings: Settings
) -> tuple[Snapshot | Rejection, Source | None]:
    page = next(read_targets([name], sources, settings))
    source = sources.get(page.source_id or "")
    if isinstance(page, Snapshot):
        return page, source
    if isinstance(page.outcome, Rejection):
        return page.outcome, source
    raise PageNotFoundError(f"{name} cannot be read: {page.outcome.detail}")


def _read_stored(
    name: str, declared: Mapping[str, Source], warehouse: Place
) -> tuple[Snapshot, Source | None]:
    # Imported late: the explanation of a file needs no database and should not wait for one.
    from flows.answers.absent import what_became_of
    from flows.archive.stored import find_page, stored_snapshot, stored_sources
    from warehouse import Lake, captures_folder, open_reader

    with open_reader(warehouse) as connection:
        page = find_page(connection, name)
        known = stored_sources(connection) | dict(declared)
        became = None if page else what_became_of(name, connection, known)
    if became:
        raise PageNotFoundError(became)
    if page is None:
        raise PageNotFoundError(
            f"{name} is no file here and no page in {warehouse}; `newsgrain ingest` brings pages in"
        )
    captured = captures_folder(warehouse) / page.capture.warc_file
    if isinstance(warehouse, Lake) and not captured.is_file():
        raise PageNotFoundError(
            f"{name} was captured on another machine: explain it there, or copy {captured} from it"
        )
    source = known.get(page.source_id or "")
    return stored_snapshot(page, captures_folder(warehouse)), source
