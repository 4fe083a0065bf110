"""The commands of ``newsgrain sources``."""

from __future__ import annotations

import sys

import typer

from flows.commands.shared import SEEDS, SeedsOption, plain_errors

app = typer.Typer(no_args_is_help=True, help="The sources that the seeds declare.")


@app.command("list")
def list_sources(seeds: SeedsOption = SEEDS) -> None:
    """List the declared sources."""
    from rich.table import Table
    from rich.text import Text

    from flows.sources.loading import load_sources
    from flows.terminal.tables import print_table

    with plain_errors():
        sources = load_sources(seeds)
    table = Table()
    table.add_column("id", no_wrap=True)
    for name in ("publisher", "enabled", "checked live", "reads"):
        table.add_column(name, overflow="fold")
    for source in sources.values():
        enabled = "yes" if source.enabled else "no"
        reads = (source.folder or source.home or "").removeprefix("https://")
        cells = (source.id, source.publisher, enabled, source.checked or "no", reads)
        table.add_row(*map(Text, cells))
    print_table(table, sys.stdout)


@app.command("check")
def check_sources(seeds: SeedsOption = SEEDS) -> None:
    """Check every declaration; each problem with file, key and cure."""
    from flows.sources.loading import load_sources

    with plain_errors():
        sources = load_sources(seeds)
    if not sources:
        typer.echo(f"newsgrain: no sources in {seeds / 'sources'}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(sources):,} sources, all sound")
