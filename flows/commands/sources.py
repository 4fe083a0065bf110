"""The commands of ``newsgrain sources``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import SEEDS, WAREHOUSE, SeedsOption, plain_errors, settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from flows.fetching.client import Fetcher
    from flows.settings import Settings
    from flows.sources.proposing import Proposal, Wishes
    from flows.sources.trying import TriedPage
    from parsers.items import PageRef, Source

app = typer.Typer(no_args_is_help=True, help="The sources that the seeds declare.")


@app.command("list")
def list_sources(seeds: SeedsOption = SEEDS) -> None:
    """List the declared sources."""
    from flows.sources.loading import load_sources
    from flows.terminal.tables import print_table

    with plain_errors():
        sources = load_sources(seeds)
    table = _table("publisher", "enabled", "checked live", "reads", first="id")
    for source in sources.values():
        enabled = "yes" if source.enabled else "no"
        reads = (source.folder or source.home or "").removeprefix("https://")
        _add_row(table, source.id, source.publisher, enabled, source.checked or "no", reads)
    print_table(table, sys.stdout)


# --- check -----------------------------------------------------------------------------------


@app.command("check")
def check_sources(
    source_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One source, held against its site.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Hold every enabled source against its site.")
    ] = False,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Check every declaration; with ID or --live also robots, indexes and five pages on the web."""
    from flows.runs.steps import check_source
    from flows.sources.loading import load_sources

    settings = settings_of(seeds, WAREHOUSE)
    with plain_errors():
        sources = load_sources(seeds)
        check_source(source_id, sources)
    if not sources:
        typer.echo(f"newsgrain: no sources in {seeds / 'sources'}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(sources):,} sources, all declarations sound")
    named = [sources[source_id]] if source_id else []
    enabled = [source for source in sources.values() if live and source.enabled]
    wrong = 0
    for source in named or enabled:
        wrong += asyncio.run(_check_live(source, sources, settings))
    if wrong:
        raise typer.Exit(1)


async def _check_live(source: Source, sources: Mapping[str, Source], settings: Settings) -> int:
    """Show what is found of one source; how many findings are wrong."""
    from flows.fetching.client import Fetcher
    from flows.sources.examining import examine
    from flows.terminal.tables import print_table

    if source.folder and not source.home:
        typer.echo(f"{source.id}: reads the folder {source.folder}; there is no site to look at")
        return 0
    typer.echo(f"{source.id}: asking {source.home or 'its indexes'}, a few pages", err=True)
    async with Fetcher(settings, sources) as fetcher:
        findings = [f async for f in examine(source, fetcher, settings.default_time_zone)]
    table = _table("state", "found", "cure", first=source.id)
    place = (source.home or "").rstrip("/")
    for finding in findings:
        subject = finding.subject.removeprefix(place) or "/"
        _add_row(table, subject, finding.state, finding.detail, finding.cure)
    print_table(table, sys.stdout)
    return sum(finding.state == "wrong" for finding in findings)


# --- add -------------------------------------------------------------------------------------


@app.command("add")
def add_source(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The site's news page, front page or feed.")
    ],
    source_id: Annotated[
        str | None, typer.Option("--id", help="The id, which names the file; else the publisher's.")
    ] = None,
    publisher: Annotated[str | None, typer.Option(help="The name that articles carry.")] = None,
    publisher_type: Annotated[
        str | None,
        typer.Option("--type", help="What kind of publisher it is, as publisher_type says it."),
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds between requests to the site.")
    ] = 1.0,
    pages: Annotated[int, typer.Option(min=1, max=20, help="Pages to try.")] = 3,
    yes: Annotated[bool, typer.Option("--yes", help="Write the file without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Propose a source from its site, try it on a few pages, and write sources/ID.yaml."""
    from flows.sources.proposing import Wishes, publisher_type_of
    from flows.sources.writing import as_yaml, check_new, write_new

    settings = settings_of(seeds, WAREHOUSE)
    with plain_errors():
        wishes = Wishes(source_id, publisher, publisher_type_of(publisher_type), delay)
        proposal, readable = asyncio.run(_propose_and_try(url, wishes, pages, settings))
        source = proposal.source
        text = as_yaml(source, proposal.reasons)
        file = seeds / "sources" / f"{source.id}.yaml"
        typer.echo(f"\n{file}\n\n{text}")
        if dry_run:
            return
        check_new(text, source.id, seeds)
        if not readable and not yes:
            typer.echo("None of the pages tried reads as an article; see article_url.")
        if yes or typer.confirm(f"Write {file}?"):
            write_new(text, file)
            typer.echo(
                f"{file} is written. Compare it with the site, then set checked and enabled."
            )


async def _propose_and_try(
    url: str, wishes: Wishes, pages: int, settings: Settings
) -> tuple[Proposal, bool]:
    """The proposal, and whether a page of those tried is an article; both shown as they come."""
    from flows.fetching.client import Fetcher
    from flows.sources.proposing import propose

    typer.echo(f"looking at {url}", err=True)
    async with Fetcher(settings, {}) as fetcher:
        proposal = await propose(url, fetcher, wishes)
        tried = [page async for page in _tried(proposal.source, fetcher, pages, settings)]
    return proposal, any(page.article for page in tried)


async def _tried(
    source: Source, fetcher: Fetcher, pages: int, settings: Settings
) -> AsyncIterator[TriedPage]:
    from flows.discovery import discover
    from flows.sources.examining import gently
    from flows.sources.trying import lines_about, try_pages
    from flows.terminal.printable import printable
    from parsers.items import PageRef

    refs: list[PageRef] = []
    async for item in discover(gently(source), fetcher, lambda _: ()):
        if isinstance(item, PageRef):
            refs.append(item)
        elif item.kind != "cut":
            typer.echo(printable(str(item)))
    typer.echo(f"{len(refs):,} pages listed; the newest {min(pages, len(refs))}:")
    for page in await try_pages(refs[:pages], source, fetcher, settings.default_time_zone):
        for line in lines_about(page):
            typer.echo(line)
        yield page


# --- Tables ----------------------------------------------------------------------------------


def _table(*names: str, first: str) -> Table:
    from rich.table import Table

    table = Table()
    table.add_column(first, overflow="fold")
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _add_row(table: Table, *cells: str) -> None:
    from rich.text import Text

    from flows.terminal.printable import printable

    table.add_row(*(Text(printable(cell)) for cell in cells))
