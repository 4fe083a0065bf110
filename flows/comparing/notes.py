"""What was compared already, on the disk: a comparison that was stopped goes on where it was.

A file for each state of parsers and sources; a line for each page. The folder lies beside the
writer's database and holds words of pages: an erasure removes it.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from flows.comparing.differences import BlockChange, Difference, FieldChange, RuleChange
from flows.runs.parsing import Parse
from parsers.items import Source
from warehouse import Place, captures_folder

_FOLDER = "differences"


class Noted(NamedTuple):
    """A page that was compared: by its key, with what would change of it."""

    key: str
    difference: Difference | None


class Notes:
    """The notes of one state of parsers and sources, read and added to."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def read(self) -> dict[str, Difference | None]:
        """What was noted so far, by key."""
        self._file.seek(0)
        return {noted.key: noted.difference for noted in _read(self._file)}

    def add(self, noted: Iterable[Noted]) -> None:
        """Note pages; they are in the file when this returns."""
        for key, difference in noted:
            self._file.write(f"{json.dumps([key, difference])}\n")
        self._file.flush()


@contextmanager
def open_notes(warehouse: Place, state: str) -> Iterator[Notes]:
    """The notes of a state; those of other parsers or sources are removed: nobody will ask."""
    folder = _folder(warehouse)
    folder.mkdir(parents=True, exist_ok=True)
    current = folder / f"{state}.jsonl"
    for other in folder.iterdir():
        if other != current:
            other.unlink(missing_ok=True)
    with current.open("a+", encoding="utf-8") as file:
        file.write("\n")  # a line that a kill cut off ends here
        yield Notes(file)


def forget(warehouse: Place) -> None:
    """Remove all notes: they hold words of pages."""
    shutil.rmtree(_folder(warehouse), ignore_errors=True)


def state_of(parse: Parse, sources: Mapping[str, Source]) -> str:
    """A digest of all that decides what a capture comes to: the parsers' files, the sources."""
    digest = hashlib.sha256(pickle.dumps(parse))
    for name, content in _files(resources.files("parsers"), ""):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    for source_id in sorted(sources):
        digest.update(repr(sources[source_id]).encode())
    return digest.hexdigest()[:32]


def _folder(warehouse: Place) -> Path:
    return captures_folder(warehouse).parent / _FOLDER


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{path}{entry.name}/")
        elif entry.is_file():
            yield path + entry.name, entry.read_bytes()


def _read(lines: Iterable[str]) -> Iterator[Noted]:
    for line in lines:
        try:
            key, told = json.loads(line)
        except ValueError:  # an empty line, or one that a kill cut off
            continue
        yield Noted(key, _difference(told) if told else None)


def _difference(told: list[Any]) -> Difference:
    found = Difference(*told)
    return found._replace(
        rules=tuple(RuleChange(*rule) for rule in found.rules),
        lost=tuple(BlockChange(*block) for block in found.lost),
        gained=tuple(BlockChange(*block) for block in found.gained),
        fields=tuple(FieldChange(*field) for field in found.fields),
    )
