"""Erasing an article everywhere: warehouse, captures, search index, published copy, log.

A file beside the database says that an erasure is on its way. It is made first and removed last;
when the next command that writes finds it, it takes the later steps again, which come to the same
however often they are taken.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from fastwarc.warc import WarcRecord

from flows.archive.records import page_of
from flows.archive.recovery import recover, settle
from flows.archive.rewriting import rewrite_files
from flows.archive.stored import stored_sources
from flows.comparing.notes import forget
from flows.runs.recording import LOG_NAME
from flows.settings import Settings
from flows.sources.identities import PageIdentities
from flows.sources.loading import load_sources
from parsers.items import Source
from warehouse import (
    Erasure,
    Lake,
    NotOnALake,
    NoWarehouse,
    Place,
    Writer,
    captures_folder,
    open_reader,
)

MARKER = "erasing"
"""The file beside the database that says that an erasure is not finished."""


class NothingErasedError(LookupError):
    """There is nothing to erase, or to allow again, under that name."""


class Erased(NamedTuple):
    """What was erased; ``shared_with`` are articles whose pages sent the very same bytes."""

    erasure: Erasure
    shared_with: frozenset[str]


def erase(name: str, reason: str, settings: Settings, writer: Writer) -> Erased:
    """Erase the article with this address, id or path; the writer is closed with what is left.

    Its text and addresses leave the warehouse, the search index, the WARC files, the log and the
    published copy; a row of ``erasures`` says that there was one. It will not be loaded again.

    Raises:
        NothingErasedError: nothing is stored under the name.
        NotOnALake: the captures of other machines and older snapshots would keep it.
    """
    _refuse_lake(settings.warehouse)
    identify = PageIdentities(known_sources(settings))
    article_id = writer.erasures.find_article(name, identify(None, name, None))
    if article_id is None:
        raise NothingErasedError(f"{name} is no page in {settings.warehouse}; nothing was erased")
    run_id = writer.start_run("erase", {"article_id": article_id})
    traces = writer.erasures.find_traces(article_id, identify)
    mark_unfinished(settings.warehouse)
    for log in sorted(_marker(settings.warehouse).parent.glob(f"{LOG_NAME}*")):
        _blank(log, traces.names, f"erased:{article_id}")
    with writer.transaction():
        erasure = writer.erasures.erase(traces, reason)
        writer.finish_run(run_id, "completed")
    finish_erasures(settings, writer)
    return Erased(erasure, traces.shared_with)


def _refuse_lake(place: Place) -> None:
    if isinstance(place, Lake):
        raise NotOnALake(
            f"No article is erased from {place}: its captures may lie on other machines, its text "
            "in older snapshots. Copy the lake into a file and erase there: docs/lake.md."
        )


def allow_again(name: str, reason: str, settings: Settings, writer: Writer) -> str:
    """Let an erased page be loaded again; what was erased does not come back. Its article's id.

    Raises:
        NothingErasedError: no page that was erased has this name.
    """
    sources = known_sources(settings)
    identify = PageIdentities(sources)
    names = [name, *identify(None, name, None)]
    names += [page_id for source in (None, *sources) for page_id in identify(source, None, name)]
    erased = writer.erasures.erased_page_ids()
    article_id = next((erased[page_id] for page_id in names if page_id in erased), None)
    if article_id is None:
        raise NothingErasedError(f"{name} was not erased from {settings.warehouse}")
    run_id = writer.start_run("erase", {"article_id": article_id, "undo": True})
    with writer.transaction():
        writer.erasures.lift(article_id, reason)
        writer.finish_run(run_id, "completed")
    writer.publish()
    return article_id


def is_unfinished(warehouse: Place) -> bool:
    """Tell whether an erasure was begun, and a kill came between its steps."""
    return _marker(warehouse).exists()


def mark_unfinished(warehouse: Place) -> None:
    """Say that there are captures to be erased, by the next command that writes at the latest."""
    marker = _marker(warehouse)
    marker.touch()
    _sync(marker.parent)


def finish_erasures(settings: Settings, writer: Writer) -> None:
    """Take the steps that follow once the warehouse's rows are gone; the writer is closed.

    Files that hold an erased page's record are replaced, the database is written anew so that no
    deleted bytes stay in it, and the copy that readers open is replaced.
    """
    forget(settings.warehouse)
    captures = captures_folder(settings.warehouse)
    recover(captures)
    replaced = []
    for rewritten in rewrite_files(captures, _Unwanted(settings, writer)):
        if rewritten.after is not None:
            with writer.transaction():
                writer.erasures.move_captures(rewritten.before, rewritten.after, rewritten.offsets)
        replaced.append(rewritten.before)
    writer.rewrite()
    writer.publish()
    for name in replaced:  # only now: until here the published copy may name them
        (captures / name).unlink()
    settle(captures, replaced)
    _marker(settings.warehouse).unlink(missing_ok=True)


def known_sources(settings: Settings) -> dict[str, Source]:
    """The sources as declared now, and as the warehouse remembers others."""
    stored: dict[str, Source] = {}
    with suppress(NoWarehouse), open_reader(settings.warehouse) as connection:
        stored = stored_sources(connection)
    return stored | load_sources(settings.seeds)


class _Unwanted:
    """Tells of a WARC record whether it belongs to an erased page."""

    def __init__(self, settings: Settings, writer: Writer) -> None:
        self._identify = PageIdentities(known_sources(settings))
        self._page_ids = writer.erasures.erased_page_ids()
        self._payloads = writer.erasures.erased_payloads()

    def __call__(self, record: WarcRecord) -> bool:
        if record.headers.get("WARC-Payload-Digest") in self._payloads:
            return True
        return any(page_id in self._page_ids for page_id in self._identify(*page_of(record)))


def _marker(warehouse: Place) -> Path:
    return captures_folder(warehouse).parent / MARKER


def _blank(file: Path, names: Iterable[str], instead: str) -> None:
    """Replace names in a text file, in one step."""
    text = before = file.read_text("utf-8", "surrogateescape")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, instead)
    if text != before:
        draft = file.with_name(f"{file.name}.new")
        draft.write_text(text, "utf-8", "surrogateescape")
        draft.replace(file)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
