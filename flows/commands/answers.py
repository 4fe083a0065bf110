"""Commands that answer at once, without a flow run: ``explain``, ``sql``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import (
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    WarehouseOption,
    plain_errors,
    settings_of,
)


class OutputFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


def explain(
    page: Annotated[str, typer.Argument(metavar="URL|FILE|ARTICLE_ID", show_default=False)],
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Show what was kept, moved and removed of a page, and why."""
    from rich.console import Console

    import parsers
    from flows.answers.explaining import show, unread_page
    from flows.answers.finding import find_snapshot
    from parsers.items import Rejection

    with plain_errors():
        settings = settings_of(seeds, warehouse)
        found, source = find_snapshot(page, settings)
        if isinstance(found, Rejection):
            explanation = unread_page(found)
        else:
            explanation = parsers.explain(
                found, source, default_time_zone=settings.default_time_zone
            )
        show(explanation, Console())


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", show_default=False)],
    warehouse: WarehouseOption = WAREHOUSE,
    fmt: Annotated[
        OutputFormat, typer.Option("--format", help="How rows are written.")
    ] = OutputFormat.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="A file for the rows; else standard output.")
    ] = None,
) -> None:
    """Answer a question in SQL from the published warehouse."""
    from flows.answers.querying import answer
    from warehouse import open_reader

    with plain_errors(), open_reader(warehouse) as connection:
        answer(connection, query, fmt.value, output)
