"""Loading: what each visit found, compared with what is stored, into new rows.

A page whose article says what the latest version says adds nothing but a row in the ledger; one
that says something else becomes the next version, stored with what changed. Stored versions are
never changed; only the attributes of the latest are read anew by newer parsers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat
from operator import attrgetter
from typing import Literal, NamedTuple

import duckdb

from parsers.account import Account
from parsers.items import (
    Article,
    Attribute,
    Capture,
    Evidence,
    Image,
    Link,
    Quarantined,
    Rejection,
    Unmodified,
    Unread,
    Visit,
)
from warehouse.accounts import PassageBook, checked_account
from warehouse.attributes import renew_attributes
from warehouse.changes.comparing import Edition
from warehouse.changes.storing import append_changes
from warehouse.known import Known
from warehouse.quarantine import hold_back
from warehouse.readings import Reading
from warehouse.snapshots import index_captures
from warehouse.tables import (
    Columns,
    account_table,
    append,
    append_missing,
    arrow_table,
    columns,
    matching,
    passage_table,
)

Cause = Literal["captured", "reparsed"]

_VISIT = (
    "target",
    "source_id",
    "url",
    "path",
    "visited_at",
    "http_status",
    "payload_digest",
    "size",
    "found_by",
    "found_at",
    "robots",
    "attempts",
    "failure",
)
_ARTICLE = (
    "article_id",
    "source_id",
    "url",
    "canonical_url",
    "headline",
    "description",
    "article_body",
    "date_published",
    "date_published_precision",
    "date_published_raw",
    "date_modified",
    "authors",
    "publisher",
    "section",
    "area",
    "in_language",
    "word_count",
    "input_characters",
    "flags",
    "body_digest",
    "payload_digest",
    "parser_version",
)
_DETAILS = {
    "images": Image._fields,
    "links": Link._fields,
    "date_evidence": Evidence._fields,
    "attributes": Attribute._fields,
}
_visit_values = attrgetter(*_VISIT)
_article_values = attrgetter(*_ARTICLE)


class _NewVersion(NamedTuple):
    article: Article
    account: Account
    cause: Cause
    version: int
    first_seen_at: datetime
    gone_at: datetime | None


class _Ending(NamedTuple):
    """How one visit ended: what the ledger of fetches says of it besides the visit itself."""

    outcome: str
    article_id: str | None = None
    version: int | None = None
    error: str | None = None


@dataclass
class _Load:
    """One batch on its way: the latest readings, as they change from visit to visit."""

    cause: Cause
    latest: dict[str, Reading]
    left: PassageBook = field(default_factory=PassageBook)
    new_versions: list[_NewVersion] = field(default_factory=list)
    standing_again: set[str] = field(default_factory=set)
    read_anew: dict[tuple[str, int], Sequence[Attribute]] = field(default_factory=dict)

    def settle(self, visit: Visit) -> _Ending:
        match visit.outcome:
            case Article() as article:
                return self._settle_article(visit, article)
            case Quarantined(detail=detail):
                return _Ending("quarantined", error=detail)
            case Rejection(detail=detail):
                return _Ending("rejected", error=detail)
            case Unread(detail=detail):
                return _Ending("unread", error=detail)
            case Unmodified(article_id=article_id):
                latest = self.latest.get(article_id or "")
                version = latest.version if latest else None
                return _Ending("unchanged", article_id, version)

    def _settle_article(self, visit: Visit, article: Article) -> _Ending:
        latest = self.latest.get(article.article_id)
        gone_at = self._gone_at(visit, latest)
        if latest is not None and latest.gone_at != gone_at:
            self.standing_again.add(article.article_id)
            latest = self.latest[article.article_id] = latest._replace(gone_at=gone_at)
        if latest is not None and latest.body_digest == article.body_digest:
            self._check_again(visit, article, latest)
            if latest.parser_version != article.parser_version:
                self.read_anew[article.article_id, latest.version] = article.attributes
            return _Ending("unchanged", article.article_id, latest.version)
        version = latest.version + 1 if latest else 1
        first_seen_at = latest.first_seen_at if latest else visit.visited_at
        account = checked_account(visit.target, article)
        self.left.enter(article, account)
        same_bytes = latest is not None and latest.payload_digest == article.payload_digest
        cause: Cause = "reparsed" if same_bytes else self.cause
        self.new_versions.append(
            _NewVersion(article, account, cause, version, first_seen_at, gone_at)
        )
        self.latest[article.article_id] = Reading(
            version,
            article.body_digest,
            article.payload_digest,
            article.parser_version,
            first_seen_at,
            gone_at,
        )
        return _Ending("updated" if latest else "new", article.article_id, version)

    def _gone_at(self, visit: Visit, latest: Reading | None) -> datetime | None:
        """When the article's page went, unless this look at its server finds it standing."""
        if latest is None or latest.gone_at is None:
            return None
        asked = self.cause == "captured" and visit.http_status is not None
        return None if asked and visit.visited_at > latest.gone_at else latest.gone_at

    def _check_again(self, visit: Visit, article: Article, latest: Reading) -> None:
        """Check the account of an unchanged article, unless this very reading was checked."""
        reading = (article.payload_digest, article.parser_version)
        if reading != (latest.payload_digest, latest.parser_version):
            checked_account(visit.target, article)


def load(
    connection: duckdb.DuckDBPyConnection,
    known: Known,
    run_id: str,
    visits: Sequence[Visit],
    captures: Sequence[Capture],
    cause: Cause,
) -> tuple[str, ...]:
    """Load visits in order, with the captures they made; one outcome per visit.

    Raises AccountError when an article's blocks do not account for its document. The caller
    holds the transaction, and has ``known`` forget when that is rolled back.
    """
    met = [v.outcome.article_id for v in visits if isinstance(v.outcome, (Article, Unmodified))]
    batch = _Load(cause, known.readings.get(set(filter(None, met))))
    endings = [batch.settle(visit) for visit in visits]
    index_captures(connection, captures, known.payloads)
    if batch.new_versions:
        _append_changes(connection, batch.new_versions)
        _append_versions(connection, run_id, batch.new_versions)
        _append_accounts(connection, batch.new_versions, batch.left)
        _append_details(connection, batch.new_versions)
    _mark_standing(connection, batch.standing_again)
    renew_attributes(connection, batch.read_anew)
    hold_back(connection, run_id, visits)
    _append_fetches(connection, run_id, cause, visits, endings)
    _append_rejections(connection, run_id, visits)
    if run_id not in known.told_parsers:
        _tell_parsers(connection, known, run_id, visits)
    known.readings.note(batch.latest)
    return tuple(ending.outcome for ending in endings)


def _tell_parsers(
    connection: duckdb.DuckDBPyConnection, known: Known, run_id: str, visits: Sequence[Visit]
) -> None:
    """Enter which parsers read the pages of a run, when its first article has come."""
    for visit in visits:
        if isinstance(visit.outcome, Article):
            connection.execute(
                "UPDATE runs SET parser_version = ? WHERE run_id = ? AND parser_version IS NULL",
                [visit.outcome.parser_version, run_id],
            )
            known.told_parsers.add(run_id)
            return


def _append_changes(
    connection: duckdb.DuckDBPyConnection, new_versions: Sequence[_NewVersion]
) -> None:
    """Tell how further versions differ from those before; must go before they are stored."""
    further = {new.article.article_id for new in new_versions if new.version > 1}
    append_changes(
        connection,
        [
            (new.article.article_id, new.version, _edition(new.article, new.account))
            for new in new_versions
            if new.article.article_id in further  # its first version may be of this load too
        ],
    )


def _append_versions(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    new_versions: Sequence[_NewVersion],
) -> None:
    data = columns(
        ("run_id", "cause", "version", "first_seen_at", "gone_at", *_ARTICLE),
        ((run_id, *new[2:], *_article_values(new.article)) for new in new_versions),
    )
    append(connection, "article_versions", arrow_table(connection, "article_versions", data))


def _mark_standing(connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]) -> None:
    """Tell the versions of articles that were gone that their page stands again."""
    query = (
        "UPDATE article_versions SET gone_at = NULL "
        "WHERE article_id IN (SELECT article_id FROM batch)"
    )
    if article_ids:
        matching(connection, query, "article_id", article_ids)


def _append_accounts(
    connection: duckdb.DuckDBPyConnection,
    new_versions: Sequence[_NewVersion],
    left: PassageBook,
) -> None:
    batch = account_table(
        [new.article.article_id for new in new_versions],
        [new.version for new in new_versions],
        [new.account for new in new_versions],
    )
    append(connection, "accounts", batch)
    append_missing(connection, "passages", "passage", passage_table(left))


def _append_details(
    connection: duckdb.DuckDBPyConnection, new_versions: Sequence[_NewVersion]
) -> None:
    """Images, links, date evidence and attributes: a row each, under their version."""
    ids = [new.article.article_id for new in new_versions]
    versions = [new.version for new in new_versions]
    for table, names in _DETAILS.items():
        found = [new.article.columns[table] for new in new_versions]
        counts = [len(first) for first, *_ in found]
        data: Columns = {
            "article_id": [*chain.from_iterable(map(repeat, ids, counts))],
            "version": [*chain.from_iterable(map(repeat, versions, counts))],
            **{
                name: [*chain.from_iterable(each[place] for each in found)]
                for place, name in enumerate(names)
            },
        }
        append(connection, table, arrow_table(connection, table, data))


def _edition(article: Article, account: Account) -> Edition:
    return Edition(
        headline=article.headline,
        paragraphs=article.paragraphs,
        positions=account.kept.positions,
        authors=article.authors,
        date_published=article.date_published,
        date_published_precision=article.date_published_precision,
    )


def _append_fetches(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    cause: Cause,
    visits: Sequence[Visit],
    endings: Sequence[_Ending],
) -> None:
    data = {
        **columns(_VISIT, map(_visit_values, visits)),
        **columns(_Ending._fields, endings),
        "run_id": [run_id] * len(visits),
        "cause": [cause] * len(visits),
    }
    append(connection, "fetches", arrow_table(connection, "fetches", data))


def _append_rejections(
    connection: duckdb.DuckDBPyConnection, run_id: str, visits: Sequence[Visit]
) -> None:
    names = ("target", "source_id", "url", "path", "payload_digest", "visited_at")
    values = attrgetter(*names)
    data = columns(
        ("run_id", "reason", "detail", *names[:-1], "rejected_at"),
        (
            (run_id, _reason(visit.outcome), visit.outcome.detail, *values(visit))
            for visit in visits
            if isinstance(visit.outcome, (Rejection, Unread))
        ),
    )
    append(connection, "rejections", arrow_table(connection, "rejections", data))


def _reason(outcome: Rejection | Unread) -> str:
    return outcome.reason if isinstance(outcome, Rejection) else "not_found"
