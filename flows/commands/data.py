"""Commands about the stored data itself: ``export``, ``erase``."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.shared import (
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    WaitOption,
    WarehouseOption,
    plain_errors,
    settings_of,
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
