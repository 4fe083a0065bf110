"""The answers of ``newsgrain memory``: proposed rules, and what they would do to each article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import typer

from flows.memory.proposing import Proposal
from flows.memory.trying import Effect
from flows.terminal.printable import printable

TEXT_CHARACTERS = 160
"""Characters of a block that are shown."""


def show_proposals(proposals: Sequence[Proposal]) -> None:
    """Print each proposed rule with what speaks for it."""
    for proposal in proposals:
        for line in _proposal_lines(proposal):
            typer.echo(line)
    if not proposals:
        typer.echo("nothing to propose")
        return
    typer.echo("try next: newsgrain memory try [--source ID] [NAME]...")


def show_effects(effects: Iterable[Effect]) -> None:
    """Print what each article would lose and gain, and what the rules would do in all."""
    counts: Counter[str] = Counter()
    for effect in effects:
        counts.update(pages=1, lost=len(effect.lost), ended=effect.outcome is not None)
        for line in _effect_lines(effect):
            typer.echo(line)
    typer.echo(
        f"{counts['pages']:,} pages would change: {counts['lost']:,} blocks lost, "
        f"{counts['ended']:,} pages no longer articles"
    )


def _proposal_lines(proposal: Proposal) -> Iterator[str]:
    block = proposal.block
    yield f"{proposal.source_id}  {proposal.rule.name}"
    yield f"  text     {_shown(block.text)}"
    yield f"  pattern  {_shown(proposal.rule.pattern)}"
    yield (
        f"  because  {block.verdict}: kept in {block.stories:,} stories ({block.share:.0%}), "
        f"removed from {block.stories_removed:,}"
    )
    yield f"  example  newsgrain explain {block.example}"


def _effect_lines(effect: Effect) -> Iterator[str]:
    yield printable(f"{effect.article_id}  {effect.headline or '(no headline)'}")
    if effect.outcome is not None:
        yield f"  ! {_shown(effect.outcome)}"
    for block in effect.lost:
        yield f"  - {block.role}: {_shown(block.text)}"
    for block in effect.gained:
        yield f"  + {block.role}: {_shown(block.text)}"


def _shown(text: str) -> str:
    line = printable(text)
    return line if len(line) <= TEXT_CHARACTERS else f"{line[:TEXT_CHARACTERS]}…"
