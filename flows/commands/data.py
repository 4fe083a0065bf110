"""Commands about the stored data itself: ``export``, ``erase``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import (
    DAY,
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    SourceOption,
    WaitOption,
    WarehouseOption,
    plain_errors,
    settings_of,
)


class ExportFormat(StrEnum):
    """How files are written."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


class ExportTable(StrEnum):
    """What can be exported."""

    ARTICLES = "articles"
    ARTICLE_VERSIONS = "article_versions"
    BLOCKS = "blocks"
    IMAGES = "images"
    LINKS = "links"
    DATE_EVIDENCE = "date_evidence"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    fmt: Annotated[
        ExportFormat,
        typer.Option("--format", help="Parquet by source and month, or one file a table."),
    ] = ExportFormat.PARQUET,
    table: Annotated[
        list[ExportTable] | None,
        typer.Option(help="What to export, may be given again.", show_default="articles"),
    ] = None,
    source: SourceOption = None,
    since: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Published on this day (UTC) or later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Published on this day (UTC) or before.")
    ] = None,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Write articles, and what hangs on them, into files for other programs."""
    from flows.answers.exporting import Selection, export
    from warehouse import open_reader, place_of

    selection = Selection(source, since.date() if since else None, until.date() if until else None)
    with plain_errors(), open_reader(place_of(warehouse)) as connection:
        for name in table or [ExportTable.ARTICLES]:
            exported = export(connection, folder, name.value, fmt.value, selection)
            files = len(exported.files)
            typer.echo(
                f"{exported.table}: {exported.rows:,} rows in {files:,} "
                f"file{'s' if files != 1 else ''} in {folder}"
            )


def erase(
    page: Annotated[str, typer.Argument(metavar="URL|PATH|ARTICLE_ID", show_default=False)],
    reason: Annotated[
        str, typer.Option(help="Why, for the ledger; without the text itself.", show_default=False)
    ],
    undo: Annotated[
        bool, typer.Option("--undo", help="Let the page be loaded again; the text stays gone.")
    ] = False,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: WaitOption = 60.0,
) -> None:
    """Erase an article everywhere: warehouse, captures, search, published copy; a stub stays."""
    from rich.console import Console

    from flows.runs.erasing import allow_again, erase
    from flows.runs.steps import writer_when_free
    from flows.terminal.progress import progress_on
    from warehouse import open_reader

    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    settings = settings_of(seeds, warehouse)
    with plain_errors(), progress_on(Console(stderr=True)) as progress:
        open_reader(settings.warehouse).close()  # raises where there is nothing to erase from
        with writer_when_free(settings, progress, wait) as writer:
            if undo:
                article_id = allow_again(page, reason, settings, writer)
                typer.echo(f"{article_id} may be loaded again")
                return
            erasure, shared_with = erase(page, reason, settings, writer)
    typer.echo(
        f"erased {erasure.article_id}: {erasure.versions:,} versions, "
        f"{erasure.passages:,} passages, {erasure.captures:,} captures; "
        f"{erasure.visits:,} visits and {erasure.rejections:,} rejections blanked"
    )
    for other in sorted(shared_with):
        typer.echo(f"the very same bytes are the article {other}, which stays", err=True)
