"""Small YAML files that people write (sources, manifests): read safely, refused clearly.

Only YAML's plain part is read: mappings, lists and scalars. Anchors, aliases and tags have no
use in a declaration and are how a small file becomes a huge or a running one. Scalars follow
YAML 1.2, so that the language ``no`` and the day ``2025-11-21`` stay the text that was written.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

MAX_DEPTH = 20
"""Levels of nesting that a declaration may have."""


class DeclarationError(ValueError):
    """A file that cannot be read as a declaration: says what is wrong, where, and the cure."""


# libyaml's loader is ten times as fast as the one in Python, which is there for want of it.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Loader):  # type: ignore[misc,valid-type]  # chosen above
    """YAML 1.2's scalars, and no key twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(key, "a key must be a plain word; quote it")
            if key.value in seen:
                raise _refusal(key, f"the key {key.value!r} is written twice; keep one of them")
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _refusal(place: Any, what: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=place.start_mark)


def _refuse_what_is_not_plain(text: str) -> None:
    """Look at the text's events, which cost no memory, before anything is built from them."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refusal(event, "anchors and aliases (& and *) are not read; write the value out")
        if getattr(event, "tag", None) is not None:
            raise _refusal(event, f"the tag {event.tag!r} is not read; write a plain value")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _refusal(event, f"nested deeper than {MAX_DEPTH} levels; write it flatter")


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?[0-9]{1,18}\.[0-9]{1,18}", "-+0123456789"),
):
    _PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )


def read_declaration(file: Path, max_bytes: int) -> object:
    """The value that a YAML file holds: dicts, lists, str, int, float, bool, None.

    Raises:
        DeclarationError: not readable, over ``max_bytes``, not UTF-8, not plain YAML. The message
            gives line and column and does not name the file.
    """
    try:
        with file.open("rb") as stream:
            body = stream.read(max_bytes + 1)
    except OSError as error:
        raise DeclarationError(f"cannot be read: {error.strerror}") from error
    if len(body) > max_bytes:
        raise DeclarationError(f"is larger than {max_bytes:,} bytes; split it")
    try:
        text = body.decode("utf-8-sig")
        _refuse_what_is_not_plain(text)
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        raise DeclarationError(f"is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise DeclarationError(f"{where}{error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise DeclarationError(f"is not YAML: {' '.join(str(error).split())}") from error
