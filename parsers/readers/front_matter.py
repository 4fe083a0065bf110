"""Front matter: `---` or a fenced ```yaml block at the head of a text, with nested keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml

_FENCES = {"---": ("---", "..."), "```yaml": ("```",), "```yml": ("```",), "+++": ("+++",)}
_MOST_LINES = 400
_MOST_CHARACTERS = 64_000
_MOST_VALUES = 500
_DEEPEST = 12
_KEY_VALUE = re.compile(r"(\s*)(?:- )?[\"']?([A-Za-z_][\w.:-]{0,60}?)[\"']?\s*[:=](?:\s+(.*)|)$")


class FrontMatter(NamedTuple):
    """Values by dotted key with the line each stands in; ``end`` is the line after the fence."""

    values: dict[str, tuple[str, int]]
    end: int
    flags: tuple[str, ...]


def find_front_matter(lines: Sequence[str]) -> FrontMatter | None:
    """Return the front matter at the head of ``lines``, or None when there is none.

    All values are text: nothing is made into a date, a number or an object. YAML that is broken
    is read line by line as ``key: value``, so that one odd title does not lose the rest; of a key
    given twice the first value is taken.
    """
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    closers = _FENCES.get(lines[start].strip().lower())
    if closers is None:
        return None
    stop = start + 1 + _MOST_LINES
    end = next(
        (i for i in range(start + 1, min(len(lines), stop)) if lines[i].strip() in closers), None
    )
    if end is None:
        return None
    inner = lines[start + 1 : end]
    values, flags = _read(inner)
    if not values and any(line.strip() for line in inner):
        return None
    shifted = {key: (value, line + start + 1) for key, (value, line) in values.items()}
    return FrontMatter(shifted, end + 1, flags)


def _read(lines: Sequence[str]) -> tuple[dict[str, tuple[str, int]], tuple[str, ...]]:
    text = "\n".join(lines)
    if len(text) <= _MOST_CHARACTERS:
        try:
            # compose() builds the node graph only: no tag is obeyed and no alias is expanded.
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError, ValueError):
            node = None
        if isinstance(node, yaml.MappingNode):
            values: dict[str, tuple[str, int]] = {}
            twice = _flatten(node, "", 0, values)
            return values, ("front_matter_duplicate_key",) if twice else ()
    return _line_by_line(lines), ("front_matter_malformed",)


def _flatten(node: yaml.Node, prefix: str, depth: int, values: dict[str, tuple[str, int]]) -> bool:
    """Add the scalars below ``node`` by dotted key; tell whether a key was given twice."""
    twice = False
    if depth > _DEEPEST or len(values) >= _MOST_VALUES:
        return twice
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                twice |= key.value in seen
                seen.add(key.value)
                name = f"{prefix}.{key.value}" if prefix else str(key.value)
                twice |= _flatten(value, name.lower(), depth + 1, values)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            twice |= _flatten(item, f"{prefix}.{number}", depth + 1, values)
    elif isinstance(node, yaml.ScalarNode) and prefix and node.value.strip():
        values.setdefault(prefix, (str(node.value).strip(), node.start_mark.line))
    return twice


def _line_by_line(lines: Sequence[str]) -> dict[str, tuple[str, int]]:
    values: dict[str, tuple[str, int]] = {}
    parents: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        match = _KEY_VALUE.match(line)
        if match is None:
            continue
        indent, key, value = len(match[1]), match[2].lower(), (match[3] or "").strip()
        while parents and parents[-1][0] >= indent:
            parents.pop()
        name = ".".join([parent for _, parent in parents] + [key])
        if not value:
            parents.append((indent, key))
        elif len(values) < _MOST_VALUES:
            values.setdefault(name, (value.strip("\"'"), number))
    return values
