"""Keeping the files of a lake few, and dropping those that no reader can ask for any more."""

from __future__ import annotations

import duckdb

SMALL_BYTES = 32_000_000
"""Bytes of a file below which it is put together with others."""

SNAPSHOT_DAYS = 7
"""Days for which a snapshot is kept that others have followed: no reader stays open for longer."""

FILE_DAYS = 1
"""Days for which a file stays that nothing names any more: no query, no load takes longer."""

_DELETED_SHARE = 0.3  # of a file's rows, from which it is written anew


def merge_small_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Put small files together: a load writes one for each table and transaction."""
    connection.execute(
        "CALL ducklake_merge_adjacent_files('warehouse', max_file_size => ?)", [SMALL_BYTES]
    )
    _drop_replaced_files(connection)


def superseded_share(connection: duckdb.DuckDBPyConnection) -> float:
    """Which share of the stored files' bytes (0 to 1) no reader of the newest snapshot asks for."""
    row = connection.execute(
        """
        SELECT coalesce(sum(file_size_bytes) FILTER (end_snapshot IS NOT NULL), 0)
            / greatest(sum(file_size_bytes), 1)
        FROM __ducklake_metadata_warehouse.ducklake_data_file
        """
    ).fetchone()
    return float(row[0]) if row else 0.0


def stored_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of the Parquet files that the attached lake names, older snapshots' too."""
    row = connection.execute(
        "SELECT coalesce(sum(file_size_bytes), 0)::BIGINT "
        "FROM __ducklake_metadata_warehouse.ducklake_data_file"
    ).fetchone()
    return int(row[0]) if row else 0


def rewrite_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget old snapshots, write files anew that hold deleted rows, and drop what is left over."""
    connection.execute(
        "CALL ducklake_expire_snapshots('warehouse', older_than => now() - to_days(?))",
        [SNAPSHOT_DAYS],
    )
    connection.execute(
        "CALL ducklake_rewrite_data_files('warehouse', delete_threshold => ?)", [_DELETED_SHARE]
    )
    merge_small_files(connection)
    # What writers that were killed left behind; a load that is going has files like these.
    connection.execute(
        "CALL ducklake_delete_orphaned_files('warehouse', older_than => now() - to_days(?))",
        [FILE_DAYS],
    )


def _drop_replaced_files(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CALL ducklake_cleanup_old_files('warehouse', older_than => now() - to_days(?))",
        [FILE_DAYS],
    )
