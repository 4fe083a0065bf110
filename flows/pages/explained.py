"""The page of an explanation: the document in reading order, what became of each block, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from flows.answers.explaining import (
    DISPOSITIONS,
    circumstances,
    deciding,
    summary,
    witnesses,
)
from flows.pages.rendering import render
from parsers.items import Article, Block, Disposition, Explanation

if TYPE_CHECKING:
    from flows.pages.history import History


class Share(NamedTuple):
    """What met one fate: blocks, characters, and these as percent of all; ``start`` is where a bar
    of all shares in a row has this one begin, in percent."""

    disposition: Disposition
    blocks: int
    characters: int
    percent: float
    start: float


class Told(NamedTuple):
    """A block with what decided its fate, where the structure of the page did."""

    block: Block
    decided: str


def explanation_page(
    explanation: Explanation, name: str, history: History | None = None, back: str | None = None
) -> str:
    """The page of an explanation, whole and self-contained.

    ``name`` is what was asked for; ``history`` the stored versions; ``back`` a relative address of
    the page that links here.
    """
    outcome = explanation.outcome
    article = outcome if isinstance(outcome, Article) else None
    return render(
        "explanation.html",
        name=name,
        article=article,
        rejection=None if article else outcome,
        summary=tuple(summary(article)) if article else (),
        account=tuple(_account(explanation.blocks)),
        told=[Told(block, _decided(block, explanation)) for block in explanation.blocks],
        fields=[(field, list(heard)) for field, heard in witnesses(explanation.evidence)],
        circumstances=circumstances,
        history=history,
        back=back,
    )


def _account(blocks: Sequence[Block]) -> Iterator[Share]:
    counted = {d: [b.characters for b in blocks if b.disposition == d] for d in DISPOSITIONS}
    whole = sum(map(sum, counted.values())) or 1
    start = 0.0
    for disposition, characters in counted.items():
        percent = 100 * sum(characters) / whole
        yield Share(disposition, len(characters), sum(characters), percent, start)
        start += percent


def _decided(block: Block, explanation: Explanation) -> str:
    features = explanation.features.get(block.position, {})
    return deciding(block.rule, features).removeprefix(": ") if block.rule else ""
