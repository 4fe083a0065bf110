"""Commands that answer at once, without a flow run: ``explain``, ``sql``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import (
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    WarehouseOption,
    plain_errors,
    settings_of,
)

if TYPE_CHECKING:
    from flows.pages.history import History


class OutputFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


def explain(
    page: Annotated[str, typer.Argument(metavar="URL|FILE|ARTICLE_ID", show_default=False)],
    html: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write a page to look at, all versions side by side."),
    ] = None,
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
        if html is None:
            show(explanation, Console())
            return
        from flows.pages.explained import explanation_page
        from flows.pages.rendering import write_page

        write_page(html, explanation_page(explanation, page, _history(page, warehouse)))
    typer.echo(str(html))


def _history(page: str, warehouse: str) -> History | None:
    """The versions of a stored page; None for a file, which is explained as it lies there."""
    if Path(page).is_file():
        return None
    from flows.pages.history import find_history
    from warehouse import open_reader, place_of

    with open_reader(place_of(warehouse)) as connection:
        return find_history(connection, page)


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
    from warehouse import open_reader, place_of

    text = query if query is not None else _worked(question or "")
    with plain_errors(), open_reader(place_of(warehouse)) as connection:
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
