"""How much room a warehouse takes, by what it is for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from warehouse import Lake, Place, captures_folder, open_reader
from warehouse.lake.upkeep import stored_bytes


class DiskUse(NamedTuple):
    """What takes room, and how many bytes."""

    what: str
    size: int


def disk_use(warehouse: Place) -> Iterator[DiskUse]:
    """The parts of a warehouse, and the room that is left beside it."""
    captures = captures_folder(warehouse)
    folder = captures.parent
    if isinstance(warehouse, Lake):
        with open_reader(warehouse) as connection:
            yield DiskUse("lake", stored_bytes(connection))
    else:
        yield DiskUse("published copy", _size(warehouse))
        yield DiskUse("writer's database", _size(folder / "warehouse.duckdb"))
    yield DiskUse("captures", _size(captures))
    yield DiskUse("search index", _size(folder / "search"))
    yield DiskUse("free", shutil.disk_usage(folder).free)


def _size(place: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 when there is none."""
    if place.is_file():
        return place.stat().st_size
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
