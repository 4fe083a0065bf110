"""docs/queries.md: every worked question with its answer in the invented world of the tests.

``python -m tests.warehouse.worked_questions`` writes the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.warehouse.world import FIRST, build
from warehouse.questions import Question, questions

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
WIDEST_CELL = 40
INTRODUCTION = """\
# Worked questions
Each is a file in `warehouse/queries/`, to be run as it is or changed to taste:

```sh
newsgrain sql --list
newsgrain sql --question edited_headlines
```

The answers below come from the small invented world of the tests (`tests/warehouse/world.py`): this
page is written by `python -m tests.warehouse.worked_questions`. Long values are cut.
"""


def build_world(folder: Path) -> Path:
    """The published file of the invented world, its runs set to fixed times."""
    path = folder / "world.duckdb"
    build(path)
    with duckdb.connect(path) as connection:
        connection.execute(
            "UPDATE runs SET started_at = $1, finished_at = $1", [FIRST.replace(day=8)]
        )
    return path


def page(world: Path) -> str:
    """The whole page in Markdown."""
    with duckdb.connect(world, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        sections = [_section(connection, question) for question in questions()]
    return "\n".join([INTRODUCTION, *sections])


def _section(connection: duckdb.DuckDBPyConnection, question: Question) -> str:
    title = question.name.replace("_", " ").capitalize()
    sql = question.sql.partition("\n")[2].strip()
    rows = "\n".join(_rows(connection.execute(question.sql)))
    return f"## {title}\n`{question.name}`: {question.purpose}\n\n```sql\n{sql}\n```\n\n{rows}\n"


def _rows(answer: duckdb.DuckDBPyConnection) -> Iterator[str]:
    names = [name for name, *_ in answer.description or ()]
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in answer.fetchall():
        yield "| " + " | ".join(map(_cell, row)) + " |"


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            text = ", ".join(map(str, value))
        case _:
            text = str(value)
    text = " ".join(text.split()).replace("|", "\\|")
    return text if len(text) <= WIDEST_CELL else f"{text[:WIDEST_CELL]}…"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(build_world(Path(folder))), encoding="utf-8")
