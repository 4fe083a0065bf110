"""The commands of ``newsgrain memory``: propose, try, accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import (
    SEEDS,
    WAREHOUSE,
    SeedsOption,
    SourceOption,
    WarehouseOption,
    plain_errors,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.memory.proposing import Proposal
    from flows.settings import Settings
    from parsers.items import Source

app = typer.Typer(
    no_args_is_help=True,
    help="Chrome that recurs on a source's pages: proposed as rules, tried, accepted.",
)

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]...", help="Names of proposals; none: all of them.", show_default=False
    ),
]


@app.command()
def propose(
    source: SourceOption = None,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="Also blocks that nothing parts from the stories.")
    ] = False,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Show rules for blocks that recur on many pages and do not belong to their stories."""
    from flows.answers.remembering import show_proposals

    with plain_errors():
        settings = settings_of(seeds, warehouse)
        proposals, _ = _proposals(settings, source)
        show_proposals([p for p in proposals if p.sure or doubtful])
    unsure = sum(not p.sure for p in proposals)
    if unsure and not doubtful:
        typer.echo(f"{unsure} more recur on most pages but join their stories: --doubtful")


@app.command("try")
def try_(
    names: NamesArgument = None,
    source: SourceOption = None,
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Parse every stored page with the proposed rules; show what each article would lose."""
    from flows.answers.remembering import show_effects
    from flows.memory.proposing import chosen
    from flows.memory.trying import try_rules
    from warehouse import open_reader, place_of
    from warehouse.snapshots import stored_pages

    with plain_errors():
        settings = settings_of(seeds, warehouse)
        all_proposals, sources = _proposals(settings, source)
        proposals = chosen(all_proposals, names or ())
        with open_reader(place_of(warehouse)) as connection:
            pages = stored_pages(connection, source)
        show_effects(try_rules(proposals, pages, sources, settings))


@app.command()
def accept(
    source: Annotated[str, typer.Option("--source", metavar="ID", help="The source.")],
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Names of proposals.", show_default=False),
    ],
    seeds: SeedsOption = SEEDS,
    warehouse: WarehouseOption = WAREHOUSE,
) -> None:
    """Write proposed rules into the source's file, where they hold from then on."""
    from flows.memory.accepting import accept_rules
    from flows.memory.proposing import chosen

    with plain_errors():
        settings = settings_of(seeds, warehouse)
        proposals = chosen(_proposals(settings, source)[0], names)
        file = accept_rules(seeds, source, [proposal.rule for proposal in proposals])
    typer.echo(f"{len(proposals)} rule{'s' if len(proposals) != 1 else ''} added to {file}")
    typer.echo(f"stored pages are read with them by: newsgrain reparse --source {source}")


def _proposals(
    settings: Settings, source: str | None
) -> tuple[tuple[Proposal, ...], Mapping[str, Source]]:
    """What can be proposed, and the sources as declared."""
    from flows.memory.proposing import propose_rules
    from flows.runs.steps import check_source
    from flows.sources.loading import load_sources
    from warehouse import open_reader

    sources = load_sources(settings.seeds)
    check_source(source, sources)
    with open_reader(settings.warehouse) as connection:
        return propose_rules(connection, sources, source), sources
