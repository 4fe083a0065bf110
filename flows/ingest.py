"""The Prefect flow ``ingest``: what a schedule runs, and ``newsgrain ingest`` too.

One task does the whole run: a task run costs Prefect's server more than a batch of pages costs
the parsers, and only one process may write. Deployments name it in module form,
``flows.ingest.ingest``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.reading.days import Days
from flows.runs.report import Summary, markdown
from flows.runs.steps import ingest_pages, plan_ingest
from flows.settings import Settings
from flows.terminal.progress import LineProgress, shown_by

ARTIFACT_KEY = "ingest-report"

ingest_task = task(name="read, parse, capture, load, publish", cache_policy=NO_CACHE)(ingest_pages)


@flow(name="ingest", persist_result=False)
def ingest(
    targets: list[str] | None = None,
    source: str | None = None,
    seeds: str | None = None,
    warehouse: str | None = None,
    since: date | None = None,
    until: date | None = None,
    wait: float = 60.0,
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
    """
    progress = shown_by.get() or LineProgress(get_run_logger().info)
    settings = _settings(seeds, warehouse)
    plan = plan_ingest(targets or [], source, settings, Days(since, until))
    summary = ingest_task(plan, settings, progress, wait=wait)
    create_markdown_artifact(markdown(summary), key=ARTIFACT_KEY, description=summary.headline)
    if summary.healthy:
        return summary
    return Failed(message=summary.headline, data=summary)


def _settings(seeds: str | None, warehouse: str | None) -> Settings:
    """The environment's settings, with what the run was given on top."""
    given: dict[str, Any] = {"seeds": seeds, "warehouse": warehouse}
    return Settings(**{name: value for name, value in given.items() if value is not None})
