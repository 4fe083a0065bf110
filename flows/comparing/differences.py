"""What one page would lose and gain when it is read again. Pure: two outcomes in, values out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from flows.runs.parsing import Failure, Outcome
from parsers.items import Article, Block

NO_BLOCK = "(no such block)"
"""Stands for the rule where the other reading has no block with these words."""

BUG = "bug in the parsers"
UNREAD = "unread"
QUARANTINED = "quarantined"
MOST_BLOCKS = 50
"""Blocks, lost and gained each, that a difference spells out; its counts are of all."""

MOST_CHARACTERS = 400
"""Characters of a text that a difference spells out."""


class Fate(NamedTuple):
    """A kept text with its role, or one that left the article with what took it."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A version as the warehouse holds it. ``fields`` are told in words, ``left`` are the blocks
    that it does not keep."""

    article_id: str
    version: int
    payload_digest: str
    body_digest: str
    fields: Mapping[str, str]
    kept: Sequence[Fate]
    left: Sequence[Fate]


class BlockChange(NamedTuple):
    """A kept text that would be lost (``by`` the rule that takes it now), or one gained (``by``
    the rule that took it)."""

    text: str
    by: str


class FieldChange(NamedTuple):
    """A field in both readings; None where it has no value."""

    field: str
    before: str | None
    after: str | None


class RuleChange(NamedTuple):
    """How many blocks and non-space characters a rule takes from a page, and gives back to it."""

    by: str
    lost: int
    lost_characters: int
    gained: int
    gained_characters: int


class Difference(NamedTuple):
    """What would change of one page.

    ``before`` and ``after`` are ``article``, the reason of a rejection, ``unread`` or a bug;
    ``detail`` explains the latter. ``makes_version`` tells whether a reparse would store it.
    """

    target: str
    source_id: str | None
    article_id: str | None
    headline: str | None
    before: str
    after: str
    detail: str
    rules: Sequence[RuleChange]
    lost: Sequence[BlockChange]
    gained: Sequence[BlockChange]
    fields: Sequence[FieldChange]
    makes_version: bool

    @property
    def page_lost(self) -> bool:
        """Whether an article is none any more."""
        return self.before == "article" and self.after != "article"

    @property
    def page_gained(self) -> bool:
        """Whether it would be an article for the first time."""
        return self.before != "article" and self.after == "article"

    @property
    def badness(self) -> tuple[bool, bool, int, int, int]:
        """The worst sorts last: bugs, lost pages, lost text, changed fields, gained text."""
        lost = sum(rule.lost_characters for rule in self.rules)
        gained = sum(rule.gained_characters for rule in self.rules)
        return self.after == BUG, self.page_lost, lost, len(self.fields), gained


class PageName(NamedTuple):
    """How a page is called in a difference."""

    target: str
    source_id: str | None


def difference(
    page: PageName, payload_digest: str, before: StoredArticle | str, after: Outcome
) -> Difference | None:
    """What would change of a page; None when nothing would.

    ``before`` is what is stored: an article, or the reason why the page gave none.
    ``payload_digest`` is that of the bytes that are read again.
    """
    if isinstance(before, str):
        if isinstance(after, Article):
            if (
                before == QUARANTINED
            ):  # it was an article then too: held back, for a person to judge
                return None
            gained = [Fate(block.text, before) for block in _kept(after)]
            return _made(page, None, after, before, gained=gained)
        return None if _told(after)[0] == before else _made(page, None, after, before)
    if isinstance(after, Article):
        return _between(page, payload_digest, before, after)
    reason, _ = _told(after)
    lost = [Fate(fate.text, reason) for fate in before.kept]
    return _made(page, before, after, "article", lost=lost)


def _between(
    page: PageName, payload_digest: str, before: StoredArticle, after: Article
) -> Difference | None:
    kept = _kept(after)
    lost = _without((fate.text for fate in before.kept), (block.text for block in kept))
    gained = _without((block.text for block in kept), (fate.text for fate in before.kept))
    took = {block.text: _fate(block) for block in after.blocks if block.disposition != "kept"}
    gave = {fate.text: fate.by for fate in before.left}
    fields = tuple(_fields(before, after, before.payload_digest == payload_digest))
    roles = tuple(_roles(before.kept, kept))
    if not (lost or gained or fields or roles or before.body_digest != after.body_digest):
        return None
    return _made(
        page,
        before,
        after,
        "article",
        [Fate(text, took.get(text, NO_BLOCK)) for text in lost],
        [Fate(text, gave.get(text, NO_BLOCK)) for text in gained],
        (*fields, *roles),
    )


def _made(
    page: PageName,
    before: StoredArticle | None,
    after: Outcome,
    was: str,
    lost: Sequence[Fate] = (),
    gained: Sequence[Fate] = (),
    fields: Sequence[FieldChange] = (),
) -> Difference:
    now, detail = _told(after)
    article = after if isinstance(after, Article) else None
    same = before is not None and article is not None and before.body_digest == article.body_digest
    stored = before.fields if before else {}
    told = article or before
    return Difference(
        *page,
        told.article_id if told else None,
        _cropped(article.headline if article else stored.get("headline")),
        was,
        now,
        detail,
        tuple(_by_rule(lost, gained)),
        tuple(BlockChange(_cropped(f.text) or "", f.by) for f in lost[:MOST_BLOCKS]),
        tuple(BlockChange(_cropped(f.text) or "", f.by) for f in gained[:MOST_BLOCKS]),
        tuple(FieldChange(f.field, _cropped(f.before), _cropped(f.after)) for f in fields),
        article is not None and not same,
    )


def _by_rule(lost: Iterable[Fate], gained: Iterable[Fate]) -> Iterator[RuleChange]:
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, fates in ((0, lost), (2, gained)):
        for fate in fates:
            counts[fate.by][place] += 1
            counts[fate.by][place + 1] += len("".join(fate.text.split()))
    return (RuleChange(by, *numbers) for by, numbers in sorted(counts.items()))


def _without(texts: Iterable[str], others: Iterable[str]) -> list[str]:
    """The texts that the others lack, in order; a text told twice there is found twice."""
    left = Counter(others)
    missing = []
    for text in texts:
        if left[text] > 0:
            left[text] -= 1
        else:
            missing.append(text)
    return missing


def _roles(before: Sequence[Fate], after: Sequence[Block]) -> Iterator[FieldChange]:
    """Texts that both keep, with another role."""
    roles = {block.text: str(block.role) for block in after}
    for fate in before:
        if roles.get(fate.text, fate.by) != fate.by:
            yield FieldChange("role", fate.by, roles[fate.text])


def _fields(before: StoredArticle, after: Article, same_bytes: bool) -> Iterator[FieldChange]:
    """Fields that differ. Other bytes that made no version may differ in those of no version."""
    compared = told_fields(after)
    for name in compared if same_bytes else OF_A_VERSION:
        old, new = before.fields.get(name) or None, compared[name] or None
        if old != new:
            yield FieldChange(name, old, new)


OF_A_VERSION = ("article_id", "headline", "authors", "date_published")
"""Fields that make a version when they change."""


def told_fields(article: Article) -> dict[str, str]:
    """The fields of an article that are compared, in words."""
    return {
        "article_id": article.article_id,
        "headline": article.headline or "",
        "authors": ", ".join(article.authors),
        "date_published": told_date(article.date_published, article.date_published_precision),
        "date_modified": told_date(article.date_modified, "minute"),
        "description": article.description or "",
        "section": article.section or "",
        "area": article.area or "",
        "publisher": article.publisher or "",
        "in_language": article.in_language or "",
        "canonical_url": article.canonical_url or "",
        "flags": ", ".join(sorted(article.flags)),
        "attributes": told_attributes(
            (a.name, a.value, a.normalised_value) for a in article.attributes
        ),
    }


def told_attributes(attributes: Iterable[tuple[str, str, str | None]]) -> str:
    """Names, values and their normal forms in words, in an order of their own."""
    return "; ".join(sorted(f"{name}: {value} ({form or ''})" for name, value, form in attributes))


def told_date(moment: datetime | None, precision: str) -> str:
    """A date in UTC with how exactly it is known; nothing when it is not."""
    return f"{moment.astimezone(UTC).isoformat()} ({precision})" if moment else ""


def _fate(block: Block) -> str:
    return block.rule or f"moved to {block.field}"


def _kept(article: Article) -> list[Block]:
    return [block for block in article.blocks if block.disposition == "kept"]


def _told(outcome: Outcome) -> tuple[str, str]:
    """An outcome in a word, and in detail."""
    if isinstance(outcome, Article):
        return "article", ""
    if isinstance(outcome, Failure):
        return BUG, outcome.summary
    return outcome.reason, outcome.detail


def _cropped(text: str | None) -> str | None:
    if text is None or len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}…"
