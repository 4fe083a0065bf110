"""What a run did, in three voices: a table on a terminal, plain lines in a pipe, Markdown."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from flows.terminal.printable import printable
from parsers.items import RunReport
from warehouse import Place

OUTCOMES = ("new", "updated", "unchanged", "quarantined", "rejected", "unread")
QUARANTINED = "quarantined"
UNREAD = "unread"
_WITHOUT_ARTICLE = (QUARANTINED, "rejected", UNREAD)
NO_SOURCE = "(no source)"
COLLECTED = ("listed", "found", "fetched", "not modified", "refused by robots.txt", "failed")
"""What is told of each source that was collected, in the order of ``Collected``."""
MAX_SHOWN = 20
"""Quarantined, rejected and unread pages that the report of a run shows."""


class Setback(NamedTuple):
    """A page that gave no article; ``reason`` is a rejection's, ``quarantined`` or ``unread``."""

    target: str
    source_id: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished run: its report, the pages that gave no article, the file that readers open.

    ``example`` is the id of its first article, None when it met none.
    """

    report: RunReport
    setbacks: tuple[Setback, ...]
    example: str | None
    warehouse: Place

    @property
    def healthy(self) -> bool:
        """Whether all that was named could be read and nothing went wrong.

        A collected page that could not be fetched stays due; it is no fault of the run.
        """
        stay_due = sum(told.refused + told.failed for told in self.report.collected.values())
        return self.report.outcomes.get("unread", 0) <= stay_due and not self.report.problems

    @property
    def headline(self) -> str:
        """The outcomes in one line."""
        counts = [
            f"{count:,} {outcome}"
            for outcome in OUTCOMES
            if (count := self.report.outcomes.get(outcome, 0))
        ]
        pages = sum(self.report.outcomes.values())
        seconds = (self.report.finished_at - self.report.started_at).total_seconds()
        return f"{_plural(pages, 'page')} in {seconds:.1f} s: {', '.join(counts) or 'none'}"


# --- A terminal ------------------------------------------------------------------------------


def show(summary: Summary, console: Console) -> None:
    """The closing words of a run for a person at a terminal."""
    console.print(_outcome_table(summary))
    if summary.report.collected:
        console.print(_collected_table(summary))
    if summary.setbacks:
        console.print(_setback_table(summary))
    if hidden := _hidden(summary):
        console.print(f"[dim]{hidden}[/]")
    for problem in summary.report.problems:
        console.print(f"[bold red]problem[/] {_safe(problem)}")
    console.print(f"\n{summary.headline}")
    console.print(f"Readers open [bold]{_safe(str(summary.warehouse))}[/]. Try next:")
    for command in next_steps(summary):
        console.print(f"  [cyan]{_safe(command)}[/]", soft_wrap=True)


def _outcome_table(summary: Summary) -> Table:
    present = [o for o in OUTCOMES if summary.report.outcomes.get(o)]
    table = Table("source", title=f"{summary.report.kind} {summary.report.run_id}")
    table.title_justify = "left"
    for outcome in present:
        table.add_column(outcome, justify="right")
    for source_id, counts in sorted(summary.report.by_source.items()):
        cells = (f"{counts.get(o, 0):,}" if counts.get(o) else "" for o in present)
        table.add_row(_safe(source_id or NO_SOURCE), *cells)
    return table


def _collected_table(summary: Summary) -> Table:
    table = Table("collected from", *(Column(word, justify="right") for word in COLLECTED))
    for source_id, told in summary.report.collected.items():
        table.add_row(_safe(source_id), *(f"{count:,}" if count else "" for count in told))
    return table


def _setback_table(summary: Summary) -> Table:
    table = Table("reason")
    table.add_column("page", overflow="fold")
    table.add_column("detail", overflow="fold")
    for setback in summary.setbacks[:MAX_SHOWN]:
        page, detail = _safe(setback.target), _safe(setback.detail)
        table.add_row(f"[yellow]{setback.reason}[/]", page, f"[dim]{detail}[/]")
    return table


def next_steps(summary: Summary) -> Iterator[str]:
    """Commands that show what this run brought."""
    place = summary.warehouse
    usual = place == Path("newsgrain.duckdb")
    option = "" if usual else f" --warehouse {shlex.quote(str(place))}"
    yield f'newsgrain sql{option} "FROM articles SELECT article_id, date_published, headline"'
    if summary.example is not None:
        yield f"newsgrain explain{option} {summary.example}"
    rejected = [setback.target for setback in summary.setbacks if setback.reason != UNREAD]
    if rejected:
        yield f"newsgrain explain{option} {shlex.quote(rejected[0])}"


# --- A pipe ----------------------------------------------------------------------------------


def lines(summary: Summary) -> Iterator[str]:
    """The closing words of a run as plain lines, each understandable alone."""
    for source_id, counts in sorted(summary.report.by_source.items()):
        told = ", ".join(f"{counts[o]:,} {o}" for o in OUTCOMES if counts.get(o))
        yield f"source {source_id or NO_SOURCE}: {told}"
    for source_id, collected in summary.report.collected.items():
        told = ", ".join(
            f"{count:,} {word}" for word, count in zip(COLLECTED, collected, strict=True) if count
        )
        yield f"collected from {source_id}: {told or 'nothing'}"
    for setback in summary.setbacks[:MAX_SHOWN]:
        yield printable(f"{setback.reason}: {setback.target}: {setback.detail}")
    if hidden := _hidden(summary):
        yield hidden
    for problem in summary.report.problems:
        yield printable(f"problem: {problem}")
    yield f"run {summary.report.run_id}: {summary.headline}"
    yield f"readers open {summary.warehouse}"
    for command in next_steps(summary):
        yield f"try next: {printable(command)}"


# --- Markdown, for Prefect's artifact --------------------------------------------------------


def markdown(summary: Summary, explained: Mapping[str, str] = {}) -> str:
    """The report of a run as a Markdown document.

    ``explained`` are addresses of explanations, by the targets of pages without an article.
    """
    report = summary.report
    parts = [f"# {report.kind} {report.run_id}", summary.headline]
    present = [o for o in OUTCOMES if report.outcomes.get(o)]
    rows = [
        [_cell(source_id or NO_SOURCE), *(f"{counts.get(o, 0):,}" for o in present)]
        for source_id, counts in sorted(report.by_source.items())
    ]
    parts += ["## Sources", _table(["source", *present], rows)]
    if report.collected:
        collected = [
            [_cell(source_id), *(f"{count:,}" for count in told)]
            for source_id, told in report.collected.items()
        ]
        parts += ["## Collected", _table(["source", *COLLECTED], collected)]
    if report.problems:
        parts += ["## Problems", "\n".join(f"- {_cell(problem)}" for problem in report.problems)]
    if summary.setbacks:
        pages = [
            [_cell(s.reason), _cell(s.target), _cell(s.detail), _link(explained.get(s.target))]
            for s in summary.setbacks[:MAX_SHOWN]
        ]
        parts += [
            "## Pages without an article",
            _table(["reason", "page", "detail", "blocks"], pages),
        ]
        parts += filter(None, [_hidden(summary)])
    for title, counts in (("rule", report.rules), ("reason", report.reasons)):
        if counts:
            parts += [f"## Blocks removed, by {title}", _count_table(title, counts)]
    parts.append(f"Readers open `{summary.warehouse}`.")
    return "\n\n".join(parts) + "\n"


def _count_table(name: str, counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _table([name, "blocks"], [[_cell(key), f"{count:,}"] for key, count in ranked])


def _table(names: list[str], rows: list[list[str]]) -> str:
    ruler = ["---"] * len(names)
    return "\n".join(f"| {' | '.join(row)} |" for row in [names, ruler, *rows])


def _cell(text: str) -> str:
    """Text of a page made harmless inside a Markdown table: one line, nothing interpreted."""
    flat = " ".join(printable(text).split())
    for special in "\\`*_[]<>|#":
        flat = flat.replace(special, f"\\{special}")
    return flat


def _link(address: str | None) -> str:
    return f"[explained]({address})" if address else ""


def _hidden(summary: Summary) -> str:
    outcomes = summary.report.outcomes
    hidden = sum(outcomes.get(outcome, 0) for outcome in _WITHOUT_ARTICLE) - MAX_SHOWN
    return f"and {hidden:,} more pages without an article" if hidden > 0 else ""


def _safe(text: str) -> str:
    """Text from outside inside Rich's markup."""
    return escape(printable(text))


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
