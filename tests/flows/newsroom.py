"""A small newsroom for tests of whole runs: pages to read, runs to make, answers to ask for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from flows.runs.report import Summary
from flows.runs.steps import ingest_pages, plan_ingest
from flows.settings import Settings

TOWNS = ("Arlsey", "Brindle", "Corvey", "Dunmore", "Eastholt", "Fenwick", "Garside", "Hollin")


def page_text(town: str) -> str:
    """An article as a web page, with the notice and the links that such pages have."""
    paragraphs = "".join(
        f"<p>{sentence}</p>\n"
        for sentence in (
            f"Officers will walk the centre of {town} every evening from Monday, the force said.",
            "The patrols were stopped two years ago, when their vehicles were sold to pay for"
            " repairs to the station roof.",
            f"A shopkeeper in {town} said that she had written eleven letters and received"
            " one answer.",
            "The superintendent said that the answer should have come sooner, and that he would"
            " visit the market himself.",
        )
    )
    return f"""<!doctype html>
<html lang="en">
<head><title>Night patrols return to {town} after a summer of complaints</title></head>
<body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article>
<h1>Night patrols return to {town} after a summer of complaints</h1>
{paragraphs}
</article>
</body>
</html>
"""


def write_pages(folder: Path, number: int) -> list[Path]:
    """So many pages, each about a town of its own, in files that sort in the order made."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for position in range(number):
        town = f"{TOWNS[position % len(TOWNS)]} {'upon' if position % 2 else 'under'} Hill"
        page = folder / f"{position:03}.html"
        page.write_text(page_text(f"{town} {position}" if position >= len(TOWNS) else town))
        pages.append(page)
    return pages


def write_source(seeds: Path, source_id: str, **keys: object) -> None:
    """Declare a source with a folder of the same name."""
    declared: dict[str, object] = {
        "publisher": source_id.title(),
        "publisher_type": "newspaper",
        "enabled": True,
        "folder": source_id,
        **keys,
    }
    file = seeds / "sources" / f"{source_id}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{key}: {_yaml(value)}\n" for key, value in declared.items()))


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Silence:
    """Progress that only remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.outcomes: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)

    def advance(self, outcomes: Iterable[str]) -> None:
        self.outcomes += outcomes


def settings_in(folder: Path, **given: Any) -> Settings:
    """Settings with a warehouse and seeds in a folder, and one process."""
    return Settings(
        **{
            "warehouse": folder / "news.duckdb",
            "seeds": folder / "seeds",
            "workers": 1,
            **given,
        }
    )


def ingest(settings: Settings, *targets: Path, source: str | None = None, **given: Any) -> Summary:
    """A run as ``newsgrain ingest --direct`` makes it."""
    plan = plan_ingest([str(target) for target in targets], source, settings)
    return ingest_pages(plan, settings, given.pop("progress", None) or Silence(), **given)


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows from the published file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()
