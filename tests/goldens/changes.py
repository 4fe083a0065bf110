"""How what the parsers say now differs from a golden, and in which direction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from tests.goldens.records import FIELDS, Record, kept

_PRECISIONS = ("unknown", "month", "day", "minute")
_COMPARED_APART = (
    "outcome",
    "authors",
    "date_published_precision",
    "paragraphs",
    "roles",
    "blocks",
    "attributes",
)


Direction = Literal["lost", "gained", "changed"]


class Change(NamedTuple):
    """One difference: ``lost`` is less than the golden has, ``gained`` more, else ``changed``."""

    direction: Direction
    field: str
    what: str

    def __str__(self) -> str:
        sign = {"lost": "-", "gained": "+", "changed": "~"}[self.direction]
        return f"  {sign} {self.direction:7} {self.field}: {self.what}"


def changes(golden: Record, now: Record) -> list[Change]:
    """All differences between a golden and the record of today's outcome."""
    if golden["outcome"] != now["outcome"]:
        direction: Direction = "lost" if golden["outcome"] == "article" else "gained"
        told = now.get("reason", now.get("headline"))
        return [
            Change(direction, "outcome", f"{golden['outcome']} is now {now['outcome']}: {told}")
        ]
    return [
        *_texts(golden, now),
        *_authors(golden, now),
        *_attributes(golden, now),
        *_precision(golden, now),
        *_values(golden, now),
    ]


def loses(found: list[Change]) -> bool:
    """Whether taking these changes over would lower the bar."""
    return any(change.direction == "lost" for change in found)


def _texts(golden: Record, now: Record) -> Iterator[Change]:
    """Text that is no longer kept, or newly kept, and blocks that ended elsewhere otherwise."""
    before = Counter(block["text"] for block in kept(golden))
    after = Counter(block["text"] for block in kept(now))
    for text in (before - after).elements():
        yield Change("lost", "paragraphs", f"{text!r} is now {_fate(now, text)}")
    for text in (after - before).elements():
        yield Change("gained", "paragraphs", f"{text!r} was {_fate(golden, text)}")
    same = (before & after).keys()
    for text in dict.fromkeys(
        b["text"] for b in [*golden.get("blocks", ()), *now.get("blocks", ())]
    ):
        was, is_now = _fate(golden, text), _fate(now, text)
        if was != is_now and (text in same or (text not in before and text not in after)):
            yield Change("changed", "blocks", f"{text!r} was {was}, is now {is_now}")


def _fate(record: Record, text: str) -> str:
    """Where the blocks with a text ended, as in "removed related, rule related.label"."""
    fates = (
        ", ".join(f"{key} {value}" for key, value in block.items() if key != "text")
        for block in record.get("blocks", ())
        if block["text"] == text
    )
    return "; ".join(fates) or "no block"


def _authors(golden: Record, now: Record) -> Iterator[Change]:
    before, after = golden.get("authors", []), now.get("authors", [])
    for name in before:
        if name not in after:
            yield Change("lost", "authors", name)
    for name in after:
        if name not in before:
            yield Change("gained", "authors", name)
    if before != after and sorted(before) == sorted(after):
        yield Change("changed", "authors", f"{before}, now {after}")


def _attributes(golden: Record, now: Record) -> Iterator[Change]:
    before, after = golden.get("attributes", []), now.get("attributes", [])
    for attribute in before:
        if attribute not in after:
            yield Change("lost", "attributes", str(attribute))
    for attribute in after:
        if attribute not in before:
            yield Change("gained", "attributes", str(attribute))


def _precision(golden: Record, now: Record) -> Iterator[Change]:
    key = "date_published_precision"
    before, after = golden.get(key), now.get(key)
    if before != after:
        finer = _PRECISIONS.index(str(after)) > _PRECISIONS.index(str(before))
        yield Change("gained" if finer else "lost", key, f"{before}, now {after}")


def _values(golden: Record, now: Record) -> Iterator[Change]:
    for field, value_in in FIELDS[golden["outcome"]].items():
        if field in _COMPARED_APART:
            continue
        before, after = value_in(golden), value_in(now)
        if before != after:
            yield Change(_direction(before, after), field, f"{before!r}, now {after!r}")


def _direction(before: Any, after: Any) -> Direction:
    if before in (None, [], 0):
        return "gained"
    return "lost" if after in (None, [], 0) else "changed"
