"""The command that makes pages to look at: ``report``."""

from __future__ import annotations

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


def report(
    out: Annotated[
        Path, typer.Argument(metavar="[OUT.html]", help="The page.", show_default=True)
    ] = Path("report.html"),
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Write a page about the last run and the whole warehouse, and one for each page it names."""
    from flows.pages.report import write_report
    from flows.terminal.printable import printable

    with plain_errors():
        written = write_report(out, settings_of(seeds, warehouse))
    typer.echo(f"{written.report}, and {written.explained:,} explanations in {written.folder}")
    for bug in written.bugs:
        typer.echo(f"newsgrain: {printable(bug)}", err=True)
    if written.bugs:
        raise typer.Exit(1)
