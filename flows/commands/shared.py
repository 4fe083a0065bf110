"""What all commands share: options, settings, and errors told without a trace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.logs.json_lines import speaks_json

if TYPE_CHECKING:
    from flows.settings import Settings

WarehouseOption = Annotated[
    str,
    typer.Option(
        metavar="PATH",
        envvar="NEWSGRAIN_WAREHOUSE",
        help="The file that readers open; or the address of a lake.",
    ),
]
SeedsOption = Annotated[
    Path,
    typer.Option(envvar="NEWSGRAIN_SEEDS", help="The folder with sources/*.yaml."),
]
SourceOption = Annotated[str | None, typer.Option("--source", metavar="ID", help="One source.")]
WaitOption = Annotated[
    float, typer.Option(min=0, help="Seconds to wait for another run to finish writing.")
]

DAY = ["%Y-%m-%d"]
"""How a person writes a day in an option."""

WAREHOUSE = "newsgrain.duckdb"
SEEDS = Path("seeds")


def settings_of(seeds: Path, warehouse: str) -> Settings:
    """The settings of a command: its options over the environment; a bad one ends with status 2."""
    from pydantic import ValidationError

    from flows.settings import Settings

    try:
        settings = Settings(seeds=seeds, warehouse=warehouse)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = "NEWSGRAIN_" + "_".join(map(str, detail["loc"])).upper()
            typer.echo(f"newsgrain: {name}: {detail['msg']}", err=True)
        raise typer.Exit(2) from None
    if settings.log_format != "text":
        from flows.logs.setup import begin_logging

        begin_logging(settings)
    return settings


@contextmanager
def plain_errors() -> Iterator[None]:
    """What a person can put right is told in a line; anything else is a bug and keeps its trace."""
    try:
        yield
    except Exception as error:
        status = _status_of(error)
        if status is None:
            if not speaks_json():
                raise
            logging.getLogger("newsgrain").critical("bug: %s", error, exc_info=error)
            raise typer.Exit(1) from None
        complain(str(error))
        raise typer.Exit(status) from None


def complain(words: str) -> None:
    """Tell on stderr what went wrong, as a line for people or as one of JSON."""
    if speaks_json():
        logging.getLogger("newsgrain").error(words)
    else:
        typer.echo(f"newsgrain: {words}", err=True)


def tell(words: str) -> None:
    """Tell on stderr what happens."""
    if speaks_json():
        logging.getLogger("newsgrain").info(words)
    else:
        typer.echo(f"newsgrain: {words}", err=True)


def _status_of(error: Exception) -> int | None:
    """The exit status for an error that is told without a trace; None for a bug."""
    from flows.answers.exporting import ExportError
    from flows.answers.finding import PageNotFoundError
    from flows.answers.quarantined import NothingHeldError
    from flows.answers.querying import QueryError
    from flows.archive.warc import ArchiveError
    from flows.backfilling.request import BadRequest
    from flows.memory.proposing import UnknownProposalError
    from flows.orchestration.errors import CannotServe
    from flows.pages.rendering import PageNotWrittenError
    from flows.runs.erasing import NothingErasedError
    from flows.runs.parsing import RunnerUnavailable
    from flows.runs.steps import NothingToDoError, UnknownSourceError
    from flows.sources.errors import AlreadyDeclared, NothingToPropose, UnknownPublisherType
    from flows.sources.loading import SourceError
    from warehouse import BadAddress, WarehouseError

    usage = (
        AlreadyDeclared,
        BadAddress,
        BadRequest,
        NothingToDoError,
        UnknownProposalError,
        UnknownPublisherType,
        UnknownSourceError,
    )
    if isinstance(error, usage):
        return 2
    told = (
        ArchiveError,
        CannotServe,
        ExportError,
        NothingErasedError,
        NothingHeldError,
        NothingToPropose,
        PageNotFoundError,
        PageNotWrittenError,
        QueryError,
        RunnerUnavailable,
        SourceError,
        WarehouseError,
    )
    if isinstance(error, told):
        return 1
    return None
