"""Worked questions: SQL in ``queries/*.sql``, each with a comment that says what it answers."""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources
from typing import NamedTuple


class Question(NamedTuple):
    """A worked question: ``name`` is its file's stem, ``purpose`` its first comment."""

    name: str
    purpose: str
    sql: str


@cache
def questions() -> tuple[Question, ...]:
    """All worked questions, by name."""
    files = (resources.files("warehouse") / "queries").iterdir()
    return tuple(
        sorted(
            _question(file.name.removesuffix(".sql"), file.read_text("utf-8"))
            for file in files
            if file.name.endswith(".sql")
        )
    )


def find_question(name: str) -> Question:
    """The question of this name. Raises KeyError, naming those that are nearest."""
    known = {question.name: question for question in questions()}
    if name not in known:
        near = difflib.get_close_matches(name, known) or list(known)
        raise KeyError(f"there is no worked question {name}; there is {', '.join(near)}")
    return known[name]


def _question(name: str, sql: str) -> Question:
    return Question(name, sql.partition("\n")[0].removeprefix("-- "), sql)
