"""What a flow run leaves in Prefect's UI: its report, the sources with their health, progress."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import httpx
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.context import FlowRunContext

from flows.terminal.printable import printable
from flows.terminal.progress import Progress
from warehouse import NoWarehouse, Place, open_reader

PROGRESS_SECONDS = 10.0
"""Seconds between two updates of the progress artifact."""

_HEALTH = """
    SELECT source_id AS source, state, enabled, looked_at::DATE::VARCHAR AS "last look",
        looks, unread, rejected, pages, articles, round(100 * share_with_date) AS "% dated",
        last_published::DATE::VARCHAR AS newest
    FROM source_health
    WHERE looked_at IS NOT NULL OR enabled
    ORDER BY state = 'healthy', source_id
"""

_log = logging.getLogger("newsgrain")


def leave_report(flow: str, markdown: str, headline: str) -> None:
    """Leave the report of a run as the artifact ``<flow>-report``."""
    create_markdown_artifact(markdown, key=f"{flow}-report", description=headline)


def leave_sources(warehouse: Place) -> None:
    """Leave the sources with their health as the artifact ``sources``, those with trouble first."""
    try:
        with open_reader(warehouse) as connection:
            found = connection.execute(_HEALTH)
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except NoWarehouse:
        return
    ill = sum(row["state"] != "healthy" for row in rows)
    told = f"{len(rows):,} sources, {ill:,} of them not healthy"
    create_table_artifact(rows, key="sources", description=told)


class ArtifactProgress:
    """Progress that is told to another one and kept in the run's artifact ``<flow>-progress``.

    The artifact is one, changed in place. A server that does not answer costs the run nothing.
    """

    def __init__(self, flow: str, other: Progress) -> None:
        self._flow = flow
        self._other = other
        self._said: list[str] = []
        self._outcomes: Counter[str] = Counter()
        self._began = time.monotonic()
        self._told = float("-inf")
        self._artifact: UUID | None = None

    def say(self, message: str) -> None:
        """Tell what the run does now or waits for."""
        self._other.say(message)
        self._said.append(f"{datetime.now(UTC):%H:%M:%S} {printable(message)}")
        self._keep()

    def advance(self, outcomes: Iterable[str]) -> None:
        """Count pages that reached these outcomes."""
        reached = list(outcomes)
        self._other.advance(reached)
        self._outcomes.update(reached)
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._keep()

    def _keep(self) -> None:
        self._told = time.monotonic()
        try:
            with get_client(sync_client=True) as client:
                if self._artifact is not None:
                    told = ArtifactUpdate(data=self._markdown(), description=self._headline())
                    client.update_artifact(self._artifact, told)
                    return
                context = FlowRunContext.get()
                made = ArtifactCreate(
                    key=f"{self._flow}-progress",
                    type="markdown",
                    data=self._markdown(),
                    description=self._headline(),
                    flow_run_id=context.flow_run.id if context and context.flow_run else None,
                )
                self._artifact = client.create_artifact(made).id
        except httpx.HTTPError as error:
            _log.warning("progress could not be kept: %s", error)

    def _headline(self) -> str:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in self._outcomes.items())
        return f"{self._outcomes.total():,} pages so far: {counts or 'none'}"

    def _markdown(self) -> str:
        minutes = max(time.monotonic() - self._began, 1.0) / 60
        pace = f"{self._outcomes.total() / minutes:,.0f} pages a minute, all in all"
        said = "\n".join(f"    {line}" for line in self._said[-20:])
        return f"{self._headline()}\n\n{pace}\n\n{said}\n"
