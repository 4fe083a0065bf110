"""The Prefect flow ``reparse``: stored captures through the parsers of today; nobody is asked.

``newsgrain reparse`` does the same without Prefect. Deployments name it in module form,
``flows.reparse.reparse``.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.orchestration.explanations import leave_explanations
from flows.orchestration.flow_runs import begin, conclude, given_settings, raise_alarm
from flows.runs.reparse import reparse_pages
from flows.runs.report import Summary, markdown

reparse_task = task(name="parse, load, publish", cache_policy=NO_CACHE)(reparse_pages)


@flow(
    name="reparse",
    flow_run_name="reparse stored pages",
    persist_result=False,
    on_failure=[raise_alarm],
    on_crashed=[raise_alarm],
)
def reparse(
    source: str | None = None,
    seeds: str | None = None,
    warehouse: str | None = None,
    wait: float = 60.0,
) -> Summary | State[Summary]:
    """Parse the latest capture of each page again; what reads differently becomes a version.

    Args:
        source: One source; none: all.
        seeds: The folder with sources/*.yaml; else NEWSGRAIN_SEEDS, else ./seeds.
        warehouse: The file that readers open; else NEWSGRAIN_WAREHOUSE, else ./newsgrain.duckdb.
        wait: Seconds to wait for another run that writes to the same warehouse.
    """
    settings = given_settings(seeds, warehouse)
    summary = reparse_task(source, settings, begin("reparse"), wait=wait)
    explained = leave_explanations(summary.setbacks, settings)
    return conclude("reparse", summary, markdown(summary, explained), settings)
