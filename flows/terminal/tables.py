"""Tables on a terminal, and the same in a pipe, where no column needs to be squeezed."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console, ConsoleDimensions
from rich.table import Table

_ANY_WIDTH = 1_000_000


def print_table(table: Table, out: TextIO) -> None:
    """Print a table as wide as the terminal, or as COLUMNS says; else as wide as its rows."""
    console = Console(file=out)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        unlimited = console.options.update(width=_ANY_WIDTH)
        widen(console, console.measure(table, options=unlimited).maximum)
    console.print(table)


def widen(console: Console, width: int) -> None:
    """Give a console this many columns; rich heeds them for TERM=dumb only beside a height."""
    console.size = ConsoleDimensions(width, console.height)
