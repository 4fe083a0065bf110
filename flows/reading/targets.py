"""Targets (files, folders, addresses) become snapshots, one at a time."""

from __future__ import annotations

import os
import re
import stat
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from flows.reading.addresses import AddressReader
from flows.reading.days import ALL_DAYS, Days
from flows.reading.manifest import MANIFEST_NAME, ManifestEntry, ManifestError, read_manifest
from flows.reading.missed import Missed
from flows.settings import Settings
from flows.sources.loading import source_hosts, source_of_url
from parsers.items import Rejection, Snapshot, Source, Unread

MEDIA_TYPES = {
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".text": "text/plain",
    ".txt": "text/plain",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
}
"""What a file name's extension says, the same on every machine."""

NOT_PAGES = frozenset({MANIFEST_NAME, "README.md"})
"""Names in a folder that speak about its pages."""

WARC_SUFFIXES = (".warc", ".warc.gz", ".wacz")
"""What the names of WARC files, and of collections of them, end with."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def read_targets(
    targets: Sequence[str],
    sources: Mapping[str, Source],
    settings: Settings,
    source_id: str | None = None,
    captured: Days = ALL_DAYS,
) -> Iterator[Snapshot | Missed]:
    """Read each target in turn, holding one page at a time.

    A target is a file, a folder (read with the folders in it, sorted by name; hidden files and
    ``NOT_PAGES`` left out) or an http(s) address. ``source_id`` is the source given for all.
    Without it, a file's source comes from the manifest beside it, then from the folder of a
    declared source that it lies in; an address's from its host. Of a WARC file the pages captured
    in the given days are read, and of a source that was given only those of its hosts. Every page
    that cannot be read is a ``Missed``; nothing is raised for one.
    """
    with closing(AddressReader(sources, settings, source_id)) as addresses:
        for target in targets:
            if _SCHEME.match(target):
                yield addresses.read(target)
            else:
                yield from _read_path(target, _FileReader(sources, settings, source_id, captured))


# --- Files and folders -----------------------------------------------------------------------


def _read_path(target: str, reader: _FileReader) -> Iterator[Snapshot | Missed]:
    place = Path(target)
    # A path from the root names this machine's folders: only its last part is told.
    shown = _portable(place.name if place.is_absolute() else target)
    try:
        is_folder = stat.S_ISDIR(place.stat().st_mode)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        yield reader.missed(shown, None, _why(error))
        return
    if is_folder:
        yield from _read_folder(place, shown, reader)
    else:
        yield from _read_single_file(place, shown, reader)


def _read_single_file(file: Path, shown: str, reader: _FileReader) -> Iterator[Snapshot | Missed]:
    try:
        entry = read_manifest(file.parent).get(file.name)
    except ManifestError as error:
        yield reader.missed(shown, _portable(file.name), _why(error))
        return
    yield from reader.pages(file, _portable(file.name), entry)


def _read_folder(root: Path, shown: str, reader: _FileReader) -> Iterator[Snapshot | Missed]:
    found = False
    for page in _walk(root):
        found = True
        path = _portable(page.place.relative_to(root).as_posix())
        if page.problem is None:
            yield from reader.pages(page.place, path, page.entry)
        elif page.place == root:
            yield reader.missed(shown, None, page.problem)
        else:
            yield reader.missed(path, path, page.problem)
    if not found:
        yield reader.missed(shown, None, f"no pages in folder {shown}")


class _Found(NamedTuple):
    """A file in a folder with its manifest entry, or a place that could not be looked into."""

    place: Path
    entry: ManifestEntry | None = None
    problem: str | None = None


def _walk(root: Path) -> Iterator[_Found]:
    """The files under a folder, depth first, by name. Each folder is entered once, links or not."""
    boundary = os.path.realpath(root)
    entered: set[tuple[int, int]] = set()
    waiting: list[tuple[Path, ChainMap[Path, ManifestEntry]]] = [(root, ChainMap())]
    while waiting:
        place, known = waiting.pop()
        try:
            status = _status_inside(place, boundary)
            if stat.S_ISREG(status.st_mode):
                yield _Found(place, entry=known.get(place))
            elif stat.S_ISDIR(status.st_mode) and (status.st_dev, status.st_ino) not in entered:
                entered.add((status.st_dev, status.st_ino))
                if entries := read_manifest(place):
                    known = known.new_child({place / name: entries[name] for name in entries})
                waiting += [(page, known) for page in reversed(_visible(place))]
        except (OSError, ManifestError) as error:
            yield _Found(place, problem=_why(error))


def _status_inside(place: Path, boundary: str) -> os.stat_result:
    """What a place is; a link counts as what it leads to, which must lie inside the boundary."""
    if place.is_symlink() and not Path(os.path.realpath(place)).is_relative_to(boundary):
        raise OSError(0, "is a link out of the folder; name what it leads to as a target")
    return place.stat()


def _visible(folder: Path) -> list[Path]:
    names = sorted(place.name for place in folder.iterdir())
    return [folder / name for name in names if name[0] != "." and name not in NOT_PAGES]


class _FileReader:
    """Reads one file at a time, and knows what its manifest or its folder says of its source."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        settings: Settings,
        source_id: str | None,
        captured: Days,
    ) -> None:
        self._sources = sources
        self._source_id = source_id
        self._captured = captured
        self._max_bytes = settings.max_bytes
        self._declared_folders = [
            ((settings.seeds / source.folder).resolve(), source.id)
            for source in sources.values()
            if source.folder is not None
        ]
        self._owners: dict[Path, str | None] = {}

    def pages(
        self, file: Path, path: str, entry: ManifestEntry | None
    ) -> Iterator[Snapshot | Missed]:
        """The page that a file is, or those that a WARC file holds."""
        if file.name.lower().endswith(WARC_SUFFIXES):
            yield from self._read_warc(file, path, entry.source if entry else None)
        else:
            yield self._read_page(file, path, entry)

    def _read_warc(
        self, file: Path, path: str, declared: str | None
    ) -> Iterator[Snapshot | Missed]:
        from flows.reading.warc_files import Selection, read_archives

        given = self._source_id or declared
        source = self._sources.get(given or "")
        hosts = source_hosts(source) if source else frozenset()
        wanted = Selection(self._max_bytes, hosts or None, self._captured)
        try:
            _check_regular(file.stat())
            for page in read_archives(file, path, wanted):
                yield _of_source(page, given or self._source_of(page, file.parent))
        except OSError as error:
            yield Missed(path, given, None, path, Unread(_why(error)))

    def _source_of(self, page: Snapshot | Missed, folder: Path) -> str | None:
        """The source of an archived page: as told there, by its host, or the folder's."""
        if page.source_id in self._sources:
            return page.source_id
        source = source_of_url(page.url, self._sources) if page.url else None
        return source.id if source else self._owner(folder)

    def _read_page(self, file: Path, path: str, entry: ManifestEntry | None) -> Snapshot | Missed:
        """The whole file, or why not; never more than the allowed bytes of it."""
        declared = entry.source if entry else None
        source_id = self._source_id or declared or self._owner(file.parent)
        url = entry.url if entry else None
        try:
            body = _read_regular(file, self._max_bytes)
        except OSError as error:
            return Missed(path, source_id, url, path, Unread(_why(error)))
        except _TooLargeFile as error:
            return Missed(path, source_id, url, path, Rejection("too_large", str(error)))
        return Snapshot(
            body=body,
            url=url,
            path=path,
            source_id=source_id,
            fetched_at=datetime.now(UTC),
            media_type=MEDIA_TYPES.get(file.suffix.lower()),
        )

    def missed(self, target: str, path: str | None, why: str) -> Missed:
        """A place that gave no page."""
        return Missed(target, self._source_id, None, path, Unread(why))

    def _owner(self, folder: Path) -> str | None:
        """The source of a declared folder's files: the one its subfolder names, else its own."""
        if folder not in self._owners:
            self._owners[folder] = self._find_owner(folder.resolve())
        return self._owners[folder]

    def _find_owner(self, folder: Path) -> str | None:
        for declared, source_id in self._declared_folders:
            if folder.is_relative_to(declared):
                named = folder.relative_to(declared).parts[:1]
                return named[0] if named and named[0] in self._sources else source_id
        return None


def _of_source(page: Snapshot | Missed, source_id: str | None) -> Snapshot | Missed:
    if isinstance(page, Missed):
        return page._replace(source_id=source_id)
    return replace(page, source_id=source_id)


class _TooLargeFile(Exception):
    pass


def _check_regular(status: os.stat_result) -> None:
    """Raise OSError for a pipe or a device, which may never end."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "is not a regular file")


def _read_regular(file: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file, if they are not too many."""
    status = file.stat()
    _check_regular(status)
    if status.st_size > max_bytes:
        raise _TooLargeFile(f"{status.st_size:,} bytes, more than the {max_bytes:,} allowed")
    with file.open("rb") as stream:
        body = stream.read(status.st_size + 1)
        if len(body) > status.st_size:  # it grows while it is read
            body += stream.read(max_bytes + 1 - len(body))
    if len(body) > max_bytes:
        raise _TooLargeFile(f"more bytes than the {max_bytes:,} allowed")
    return body


def _portable(path: str) -> str:
    """A path as text that every file and database can hold: bytes that are no UTF-8 escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _why(error: Exception) -> str:
    """What went wrong, without the folders of this machine that an OSError's text names."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error)
