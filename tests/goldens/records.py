"""An outcome as the JSON record that a person reviews, and its fields as the tests hold them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from parsers.items import Article, Block, Rejection

Record = Mapping[str, Any]
"""``outcome`` and the fields of that outcome; in a file also ``reviewed``: a person has read it."""


def record_of(outcome: Article | Rejection) -> Record:
    """The record of an outcome, for a person to review."""
    if isinstance(outcome, Rejection):
        return {"outcome": "rejection", "reason": outcome.reason, "detail": outcome.detail}
    characters = Counter[str]()
    for block in outcome.blocks:
        characters[block.disposition] += block.characters
    published, modified = outcome.date_published, outcome.date_modified
    return {
        "outcome": "article",
        "headline": outcome.headline,
        "authors": list(outcome.authors),
        "date_published": published and published.isoformat(),
        "date_published_precision": outcome.date_published_precision,
        "date_published_raw": outcome.date_published_raw,
        "date_modified": modified and modified.isoformat(),
        "description": outcome.description,
        "section": outcome.section,
        "area": outcome.area,
        "publisher": outcome.publisher,
        "in_language": outcome.in_language,
        "canonical_url": outcome.canonical_url,
        "flags": sorted(outcome.flags),
        "links": len(outcome.links),
        "images": [image._asdict() for image in outcome.images],
        "attributes": [attribute._asdict() for attribute in outcome.attributes],
        "account": {
            "input": outcome.input_characters,
            **{fate: characters[fate] for fate in ("kept", "moved", "removed")},
        },
        "blocks": [_block(block) for block in outcome.blocks],
    }


def _block(block: Block) -> dict[str, str | None]:
    fate: dict[str, str | None] = {block.disposition: block.role or block.field or block.reason}
    if block.rule:
        fate["rule"] = block.rule
    return {**fate, "kind": block.kind, "text": block.text}


def kept(record: Record) -> list[dict[str, str]]:
    """The kept blocks of a record."""
    return [block for block in record.get("blocks", ()) if "kept" in block]


def _same(key: str) -> Callable[[Record], Any]:
    return lambda record: record.get(key)


FIELDS: dict[str, dict[str, Callable[[Record], Any]]] = {
    "article": {
        "outcome": _same("outcome"),
        **{
            key: _same(key)
            for key in (
                "headline", "authors", "date_published", "date_published_precision",
                "date_published_raw", "date_modified", "description", "section", "area",
                "publisher", "in_language", "canonical_url", "flags",
            )
        },
        "paragraphs": lambda record: [block["text"] for block in kept(record)],
        "roles": lambda record: [(block["kept"], block["text"][:60]) for block in kept(record)],
        "blocks": _same("blocks"),
        "images": _same("images"),
        "attributes": lambda record: record.get("attributes", []),
        "links": _same("links"),
        "account": _same("account"),
    },
    "rejection": {key: _same(key) for key in ("outcome", "reason", "detail")},
}  # fmt: skip
"""What one test each holds, by outcome: a name, and its value in a record."""


def read_record(file: Path) -> Record | None:
    """The golden in a file, or None when there is none yet."""
    if not file.exists():
        return None
    record: Record = json.loads(file.read_text("utf-8"))
    return record


def write_record(file: Path, record: Record, *, reviewed: bool) -> None:
    """Write a golden so that a person can read it: a field, a picture, a block a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fields = ",\n".join(
        f"  {json.dumps(key)}: {_lines(value)}"
        for key, value in {"reviewed": reviewed, **record}.items()
    )
    file.write_text(f"{{\n{fields}\n}}\n", "utf-8")


def _lines(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
        return f"[\n{items}\n  ]"
    return json.dumps(value, ensure_ascii=False)
