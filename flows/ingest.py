"""The Prefect flow ``ingest``: what a schedule runs, and ``newsgrain ingest`` too.

One task does the whole run: a task run costs Prefect's server more than a batch of pages costs
the parsers, and only one process may write. Deployments name it in module form,
``flows.ingest.ingest``.
"""

from __future__ import annotations

from datetime import date

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.orchestration.explanations import leave_explanations
from flows.orchestration.flow_runs import (
    begin,
    conclude,
    given_settings,
    nothing_to_do,
    raise_alarm,
)
from flows.reading.days import Days
from flows.runs.report import Summary, markdown
from flows.runs.steps import NothingToDoError, ingest_pages, plan_ingest
from parsers.items import Cadence

ingest_task = task(name="read, parse, capture, load, publish", cache_policy=NO_CACHE)(ingest_pages)


def _run_name() -> str:
    given = flow_run.parameters
    told = given["source"] or given["cadence"] or ", ".join(given["targets"] or ["all sources"])
    return f"ingest {told}"[:80]


@flow(
    name="ingest",
    flow_run_name=_run_name,
    persist_result=False,
    on_failure=[raise_alarm],
    on_crashed=[raise_alarm],
)
def ingest(
    targets: list[str] | None = None,
    source: str | None = None,
    seeds: str | None = None,
    warehouse: str | None = None,
    since: date | None = None,
    until: date | None = None,
    wait: float = 60.0,
    cadence: Cadence | None = None,
) -> Summary | State[Summary]:
    """Bring pages into the warehouse, every block accounted for.

    Args:
        targets: Files, folders and http(s) addresses; none: every enabled source.
        source: The source of all targets or, without targets, the one source to read.
        seeds: The folder with sources/*.yaml; else NEWSGRAIN_SEEDS, else ./seeds.
        warehouse: The file that readers open; else NEWSGRAIN_WAREHOUSE, else ./newsgrain.duckdb.
        since: Of WARC files, read what was captured from this day on (UTC).
        until: Of WARC files, read what was captured up to this day, which is included.
        wait: Seconds to wait for another run that writes to the same warehouse.
        cadence: Of the enabled sources, read those whose key ``every`` says this.
    """
    settings = given_settings(seeds, warehouse)
    progress = begin("ingest")
    try:
        plan = plan_ingest(targets or [], source, settings, Days(since, until), cadence)
    except NothingToDoError as nothing:
        if cadence is None:
            raise
        return nothing_to_do(nothing)
    summary = ingest_task(plan, settings, progress, wait=wait)
    explained = leave_explanations(summary.setbacks, settings)
    return conclude("ingest", summary, markdown(summary, explained), settings)
