"""docs/collecting.md is held to the schema and to the constants that it tells."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from flows.collecting import crawl, due, revising
from warehouse.migrations import migrate

PAGE = (Path(__file__).parents[3] / "docs" / "collecting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL))
def test_each_query_runs(query: str) -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        connection.execute(query)


def test_each_file_of_the_folder_is_named() -> None:
    folder = Path(crawl.__file__).parent
    files = {file.name for file in folder.glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"`{name}`" not in PAGE} == set()


def test_the_numbers_are_those_of_the_code() -> None:
    hours = {due.SOONEST: 1, due.SECOND_LOOK: 6, due.RETRY: 1, due.LAST_CALL: 24}
    assert all(wait.total_seconds() == 3600 * told for wait, told in hours.items())
    assert (due.RAREST.days, due.LONGEST_RETRY.days, due.QUIET_SHARE) == (60, 7, 0.25)
    assert (crawl.FAILURES_IN_A_ROW, revising.TRUSTED_IN_A_ROW) == (5, 20)
