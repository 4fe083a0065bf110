"""An explanation in words: where every block of a page went and why, and who said each field."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from rich.console import Console
from rich.text import Text

from flows.terminal.printable import printable
from flows.terminal.tables import widen
from parsers.items import Article, Attribute, Block, Disposition, Evidence, Explanation, Rejection

LABEL_WIDTH = 17
"""Columns of a label: a glyph, a space, the longest role (``call_to_action``), a space."""

CROPPED_AT = 320
"""Characters shown on a terminal of a block that left the article; a pipe gets them all."""

UNWRAPPED = 1_000_000_000
"""Columns of a pipe: as many as a text has."""

DISPOSITIONS: tuple[Disposition, ...] = ("kept", "moved", "removed")

_GLYPHS: dict[Disposition, str] = {"kept": "+", "moved": ">", "removed": "-"}
_LABEL_STYLES: dict[Disposition, str] = {"kept": "green", "moved": "cyan", "removed": "red"}
_TEXT_STYLES: dict[Disposition, str] = {"kept": "", "moved": "cyan", "removed": "dim"}


def show(explanation: Explanation, console: Console) -> None:
    """Print an explanation: what came of the page, its blocks, its fields, its account.

    A terminal, or a pipe told its COLUMNS, gets texts wrapped beside their labels; any other pipe
    gets one line a block, as grep wants it.
    """
    if not console.is_terminal and "COLUMNS" not in os.environ:
        widen(console, UNWRAPPED)
    for line in _lines(explanation, console):
        console.print(line, soft_wrap=True)  # wrapped here already: labels stay in their column


def unread_page(rejection: Rejection) -> Explanation:
    """The explanation of a page that was refused before it was read whole."""
    return Explanation(rejection, (), (), {})


def _lines(explanation: Explanation, console: Console) -> Iterator[Text]:
    width = console.width
    crop = CROPPED_AT if console.is_terminal else None
    yield from _outcome(explanation, console)
    if explanation.blocks:
        yield from _title("Blocks, in reading order")
        yield _legend()
    for block in explanation.blocks:
        told = _told(block, crop, explanation.features.get(block.position, {}))
        yield from _labelled(_label(block), told, console, width)
    if isinstance(explanation.outcome, Article) and explanation.outcome.attributes:
        yield from _title("Record, by label")
        for attribute in explanation.outcome.attributes:
            name = Text(attribute.name if attribute.known else "(unknown)", "cyan")
            yield from _labelled(name, _attribute(attribute), console, width)
    if explanation.evidence:
        yield from _title("Fields, and who says so")
        for line in _fields(explanation.evidence):
            yield from _labelled(line[0], line[1], console, width)
    if explanation.blocks:
        yield from _title("Account")
        yield from _account(explanation)


# --- What came of the page -------------------------------------------------------------------


def _outcome(explanation: Explanation, console: Console) -> Iterator[Text]:
    outcome = explanation.outcome
    if not isinstance(outcome, Article):
        yield Text.assemble(("Rejected: ", "bold red"), (outcome.reason, "bold"))
        yield from _wrapped(Text(printable(outcome.detail)), console, console.width)
        return
    headline = Text(printable(outcome.headline or "(no headline)"), "bold")
    yield from _wrapped(headline, console, console.width)
    for name, value in summary(outcome):
        yield from _labelled(Text(name, "dim"), Text(printable(value)), console, console.width)


def summary(article: Article) -> Iterator[tuple[str, str]]:
    """What there is to say of an article in a line each, by name."""
    published = article.date_published
    facts = {
        "article": article.article_id,
        "source": article.source_id,
        "publisher": article.publisher,
        "address": article.canonical_url or article.url,
        "authors": ", ".join(article.authors),
        "published": _date(published, article.date_published_precision) if published else None,
        "language": article.in_language,
        "flags": ", ".join(article.flags),
        "parser": article.parser_version,
    }
    return ((name, value) for name, value in facts.items() if value)


def _date(moment: datetime, precision: str) -> str:
    shown = {"day": "%Y-%m-%d", "month": "%Y-%m"}.get(precision)
    return f"{moment.strftime(shown) if shown else moment.isoformat(' ', 'minutes')} ({precision})"


# --- Blocks ----------------------------------------------------------------------------------


def _legend() -> Text:
    parts = [
        Text(f"{_GLYPHS[disposition]} {disposition}", _LABEL_STYLES[disposition])
        for disposition in DISPOSITIONS
    ]
    return Text("   ").join(parts)


def _label(block: Block) -> Text:
    word = block.role or block.field or block.reason or ""
    return Text(f"{_GLYPHS[block.disposition]} {word}", _LABEL_STYLES[block.disposition])


def _told(block: Block, crop: int | None, features: Mapping[str, float]) -> Text:
    """The block's text, a heading bold, and for a removed one the rule that removed it.

    Where the structure of the page decided, ``features`` tell how likely the block was a part of
    the article, and what moved that most.
    """
    shown = printable(block.text)
    if crop is not None and block.disposition != "kept" and len(shown) > crop:
        shown = f"{shown[:crop].rstrip()} … ({len(block.text):,} characters)"
    style = "bold" if block.role == "heading" else _TEXT_STYLES[block.disposition]
    told = Text(shown, style)
    if block.rule:
        told.append(f"  [{block.rule}{deciding(block.rule, features)}]", "yellow")
    return told


def deciding(rule: str, features: Mapping[str, float]) -> str:
    """Where the structure of the page decided: how likely the block was kept, and why."""
    if not rule.startswith("structure.") or "probability" not in features:
        return ""
    moved = [f"{name} {by:+.1f}" for name, by in features.items() if name != "probability"]
    return f": {features['probability']:.0%} likely; {', '.join(moved)}"


# --- Fields ----------------------------------------------------------------------------------


def _fields(evidence: Sequence[Evidence]) -> Iterator[tuple[Text, Text]]:
    """A line for each witness, the one believed first; the field's name stands on its first."""
    for field, heard in witnesses(evidence):
        for position, witness in enumerate(heard):
            yield Text(field if position == 0 else "", "cyan"), _testimony(witness)


def witnesses(evidence: Sequence[Evidence]) -> Iterator[tuple[str, Iterator[Evidence]]]:
    """The witnesses of each field, the one believed first."""
    ordered = sorted(evidence, key=lambda e: (e.field, not e.chosen, e.rank))
    return groupby(ordered, key=lambda e: e.field)


def circumstances(witness: Evidence) -> str:
    """What a witness says besides the value: how exactly, in which zone, what speaks against it."""
    about = [witness.precision, witness.zone and f"zone {witness.zone}", witness.note]
    return ", ".join(filter(None, about))


def _testimony(witness: Evidence) -> Text:
    believed = "bold" if witness.chosen else "dim"
    told = Text(f"{'*' if witness.chosen else ' '} {witness.witness}: ", believed)
    told.append(printable(witness.value or "(nothing)"), believed)
    if witness.raw != witness.value:
        told.append(f"  from “{printable(witness.raw)}”", "dim")
    if stated := circumstances(witness):
        told.append(f"  ({stated})", "dim")
    return told


# --- Record ----------------------------------------------------------------------------------


def _attribute(attribute: Attribute) -> Text:
    told = Text(f"{printable(attribute.label)}: ", "dim")
    told.append(printable(attribute.value))
    if attribute.normalised_value is not None:
        told.append(f"  ({printable(attribute.normalised_value)})", "dim")
    return told


# --- Account ---------------------------------------------------------------------------------


def _account(explanation: Explanation) -> Iterator[Text]:
    """Blocks and characters in, and where they went: both must add up."""
    blocks = explanation.blocks
    counts = [sum(b.disposition == d for b in blocks) for d in DISPOSITIONS]
    characters = [sum(b.characters for b in blocks if b.disposition == d) for d in DISPOSITIONS]
    yield _sum("blocks", len(blocks), counts)
    outcome = explanation.outcome
    total = outcome.input_characters if isinstance(outcome, Article) else sum(characters)
    yield _sum("characters", total, characters)
    if total != sum(characters):
        yield Text(f"The account is false by {total - sum(characters):,} characters.", "bold red")


def _sum(name: str, total: int, parts: Iterable[int]) -> Text:
    spelt = " + ".join(
        f"{part:,} {disposition}" for part, disposition in zip(parts, DISPOSITIONS, strict=True)
    )
    return Text(f"{name:<{LABEL_WIDTH}}{total:,} = {spelt}")


# --- Layout ----------------------------------------------------------------------------------


def _title(words: str) -> Iterator[Text]:
    yield Text()
    yield Text(words, "bold")


def _labelled(label: Text, text: Text, console: Console, width: int) -> Iterator[Text]:
    """A text wrapped beside its label, every further line indented to the same column."""
    room = max(width - LABEL_WIDTH, 20)
    margin = label.copy()
    margin.append(" " * max(LABEL_WIDTH - label.cell_len, 1))
    for line in _wrapped(text, console, room):
        yield Text.assemble(margin, line)
        margin = Text(" " * LABEL_WIDTH)


def _wrapped(text: Text, console: Console, width: int) -> Iterator[Text]:
    for line in text.wrap(console, width) or [Text()]:
        line.rstrip()
        yield line
