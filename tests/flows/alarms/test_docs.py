"""docs/alarms.md is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from flows.alarms import usual, verdicts, watch
from flows.alarms.usual import ASPECTS, Usual
from flows.alarms.verdicts import held_back
from tests.flows.alarms.newsrooms import article
from tests.flows.alarms.test_verdicts import history_of
from warehouse import ranges
from warehouse.migrations import migrate

PAGE = (Path(__file__).parents[3] / "docs" / "alarms.md").read_text(encoding="utf-8")


def test_each_alarm_is_told_on_the_page_and_in_the_schema() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        [(comment,)] = connection.execute(
            "SELECT comment FROM duckdb_columns() "
            "WHERE table_name = 'quarantine' AND column_name = 'alarms'"
        ).fetchall()
    assert [alarm for alarm in ASPECTS if f"`{alarm}`" not in PAGE] == []
    assert set(re.findall(r"\w+_\w+", comment)) == set(ASPECTS)


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL))
def test_each_query_runs(query: str) -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        connection.execute(query)


def test_the_numbers_are_those_of_the_code() -> None:
    assert (ranges.LATEST, ranges.CHROME_PAGES) == (300, 5)
    assert (usual.FEWEST, usual.RECENT, usual.SAME_MOMENT) == (20, 20, 4)
    assert (verdicts.CHANCE_OF_PAGE, verdicts.CHANCE_OF_WINDOW) == (1e-5, 1e-6)
    assert (verdicts.WINDOWS, watch.FEWEST_LOOKS, watch.FEWER_BY) == ((5, 20), 5, 4)


@pytest.mark.parametrize(("known", "among", "enough"), [(300, 5, 4), (20, 20, 11)])
def test_how_many_pages_are_enough(known: int, among: int, enough: int) -> None:
    habits = Usual(history_of([article(number) for number in range(known)]))
    odd, fine = frozenset({"no_date"}), frozenset[str]()
    for number in (enough - 1, enough):
        alarms = [fine] * 20 + [odd] * number + [fine] * (among - number)
        assert bool(held_back(alarms, habits)) == (number == enough)
