"""What a backfill would do, and what it did: plain lines, and Markdown for Prefect's artifact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flows.backfilling.estimate import HostEstimate
from flows.backfilling.planning import Plan
from flows.backfilling.request import Request
from flows.backfilling.running import Step
from flows.runs.report import MAX_SHOWN, OUTCOMES
from flows.terminal.printable import printable
from parsers.items import PageRef


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """A backfill, as far as it came."""

    request: Request
    steps: tuple[Step, ...]

    @property
    def left(self) -> int:
        """Windows that are still open."""
        return self.steps[-1].left if self.steps else 0

    @property
    def healthy(self) -> bool:
        """Whether every window is done and nothing went wrong."""
        return not self.left and all(step.summary.healthy for step in self.steps)

    @property
    def headline(self) -> str:
        """The outcomes in one line."""
        counts: Counter[str] = Counter()
        for step in self.steps:
            counts.update(step.summary.report.outcomes)
        told = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES if counts[name])
        left = f"; {self.left:,} windows left" if self.left else ""
        done = sum(step.window is not None for step in self.steps)
        request = self.request
        return (
            f"backfill {request.source_id} {request.span}: {done:,} windows done,"
            f" {counts.total():,} pages: {told or 'none'}{left}"
        )


def step_lines(step: Step) -> Iterator[str]:
    """One step as plain lines."""
    if step.window is None:
        yield f"planned: {step.left:,} windows to do"
    else:
        yield f"window {step.window}: {step.summary.headline}"
    for setback in step.summary.setbacks[:MAX_SHOWN]:
        yield printable(f"{setback.reason}: {setback.target}: {setback.detail}")
    if (more := len(step.summary.setbacks) - MAX_SHOWN) > 0:
        yield f"and {more:,} more pages without an article"
    for problem in step.summary.report.problems:
        yield printable(f"problem: {problem}")


def markdown(report: BackfillReport) -> str:
    """The report as a Markdown document."""
    parts = [f"# backfill {report.request.source_id} {report.request.span}", report.headline]
    for step in report.steps:
        first, *others = step_lines(step)
        parts.append(f"- {first}" + "".join(f"\n  - `{line}`" for line in others))
    return "\n\n".join(parts) + "\n"


# --- Before ----------------------------------------------------------------------------------


def plan_lines(plan: Plan, hosts: Sequence[HostEstimate]) -> Iterator[str]:
    """What a backfill would ask for, as plain lines."""
    request = plan.request
    if not plan.windows:
        yield f"backfill {request.source_id} {request.span}: nothing is missing"
        return
    if request.targets:
        yield f"backfill {request.source_id} {request.span}: {len(plan.windows):,} windows"
        yield f"captures of these days in {', '.join(request.targets)}; no host is asked"
        return
    what = "captures" if request.archived else "pages"
    yield (
        f"backfill {request.source_id} {request.span}: {plan.pages:,} {what} in"
        f" {len(plan.windows):,} windows, listed by {plan.requests:,} requests"
    )
    for window, refs in plan.windows.items():
        yield f"window {window}: {_counted(refs, what)}"
    for host in hosts:
        pace = f"one every {host.delay:g} s: {_told(host.time)} at least"
        refused = f", {host.refused:,} refused by robots.txt" if host.refused else ""
        yield f"{host.host}: {host.requests:,} requests{refused}, {pace}"
    if plan.outside:
        yield (
            f"not among them: {plan.outside:,} pages whose lists tell a change on another day;"
            " some may have been published in these days"
        )
    if plan.older:
        yield f"not among them: {plan.older:,} captures older than the last look at their page"
    for problem in plan.problems:
        yield printable(f"problem: {problem}")


def _counted(refs: Sequence[PageRef], what: str) -> str:
    """So many pages, or so many captures of so many pages."""
    pages = len({ref.url for ref in refs})
    return f"{len(refs):,} {what}" + (f" of {pages:,} pages" if pages < len(refs) else "")


def _told(time: timedelta) -> str:
    """A time as people say it: 50 s, 12 min, 3 h 20 min."""
    seconds = round(time.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min"
