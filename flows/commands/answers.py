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
    query: Annotated[str | None, typer.Argument(metavar="QUERY", show_default=False)] = None,
    question: Annotated[
        str | None, typer.Option(metavar="NAME", help="Ask a worked question instead of QUERY.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Name the worked questions.")] = False,
    warehouse: WarehouseOption = WAREHOUSE,
    fmt: Annotated[
        OutputFormat, typer.Option("--format", help="How rows are written.")
    ] = OutputFormat.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="A file for the rows; else standard output.")
    ] = None,
) -> None:
    """Answer a question in SQL from the published warehouse."""
    if [query is not None, question is not None, listed].count(True) != 1:
        raise typer.BadParameter("give a QUERY, or --question NAME, or --list: one of them")
    if listed:
        _list_questions()
        return
    from flows.answers.querying import answer
    from warehouse import open_reader

    text = query if query is not None else _worked(question or "")
    with plain_errors(), open_reader(warehouse) as connection:
        answer(connection, text, fmt.value, output)


def _list_questions() -> None:
    from warehouse.questions import questions

    width = max(len(known.name) for known in questions())
    for known in questions():
        typer.echo(f"{known.name:{width}}  {known.purpose}")


def _worked(name: str) -> str:
    from warehouse.questions import find_question

    try:
        return find_question(name).sql
    except KeyError as error:
        raise typer.BadParameter(error.args[0], param_hint="--question") from error
