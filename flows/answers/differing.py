"""The answer of ``newsgrain reparse --diff`` on a terminal: sums first, then the worst pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from rich.markup import escape
from rich.table import Column, Table

from flows.comparing.differences import Difference
from flows.comparing.summing import Comparison
from flows.terminal.printable import printable
from flows.terminal.tables import print_table

ROWS_SHOWN = 30
PAGES_SHOWN = 20
_CHARACTERS = 60


def show_comparison(comparison: Comparison, out: TextIO) -> None:
    """Print what a comparison found, the worst of each kind first."""
    for table, left_out in _tables(comparison):
        print_table(table, out)
        if left_out > 0:
            out.write(f"and {left_out:,} more\n")
    for target, why in comparison.unread[:PAGES_SHOWN]:
        out.write(printable(f"unread: {target}: {why}") + "\n")
    out.write(f"{comparison.headline}\n")


def _tables(comparison: Comparison) -> Iterator[tuple[Table, int]]:
    """The tables that have a row, each with how many rows it leaves out."""
    if comparison.outcomes:
        table = Table(
            "source", "before", "now", _right("pages"), title="Pages", title_justify="left"
        )
        for told in comparison.outcomes[:ROWS_SHOWN]:
            table.add_row(_source(told.source_id), told.before, told.after, f"{told.pages:,}")
        yield table, len(comparison.outcomes) - ROWS_SHOWN
    if comparison.rules:
        yield _rules(comparison), len(comparison.rules) - ROWS_SHOWN
    if comparison.fields:
        yield _fields(comparison), len(comparison.fields) - ROWS_SHOWN
    if comparison.worst:
        yield _worst(comparison), comparison.differing - PAGES_SHOWN


def _rules(comparison: Comparison) -> Table:
    numbers = ("pages", "lost", "characters", "gained", "characters")
    table = Table("source", "rule", *map(_right, numbers), "for instance")
    table.title, table.title_justify = "Blocks, by what takes them or took them", "left"
    for rule in comparison.rules[:ROWS_SHOWN]:
        counts = (f"{count:,}" if count else "" for count in rule[2:7])
        table.add_row(_source(rule.source_id), _safe(rule.by), *counts, _safe(rule.example))
    return table


def _fields(comparison: Comparison) -> Table:
    table = Table("source", "field", _right("pages"), "before, for instance", "now")
    table.title, table.title_justify = "Fields", "left"
    for field in comparison.fields[:ROWS_SHOWN]:
        before, after = (_safe(value or "") for value in field.example[1:])
        table.add_row(_source(field.source_id), field.field, f"{field.pages:,}", before, after)
    return table


def _worst(comparison: Comparison) -> Table:
    table = Table("page", "headline", _right("lost"), _right("gained"), "fields", "now")
    table.title, table.title_justify = "The worst pages", "left"
    for found in comparison.worst[:PAGES_SHOWN]:
        table.add_row(
            _safe(found.article_id or found.target),
            _safe(found.headline or ""),
            f"{sum(rule.lost for rule in found.rules):,}",
            f"{sum(rule.gained for rule in found.rules):,}",
            ", ".join(dict.fromkeys(change.field for change in found.fields)),
            _safe(_outcome(found)),
        )
    return table


def _outcome(found: Difference) -> str:
    return f"{found.after}: {found.detail}" if found.detail else found.after


def _right(name: str) -> Column:
    return Column(name, justify="right")


def _source(source_id: str | None) -> str:
    return _safe(source_id or "(no source)")


def _safe(text: str) -> str:
    """A short line of a text from outside, inside Rich's markup."""
    line = printable(text)
    return escape(line if len(line) <= _CHARACTERS else f"{line[:_CHARACTERS]}…")
