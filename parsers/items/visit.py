"""One look at one page in a run, and the capture it may have made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parsers.items.article import Article, Rejection


@dataclass(frozen=True, slots=True)
class Unread:
    """A target that could not be read at all (missing, forbidden, no answer)."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unmodified:
    """A page that is as it was, as its server says (304); ``article_id`` is what it held last."""

    article_id: str | None

    @property
    def detail(self) -> str:
        """What the server said, in words."""
        return "it is as it was"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An article that reads unlike those of its source: held back until a person has looked.

    ``alarms`` name how it differs, ``detail`` tells it in words.
    """

    article: Article
    alarms: tuple[str, ...]
    detail: str

    @property
    def article_id(self) -> str:
        """The article that the page would be."""
        return self.article.article_id

    @property
    def reading(self) -> tuple[str, str]:
        """What names the reading: which article, and what it says."""
        return self.article.article_id, self.article.body_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where a payload lies in the captures folder, and what was known when it was captured.

    ``warc_file`` is relative to the captures folder; ``warc_offset`` is where its record begins,
    in bytes; ``size`` is the payload's length in bytes.
    """

    payload_digest: str
    source_id: str | None
    url: str | None
    requested_url: str | None
    path: str | None
    fetched_at: datetime
    http_status: int | None
    media_type: str | None
    charset: str | None
    size: int
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at one page in a run: counted exactly once, by its outcome.

    ``target`` is what the run was told to look at (URL or relative path); ``payload_digest`` is
    None when nothing was read. ``found_by`` and ``found_at`` tell how a collected page was found;
    ``robots`` (the line that decided), ``attempts`` (requests made) and ``failure`` (its kind) how
    the asking went.
    """

    target: str
    source_id: str | None
    url: str | None
    path: str | None
    visited_at: datetime
    http_status: int | None
    payload_digest: str | None
    size: int | None
    outcome: Article | Quarantined | Rejection | Unread | Unmodified
    found_by: str | None = None
    found_at: str | None = None
    robots: str | None = None
    attempts: int | None = None
    failure: str | None = None
