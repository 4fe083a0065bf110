"""Processes that parse: none is left behind, none is blamed on a page that it never saw."""

from __future__ import annotations

import multiprocessing
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing

import pytest

import parsers
from flows.runs.parsing import Failure, ParserPool
from flows.runs.parsing.processes import Processes
from parsers.items import Snapshot
from tests.flows.faulty_parsers import ParserThatKillsOnArrival, parse_or_die


def test_no_process_outlives_a_pool_that_broke_while_it_was_given_work() -> None:
    die, *others = [Snapshot(words) for words in [b"die here", *[b"words of a page"] * 100]]
    with closing(Processes(6)) as processes:
        pool = ParserPool(processes, {}, parse_or_die)
        outcomes = pool.outcomes(pool.submit([die, *others]))
        started = multiprocessing.active_children()

    assert [isinstance(outcome, Failure) for outcome in outcomes] == [True, *[False] * 100]
    eventually_ended(started)


def eventually_ended(processes: list[multiprocessing.Process]) -> None:
    for process in processes:
        process.join(30)
        assert process.exitcode is not None, "nobody would ever end it"


def test_processes_that_die_before_a_page_are_not_blamed_on_it() -> None:
    with closing(Processes(1)) as processes:
        pool = ParserPool(processes, {}, ParserThatKillsOnArrival())
        with pytest.raises(BrokenProcessPool):
            pool.outcomes(pool.submit([Snapshot(b"words")]))


def test_a_parser_that_cannot_travel_is_told_before_a_page_does() -> None:
    with closing(Processes(1)) as processes, pytest.raises(AttributeError, match="pickle"):
        ParserPool(processes, {}, lambda snapshot, source: parsers.parse(snapshot, source))
