"""What a lake costs beside a file: loading the same pages, loading them again, reading, bytes.

Run by hand: ``python -m tests.benchmarks.lake [articles] [pages in a batch] [CATALOG]``; without an
empty PostgreSQL database (``postgres:dbname=...``) the catalog is an SQLite file. Making the pages
is not counted. Seconds are those of the clock, in brackets this process's own.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.warehouse import Spent, load, spent
from warehouse import Lake, Place, open_reader, open_writer

ASKED = {
    "count of all blocks": "SELECT disposition, count(*) FROM blocks GROUP BY disposition",
    "articles, full scan": "SELECT sum(length(article_body)) FROM articles",
    "one article's blocks": "SELECT * FROM blocks WHERE article_id = "
    "(SELECT min(article_id) FROM articles) ORDER BY position",
}


def measured(place: Place, articles: int, size: int) -> dict[str, Spent]:
    """What each step takes."""
    taken: dict[str, Spent] = {}

    def step(name: str, work: Callable[[], object]) -> None:
        taken[name] = spent(work)

    for name in ("first load", "load again"):
        with open_writer(place) as writer:
            taken[name] = load(writer, articles, size)
            step(f"{name}: publish", writer.publish)
    step("open a reader", lambda: open_reader(place).close())
    with open_reader(place) as reader:
        for name, query in ASKED.items():
            step(name, lambda query=query: reader.execute(query).fetchall())
    return taken


def main(articles: int, size: int, catalog: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="newsgrain-lake-") as folder:
        place = Path(folder)
        file, files = place / "file.duckdb", place / "files"
        lake = Lake(catalog or f"sqlite:{place / 'lake.sqlite'}", str(files), place / "machine")
        both = [measured(one, articles, size) for one in (file, lake)]
        print(f"{articles:,} articles, batches of {size}, catalog in {lake.kind}")
        print(f"{'':24}{'file':>24}{'lake':>24}   ratio")
        for name in both[0]:
            in_file, in_lake = (taken[name] for taken in both)
            print(f"{name:24}{in_file!s:>24}{in_lake!s:>24}   {in_lake.over(in_file)}")
        parquet = [part for part in files.rglob("*") if part.is_file()]
        megabytes = sum(part.stat().st_size for part in parquet) / 1e6
        print(f"{'MB':24}{file.stat().st_size / 1e6:>24.1f}{megabytes:>24.1f}")
        print(f"{len(parquet):,} Parquet files, those that were put together among them")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 20_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 100,
        sys.argv[3] if len(sys.argv) > 3 else None,
    )
