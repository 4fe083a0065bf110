"""Recurring chrome as rules of a source, which a person may accept."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from flows.sources.values import MAX_PATTERN_CHARACTERS
from parsers.items import Source, SourceRule
from parsers.source_patterns import source_pattern
from warehouse.memory import RecurringBlock, recurring_blocks

NAME_WORDS = 5
"""Words of its text that a rule is named after."""

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


class UnknownProposalError(ValueError):
    """A name that no proposal has; says which there are."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule for a source, and the recurring block that speaks for it.

    One that is not ``sure`` has to be named to be tried or accepted.
    """

    source_id: str
    rule: SourceRule
    block: RecurringBlock

    @property
    def sure(self) -> bool:
        """Whether more speaks for chrome than that it recurs."""
        return self.block.is_chrome


def propose_rules(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    source_id: str | None,
) -> tuple[Proposal, ...]:
    """A rule for each block that is, or may be, chrome left in, of one source or (None) of all.

    Blocks that a rule of their source removes already are left out: they wait for a reparse.
    Sources that are no longer declared have nowhere to keep a rule, and are left out too.
    """
    proposals: list[Proposal] = []
    for block in recurring_blocks(connection, source_id):
        source = sources.get(block.source_id)
        pattern = pattern_of(block.text)
        if source is None or len(pattern) > MAX_PATTERN_CHARACTERS or _is_known(block, source):
            continue
        taken = {rule.name for rule in source.rules}
        taken |= {p.rule.name for p in proposals if p.source_id == block.source_id}
        rule = SourceRule(name=_name(block.text, taken), reason="furniture", pattern=pattern)
        proposals.append(Proposal(block.source_id, rule, block))
    return tuple(proposals)


def chosen(proposals: Sequence[Proposal], names: Collection[str]) -> tuple[Proposal, ...]:
    """The proposals with these names; all sure ones when no name is given.

    Raises:
        UnknownProposalError: a name that none has.
    """
    known = {proposal.rule.name for proposal in proposals}
    if unknown := sorted(set(names) - known):
        raise UnknownProposalError(
            f"nothing is proposed as {', '.join(unknown)}; there are: "
            f"{', '.join(sorted(known)) or 'none'}"
        )
    return tuple(p for p in proposals if (p.rule.name in names if names else p.sure))


def pattern_of(text: str) -> str:
    """A pattern for the whole of a block with this text, whatever the numbers in it."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    folded = re.sub(r"\s+", lambda space: r"\s+" if "\n" in space[0] else " ", escaped)
    return f"^{re.sub('[0-9]+', '[0-9]+', folded)}$"


def _is_known(block: RecurringBlock, source: Source) -> bool:
    return any(source_pattern(rule.pattern).search(block.text) for rule in source.rules)


def _name(text: str, taken: Collection[str]) -> str:
    """A name from the first words of a text, that no other rule has."""
    words = re.findall(r"[a-z]+", text.lower())[:NAME_WORDS]
    name = "_".join(words)[:60] or "block"
    return next(free for free in _numbered(name) if free not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
