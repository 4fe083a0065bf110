"""The frame of every flow: what comes before its work, and what it leaves behind."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from prefect import Flow, get_run_logger
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.loggers import flow_run_logger
from prefect.states import Completed, Failed
from prefect.utilities.urls import url_for

from flows.logs.masking import mask_loggers
from flows.orchestration.alarms import Alarm, send
from flows.orchestration.artifacts import ArtifactProgress, leave_report, leave_sources
from flows.orchestration.missed_runs import set_others_right
from flows.settings import Settings
from flows.terminal.progress import LineProgress, Progress, shown_by


class Report(Protocol):
    """What a run came to, in one line, and whether all is well."""

    @property
    def healthy(self) -> bool:
        """Whether nothing went wrong."""

    @property
    def headline(self) -> str:
        """The outcome in one line."""


_Reported = TypeVar("_Reported", bound=Report)


def given_settings(seeds: str | None, warehouse: str | None) -> Settings:
    """The environment's settings, with what the run was given on top."""
    given: dict[str, Any] = {"seeds": seeds, "warehouse": warehouse}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def begin(flow: str) -> Progress:
    """Set missed and dead runs of the deployment right; the progress that the run is told to."""
    logger = get_run_logger()
    mask_loggers("prefect.flow_runs", "prefect.task_runs", "newsgrain")
    for told in set_others_right():
        logger.info(told)
    return ArtifactProgress(flow, shown_by.get() or LineProgress(logger.info))


def conclude(
    flow: str, report: _Reported, markdown: str, settings: Settings
) -> _Reported | State[_Reported]:
    """Leave the artifacts of a run; a run that is not well fails and says why."""
    leave_report(flow, markdown, report.headline)
    leave_sources(settings.warehouse)
    if report.healthy:
        return report
    return Failed(message=report.headline, data=report)


def nothing_to_do(reason: object) -> State[Any]:
    """How a scheduled run ends that finds no source to work for: well."""
    return Completed(name="NothingToDo", message=str(reason))


def raise_alarm(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Hook of all flows: tell a deployment's run that failed or crashed; a person sees their own.

    Settings are the environment's: who runs the worker says where alarms go.
    """
    if flow_run.deployment_id is None:
        return
    said, link = state.message or "", url_for(flow_run)
    alarm = Alarm(flow.name, flow_run.name, state.name or state.type.value, said, link)
    for problem in send(alarm, Settings()):
        flow_run_logger(flow_run, flow).warning("alarm: %s", problem)
