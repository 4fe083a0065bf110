"""One run catches up after a time asleep; runs whose process died are seen as what they are.

A schedule goes on while nobody works it off: Prefect keeps each run it planned, marks it late, and
starts all of them, one after the other, when a worker comes back (PrefectHQ/prefect issue 15886).
One run does the work of all, so the first that starts leaves out the others.

Prefect's own CANCEL_NEW would leave out too much: it cancels all runs that come while the slot of
one that was killed is still taken, and none would catch up. So the deployments let runs wait.
"""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import FlowRunContext
from prefect.states import Cancelled, Crashed

PAGE = 200
"""Runs that are read at once, as many as the server allows."""

_UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


def set_others_right() -> list[str]:
    """Leave out missed runs of this run's deployment, mark dead ones; says what was done.

    Does nothing outside a deployment's run.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None:
        return []
    told = []
    with get_client(sync_client=True) as client:
        left_out = leave_out_missed(client, run) if run.auto_scheduled else 0
        if left_out:
            told.append(f"{_runs(left_out)} missed while nothing ran: this one does their work")
        died = mark_dead(client, run)
        if died:
            told.append(f"{_runs(died)} whose process died: marked as crashed")
    return told


def leave_out_missed(client: SyncPrefectClient, run: FlowRun) -> int:
    """Cancel the scheduled runs of the deployment whose time has passed; how many there were.

    This run holds the deployment's slot, so none of them starts meanwhile.
    """
    now = datetime.now(UTC)
    state: State[None] = Cancelled(message=f"missed; {run.name} does its work")
    left_out = 0
    while missed := [
        other
        for other in _others(client, run, [StateType.SCHEDULED], planned_before=now)
        if other.auto_scheduled
    ]:
        _set_all(client, missed, state)
        left_out += len(missed)
    return left_out


def mark_dead(client: SyncPrefectClient, run: FlowRun) -> int:
    """Mark as crashed what claims to be under way; how many there were.

    A deployment has one slot and this run holds it, so another's process is gone: its slot came
    free when it no longer said that it lives. Prefect frees one more for each that is marked, which
    is this run's own; it is taken again at once.
    """
    dead = _others(client, run, _UNDER_WAY)
    _set_all(client, dead, Crashed(message=f"its process died; {run.name} goes on"))
    if dead:
        _hold_slot(client, run)
    return len(dead)


def _hold_slot(client: SyncPrefectClient, run: FlowRun) -> None:
    """Take the deployment's slot unless it is taken; it comes free with the end of this run."""
    try:
        client.increment_concurrency_slots([f"deployment:{run.deployment_id}"], 1, "concurrency")
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.LOCKED:
            raise


def _others(
    client: SyncPrefectClient,
    run: FlowRun,
    types: list[StateType],
    *,
    planned_before: datetime | None = None,
) -> list[FlowRun]:
    wanted: dict[str, object] = {
        "deployment_id": {"any_": [run.deployment_id]},
        "id": {"not_any_": [run.id]},
        "state": {"type": {"any_": types}},
    }
    if planned_before:
        wanted["expected_start_time"] = {"before_": planned_before}
    return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), limit=PAGE)


def _set_all(client: SyncPrefectClient, runs: list[FlowRun], state: State[None]) -> None:
    for run in runs:
        client.set_flow_run_state(run.id, state, force=True)


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"
