"""The Prefect flow ``revisit``: known pages whose due time has come, without looking for new ones.

Between two looks at what a source lists, its young pages are due several times: this is how
corrections and removals are seen. Deployments name it in module form, ``flows.revisit.revisit``.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.orchestration.explanations import leave_explanations
from flows.orchestration.flow_runs import (
    begin,
    conclude,
    given_settings,
    nothing_to_do,
    raise_alarm,
)
from flows.runs.report import Summary, markdown
from flows.runs.steps import NothingToDoError, ingest_pages, plan_revisit

revisit_task = task(name="fetch, parse, capture, load, publish", cache_policy=NO_CACHE)(
    ingest_pages
)


@flow(
    name="revisit",
    flow_run_name="revisit due pages",
    persist_result=False,
    on_failure=[raise_alarm],
    on_crashed=[raise_alarm],
)
def revisit(
    seeds: str | None = None, warehouse: str | None = None, wait: float = 60.0
) -> Summary | State[Summary]:
    """Look again at the pages of all enabled sources that are due.

    Args:
        seeds: The folder with sources/*.yaml; else NEWSGRAIN_SEEDS, else ./seeds.
        warehouse: The file that readers open; else NEWSGRAIN_WAREHOUSE, else ./newsgrain.duckdb.
        wait: Seconds to wait for another run that writes to the same warehouse.
    """
    settings = given_settings(seeds, warehouse)
    progress = begin("revisit")
    try:
        plan = plan_revisit(settings)
    except NothingToDoError as nothing:
        return nothing_to_do(nothing)
    summary = revisit_task(plan, settings, progress, wait=wait)
    explained = leave_explanations(summary.setbacks, settings)
    return conclude("revisit", summary, markdown(summary, explained), settings)
