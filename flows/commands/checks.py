"""The command ``doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.shared import SEEDS, WAREHOUSE, SeedsOption, WarehouseOption, settings_of


def doctor(
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Also ask the Prefect server whether it answers.")
    ] = False,
) -> None:
    """Check this installation, the seeds and the warehouse; a cure for each problem."""
    from rich.console import Console

    from flows.doctor import examine, examine_prefect, show

    settings = settings_of(seeds, warehouse)
    console = Console()
    broken = False
    for finding in examine(settings):
        show(finding, console)
        broken |= finding.state == "broken"
    if prefect:
        finding = examine_prefect()
        show(finding, console)
        broken |= finding.state == "broken"
    if broken:
        raise typer.Exit(1)
