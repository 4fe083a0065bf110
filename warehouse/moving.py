"""A warehouse into another place: ``python -m warehouse.moving FROM TO [FILES]``.

``FROM`` and ``TO`` are files or addresses of lakes, ``FILES`` is where a new lake's files go. Rows
are copied; captures are files in the writers' folders, to be copied as files.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from warehouse.lake.address import Lake
from warehouse.places import place_of
from warehouse.reader import open_reader
from warehouse.writer import open_writer


def move(source: str, target: str, files: str | None = None) -> int:
    """Copy all rows from one place into another, which has none; how many there were.

    Raises WarehouseError when there are rows at the target, or the source cannot be read.
    """
    place = place_of(target)
    if isinstance(place, Lake):
        place = replace(place, data=files).absolute()
    with open_reader(place_of(source)) as reader, open_writer(place) as writer:
        rows = writer.copy_from(reader)
        writer.publish()
    return rows


if __name__ == "__main__":
    sys.stdout.write(f"{move(*sys.argv[1:]):,} rows copied\n")
