"""What a report tells of a warehouse: the values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from parsers.items import RunReport

ARTICLES_SHOWN = 20
"""Articles of a kind (newest, edited, gone) and rejected pages that a report names."""

RULES_SHOWN = 30
LATELY_DAYS = 30
"""Days before the last run that are held against all time before them."""

DAYS_SHOWN = 90
"""Days up to the last run whose coverage a report shows day by day."""

FEWEST_LATELY, FEWEST_BEFORE = 5, 10
"""Pages of a source on each side of that line, fewer of which tell nothing."""


class Standing(NamedTuple):
    """How fresh and how large the copy is; the first fields are those of ``publication``."""

    as_of: datetime | None
    run_id: str | None
    kind: str | None
    status: str | None
    complete: bool | None
    articles: int
    versions: int
    words: int
    sources: int
    gone: int
    stories: int
    captures: int


class Month(NamedTuple):
    """Articles of a source published in a month; None for those without a date."""

    source_id: str | None
    month: date | None
    articles: int


class Rule(NamedTuple):
    """What a rule removed from the articles as they read now."""

    rule: str
    reason: str
    articles: int
    blocks: int
    characters: int


class Rejections(NamedTuple):
    """Pages of a source that were rejected for a reason, over all runs."""

    source_id: str | None
    reason: str
    pages: int
    last_rejected_at: datetime


class RejectedPage(NamedTuple):
    """One of the pages that were rejected last."""

    target: str
    source_id: str | None
    reason: str
    detail: str
    rejected_at: datetime

    @property
    def name(self) -> str:
        """What its stored page is found by; see ``latest_pages``."""
        return f"{self.source_id or ''} {self.target}"


class Drift(NamedTuple):
    """How a source came out before and lately; shares are of 1, ``words`` a median.

    ``pages_before`` and ``pages`` are the looks at its pages, ``articles_before`` and ``articles``
    those that were first seen in that time.
    """

    source_id: str
    pages_before: int
    pages: int
    articles_before: int
    articles: int
    rejected_before: float
    rejected: float
    dated_before: float | None
    dated: float | None
    signed_before: float | None
    signed: float | None
    kept_before: float | None
    kept: float | None
    words_before: float | None
    words: float | None


class HeldBack(NamedTuple):
    """A page in quarantine, waiting for a person."""

    article_id: str
    source_id: str
    headline: str | None
    detail: str
    quarantined_at: datetime


class Label(NamedTuple):
    """A label of records that no parser knows."""

    source_id: str | None
    label: str
    articles: int
    latest_value: str


class Health(NamedTuple):
    """How a source is doing, as the worked question tells it."""

    source_id: str
    state: str
    looked_at: datetime | None
    looks: int
    unread: int
    rejected: int
    articles: int
    last_published: datetime | None


class Day(NamedTuple):
    """A day of a source, as ``coverage`` tells it."""

    source_id: str
    day: date
    expected: int
    loaded: int
    missing: int
    certainty: str


class Gap(NamedTuple):
    """Days of a source on which pages are missing, or on which nobody looked."""

    source_id: str
    first_day: date
    last_day: date
    certainty: str
    expected: int
    loaded: int
    missing: int


class NewArticle(NamedTuple):
    """An article that was seen for the first time lately."""

    article_id: str
    source_id: str | None
    headline: str | None
    date_published: datetime | None
    date_published_precision: str
    first_seen_at: datetime


class EditedArticle(NamedTuple):
    """A version that a publisher made of an article, and how much it changed."""

    article_id: str
    source_id: str | None
    headline: str | None
    version: int
    kind: str
    changes: int
    headline_changed: bool
    aspects: Sequence[str]


class GoneArticle(NamedTuple):
    """An article whose page was taken off the web."""

    article_id: str
    source_id: str | None
    headline: str | None
    date_published: datetime | None
    date_published_precision: str
    gone_at: datetime
    days_up: int


class Overview(NamedTuple):
    """All that a report tells. ``run`` is the last one, None before any and while it is open."""

    standing: Standing
    run: RunReport | None
    months: Sequence[Month]
    rules: Sequence[Rule]
    rejections: Sequence[Rejections]
    rejected: Sequence[RejectedPage]
    drifts: Sequence[Drift]
    held_back: Sequence[HeldBack]
    labels: Sequence[Label]
    health: Sequence[Health]
    days: Sequence[Day]
    gaps: Sequence[Gap]
    newest: Sequence[NewArticle]
    edited: Sequence[EditedArticle]
    gone: Sequence[GoneArticle]
