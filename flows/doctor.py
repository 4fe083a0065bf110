"""Is this installation fit to run, and is the warehouse sound? Each problem comes with a cure."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
from packaging.requirements import Requirement
from rich.console import Console
from rich.text import Text

from flows.archive.stored import sample_captures
from flows.archive.warc import ArchiveError, read_payload
from flows.runs.parsing import ParserPool, open_runner
from flows.settings import Settings
from flows.sources.loading import SourceError, load_sources
from flows.terminal.printable import printable
from parsers.items import Snapshot
from warehouse import (
    Lake,
    LakeError,
    NoLakeExtension,
    NoWarehouse,
    Place,
    Problem,
    WarehouseError,
    captures_folder,
    data_place,
    is_remote,
    open_reader,
    verify,
)

State = Literal["ok", "warning", "broken"]

FREE_BYTES = 1_000_000_000
"""Free disk space below which a run is at risk: publishing needs room for a copy."""

SAMPLED_CAPTURES = 20
"""Captures that are read back whole, their digests checked."""


class Finding(NamedTuple):
    """What was looked at, what was found, and for a problem the cure."""

    subject: str
    state: State
    detail: str
    cure: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings about this machine, the seeds and the warehouse, as they are made."""
    yield from _versions()
    if settings.task_runner in ("dask", "ray"):
        yield _cluster(settings)
    yield from _seeds(settings.seeds)
    yield _disk(settings.warehouse)
    yield from _warehouse(settings.warehouse)


def examine_prefect() -> Finding:
    """Whether the Prefect server that PREFECT_API_URL or the profile names answers."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    address = PREFECT_API_URL.value()
    if not address:
        return Finding(
            "Prefect",
            "warning",
            "no server is set; each run starts a temporary one",
            "start `prefect server start` and set PREFECT_API_URL to its address",
        )
    with get_client(sync_client=True) as client:
        failure = client.api_healthcheck()
    if failure is None:
        return Finding("Prefect", "ok", f"{address} answers")
    return Finding(
        "Prefect",
        "broken",
        f"{address} does not answer: {failure}",
        "start it, correct PREFECT_API_URL, or run with --direct",
    )


# --- This machine ----------------------------------------------------------------------------


def _versions() -> Iterator[Finding]:
    """The installed packages against what newsgrain itself requires."""
    try:
        required = [Requirement(line) for line in requires("newsgrain") or ()]
        shown = f"newsgrain {version('newsgrain')}, Python {platform.python_version()}"
    except PackageNotFoundError:
        yield Finding("versions", "broken", "newsgrain is not installed", "pip install newsgrain")
        return
    unfit = False
    for requirement in required:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = None
        if found is None or not requirement.specifier.contains(found, prereleases=True):
            unfit = True
            detail = f"{requirement.name} is {found or 'missing'}, not {requirement.specifier}"
            yield Finding("versions", "broken", detail, f'pip install "{requirement}"')
    if not unfit:
        yield Finding("versions", "ok", shown)


def _disk(warehouse: Place) -> Finding:
    folder = captures_folder(warehouse.absolute()).parent.parent
    if not folder.is_dir():
        return Finding(
            "disk", "broken", f"there is no folder {folder}", "make it, or name another --warehouse"
        )
    free = shutil.disk_usage(folder).free
    size = _published_size(warehouse)
    detail = f"{free / 1e9:,.1f} GB free"
    detail += f", the warehouse has {size / 1e6:,.1f} MB" if size is not None else ""
    if free < max(FREE_BYTES, 2 * (size or 0)):
        return Finding("disk", "warning", detail, "free some space, or name another --warehouse")
    return Finding("disk", "ok", detail)


def _published_size(warehouse: Place) -> int | None:
    """Bytes of the copy that readers open; None for a lake, whose files may lie anywhere."""
    if isinstance(warehouse, Lake):
        return None
    return warehouse.stat().st_size if warehouse.is_file() else 0


def _cluster(settings: Settings) -> Finding:
    """Whether a worker of the cluster that the settings name parses a page, as in a run."""
    try:
        with open_runner(settings) as runner:
            pool = ParserPool(runner, {})
            pool.outcomes(pool.submit([Snapshot(b"")]))
            detail = f"{settings.task_runner} parses pages, {runner.workers:,} at once"
    except (ImportError, RuntimeError) as error:  # RunnerUnavailable, OtherParsers, a lost worker
        return Finding(
            "task runner",
            "broken",
            str(error),
            "put that right, correct NEWSGRAIN_CLUSTER, or set NEWSGRAIN_TASK_RUNNER=processes",
        )
    return Finding("task runner", "ok", detail)


# --- Seeds -----------------------------------------------------------------------------------


def _seeds(seeds: Path) -> Iterator[Finding]:
    try:
        sources = load_sources(seeds)
    except SourceError as error:
        for problem in error.problems:
            detail = f"{problem.file}: {problem.key}: {problem.problem}"
            yield Finding("seeds", "broken", detail, problem.cure)
        return
    if not sources:
        yield Finding(
            "seeds", "warning", f"no sources in {seeds / 'sources'}", "name a folder with --seeds"
        )
        return
    for source in sources.values():
        if source.enabled and source.folder and not (seeds / source.folder).is_dir():
            detail = f"{source.id}: there is no folder {seeds / source.folder}"
            yield Finding("seeds", "broken", detail, "make it, or correct the key `folder`")
    enabled = sum(source.enabled for source in sources.values())
    yield Finding("seeds", "ok", f"{len(sources):,} sources, {enabled:,} enabled")


# --- The warehouse ---------------------------------------------------------------------------


def _warehouse(place: Place) -> Iterator[Finding]:
    try:
        with open_reader(place) as connection:
            if isinstance(place, Lake):
                yield from _lake(connection, place)
            yield from _account(connection)
            yield from _captures(connection, place)
    except NoWarehouse as error:
        yield Finding("warehouse", "warning", str(error), "`newsgrain ingest` makes one")
    except NoLakeExtension as error:
        yield Finding("lake", "broken", str(error), "install the packages of newsgrain[lake]")
    except LakeError as error:
        cure = "start its server, or correct the address; PGPASSWORD or PGPASSFILE tell a password"
        yield Finding("lake", "broken", str(error), cure)
    except WarehouseError as error:
        yield Finding("warehouse", "broken", str(error), "name another with --warehouse")


def _lake(connection: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[Finding]:
    """The catalog answers when there is a connection; whether this machine can write files."""
    files = data_place(connection)
    yield Finding("lake", "ok", f"{lake} answers, its files lie in {files}")
    if is_remote(files):
        yield Finding("lake", "ok", "whether object storage can be written to, a run will tell")
    elif not os.access(files, os.W_OK):
        detail = f"{files} cannot be written to from here"
        yield Finding("lake", "broken", detail, "mount it, or correct its permissions")


def _account(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    problems = list(verify(connection))
    yield from map(_from_problem, problems)
    if not problems:
        row = connection.execute("SELECT count(*) FROM article_versions").fetchone()
        yield Finding("warehouse", "ok", f"{row[0] if row else 0:,} versions, each accounted for")


def _from_problem(problem: Problem) -> Finding:
    detail = f"{problem.check}: {problem.subject}: {problem.detail}"
    return Finding("warehouse", "broken", detail, "`newsgrain reparse` reads the captures again")


def _captures(connection: duckdb.DuckDBPyConnection, place: Place) -> Iterator[Finding]:
    """Whether every indexed WARC file is there, and a sample of captures can be read back.

    Those of a lake lie on the machines that made them.
    """
    folder = captures_folder(place)
    cure = f"put back {folder} from a copy, or `newsgrain ingest` the pages again"
    files = connection.execute("SELECT warc_file FROM snapshots GROUP BY 1 ORDER BY 1").fetchall()
    lost = [name for (name,) in files if not (folder / name).is_file()]
    if isinstance(place, Lake):
        detail = f"{len(files) - len(lost):,} of {len(files):,} WARC files lie on this machine"
        yield Finding("captures", "ok", detail)
        return
    for name in lost:
        yield Finding("captures", "broken", f"{name} is indexed but not there", cure)
    if lost:
        return
    sample = sample_captures(connection, SAMPLED_CAPTURES)
    for capture in sample:
        try:
            read_payload(folder, capture)
        except ArchiveError as error:
            yield Finding("captures", "broken", str(error), cure)
            return
    detail = f"{len(files):,} WARC files, {len(sample):,} captures read back"
    yield Finding("captures", "ok", detail)


# --- In words --------------------------------------------------------------------------------

_STYLES: dict[State, str] = {"ok": "green", "warning": "yellow", "broken": "bold red"}


def show(finding: Finding, console: Console) -> None:
    """Print one finding, its cure below it."""
    told = Text(f"{finding.state:<8}", _STYLES[finding.state])
    told.append(f" {finding.subject}: {printable(finding.detail)}", "default")
    console.print(told, soft_wrap=True)
    if finding.cure:
        console.print(Text(f"{'':8} cure: {printable(finding.cure)}"), soft_wrap=True)
