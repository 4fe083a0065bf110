"""Parsing on many cores or machines, since parsing holds the interpreter lock.

A ``Runner`` is where the work is done: processes, threads, a Dask or a Ray cluster. A
``ParserPool`` sends it batches of pages and never loses one: a bug in the parsers costs one page,
and a page that kills its worker is found by parsing it apart.
"""

from __future__ import annotations

from flows.runs.parsing.pages import Failure, Outcome, Parse, parser
from flows.runs.parsing.pool import ParserPool, Pending
from flows.runs.parsing.runners import Runner, RunnerUnavailable, begin_imports, open_runner

__all__ = [
    "Failure",
    "Outcome",
    "Parse",
    "ParserPool",
    "Pending",
    "Runner",
    "RunnerUnavailable",
    "begin_imports",
    "open_runner",
    "parser",
]
