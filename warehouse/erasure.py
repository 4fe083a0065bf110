"""Erasing an article: its text and addresses leave every table, a stub without them stays.

Everything is found by identity: an address is reduced to the ``article_id`` it would give, so that
what was erased can be recognised without being known. Deleted rows leave their bytes in the file
until it is written anew (``files.rewrite_database``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter

import duckdb
import pyarrow as pa

from warehouse.stories.updating import drop_unused_texts

Identify = Callable[[str | None, str | None, str | None], Collection[str]]
"""The identities of the page with this source, address and path; an ``article_id`` each."""

LEDGERS = ("fetches", "rejections", "erasures", "erased_pages", "erased_payloads")
"""Tables that tell of an article and whose rows stay."""

_ADDRESS = pa.schema((name, pa.string()) for name in ("source_id", "url", "path", "target"))
_SAME_ADDRESS = " AND ".join(
    f"ledger.{name} IS NOT DISTINCT FROM addresses.{name}" for name in _ADDRESS.names
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The stub of an erased article; the table ``erasures`` tells the fields."""

    article_id: str
    erased_at: datetime
    reason: str
    versions: int
    passages: int
    captures: int
    visits: int
    rejections: int
    lifted_at: datetime | None = None
    lifted_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where an article is to be found, by every address that it was known under.

    ``addresses`` are rows of source_id, url, path and target as the ledgers have them; ``names``
    the addresses and paths as written; ``payloads`` the digests of what no other page sent;
    ``shared_with`` articles on other pages that sent the very same bytes, which stay.
    """

    article_id: str
    page_ids: frozenset[str]
    addresses: tuple[tuple[str | None, ...], ...]
    names: frozenset[str]
    payloads: frozenset[str]
    shared_with: frozenset[str]


class Erasures:
    """Erases articles, and knows what was erased. Changes belong in the writer's transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def find_article(self, name: str, page_ids: Collection[str]) -> str | None:
        """The article last seen under a name or a page's identities; None when there is none.

        A page that never gave an article goes by its own identity.
        """
        row = self._connection.execute(
            """
            SELECT coalesce(fetches.article_id, $2[1])
            FROM fetches
            WHERE article_id = $1 OR list_contains($2, article_id)
                OR url = $1 OR target = $1 OR path = $1
                OR article_id IN (FROM article_versions SELECT article_id WHERE canonical_url = $1)
            ORDER BY article_id IS NULL, visited_at DESC
            LIMIT 1
            """,
            [name, sorted(page_ids)],
        ).fetchone()
        return row[0] if row else None

    def find_traces(self, article_id: str, identify: Identify) -> Traces:
        """Everything that tells of an article; an address that another has too is not its own."""
        visits = self._connection.execute(
            "SELECT DISTINCT source_id, url, path, target, article_id FROM fetches "
            "UNION SELECT source_id, url, path, target, NULL FROM rejections "
            "UNION SELECT source_id, url, NULL, NULL, article_id FROM article_versions "
            "UNION SELECT source_id, canonical_url, NULL, NULL, article_id FROM article_versions "
            "UNION SELECT source_id, url, path, requested_url, NULL FROM snapshots "
            "UNION SELECT source_id, url, NULL, final_url, article_id FROM pages "
            "UNION SELECT source_id, address, NULL, NULL, article_id FROM pages"
        ).fetchall()
        known = [(tuple(row[:4]), row[4], _identities(row, identify)) for row in visits]
        own = {article_id}.union(*(ids for _, article, ids in known if article == article_id))
        others: set[str] = set().union(
            *(ids for _, article, ids in known if article not in (None, article_id))
        )
        page_ids = own - (others - {article_id})
        addresses = [
            address
            for address, article, ids in known
            if article == article_id or (article is None and not page_ids.isdisjoint(ids))
        ]
        names = {name for _, *told in addresses for name in told if name}
        payloads, shared_with = _payloads(self._connection, article_id, addresses)
        return Traces(
            article_id=article_id,
            page_ids=frozenset(page_ids),
            addresses=tuple(dict.fromkeys(addresses)),
            names=frozenset(names),
            payloads=frozenset(payloads),
            shared_with=frozenset(shared_with),
        )

    def erase(self, traces: Traces, reason: str) -> Erasure:
        """Delete an article and blank its addresses in the ledgers.

        The captures' records still lie in their files: they are found by ``erased_page_ids`` and
        ``erased_payloads``.
        """
        article_id = traces.article_id
        passages = _delete_passages(self._connection, article_id)
        captures = _delete_where(self._connection, "snapshots", "payload_digest", traces.payloads)
        versions = 0
        for table in tables_of_articles(self._connection):
            deleted = _delete_where(self._connection, table, "article_id", [article_id])
            versions = deleted if table == "article_versions" else versions
        drop_unused_texts(self._connection)
        with _addresses(self._connection, traces.addresses):
            visits = _blank(self._connection, "fetches", article_id, "error = NULL, robots = NULL")
            rejections = _blank(self._connection, "rejections", article_id, "detail = 'erased'")
            self._connection.execute(
                "DELETE FROM pages WHERE article_id IS NULL AND url IN (FROM addresses SELECT url)"
            )
        self._connection.execute(
            "UPDATE backfill_windows "
            "SET urls = list_filter(urls, lambda url: NOT list_contains($1, url)) "
            "WHERE list_has_any(urls, $1)",
            [sorted(traces.names)],
        )
        _blank_runs(self._connection, traces)
        erasure = Erasure(
            article_id=article_id,
            erased_at=datetime.now(UTC),
            reason=reason,
            versions=versions,
            passages=passages,
            captures=captures,
            visits=visits,
            rejections=rejections,
        )
        _enter(self._connection, erasure)
        self.mark_pages(article_id, traces.page_ids, traces.payloads)
        return erasure

    def mark_pages(
        self, article_id: str, page_ids: Collection[str], payloads: Collection[str]
    ) -> None:
        """Remember further addresses and payloads of an erased article."""
        for table, name, values in (
            ("erased_pages", "page_id", page_ids),
            ("erased_payloads", "payload_digest", payloads),
        ):
            self._connection.execute(
                f"INSERT INTO {table} SELECT $1, value FROM (SELECT unnest($2) AS value) "  # noqa: S608
                f"WHERE value NOT IN (SELECT {name} FROM {table} WHERE article_id = $1)",
                [article_id, sorted(values)],
            )

    def lift(self, article_id: str, reason: str) -> bool:
        """Allow an erased page to be loaded again. False when it was not erased."""
        lifted = self._connection.execute(
            "UPDATE erasures SET lifted_at = $2, lifted_reason = $3 "
            "WHERE article_id = $1 AND lifted_at IS NULL RETURNING article_id",
            [article_id, datetime.now(UTC), reason],
        ).fetchall()
        return bool(lifted)

    def erased_page_ids(self) -> dict[str, str]:
        """The identities of pages that are not to be loaded, each with the erased article's."""
        rows = self._connection.execute(
            "SELECT page_id, article_id FROM erased_pages SEMI JOIN "
            "(FROM erasures WHERE lifted_at IS NULL) USING (article_id)"
        ).fetchall()
        return dict(rows)

    def erased_payloads(self) -> set[str]:
        """The digests of erased payloads that the index does not have again."""
        rows = self._connection.execute(
            "SELECT payload_digest FROM erased_payloads ANTI JOIN snapshots USING (payload_digest)"
        ).fetchall()
        return {digest for (digest,) in rows}

    def move_captures(self, before: str, after: str, offsets: Mapping[int, int]) -> None:
        """Tell the index that a file's records now lie in another file, by their old offsets."""
        moved = pa.table({"before": list(offsets), "after": list(offsets.values())})
        self._connection.register("moved", moved)
        try:
            self._connection.execute(
                "UPDATE snapshots SET warc_file = ?, warc_offset = moved.after FROM moved "
                "WHERE warc_file = ? AND warc_offset = moved.before",
                [after, before],
            )
        finally:
            self._connection.unregister("moved")


# --- Where an article is told of -------------------------------------------------------------


def _identities(row: Sequence[str | None], identify: Identify) -> set[str]:
    source_id, url, path, target, _ = row
    return {*identify(source_id, url, path), *identify(source_id, target, None)}


def _payloads(
    connection: duckdb.DuckDBPyConnection,
    article_id: str,
    addresses: Sequence[tuple[str | None, ...]],
) -> tuple[set[str], set[str]]:
    """The payloads that only this article's pages sent, and the articles that share others."""
    with _addresses(connection, addresses):
        rows = connection.execute(
            f"""
            WITH own AS (
                SELECT payload_digest FROM article_versions WHERE article_id = $1
                UNION
                SELECT payload_digest FROM fetches AS ledger SEMI JOIN addresses
                    ON {_SAME_ADDRESS} AND coalesce(ledger.article_id, $1) = $1
                UNION
                SELECT payload_digest FROM snapshots AS ledger SEMI JOIN addresses
                    ON ledger.source_id IS NOT DISTINCT FROM addresses.source_id
                    AND ledger.url IS NOT DISTINCT FROM addresses.url
                    AND ledger.path IS NOT DISTINCT FROM addresses.path
            ),
            others AS (
                SELECT payload_digest, article_id
                FROM fetches AS ledger ANTI JOIN addresses
                    ON {_SAME_ADDRESS} AND coalesce(ledger.article_id, $1) = $1
                UNION
                SELECT payload_digest, article_id FROM article_versions WHERE article_id <> $1
            )
            SELECT payload_digest, others.payload_digest IS NOT NULL, article_id
            FROM own LEFT JOIN others USING (payload_digest)
            WHERE payload_digest IS NOT NULL
            """,  # noqa: S608 - our own column names
            [article_id],
        ).fetchall()
    payloads = {digest for digest, shared, _ in rows if not shared}
    return payloads, {article for _, shared, article in rows if shared and article}


@contextmanager
def _addresses(
    connection: duckdb.DuckDBPyConnection, addresses: Sequence[tuple[str | None, ...]]
) -> Iterator[None]:
    """The addresses as the table ``addresses``."""
    rows = [dict(zip(_ADDRESS.names, address, strict=True)) for address in addresses]
    connection.register("addresses", pa.Table.from_pylist(rows, _ADDRESS))
    try:
        yield
    finally:
        connection.unregister("addresses")


# --- What is deleted, blanked and recorded ----------------------------------------------------


def _delete_passages(connection: duckdb.DuckDBPyConnection, article_id: str) -> int:
    """Delete the passages that only this article's accounts name."""
    row = connection.execute(
        """
        DELETE FROM passages WHERE passage IN (
            SELECT unnest(passages).passage FROM accounts WHERE article_id = $1
            EXCEPT
            SELECT unnest(passages).passage FROM accounts WHERE article_id <> $1
        )
        """,
        [article_id],
    ).fetchone()
    return row[0] if row else 0


def _delete_where(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, values: Collection[str]
) -> int:
    row = connection.execute(
        f"DELETE FROM {table} WHERE {name} IN (SELECT unnest($1))",  # noqa: S608
        [sorted(values)],
    ).fetchone()
    return row[0] if row else 0


def tables_of_articles(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables whose rows belong to an article, ledgers left out."""
    rows = connection.execute(
        "SELECT table_name FROM duckdb_columns() SEMI JOIN duckdb_tables() "
        "USING (database_name, schema_name, table_name) "
        "WHERE database_name = current_database() AND column_name = 'article_id' "
        "ORDER BY table_name"
    ).fetchall()
    return [name for (name,) in rows if name not in LEDGERS]


def _blank(
    connection: duckdb.DuckDBPyConnection, ledger: str, article_id: str, further: str
) -> int:
    """Take the addresses out of a ledger; its rows still count."""
    own = "coalesce(ledger.article_id, $1) = $1" if ledger == "fetches" else "true"
    row = connection.execute(
        f"UPDATE {ledger} AS ledger SET target = 'erased:' || $1, url = NULL, path = NULL, "  # noqa: S608
        f"payload_digest = NULL, {further} FROM addresses WHERE {_SAME_ADDRESS} AND {own}",
        [article_id],
    ).fetchone()
    return row[0] if row else 0


def _blank_runs(connection: duckdb.DuckDBPyConnection, traces: Traces) -> None:
    """Take the addresses out of what runs were asked to do, and of their problems."""
    for name in sorted(traces.names, key=len, reverse=True):
        connection.execute(
            """
            UPDATE runs SET
                parameters = replace(parameters, $1, $2),
                problems = list_transform(problems, lambda problem: replace(problem, $1, $2))
            WHERE contains(parameters, $1)
                OR list_bool_or(list_transform(problems, lambda problem: contains(problem, $1)))
            """,
            [name, f"erased:{traces.article_id}"],
        )


def _enter(connection: duckdb.DuckDBPyConnection, erasure: Erasure) -> None:
    names = tuple(field.name for field in fields(Erasure))
    connection.execute(
        f"INSERT INTO erasures ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        list(attrgetter(*names)(erasure)),
    )
