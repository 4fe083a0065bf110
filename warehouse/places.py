"""Where a warehouse is: a file that readers open, or a lake."""

from __future__ import annotations

from pathlib import Path

from warehouse.lake.address import PREFIX, Lake, parse_lake

Place = Path | Lake


def place_of(text: str) -> Place:
    """The warehouse with this path, or with this address of a lake. Raises BadAddress."""
    return parse_lake(text) if text.startswith(PREFIX) else Path(text)


def writer_folder(place: Place) -> Path:
    """Where the writer on this machine keeps its lock, its log and the captures."""
    return place.folder if isinstance(place, Lake) else place.with_name(place.name + ".d")


def captures_folder(place: Place) -> Path:
    """Where the raw captures that were made on this machine are kept."""
    return writer_folder(place) / "captures"
