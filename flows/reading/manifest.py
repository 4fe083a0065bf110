"""``manifest.yaml`` beside documents: which source each file came from, and its address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from flows.sources.declarations import DeclarationError, read_declaration

MANIFEST_NAME = "manifest.yaml"
MAX_BYTES = 5_000_000
"""Bytes that a manifest may have: some ten thousand entries."""


class ManifestError(ValueError):
    """A manifest that cannot be used: says where, what, and the cure; not which folder."""


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ValueError("must name a file inside the manifest's folder")
    return str(path)


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address")
    return url


class ManifestEntry(BaseModel):
    """What is known of one file: its source's id, the address it was at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, AfterValidator(_inside)]
    source: str | None = None
    url: Annotated[str, AfterValidator(_web_address), Field(max_length=8_000)] | None = None


_ENTRIES = TypeAdapter(list[ManifestEntry])


def read_manifest(folder: Path) -> Mapping[str, ManifestEntry]:
    """The entries of a folder's manifest by file name (POSIX form); empty when there is none.

    Raises:
        ManifestError: not readable, not a list of ``file``, ``source``, ``url``, a name that
            leaves the folder, or the same file twice.
    """
    try:
        declared = read_declaration(folder / MANIFEST_NAME, MAX_BYTES)
        entries = _ENTRIES.validate_python([] if declared is None else declared)
    except DeclarationError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise ManifestError(f"{MANIFEST_NAME}: {error}") from error
    except ValidationError as error:
        raise ManifestError(f"{MANIFEST_NAME}: {_first_problem(error)}") from error
    known: dict[str, ManifestEntry] = {}
    for position, entry in enumerate(entries, start=1):
        if entry.file in known:
            raise ManifestError(
                f"{MANIFEST_NAME}: entry {position}: {entry.file!r} is named twice; keep one"
            )
        known[entry.file] = entry
    return known


def _first_problem(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False)
    first, more = details[0], len(details) - 1
    position, *keys = first["loc"] or ("",)
    if position == "":
        return "is not a list; write `- file: ...` lines"
    place = f"entry {int(position) + 1}" + "".join(f": {key}" for key in keys)
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" + (f" (and {more} more)" if more else "")
