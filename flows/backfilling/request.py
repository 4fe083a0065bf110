"""What a person asks a backfill for."""

from __future__ import annotations

from dataclasses import dataclass

from flows.backfilling.windows import Span
from parsers.items import Source, WebArchive

WINDOW_DAYS = 7
"""Days of a window unless told otherwise: an hour or so of a large newsroom at a polite pace."""


class BadRequest(ValueError):
    """A backfill that cannot be asked for like this: says what to change."""


@dataclass(frozen=True, slots=True)
class Request:
    """Pages of one source in some days; ``targets`` are WARC files to read instead of the web.

    ``missing_only`` asks for pages that were never read, on days where some are missing or may be.
    ``archived`` asks the source's web archive for captures of these days, and the source itself
    for nothing.
    """

    source_id: str
    span: Span
    missing_only: bool = False
    window_days: int = WINDOW_DAYS
    targets: tuple[str, ...] = ()
    archived: bool = False

    def __post_init__(self) -> None:
        if self.span.since > self.span.until:
            raise BadRequest(f"since {self.span.since} is after until {self.span.until}")
        if self.window_days < 1:
            raise BadRequest("a window has one day at least")
        if self.missing_only and self.targets:
            raise BadRequest("what is missing is asked for on the web: name no files")
        if self.archived and self.targets:
            raise BadRequest("captures come from files or from a web archive: name no files")


def archive_of(source: Source) -> WebArchive:
    """The web archive that a source declares.

    Raises BadRequest when there is none, or nothing to ask it for.
    """
    if source.archive is None:
        raise BadRequest(
            f"source {source.id!r} declares no web archive; add `archive:` with index and replay"
        )
    if not source.archive.prefixes and not source.home:
        raise BadRequest(f"source {source.id!r} has no home; add archive.prefixes to ask for")
    return source.archive
