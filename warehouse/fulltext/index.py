"""The index on the disk: its fields, and the run that it stands for.

It lies in the writer's folder: ``search`` holds Tantivy's files, ``search.json`` says which run
they stand for. Articles are committed first and the run is told after, so that a kill in between
only means that some articles are indexed twice over, each time to the same effect.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from tantivy import Index, Schema, SchemaBuilder

from warehouse.errors import WarehouseError
from warehouse.fulltext.words import analyzer

FORMAT = 1
"""Raised when fields or words change; an index of another format is built anew."""

TEXT_FIELDS = ("headline", "article_body")
_ANALYZER = "words"
_REMOVALS = 20


class SearchError(WarehouseError):
    """A search has no answer: says why."""


class NoSearchIndex(SearchError):
    """There is no index to search, or it cannot be read."""


class IndexState(NamedTuple):
    """What an index stands for: the last run whose articles it holds (None before any run)."""

    format: int
    run_id: str | None
    as_of: str | None


def schema() -> Schema:
    """The fields of the index. No text is stored: it is read from the published copy."""
    builder = SchemaBuilder()
    for name in ("article_id", "source_id"):
        builder.add_text_field(
            name, stored=name == "article_id", tokenizer_name="raw", index_option="basic"
        )
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=_ANALYZER)
    builder.add_integer_field("version", stored=True)
    builder.add_integer_field("date_published", indexed=True, fast=True)
    return builder.build()


def open_index(folder: Path) -> Index:
    """The index in a writer's folder. Raises NoSearchIndex."""
    place = folder / "search"
    try:
        if not Index.exists(str(place)):
            raise NoSearchIndex(f"There is no search index in {folder}: the next run makes it.")
        index = Index.open(str(place))
    except (ValueError, OSError) as error:
        raise NoSearchIndex(
            f"The search index in {place} cannot be read: {error}. The next run makes it anew."
        ) from error
    index.register_tokenizer(_ANALYZER, analyzer())
    return index


def create_index(folder: Path) -> Index:
    """An empty index in a writer's folder, in place of whatever lies there."""
    _state_file(folder).unlink(missing_ok=True)
    place = folder / "search"
    _remove(place)
    place.mkdir()
    index = Index(schema(), path=str(place), reuse=False)
    index.register_tokenizer(_ANALYZER, analyzer())
    return index


def _remove(place: Path) -> None:
    """Remove an index. Tantivy's threads may still end in it when the last one lets it go."""
    for _ in range(_REMOVALS):
        shutil.rmtree(place, ignore_errors=True)
        if not place.exists():
            return
        time.sleep(0.1)
    shutil.rmtree(place)


def read_state(folder: Path) -> IndexState | None:
    """What the index stands for; None when nothing says so."""
    try:
        told = json.loads(_state_file(folder).read_text("utf-8"))
        return IndexState(told["format"], told["run_id"], told["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, state: IndexState) -> None:
    """Say what the index stands for, in one step."""
    place = _state_file(folder)
    draft = place.with_name(place.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(state._asdict(), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


def _state_file(folder: Path) -> Path:
    return folder / "search.json"
