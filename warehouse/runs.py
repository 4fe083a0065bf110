"""The ledger of runs: begun, ended, counted."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import duckdb

from parsers.items import Collected, RunReport

OUTCOMES = ("new", "updated", "unchanged", "quarantined", "rejected", "unread")
EndStatus = Literal["completed", "failed", "cancelled"]


def start_run(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    parameters: Mapping[str, object],
    writer: str | None,
) -> str:
    """Enter a run of a writer as running; its identity sorts by time. Parameters become JSON."""
    started_at = datetime.now(UTC)
    run_id = f"{started_at:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"
    connection.execute(
        "INSERT INTO runs (run_id, kind, status, started_at, parameters, writer) "
        "VALUES (?, ?, 'running', ?, ?, ?)",
        [run_id, kind, started_at, json.dumps(parameters, default=str, ensure_ascii=False), writer],
    )
    return run_id


def mark_crashed(connection: duckdb.DuckDBPyConnection, writer: str | None) -> None:
    """Close the runs that a process of this writer left open; only who has its lock may say so."""
    connection.execute(
        "UPDATE runs SET status = 'crashed' "
        "WHERE status = 'running' AND writer IS NOT DISTINCT FROM ?",
        [writer],
    )


def finish_run(
    connection: duckdb.DuckDBPyConnection, run_id: str, status: EndStatus, problems: Sequence[str]
) -> RunReport:
    """Enter how a run ended and count what it did. Raises KeyError for an unknown run."""
    counts = _outcomes(connection, run_id)
    connection.execute(
        """
        UPDATE runs SET status = $status, finished_at = $finished_at, problems = $problems,
            new = $new, updated = $updated, unchanged = $unchanged, quarantined = $quarantined,
            rejected = $rejected, unread = $unread
        WHERE run_id = $run_id
        """,
        {
            "run_id": run_id,
            "status": status,
            "finished_at": datetime.now(UTC),
            "problems": list(problems),
            **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        },
    )
    return report(connection, run_id)


def report(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunReport:
    """What a finished run did. Pages without a source are counted under the empty name."""
    row = connection.execute(
        "SELECT kind, started_at, finished_at, problems FROM runs WHERE run_id = ?", [run_id]
    ).fetchone()
    if row is None:
        raise KeyError(run_id)
    kind, started_at, finished_at, problems = row
    by_source: dict[str, dict[str, int]] = {}
    for source_id, outcome, count in connection.execute(
        "SELECT coalesce(source_id, ''), outcome, count(*) FROM fetches WHERE run_id = ? "
        "GROUP BY ALL ORDER BY ALL",
        [run_id],
    ).fetchall():
        by_source.setdefault(source_id, {})[outcome] = count
    counts = _outcomes(connection, run_id)
    rules, reasons = _removed_blocks(connection, run_id)
    return RunReport(
        run_id=run_id,
        kind=kind,
        started_at=started_at,
        finished_at=finished_at,
        outcomes={outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        by_source=by_source,
        rejections=_counts(
            connection, "SELECT reason, count(*) FROM rejections WHERE run_id = ?", run_id
        ),
        rules=rules,
        reasons=reasons,
        problems=tuple(problems),
        collected=_collected(connection, run_id),
    )


def _collected(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Collected]:
    """What was collected of each source: by discoveries that ended, and by asking for pages."""
    rows = connection.execute(
        """
        WITH listed AS (
            SELECT source_id, sum(listed)::INTEGER AS listed, sum(found)::INTEGER AS found
            FROM discoveries
            WHERE run_id = $1
            GROUP BY source_id
        ),
        asked AS (
            SELECT
                source_id,
                count(*) AS fetched,
                count(*) FILTER (http_status = 304) AS not_modified,
                count(*) FILTER (failure = 'robots') AS refused,
                count(*) FILTER (failure != 'robots') AS failed
            FROM fetches
            WHERE run_id = $1 AND found_by IS NOT NULL
            GROUP BY source_id
        )
        SELECT source_id, listed, found, fetched, not_modified, refused, failed
        FROM listed FULL JOIN asked USING (source_id)
        ORDER BY source_id
        """,
        [run_id],
    ).fetchall()
    return {source_id: Collected(*(count or 0 for count in counts)) for source_id, *counts in rows}


def _outcomes(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    return _counts(connection, "SELECT outcome, count(*) FROM fetches WHERE run_id = ?", run_id)


def _removed_blocks(
    connection: duckdb.DuckDBPyConnection, run_id: str
) -> tuple[Counter[str], Counter[str]]:
    """Removed blocks of the versions that the run made, by rule and by reason."""
    rules: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for rule, reason, blocks in connection.execute(
        """
        SELECT rule, reason, sum(block_count)::BIGINT AS blocks
        FROM (
            SELECT unnest(passages).passage AS passage
            FROM accounts
            SEMI JOIN (FROM article_versions WHERE run_id = ?) USING (article_id, version)
        )
        JOIN passages USING (passage)
        WHERE disposition = 'removed'
        GROUP BY rule, reason
        ORDER BY blocks DESC, rule, reason
        """,
        [run_id],
    ).fetchall():
        rules[rule] += blocks
        reasons[reason] += blocks
    return rules, reasons


def _counts(connection: duckdb.DuckDBPyConnection, query: str, run_id: str) -> dict[str, int]:
    """A query of (name, count) for one run as a mapping, most frequent first."""
    return dict(connection.execute(f"{query} GROUP BY 1 ORDER BY 2 DESC, 1", [run_id]).fetchall())
