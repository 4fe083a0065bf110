"""Many differences in sum: by rule and source, by field and source, and the worst pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nlargest
from typing import NamedTuple

from flows.comparing.differences import BUG, Difference, FieldChange

WORST = 200
"""Pages that a comparison keeps whole."""


class RuleSum(NamedTuple):
    """What a rule takes from a source's pages, and gives back to them; ``example`` is a text."""

    source_id: str | None
    by: str
    pages: int
    lost: int
    lost_characters: int
    gained: int
    gained_characters: int
    example: str


class FieldSum(NamedTuple):
    """Pages of a source on which a field would change, and one of these changes."""

    source_id: str | None
    field: str
    pages: int
    example: FieldChange


class PageSum(NamedTuple):
    """Pages of a source that would come to something else."""

    source_id: str | None
    before: str
    after: str
    pages: int


class Comparison(NamedTuple):
    """What reading all captures again would change, the worst first."""

    pages: int
    differing: int
    versions: int
    unread: Sequence[tuple[str, str]]
    outcomes: Sequence[PageSum]
    rules: Sequence[RuleSum]
    fields: Sequence[FieldSum]
    worst: Sequence[Difference]

    @property
    def healthy(self) -> bool:
        """Whether every capture could be read and no bug surfaced."""
        return not self.unread and all(told.after != BUG for told in self.outcomes)

    @property
    def headline(self) -> str:
        """The outcome in one line."""
        lost = sum(told.pages for told in self.outcomes if told.before == "article")
        gained = sum(told.pages for told in self.outcomes if told.after == "article")
        return (
            f"{self.pages:,} pages read again, {self.differing:,} come out otherwise: "
            f"{lost:,} pages lost, {gained:,} gained; "
            f"{sum(rule.lost for rule in self.rules):,} blocks lost, "
            f"{sum(rule.gained for rule in self.rules):,} gained; "
            f"fields changed {sum(field.pages for field in self.fields):,} times; "
            f"a reparse would store {self.versions:,} versions"
        )


class Summing:
    """Differences added one by one; memory grows with rules and sources, not with pages."""

    def __init__(self) -> None:
        self._pages = self._differing = self._versions = 0
        self._unread: list[tuple[str, str]] = []
        self._outcomes: Counter[tuple[str | None, str, str]] = Counter()
        self._rules: defaultdict[tuple[str | None, str], list[int]] = defaultdict(lambda: [0] * 5)
        self._texts: dict[tuple[str | None, str], str] = {}
        self._fields: Counter[tuple[str | None, str]] = Counter()
        self._changes: dict[tuple[str | None, str], FieldChange] = {}
        self._worst: list[Difference] = []

    def add_unread(self, target: str, why: str) -> None:
        """Count a page whose capture cannot be read."""
        self._pages += 1
        self._unread.append((target, why))

    def add(self, source_id: str | None, found: Difference | None) -> None:
        """Count a page, with what would change of it."""
        self._pages += 1
        if found is None:
            return
        self._differing += 1
        self._versions += found.makes_version
        if found.before != found.after:
            self._outcomes[source_id, found.before, found.after] += 1
        for by, *counts in found.rules:
            sums = self._rules[source_id, by]
            sums[:] = [old + new for old, new in zip(sums, (1, *counts), strict=True)]
        for text, by in (*found.lost, *found.gained):
            self._texts.setdefault((source_id, by), text)
        for change in {change.field: change for change in found.fields}.values():
            self._fields[source_id, change.field] += 1
            self._changes.setdefault((source_id, change.field), change)
        self._worst.append(found)
        if len(self._worst) >= 2 * WORST:
            self._worst = self._worst_pages()

    def done(self) -> Comparison:
        """All that was added, the worst first."""
        rules = [
            _rule_sum(key, counts, self._texts.get(key, "")) for key, counts in self._rules.items()
        ]
        fields = [FieldSum(*key, pages, self._changes[key]) for key, pages in self._fields.items()]
        outcomes = [PageSum(*key, pages) for key, pages in self._outcomes.items()]
        return Comparison(
            self._pages,
            self._differing,
            self._versions,
            tuple(self._unread),
            sorted(outcomes, key=_lost_pages_first),
            sorted(rules, key=_lost_text_first),
            sorted(fields, key=lambda told: (-told.pages, told.source_id or "", told.field)),
            self._worst_pages(),
        )

    def _worst_pages(self) -> list[Difference]:
        return nlargest(WORST, self._worst, key=lambda found: (found.badness, found.target))


def _rule_sum(key: tuple[str | None, str], counts: Sequence[int], example: str) -> RuleSum:
    pages, lost, lost_characters, gained, gained_characters = counts
    return RuleSum(*key, pages, lost, lost_characters, gained, gained_characters, example)


def _lost_pages_first(told: PageSum) -> tuple[bool, bool, int, str]:
    return told.after != BUG, told.before != "article", -told.pages, told.source_id or ""


def _lost_text_first(told: RuleSum) -> tuple[int, int, str, str]:
    return -told.lost_characters, -told.gained_characters, told.source_id or "", told.by
