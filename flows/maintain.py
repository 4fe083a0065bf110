"""The Prefect flow ``maintain``: old captures dropped as set, files compacted, health told.

A finding that is broken fails the run, so that an alarm tells it. Deployments name it in module
form, ``flows.maintain.maintain``.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.maintenance.maintaining import Maintenance, maintain_warehouse, markdown
from flows.orchestration.flow_runs import begin, conclude, given_settings, raise_alarm

maintain_task = task(name="drop, compact, publish, examine", cache_policy=NO_CACHE)(
    maintain_warehouse
)


@flow(
    name="maintain",
    flow_run_name="maintain",
    persist_result=False,
    on_failure=[raise_alarm],
    on_crashed=[raise_alarm],
)
def maintain(
    seeds: str | None = None, warehouse: str | None = None, wait: float = 60.0
) -> Maintenance | State[Maintenance]:
    """Keep the warehouse in order, and look whether it, the seeds and this machine are sound.

    Args:
        seeds: The folder with sources/*.yaml; else NEWSGRAIN_SEEDS, else ./seeds.
        warehouse: The file that readers open; else NEWSGRAIN_WAREHOUSE, else ./newsgrain.duckdb.
        wait: Seconds to wait for another run that writes to the same warehouse.
    """
    settings = given_settings(seeds, warehouse)
    done = maintain_task(settings, begin("maintain"), wait=wait)
    return conclude("maintain", done, markdown(done), settings)
