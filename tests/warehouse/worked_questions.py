"""The pages that tell of an invented world: docs/queries.md, docs/dictionary.md.

``python -m tests.warehouse.worked_questions`` writes them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.warehouse.world import FIRST, build
from warehouse.dictionary import dictionary
from warehouse.questions import Question, questions

DOCS = Path(__file__).parents[2] / "docs"
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
    """The published file of the invented world, with fixed values for what the clock gave."""
    path = folder / "world.duckdb"
    build(path)
    with duckdb.connect(path) as connection:
        names = dict(connection.execute(
            "SELECT run_id, '20240508T09000' || row_number() OVER (ORDER BY run_id) "
            "|| '.000000Z-5eed01' FROM runs"
        ).fetchall())  # fmt: skip
        for table in ("runs", "fetches", "rejections", "article_versions"):
            for run_id, name in names.items():
                connection.execute(
                    f"UPDATE {table} SET run_id = $1 WHERE run_id = $2", [name, run_id]
                )
        at = FIRST.replace(day=8)
        connection.execute("UPDATE runs SET started_at = $1, finished_at = $1", [at])
        connection.execute("UPDATE schema_migrations SET applied_at = $1", [at])
    return path


def pages(world: Path) -> dict[str, str]:
    """The pages by their names in docs/."""
    with duckdb.connect(world, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return {
            "queries.md": worked_questions(connection),
            "dictionary.md": "\n".join(dictionary(connection)) + "\n",
        }


def worked_questions(connection: duckdb.DuckDBPyConnection) -> str:
    """Every worked question with its answer, in Markdown."""
    return "\n".join([INTRODUCTION, *(_section(connection, known) for known in questions())])


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
        for name, text in pages(build_world(Path(folder))).items():
            (DOCS / name).write_text(text, encoding="utf-8")
