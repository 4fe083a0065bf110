"""The command ``search``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from flows.commands.shared import WAREHOUSE, SourceOption, WarehouseOption, plain_errors


class HitFormat(StrEnum):
    """How hits are written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")]


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...",
            help='Words, "phrases", word*, AND, OR, NOT, -word, (groups), headline:word.',
            show_default=False,
        ),
    ],
    source: SourceOption = None,
    since: DayOption = None,
    until: DayOption = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Hits to show.")] = 10,
    warehouse: WarehouseOption = WAREHOUSE,
    fmt: Annotated[
        HitFormat, typer.Option("--format", help="How hits are written.")
    ] = HitFormat.TEXT,
) -> None:
    """Find articles by the words of their headlines and bodies, the best first."""
    import warehouse as house
    from flows.answers.searching import freshness, show_hits

    with plain_errors():
        hits = house.search(
            house.place_of(warehouse),
            " ".join(words),
            source_id=source,
            since=since.date() if since else None,
            until=until.date() if until else None,
            limit=limit,
        )
        show_hits(hits, fmt.value)
    if behind := freshness(hits):
        typer.echo(f"newsgrain: {behind}", err=True)
