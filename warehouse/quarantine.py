"""Readings that are held back: entered by loads, decided about by a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal

import duckdb

from parsers.items import Article, Quarantined, Visit
from warehouse.tables import arrow_table, columns, merge

Decision = Literal["released", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """A reading in quarantine; the table ``quarantine`` tells the fields."""

    article_id: str
    body_digest: str
    source_id: str
    target: str
    url: str | None
    path: str | None
    headline: str | None
    word_count: int
    alarms: tuple[str, ...]
    detail: str
    payload_digest: str
    parser_version: str
    run_id: str
    quarantined_at: datetime
    looks: int
    state: str
    decided_at: datetime | None
    decided_reason: str | None
    version: int | None


_HELD = tuple(field.name for field in fields(HeldPage))
_SELECT = f"SELECT {', '.join(_HELD)} FROM quarantine"  # noqa: S608 - our own names


def held_pages(
    connection: duckdb.DuckDBPyConnection,
    *,
    source_id: str | None = None,
    state: str | None = "waiting",
) -> tuple[HeldPage, ...]:
    """Readings in quarantine, of a source or (None) of all, in a state or (None) in any."""
    query = (
        f"{_SELECT} WHERE ($1 IS NULL OR source_id = $1) AND ($2 IS NULL OR state = $2) "
        "ORDER BY source_id, quarantined_at, target"
    )
    return tuple(map(_held, connection.execute(query, [source_id, state]).fetchall()))


def find_held(connection: duckdb.DuckDBPyConnection, name: str) -> HeldPage | None:
    """The reading last held back under an address, path or article id; the waiting one first."""
    row = connection.execute(
        f"{_SELECT} WHERE $1 IN (article_id, url, path, target) "
        "ORDER BY state = 'waiting' DESC, quarantined_at DESC LIMIT 1",
        [name],
    ).fetchone()
    return _held(row) if row else None


class Quarantine:
    """Decides about readings that are held back. Changes belong in the writer's transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rejected(self) -> set[tuple[str, str]]:
        """Readings that are not to be loaded: article id and body digest."""
        query = "SELECT article_id, body_digest FROM quarantine WHERE state = 'rejected'"
        return set(self._connection.execute(query).fetchall())

    def waiting(self, source_id: str | None = None) -> tuple[HeldPage, ...]:
        """The readings that wait, of a source or of all."""
        return held_pages(self._connection, source_id=source_id)

    def find(self, name: str) -> HeldPage | None:
        """The reading last held back under a name; see ``find_held``."""
        return find_held(self._connection, name)

    def visit(self, held: HeldPage, outcome: Article) -> Visit:
        """The look that was held back, with the article that it is now let to load.

        Raises KeyError when the ledger does not know the look.
        """
        names = [field.name for field in fields(Visit) if field.name != "outcome"]
        row = self._connection.execute(
            f"SELECT {', '.join(names)} FROM fetches "  # noqa: S608 - our own names
            "WHERE run_id = ? AND target = ? AND outcome = 'quarantined' "
            "ORDER BY visited_at DESC LIMIT 1",
            [held.run_id, held.target],
        ).fetchone()
        if row is None:
            raise KeyError(held.target)
        return Visit(**dict(zip(names, row, strict=True)), outcome=outcome)

    def decide(self, held: HeldPage, decision: Decision, reason: str | None = None) -> None:
        """Enter what a person decided about a reading; a released one is loaded before."""
        self._connection.execute(
            """
            UPDATE quarantine SET
                state = $state,
                decided_at = $now,
                decided_reason = $reason,
                version = if($state = 'released', (
                    SELECT max(version)
                    FROM article_versions
                    WHERE article_id = $article_id AND body_digest = $body_digest
                ), NULL)
            WHERE article_id = $article_id AND body_digest = $body_digest
            """,
            {
                "state": decision,
                "now": datetime.now(UTC),
                "reason": reason,
                "article_id": held.article_id,
                "body_digest": held.body_digest,
            },
        )


def hold_back(connection: duckdb.DuckDBPyConnection, run_id: str, visits: Sequence[Visit]) -> None:
    """Enter the readings among the visits that are held back, and close what others end.

    A reading that was held back before is looked at once more; one that was superseded waits again.
    """
    held = {v.outcome.reading: v for v in visits if isinstance(v.outcome, Quarantined)}
    _supersede(connection, visits, held)
    if held:
        rows = [_row(run_id, visit) for visit in held.values()]
        batch = arrow_table(connection, "quarantine", columns(_HELD, rows))
        merge(connection, "quarantine", "article_id, body_digest", batch, _LOOKED_AGAIN)


_LOOKED_AGAIN = """
    WHEN MATCHED THEN UPDATE SET
        looks = quarantine.looks + 1,
        target = batch.target,
        payload_digest = batch.payload_digest,
        parser_version = batch.parser_version,
        run_id = batch.run_id,
        state = if(quarantine.state = 'superseded', 'waiting', quarantine.state),
        decided_at = if(quarantine.state = 'superseded', NULL, quarantine.decided_at)
    WHEN NOT MATCHED THEN INSERT BY NAME
"""


def _supersede(
    connection: duckdb.DuckDBPyConnection,
    visits: Sequence[Visit],
    held: Collection[tuple[str, str]],
) -> None:
    """Close the waiting readings of articles of which another reading came."""
    query = "SELECT article_id, body_digest FROM quarantine WHERE state = 'waiting'"
    waiting = connection.execute(query).fetchall()  # few, for a person has to look at each
    if not waiting:
        return
    outcomes = [visit.outcome for visit in visits]
    met = {o.article_id for o in outcomes if isinstance(o, (Article, Quarantined))}
    for reading in waiting:
        if reading[0] in met and reading not in held:
            connection.execute(
                "UPDATE quarantine SET state = 'superseded', decided_at = ? "
                "WHERE article_id = ? AND body_digest = ?",
                [datetime.now(UTC), *reading],
            )


def _row(run_id: str, visit: Visit) -> tuple[object, ...]:
    outcome = visit.outcome
    assert isinstance(outcome, Quarantined)  # noqa: S101 - for the type checker
    article = outcome.article
    told = {
        **{name: getattr(article, name) for name in _OF_ARTICLE},
        **{name: getattr(visit, name) for name in ("source_id", "target", "url", "path")},
        "alarms": list(outcome.alarms),
        "detail": outcome.detail,
        "run_id": run_id,
        "quarantined_at": visit.visited_at,
        "looks": 1,
        "state": "waiting",
    }
    return tuple(told.get(name) for name in _HELD)


_OF_ARTICLE = (
    "article_id",
    "body_digest",
    "headline",
    "word_count",
    "payload_digest",
    "parser_version",
)


def _held(row: Sequence[Any]) -> HeldPage:
    told = dict(zip(_HELD, row, strict=True))
    return HeldPage(**{**told, "alarms": tuple(told["alarms"])})
