"""What a run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Collected(NamedTuple):
    """What a run collected of one source: pages listed, newly found, asked for, and what came.

    ``fetched`` counts every page asked for; ``not_modified``, ``refused`` (by robots.txt) and
    ``failed`` (any other want of a usable answer) are parts of it.
    """

    listed: int = 0
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did. Every page is counted exactly once in ``outcomes``.

    ``outcomes`` counts new, updated, unchanged, quarantined, rejected, unread; ``rejections``
    counts by reason; ``rules`` and ``reasons`` count removed blocks of the pages that were loaded
    in this run;
    ``collected`` tells of each source that was collected from the web.
    """

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime
    outcomes: Mapping[str, int]
    by_source: Mapping[str, Mapping[str, int]]
    rejections: Mapping[str, int]
    rules: Mapping[str, int]
    reasons: Mapping[str, int]
    problems: tuple[str, ...]
    collected: Mapping[str, Collected] = field(default_factory=dict)
