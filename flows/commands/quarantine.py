"""The commands of ``newsgrain quarantine``: list, show, release, reject."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.runs import run_and_tell, stoppable
from flows.commands.shared import (
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    SourceOption,
    WaitOption,
    WarehouseOption,
    plain_errors,
    settings_of,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Pages that read unlike those of their source: held back until you have looked.",
)

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[URL|PATH|ARTICLE_ID]...", help="Pages that wait.", show_default=False),
]
AllOfSource = Annotated[
    str | None, typer.Option("--source", metavar="ID", help="All pages of a source that wait.")
]


@app.command("list")
def list_(
    source: SourceOption = None,
    decided: Annotated[
        bool, typer.Option("--all", help="Also those that were decided about.")
    ] = False,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Name the pages that are held back, with what is odd about each."""
    from flows.answers.quarantined import show_held
    from warehouse import open_reader, place_of
    from warehouse.quarantine import held_pages

    with plain_errors(), open_reader(place_of(warehouse)) as connection:
        state = None if decided else "waiting"
        pages = held_pages(connection, source_id=source, state=state)
    show_held(pages)


@app.command()
def show(
    page: Annotated[str, typer.Argument(metavar="URL|PATH|ARTICLE_ID", show_default=False)],
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Show a page that is held back: its alarms, and what became of its blocks."""
    from rich.console import Console

    import parsers
    from flows.answers.explaining import show
    from flows.answers.quarantined import find_held_page, held_lines

    with plain_errors():
        settings = settings_of(seeds, warehouse)
        held, snapshot, source = find_held_page(page, settings)
        explanation = parsers.explain(
            snapshot, source, default_time_zone=settings.default_time_zone
        )
    for line in held_lines(held):
        typer.echo(line)
    typer.echo()
    show(explanation, Console())


@app.command()
def release(
    names: NamesArgument = None,
    source: AllOfSource = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: WaitOption = 60.0,
) -> None:
    """Load pages that are held back; pages like them are not held back again."""
    from flows.runs.quarantine import release

    _check(names, source)
    settings = settings_of(seeds, warehouse)
    run_and_tell(lambda progress: release(names or (), source, settings, progress, wait=wait))


@app.command()
def reject(
    names: NamesArgument = None,
    source: AllOfSource = None,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever asks later.")] = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: WaitOption = 60.0,
) -> None:
    """Never load pages as they read now; when they read otherwise, they are judged anew."""
    from rich.console import Console

    from flows.runs.quarantine import reject
    from flows.terminal.progress import progress_on

    _check(names, source)
    settings = settings_of(seeds, warehouse)
    with plain_errors(), stoppable(), progress_on(Console(stderr=True)) as progress:
        number = reject(names or (), source, reason, settings, progress, wait=wait)
    typer.echo(f"rejected {number:,} page{'s' if number != 1 else ''}")


def _check(names: list[str] | None, source: str | None) -> None:
    if bool(names) == (source is not None):
        raise typer.BadParameter("name pages, or a source with --source")
