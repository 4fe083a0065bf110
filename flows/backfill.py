"""The Prefect flow ``backfill``: what a source published in some days, window by window.

``newsgrain backfill`` does the same without Prefect, and either goes on where the other was.
Deployments name it in module form, ``flows.backfill.backfill``.
"""

from __future__ import annotations

from datetime import date

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.backfilling.report import BackfillReport, markdown
from flows.backfilling.request import WINDOW_DAYS, Request
from flows.backfilling.running import run_backfill
from flows.backfilling.windows import Span
from flows.orchestration.flow_runs import begin, conclude, given_settings, raise_alarm
from flows.settings import Settings
from flows.terminal.progress import Progress


@task(name="list, then fetch, parse, load, publish each window", cache_policy=NO_CACHE)
def backfill_task(
    request: Request, settings: Settings, progress: Progress, wait: float
) -> BackfillReport:
    """Do all windows that are open."""
    return BackfillReport(request, tuple(run_backfill(request, settings, progress, wait=wait)))


def _run_name() -> str:
    given = flow_run.parameters
    return f"backfill {given['source']} {given['since']} to {given['until']}"


@flow(
    name="backfill",
    flow_run_name=_run_name,
    persist_result=False,
    on_failure=[raise_alarm],
    on_crashed=[raise_alarm],
)
def backfill(
    source: str,
    since: date,
    until: date,
    missing: bool = False,
    window: int = WINDOW_DAYS,
    targets: list[str] | None = None,
    archive: bool = False,
    seeds: str | None = None,
    warehouse: str | None = None,
    wait: float = 3600.0,
) -> BackfillReport | State[BackfillReport]:
    """Bring what a source published in some days, the newest window first.

    Asked for again in the same words, it goes on with the windows that are still open.

    Args:
        source: The source.
        since: The first day (UTC).
        until: The last day (UTC), which is included.
        missing: Only pages that were never read, on days where some are missing or may be.
        window: Days that are done at a time; between two windows other runs take their turns.
        targets: WARC files or folders to read instead of the web, by day of capture.
        archive: Captures of these days in the web archive that the source declares, instead.
        seeds: The folder with sources/*.yaml; else NEWSGRAIN_SEEDS, else ./seeds.
        warehouse: The file that readers open; else NEWSGRAIN_WAREHOUSE, else ./newsgrain.duckdb.
        wait: Seconds to wait for another run that writes to the same warehouse.
    """
    settings = given_settings(seeds, warehouse)
    request = Request(source, Span(since, until), missing, window, tuple(targets or ()), archive)
    report = backfill_task(request, settings, begin("backfill"), wait)
    return conclude("backfill", report, markdown(report), settings)
