"""What a look at a page changes in what is known of it. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from flows.collecting import due
from flows.collecting.looks import Look
from flows.fetching.outcomes import Validators
from parsers.items import Article, Quarantined, Rejection, Unmodified, Visit
from warehouse import Page

TRUSTED_IN_A_ROW = 20
"""Answers 304 in a row after which a page is asked for whole, lest its validators lie."""

_GONE = (404, 410)


def validators_to_send(page: Page) -> Validators | None:
    """What to make the request for a page conditional with; None to ask for all of it."""
    if page.validators_lie or page.not_modified >= TRUSTED_IN_A_ROW:
        return None
    if page.payload_digest is None or (page.etag is None and page.last_modified is None):
        return None
    return Validators(page.etag, page.last_modified, page.final_url)


def revised(look: Look, visit: Visit, loaded: str, run_id: str) -> Page | None:
    """The page as it is known after a look at it, with the time of the next.

    ``loaded`` is what the warehouse made of the visit: its outcome in ``fetches``. None when
    nothing is to be changed in what is known.
    """
    if look.archive:
        return _read_in_archive(look, visit)
    page, now, told = look.page, visit.visited_at, look.told
    match visit.outcome:
        case Article() as article:
            lied = _lied(page, visit, loaded, told)
            return _scheduled(
                replace(
                    _read(page, visit, told),
                    validators_lie=page.validators_lie or lied,
                    article_id=article.article_id,
                    date_published=article.date_published,
                    changed_at=now if loaded == "updated" else page.changed_at,
                ),
                look,
                now,
            )
        case Quarantined():
            return _scheduled(_read(page, visit, told), look, now)
        case Unmodified():
            return _scheduled(
                replace(_standing(page, now), not_modified=page.not_modified + 1), look, now
            )
        case Rejection() as rejection if _is_missing(rejection, visit.http_status):
            return _missing(page, now, run_id)
    if visit.payload_digest is None or (visit.http_status or 200) >= 400:
        return _failed(look, now)
    # Read, and no article; or the parsers failed on it.
    due_at = due.after_no_article(now, page.first_seen_at)
    return replace(_read(page, visit, told), due_at=due_at)


def _read_in_archive(look: Look, visit: Visit) -> Page | None:
    """A page whose article was never read before; what its own server says of it stays as it is."""
    page, article = look.page, visit.outcome
    if not isinstance(article, Article) or page.payload_digest is not None:
        return None
    born = article.date_published or visit.visited_at
    due_at = page.due_at
    if page.found_by == "archive":  # nobody lists it now, so there is no hurry to look for it
        due_at = due.after_article(page.first_seen_at, born, None, look.source.removals)
    return replace(
        page,
        due_at=due_at,
        payload_digest=visit.payload_digest,
        article_id=article.article_id,
        date_published=article.date_published,
    )


def _read(page: Page, visit: Visit, told: Validators) -> Page:
    """A page of which a payload came."""
    return replace(
        _standing(page, visit.visited_at),
        final_url=visit.url,
        etag=told.etag,
        last_modified=told.last_modified,
        not_modified=0,
        payload_digest=visit.payload_digest,
    )


def _standing(page: Page, now: datetime) -> Page:
    return replace(
        page,
        last_seen_at=now,
        fetched_at=now,
        failures=0,
        missing_since=None,
        missing_run_id=None,
        gone_at=None,
    )


def _scheduled(page: Page, look: Look, now: datetime) -> Page:
    """A page that stands, with its next due time."""
    if page.article_id is None:
        return replace(page, due_at=due.after_no_article(now, page.first_seen_at))
    born = page.date_published or page.first_seen_at
    due_at = due.after_article(now, born, page.changed_at, look.source.removals)
    return replace(page, due_at=due_at)


def _is_missing(rejection: Rejection, status: int | None) -> bool:
    return status in _GONE or rejection.reason == "soft_404"


def _missing(page: Page, now: datetime, run_id: str) -> Page:
    """A page that is not there: gone when an earlier run has found it missing already."""
    since = page.missing_since or now
    confirmed = page.missing_run_id is not None and page.missing_run_id != run_id
    return replace(
        page,
        fetched_at=now,
        failures=0,
        missing_since=since,
        missing_run_id=page.missing_run_id or run_id,
        gone_at=page.gone_at or (since if confirmed else None),
        due_at=due.after_missing(now, since),
    )


def _failed(look: Look, now: datetime) -> Page:
    failures = look.page.failures + 1
    retry_at = look.failure.retry_at if look.failure else None
    due_at = due.after_failure(now, failures, retry_at)
    return replace(look.page, fetched_at=now, failures=failures, due_at=due_at)


def _lied(page: Page, visit: Visit, loaded: str, told: Validators) -> bool:
    """Whether other bytes came under the validators of the last ones.

    A strong ETag promises the very bytes; a weak one and a time promise the same to read.
    """
    if page.payload_digest is None or visit.payload_digest == page.payload_digest:
        return False
    if told.etag is not None and not told.etag.startswith("W/"):
        return told.etag == page.etag
    kept = page.etag, page.last_modified
    return loaded == "updated" and any(kept) and kept == (told.etag, told.last_modified)


def lies(pages: Iterable[Page]) -> Iterator[str]:
    """A sentence for each source of pages whose validators were found to lie."""
    lying: dict[str, list[Page]] = {}
    for page in pages:
        lying.setdefault(page.source_id, []).append(page)
    for source_id, found in lying.items():
        yield (
            f"{source_id}: validators lie: {len(found):,} pages changed under the same ETag or"
            f" Last-Modified, such as {found[0].url}; they are asked for whole from now on"
        )
