"""Accepting a rule: it goes into the source's file, as a person would write it there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from flows.sources.loading import SourceError, read_source
from parsers.items import Source, SourceRule


def accept_rules(seeds: Path, source_id: str, rules: Sequence[SourceRule]) -> Path:
    """Add rules to the file of a source, of which all else stays as it is; returns the file.

    The file is replaced in one step, after it was read again as a declaration.

    Raises:
        SourceError: the file would not be a sound declaration; it is left as it is.
        OSError: the file cannot be written.
    """
    file = seeds / "sources" / f"{source_id}.yaml"
    # Under the same name in a folder of its own: the name is the source's id.
    folder = file.with_name(f".{source_id}.accepting")
    folder.mkdir(exist_ok=True)
    draft = folder / file.name
    try:
        draft.write_text(with_rules(file.read_text("utf-8"), rules), "utf-8")
        found = read_source(draft, seeds)
        if not isinstance(found, Source):
            raise SourceError(tuple(found))
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
        folder.rmdir()
    return file


def with_rules(declaration: str, rules: Sequence[SourceRule]) -> str:
    """The text of a sound declaration with rules at the end of its list; nothing else changes."""
    lines = declaration.splitlines()
    listed = _listed(declaration)
    if listed is None or not listed.value:
        # The key is taken out and written anew: an empty list says nothing.
        start = len(lines) if listed is None else listed.start_mark.line
        del lines[start : start + 1]
        lines[start:start] = ["rules:", *_entries(rules, "  ")]
    elif isinstance(listed, yaml.CollectionNode) and listed.flow_style:
        # Inside brackets a rule is written in braces, before the closing one.
        mark = listed.end_mark
        line, place = lines[mark.line], mark.column - 1
        added = "".join(f", {{{', '.join(_parts(rule))}}}" for rule in rules)
        lines[mark.line] = line[:place] + added + line[place:]
    else:
        after = _last_line(listed) + 1
        lines[after:after] = _entries(rules, " " * listed.start_mark.column)
    return "\n".join(lines) + "\n"


def _listed(declaration: str) -> yaml.SequenceNode | yaml.ScalarNode | None:
    """The value of the key ``rules``, with its place in the text; None without the key."""
    document = yaml.compose(declaration, Loader=yaml.SafeLoader)
    if not isinstance(document, yaml.MappingNode):
        return None
    return next((value for key, value in document.value if key.value == "rules"), None)


def _last_line(node: yaml.Node) -> int:
    """The line on which the last word of a node stands; a block's own end is where the next is."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line if mark.column else mark.line - 1)


def _entries(rules: Sequence[SourceRule], indent: str) -> Iterator[str]:
    for rule in rules:
        first, *others = _parts(rule)
        yield f"{indent}- {first}"
        yield from (f"{indent}  {part}" for part in others)


def _parts(rule: SourceRule) -> list[str]:
    parts = [
        f"name: {_quoted(rule.name)}",
        f"reason: {rule.reason}",
        f"pattern: {_quoted(rule.pattern)}",
    ]
    return parts if rule.scope == "block" else [*parts, f"scope: {rule.scope}"]


def _quoted(text: str) -> str:
    """A scalar of YAML; within single quotes a pattern's backslashes stay single."""
    if text.isidentifier() and "_" in text:  # no word that YAML takes for something else has one
        return text
    return "'" + text.replace("'", "''") + "'" if text.isprintable() else json.dumps(text)
