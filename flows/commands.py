"""The command line: each command in a few lines, what it needs imported only when it runs.

Exit status: 0 when every page reached an outcome, 1 when one could not be read, an assertion
failed or something is wrong, 2 for usage; 128 and the signal's number when a run was stopped.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from flows.runs.report import Summary
    from flows.settings import Settings
    from flows.terminal.progress import Progress

app = typer.Typer(
    name="newsgrain",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="News and public-body pages into a DuckDB warehouse, every block accounted for.",
)
sources_app = typer.Typer(no_args_is_help=True, help="The sources that the seeds declare.")
app.add_typer(sources_app, name="sources")

WarehouseOption = Annotated[
    Path,
    typer.Option(envvar="NEWSGRAIN_WAREHOUSE", help="The file that readers open."),
]
SeedsOption = Annotated[
    Path,
    typer.Option(envvar="NEWSGRAIN_SEEDS", help="The folder with sources/*.yaml."),
]
SourceOption = Annotated[str | None, typer.Option("--source", metavar="ID", help="One source.")]
WaitOption = Annotated[
    float, typer.Option(min=0, help="Seconds to wait for another run to finish writing.")
]

WAREHOUSE = Path("newsgrain.duckdb")
SEEDS = Path("seeds")


class OutputFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


@app.callback()
def newsgrain(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda asked: _tell_version(asked),
            help="Tell the version.",
        ),
    ] = False,
) -> None:
    """News and public-body pages into a DuckDB warehouse, every block accounted for."""


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"newsgrain {version('newsgrain')}")
        raise typer.Exit


# --- Runs ------------------------------------------------------------------------------------


@app.command()
def ingest(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="Files, folders and addresses; none: every enabled source.",
            show_default=False,
        ),
    ] = None,
    source: SourceOption = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    direct: Annotated[
        bool, typer.Option("--direct", help="Run here and now, without Prefect.")
    ] = False,
    wait: WaitOption = 60.0,
) -> None:
    """Bring pages into the warehouse: read, parse, capture, load, report, publish."""
    settings = _settings(seeds, warehouse)

    def run(progress: Progress) -> Summary:
        if direct:
            from flows.runs.steps import ingest_pages, plan_ingest

            plan = plan_ingest(targets or [], source, settings)
            return ingest_pages(plan, settings, progress, wait=wait)
        from flows.runs.local_flow import run_ingest

        return run_ingest(targets or [], source, settings, progress, wait=wait)

    _run(run)


@app.command()
def reparse(
    source: SourceOption = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
    wait: WaitOption = 60.0,
) -> None:
    """Parse the stored captures again with the parsers of today; no source is asked."""
    settings = _settings(seeds, warehouse)

    def run(progress: Progress) -> Summary:
        from flows.runs.reparse import reparse_pages

        return reparse_pages(source, settings, progress, wait=wait)

    _run(run)


def _run(run: Callable[[Progress], Summary]) -> None:
    """Run with progress, tell what it did, and leave with the status that says how it went."""
    from rich.console import Console

    from flows.runs.report import lines, show
    from flows.terminal.progress import progress_on

    with _plain_errors(), _stoppable(), progress_on(Console(stderr=True)) as progress:
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
def _stoppable() -> Iterator[None]:
    """Ctrl-C and SIGTERM end a run in order: what was loaded is published, the run cancelled."""

    def stop(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("newsgrain: stopped; what was loaded is kept and published", err=True)
        raise typer.Exit(128 + signal.SIGINT) from None
    finally:
        signal.signal(signal.SIGTERM, before)


# --- Answers ---------------------------------------------------------------------------------


@app.command()
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

    with _plain_errors():
        settings = _settings(seeds, warehouse)
        found, source = find_snapshot(page, settings)
        if isinstance(found, Rejection):
            explanation = unread_page(found)
        else:
            explanation = parsers.explain(
                found, source, default_time_zone=settings.default_time_zone
            )
        show(explanation, Console())


@app.command()
def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", show_default=False)],
    warehouse: WarehouseOption = WAREHOUSE,
    fmt: Annotated[
        OutputFormat, typer.Option("--format", help="How rows are written.")
    ] = OutputFormat.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="A file for the rows; else standard output.")
    ] = None,
) -> None:
    """Answer a question in SQL from the published warehouse."""
    from flows.answers.querying import answer
    from warehouse import open_reader

    with _plain_errors(), open_reader(warehouse) as connection:
        answer(connection, query, fmt.value, output)


@sources_app.command("list")
def list_sources(seeds: SeedsOption = SEEDS) -> None:
    """List the declared sources."""
    from rich.table import Table
    from rich.text import Text

    from flows.sources.loading import load_sources
    from flows.terminal.tables import print_table

    with _plain_errors():
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


@sources_app.command("check")
def check_sources(seeds: SeedsOption = SEEDS) -> None:
    """Check every declaration; each problem with file, key and cure."""
    from flows.sources.loading import load_sources

    with _plain_errors():
        sources = load_sources(seeds)
    if not sources:
        typer.echo(f"newsgrain: no sources in {seeds / 'sources'}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(sources):,} sources, all sound")


@app.command()
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

    settings = _settings(seeds, warehouse)
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


# --- What all of them share ------------------------------------------------------------------


def _settings(seeds: Path, warehouse: Path) -> Settings:
    from pydantic import ValidationError

    from flows.settings import Settings

    try:
        return Settings(seeds=seeds, warehouse=warehouse)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = "NEWSGRAIN_" + "_".join(map(str, detail["loc"])).upper()
            typer.echo(f"newsgrain: {name}: {detail['msg']}", err=True)
        raise typer.Exit(2) from None


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a person can put right is told in a line; anything else is a bug and keeps its trace."""
    try:
        yield
    except Exception as error:
        status = _status_of(error)
        if status is None:
            raise
        typer.echo(f"newsgrain: {error}", err=True)
        raise typer.Exit(status) from None


def _status_of(error: Exception) -> int | None:
    """The exit status for an error that is told without a trace; None for a bug."""
    from flows.answers.finding import PageNotFoundError
    from flows.answers.querying import QueryError
    from flows.archive.warc import ArchiveError
    from flows.runs.steps import NothingToDoError, UnknownSourceError
    from flows.sources.loading import SourceError
    from warehouse import WarehouseError

    if isinstance(error, (NothingToDoError, UnknownSourceError)):
        return 2
    told = (ArchiveError, PageNotFoundError, QueryError, SourceError, WarehouseError)
    if isinstance(error, told):
        return 1
    return None
