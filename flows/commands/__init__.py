"""The command line: each command in a few lines, what it needs imported only when it runs.

Exit status: 0 when every page reached an outcome, 1 when one could not be read, an assertion
failed or something is wrong, 2 for usage; 128 and the signal's number when a run was stopped.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands import (
    answers,
    checks,
    data,
    memory,
    pages,
    quarantine,
    runs,
    search,
    service,
    sources,
)

app = typer.Typer(
    name="newsgrain",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="News and public-body pages into a DuckDB warehouse, every block accounted for.",
)


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


for command in (
    runs.ingest,
    runs.reparse,
    service.backfill,
    service.serve,
    answers.explain,
    answers.sql,
    search.search,
    pages.report,
    data.export,
    data.erase,
    checks.doctor,
):
    app.command()(command)
app.add_typer(sources.app, name="sources")
app.add_typer(memory.app, name="memory")
app.add_typer(quarantine.app, name="quarantine")
