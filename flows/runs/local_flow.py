"""The Prefect flow run in this process, for a person at the command line.

Prefect talks to the server that PREFECT_API_URL or the profile names; without one it starts a
temporary server of its own, which takes a while. What Prefect prints is for operators: here only
the words of the run itself are shown. Importing this module does not import Prefect yet.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from flows.reading.days import ALL_DAYS, Days
from flows.runs.report import Summary
from flows.runs.steps import plan_ingest
from flows.settings import Settings
from flows.terminal.progress import Progress, shown_by

STARTUP_SECONDS = 90
"""How long a temporary server may take: on a fresh home it makes its database first."""

_ENVIRONMENT = {
    # The flow's words reach the server's log all the same; exceptions are told by the command.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    # A temporary server has nobody to report to, and often no way out of this machine.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def run_ingest(
    targets: Sequence[str],
    source_id: str | None,
    settings: Settings,
    progress: Progress,
    *,
    captured: Days = ALL_DAYS,
    wait: float = 0,
) -> Summary:
    """Run the flow ``ingest`` here; its exceptions are raised as they are.

    Raises:
        RuntimeError: no server answers, or the run was crashed or cancelled from elsewhere.
        Whatever ``plan_ingest`` and ``ingest_pages`` raise.
    """
    plan_ingest(
        targets, source_id, settings, captured
    )  # what cannot be done is said before the wait
    progress.say(
        "starting Prefect: about 2 s with a server in PREFECT_API_URL, else 10 to 25 s for a"
        " temporary one (--direct runs without Prefect)"
    )
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)

    from prefect.settings import (
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
        temporary_settings,
    )

    from flows.ingest import ingest

    shown = shown_by.set(progress)
    try:
        with temporary_settings(
            {
                PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: STARTUP_SECONDS,
                # The heartbeat's thread makes every run a second longer.
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            }
        ):
            state = ingest(
                targets=list(targets),
                source=source_id,
                seeds=str(settings.seeds),
                warehouse=str(settings.warehouse),
                since=captured.since,
                until=captured.until,
                wait=wait,
                return_state=True,
            )
            result = state.result(raise_on_failure=False)
    finally:
        shown_by.reset(shown)
    if isinstance(result, BaseException):
        raise result
    if not isinstance(result, Summary):
        raise RuntimeError(f"the flow run ended without a report: {state}")
    return result
