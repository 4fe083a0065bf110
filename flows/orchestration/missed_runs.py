"""One run catches up after a time asleep; runs whose process died are seen as what they are.

A schedule goes on while nobody works it off: Prefect keeps each run it planned, marks it late, and
starts all of them when a worker comes back. One run does the work of all, so the first that starts
leaves out the others. The deployments' own concurrency limit (CANCEL_NEW) does the same for runs
that a worker submits at once; this holds too where a worker or pool takes few at a time.
"""

from __future__ import annotations

from datetime import UTC, datetime

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
        died = mark_dead(client, run)
        if died:
            told.append(f"{_runs(died)} whose process died: marked as crashed")
        left_out = leave_out_missed(client, run) if run.auto_scheduled else 0
        if left_out:
            told.append(f"{_runs(left_out)} missed while nothing ran: this one does their work")
    return told


def leave_out_missed(client: SyncPrefectClient, run: FlowRun) -> int:
    """Cancel the scheduled runs of the deployment whose time has passed; how many there were."""
    now = datetime.now(UTC)
    state: State[None] = Cancelled(message=f"missed; {run.name} does its work")
    left_out = 0
    while missed := [
        other
        for other in _others(client, run, [StateType.SCHEDULED], scheduled_before=now)
        if other.auto_scheduled
    ]:
        _set_all(client, missed, state)
        left_out += len(missed)
    return left_out


def mark_dead(client: SyncPrefectClient, run: FlowRun) -> int:
    """Mark as crashed what claims to be under way; how many there were.

    A deployment has one slot and this run holds it, so another's process is gone: its slot came
    free when it no longer said that it lives.
    """
    dead = _others(client, run, _UNDER_WAY)
    _set_all(client, dead, Crashed(message=f"its process died; {run.name} goes on"))
    return len(dead)


def _others(
    client: SyncPrefectClient,
    run: FlowRun,
    types: list[StateType],
    *,
    scheduled_before: datetime | None = None,
) -> list[FlowRun]:
    wanted: dict[str, object] = {
        "deployment_id": {"any_": [run.deployment_id]},
        "id": {"not_any_": [run.id]},
        "state": {"type": {"any_": types}},
    }
    if scheduled_before:
        wanted["next_scheduled_start_time"] = {"before_": scheduled_before}
    return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), limit=PAGE)


def _set_all(client: SyncPrefectClient, runs: list[FlowRun], state: State[None]) -> None:
    for run in runs:
        client.set_flow_run_state(run.id, state, force=True)


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"
