"""What a page says, with the account of its blocks, or why it says nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers.account import Account, count_characters, draw_up
from parsers.columns import Columns, columns_of, rows_of
from parsers.items.words import Disposition, Field, Kind, Precision, Reason, RejectionReason, Role


class Block(NamedTuple):
    """One paragraph, heading, list item, table row, quotation, caption or label, accounted for.

    ``role`` is set when kept, ``field`` when moved, ``rule`` and ``reason`` when removed.
    """

    position: int
    text: str
    kind: Kind
    disposition: Disposition
    role: Role | None = None
    field: Field | None = None
    rule: str | None = None
    reason: Reason | None = None

    @property
    def characters(self) -> int:
        """Non-space characters, the unit in which a page is accounted for."""
        return count_characters(self.text)


class Image(NamedTuple):
    """A picture of the article. ``position`` is that of the block it stands at or before."""

    position: int
    url: str | None
    alt: str | None
    caption: str | None
    credit: str | None


class Link(NamedTuple):
    """A link in kept text. ``position`` is that of its block; ``url`` is absolute when known."""

    position: int
    url: str
    text: str


class Attribute(NamedTuple):
    """A labelled value of a page that is a record, such as the outcome of a hearing.

    ``position`` is that of the block where the value begins. ``item`` counts the records of a page
    from 1; 0 is told of the page as a whole. ``label`` is as written; ``name`` what it stands for,
    the label itself where that is not ``known``. ``normalised_value`` is None where it is not sure.
    """

    position: int
    item: int
    label: str
    name: str
    value: str
    normalised_value: str | None
    known: bool


class Evidence(NamedTuple):
    """What one witness says about one field.

    ``rank`` 1 is the most trusted of the field's witnesses; ``chosen`` marks the value taken.
    For dates ``value`` is ISO 8601 text, ``precision`` and ``zone`` (``stated``, ``assumed``
    or None when the precision has no use for one) are set.
    """

    field: str
    witness: str
    raw: str
    value: str | None
    rank: int
    chosen: bool
    precision: Precision | None = None
    zone: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Article:
    """A clean article with the account of every block of its page."""

    article_id: str
    source_id: str | None
    url: str | None
    canonical_url: str | None
    headline: str | None
    description: str | None
    authors: tuple[str, ...]
    date_published: datetime | None
    date_published_precision: Precision
    date_published_raw: str | None
    date_modified: datetime | None
    publisher: str | None
    section: str | None
    area: str | None
    in_language: str | None
    flags: tuple[str, ...]
    blocks: tuple[Block, ...]
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    evidence: tuple[Evidence, ...]
    input_characters: int
    payload_digest: str
    parser_version: str
    attributes: tuple[Attribute, ...] = ()

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The kept blocks' texts in order."""
        return tuple(block.text for block in self.blocks if block.disposition == "kept")

    @cached_property
    def article_body(self) -> str:
        """The kept blocks' texts, joined by a blank line."""
        return "\n\n".join(self.paragraphs)

    @cached_property
    def word_count(self) -> int:
        """Words of the body, split at white space."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)

    @cached_property
    def body_digest(self) -> str:
        """SHA-256 (hex) of what a version is: headline, kept texts with roles, authors, date."""
        digest = hashlib.sha256()
        parts = [self.headline or "", "\x1f".join(self.authors), self.date_published_precision]
        parts.append(self.date_published.isoformat() if self.date_published else "")
        kept = (block for block in self.blocks if block.disposition == "kept")
        parts.extend(f"{block.role}\x1f{block.text}" for block in kept)
        digest.update("\x1e".join(parts).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @cached_property
    def account(self) -> Account:
        """Where each block went, packed. ValueError when that is not the whole document."""
        return draw_up(self)

    @property
    def date_evidence(self) -> tuple[Evidence, ...]:
        """The witnesses of the two dates only."""
        return tuple([e for e in self.evidence if e.field in ("date_published", "date_modified")])

    @cached_property
    def columns(self) -> Mapping[str, Columns]:
        """Blocks, images, links, evidence, date_evidence and attributes, each by columns.

        A column for each field of the rows, empty where there is no row. So they travel between
        processes, and so they are loaded.
        """
        columns = {
            name: columns_of(kind._fields, getattr(self, name)) for name, kind in _ROWS.items()
        }
        return {**columns, "date_evidence": columns_of(Evidence._fields, self.date_evidence)}

    def __getstate__(self) -> dict[str, Any]:
        """The fields and what was computed of them, for another process: rows as columns."""
        state = {**self.__dict__, "columns": self.columns}
        return {name: value for name, value in state.items() if name not in _ROWS}

    if not TYPE_CHECKING:  # it would tell a type checker that there is any attribute

        def __getattr__(self, name: str) -> object:
            """Make rows of an article that came from another process when they are asked for."""
            if name not in _ROWS or "columns" not in self.__dict__:
                return super().__getattribute__(name)  # raises as ever
            rows = self.__dict__[name] = rows_of(_ROWS[name], self.columns[name])
            return rows


_ROWS: Mapping[str, Any] = {
    "blocks": Block,
    "images": Image,
    "links": Link,
    "evidence": Evidence,
    "attributes": Attribute,
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that was read but is not stored as an article, and why."""

    reason: RejectionReason
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome with everything that led to it. ``features`` name what decided each block."""

    outcome: Article | Rejection
    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    features: Mapping[int, Mapping[str, float]]
