"""Dropping captures that are older than asked for and changed nothing.

A capture stays when a version of an article came from it, or when it is the latest of its page. A
file beside the database says that dropping is on its way: what a kill leaves is finished next time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastwarc.warc import WarcRecord

from flows.archive.recovery import recover, unsettled
from flows.archive.rewriting import rewrite_files
from flows.terminal.progress import Progress
from warehouse import Place, Writer, captures_folder

MARKER = "dropping"
"""The file beside the database that says that files are being written anew."""


def drop_captures(warehouse: Place, days: int | None, writer: Writer, progress: Progress) -> int:
    """Drop captures older than ``days`` (None: none) from index and files; how many there were.

    The files that others take the place of stay until ``remove_replaced``: the published copy may
    name them until the next publication.
    """
    captures, marker = captures_folder(warehouse), _marker(warehouse)
    recover(captures)
    if unsettled(captures):
        progress.say("captures of a run that died wait to be loaded: none are dropped before that")
        return 0
    before = datetime.now(UTC) - timedelta(days=days) if days else None
    digests = writer.superseded_captures(before) if before else set()
    if not digests and not marker.exists():
        return 0
    marker.touch()
    writer.forget_captures(digests)
    for rewritten in rewrite_files(captures, _Unknown(writer.all_payloads())):
        progress.say(f"{rewritten.before} is written anew")
        if rewritten.after is not None:
            with writer.transaction():
                writer.erasures.move_captures(rewritten.before, rewritten.after, rewritten.offsets)
        with marker.open("a", encoding="utf-8") as replaced:
            replaced.write(f"{rewritten.before}\n")
    return len(digests)


def remove_replaced(warehouse: Place) -> int:
    """Remove the files that others have taken the place of, after publication; bytes freed."""
    captures, marker = captures_folder(warehouse), _marker(warehouse)
    if not marker.exists():
        return 0
    freed = 0
    for name in dict.fromkeys(marker.read_text("utf-8").splitlines()):
        file = captures / name
        if file.exists():
            freed += file.stat().st_size
            file.unlink()
    marker.unlink()
    return freed


class _Unknown:
    """Tells of a WARC record whether its payload is struck out of the index."""

    def __init__(self, known: set[str]) -> None:
        self._known = known

    def __call__(self, record: WarcRecord) -> bool:
        digest = record.headers.get("WARC-Payload-Digest")
        return digest is not None and digest not in self._known


def _marker(warehouse: Place) -> Path:
    return captures_folder(warehouse).parent / MARKER
