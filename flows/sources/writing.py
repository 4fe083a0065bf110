"""A source as the YAML file that declares it, with how each value was found beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from flows.sources.errors import AlreadyDeclared
from flows.sources.loading import SourceError, contested_hosts, load_sources, read_source
from parsers.items import Source


def as_yaml(source: Source, reasons: Mapping[str, str]) -> str:
    """The text of ``sources/<id>.yaml``: what is not the default, the reasons as comments."""
    lines = list(_lines(source, reasons))
    return "\n".join(lines) + "\n"


def check_new(text: str, source_id: str, seeds: Path) -> None:
    """See that a declaration is sound beside those that are there.

    Raises:
        AlreadyDeclared: there is one with this id.
        SourceError: with all that is wrong.
    """
    file = seeds / "sources" / f"{source_id}.yaml"
    if file.exists():
        raise AlreadyDeclared(f"{file} exists; name another with --id, or edit it")
    with TemporaryDirectory() as folder:
        trial = Path(folder) / f"{source_id}.yaml"
        trial.write_text(text, encoding="utf-8")
        read = read_source(trial, seeds)
    if not isinstance(read, Source):
        raise SourceError(tuple(read))
    contested = tuple(contested_hosts({**load_sources(seeds), source_id: read}))
    if contested:
        raise SourceError(contested)


def write_new(text: str, file: Path) -> None:
    """Write a declaration that is not there yet.

    Raises:
        AlreadyDeclared: the file exists.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8"
        ) as stream:
            stream.write(text)
    except FileExistsError as error:
        raise AlreadyDeclared(f"{file} exists; name another with --id, or edit it") from error


def _lines(source: Source, reasons: Mapping[str, str]) -> Iterator[str]:
    for declared in fields(source):
        value = getattr(source, declared.name)
        always = declared.name in ("enabled", "checked", "language", "time_zone")
        if declared.name == "id" or (value == _default(declared) and not always):
            continue
        comment = f"  # {reasons[declared.name]}" if declared.name in reasons else ""
        written = _plain(value)
        if isinstance(written, dict):
            yield f"{declared.name}:{comment}"
            for key, inner in written.items():
                yield f"  {key}: {_flow(inner)}"
        else:
            yield f"{declared.name}: {_flow(written)}{comment}"


def _default(declared: Any) -> object:
    made = declared.default_factory
    return made() if callable(made) else declared.default


def _plain(value: Any) -> Any:
    """Dataclasses as mappings of what is not the default, tuples as lists."""
    if is_dataclass(value):
        return {
            inner.name: _plain(getattr(value, inner.name))
            for inner in fields(value)
            if getattr(value, inner.name) != _default(inner)
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _flow(value: object) -> str:
    """A value on one line, quoted where YAML needs it."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")
