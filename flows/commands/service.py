"""Commands for what runs unattended: ``backfill``, ``serve``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.runs import stoppable
from flows.commands.shared import (
    DAY,
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    WarehouseOption,
    plain_errors,
    settings_of,
    tell,
)


def backfill(
    source: Annotated[str, typer.Option("--source", metavar="ID", help="The source.")],
    since: Annotated[datetime, typer.Option(formats=DAY, help="The first day (UTC).")],
    until: Annotated[datetime, typer.Option(formats=DAY, help="The last day (UTC).")],
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WARC]...",
            help="WARC files or folders to read instead of the web, by day of capture.",
            show_default=False,
        ),
    ] = None,
    missing: Annotated[
        bool,
        typer.Option("--missing", help="Only pages never read, on days where some are missing."),
    ] = False,
    archive: Annotated[
        bool,
        typer.Option("--archive", help="Captures of these days in the source's web archive."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be asked for; read the lists.")
    ] = False,
    window: Annotated[int, typer.Option(min=1, help="Days that are done at a time.")] = 7,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for another run to finish writing.")
    ] = 3600.0,
) -> None:
    """Bring what a source published in some days, window by window; again: it goes on."""
    from rich.console import Console

    from flows.backfilling.request import Request
    from flows.backfilling.windows import Span
    from flows.terminal.progress import progress_on

    settings = settings_of(seeds, warehouse)
    with plain_errors(), stoppable(), progress_on(Console(stderr=True)) as progress:
        span = Span(since.date(), until.date())
        request = Request(source, span, missing, window, tuple(targets or ()), archive)
        if dry_run:
            from flows.backfilling.estimate import estimate
            from flows.backfilling.planning import plan_backfill
            from flows.backfilling.report import plan_lines

            plan = plan_backfill(request, settings, progress)
            for line in plan_lines(plan, estimate(plan, settings)):
                typer.echo(line)
            return
        from flows.backfilling.report import BackfillReport, step_lines
        from flows.backfilling.running import run_backfill

        steps = []
        for step in run_backfill(request, settings, progress, wait=wait):
            steps.append(step)
            for line in step_lines(step):
                typer.echo(line)
    report = BackfillReport(request, tuple(steps))
    typer.echo(report.headline)
    typer.echo(f"readers open {settings.warehouse}")
    if not report.healthy:
        raise typer.Exit(1)


def serve(
    file: Annotated[
        Path, typer.Option(help="What to deploy; runs work in the folder that it lies in.")
    ] = Path("prefect.yaml"),
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Run the schedules of prefect.yaml on this machine: server if none is set, and worker."""
    from flows.orchestration.serving import serve as serve_all

    settings = settings_of(seeds, warehouse)
    with plain_errors(), stoppable():
        serve_all(file, settings, tell)
