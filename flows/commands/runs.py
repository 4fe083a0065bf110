"""Commands that write to the warehouse: ``ingest``, ``reparse``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.commands.shared import (
    DAY,
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    SourceOption,
    WaitOption,
    WarehouseOption,
    complain,
    plain_errors,
    settings_of,
)

if TYPE_CHECKING:
    from flows.runs.report import Summary
    from flows.settings import Settings
    from flows.terminal.progress import Progress

LOADED = "stopped; what was loaded is kept and published"


def ingest(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="Files, folders, WARC files, addresses; none: every enabled source.",
            show_default=False,
        ),
    ] = None,
    source: SourceOption = None,
    since: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Of WARC files: captured from this day on.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Of WARC files: captured up to this day.")
    ] = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    direct: Annotated[
        bool, typer.Option("--direct", help="Run here and now, without Prefect.")
    ] = False,
    wait: WaitOption = 60.0,
) -> None:
    """Bring pages into the warehouse: read, parse, capture, load, report, publish."""
    from flows.reading.days import Days

    settings = settings_of(seeds, warehouse)
    captured = Days(since.date() if since else None, until.date() if until else None)

    def run(progress: Progress) -> Summary:
        if direct:
            from flows.runs.parsing import begin_imports

            begin_imports(settings)  # beside this process's own
            from flows.runs.steps import ingest_pages, plan_ingest

            plan = plan_ingest(targets or [], source, settings, captured)
            return ingest_pages(plan, settings, progress, wait=wait)
        from flows.runs.local_flow import run_ingest

        return run_ingest(targets or [], source, settings, progress, captured=captured, wait=wait)

    run_and_tell(run)


def reparse(
    source: SourceOption = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only show what would change; nothing is loaded.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="With --diff: a page to look at.")
    ] = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: WaitOption = 60.0,
) -> None:
    """Parse the stored captures again with the parsers of today; no source is asked."""
    settings = settings_of(seeds, warehouse)
    if html is not None and not diff:
        raise typer.BadParameter("a page is made of a comparison: add --diff", param_hint="--html")
    if diff:
        _compare(source, settings, html)
        return

    def run(progress: Progress) -> Summary:
        from flows.runs.parsing import begin_imports

        begin_imports(settings)
        from flows.runs.reparse import reparse_pages

        return reparse_pages(source, settings, progress, wait=wait)

    run_and_tell(run)


def _compare(source: str | None, settings: Settings, html: Path | None) -> None:
    """Show what a reparse would change."""
    from rich.console import Console

    from flows.answers.differing import show_comparison
    from flows.comparing.comparing import compare_pages
    from flows.pages.comparison import comparison_page
    from flows.pages.rendering import write_page
    from flows.terminal.progress import progress_on

    told = "stopped; what was compared is noted, and the next comparison goes on from there"
    with plain_errors(), stoppable(told), progress_on(Console(stderr=True)) as progress:
        comparison = compare_pages(source, settings, progress)
    show_comparison(comparison, sys.stdout)
    if html is not None:
        with plain_errors():
            write_page(html, comparison_page(comparison, settings.warehouse.name, source))
        typer.echo(str(html))
    if not comparison.healthy:
        raise typer.Exit(1)


def run_and_tell(run: Callable[[Progress], Summary]) -> None:
    """Run with progress, tell what it did, and leave with the status that says how it went."""
    from rich.console import Console

    from flows.runs.report import lines, show
    from flows.terminal.progress import progress_on

    with plain_errors(), stoppable(), progress_on(Console(stderr=True)) as progress:
        summary = run(progress)
    console = Console()
    if console.is_terminal:
        show(summary, console)
    else:
        for line in lines(summary):
            typer.echo(line)
    if not summary.healthy:
        raise typer.Exit(1)


@contextmanager
def stoppable(told: str = LOADED) -> Iterator[None]:
    """Ctrl-C and SIGTERM end a run in order; ``told`` says what becomes of its work."""

    def stop(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        complain(told)
        raise typer.Exit(128 + signal.SIGINT) from None
    finally:
        signal.signal(signal.SIGTERM, before)
