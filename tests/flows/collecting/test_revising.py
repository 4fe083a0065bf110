"""What a look changes in what is known of a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.collecting.looks import Look, listing_instead, look_at
from flows.collecting.revising import TRUSTED_IN_A_ROW, lies, revised, validators_to_send
from flows.fetching.outcomes import Failure, Fetch, NotModified, Validators
from parsers.items import (
    Discovery,
    PageRef,
    Rejection,
    Snapshot,
    Source,
    Unmodified,
    Unread,
    Visit,
)
from tests.warehouse.building import article
from warehouse import Page, found_page

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/story/1"
SOURCE = Source(
    id="example",
    publisher="The Example",
    publisher_type="newspaper",
    home="https://news.example/",
    discovery=Discovery(listings=("https://news.example/latest",)),
)
FOUND = found_page(PageRef(source_id="example", url=URL, found_by="feed"), "run-1", NOW)


def look(page: Page, result: Any, **told: str) -> Look:
    if result == "page":
        headers = tuple((name.replace("_", "-"), value) for name, value in told.items())
        result = Snapshot(b"x", url=URL, http_status=200, http_headers=headers)
    return look_at(page, SOURCE, _fetch(result))


def _fetch(result: Any) -> Fetch:
    return Fetch(
        requested_url=URL,
        url=URL,
        source_id="example",
        started_at=NOW,
        seconds=0.1,
        attempts=1,
        robots=None,
        result=result,
    )


def visit(outcome: Any, *, payload: str | None = "sha256:a", status: int | None = 200) -> Visit:
    return Visit(
        target=URL,
        source_id="example",
        url=URL,
        path=None,
        visited_at=NOW,
        http_status=status,
        payload_digest=payload,
        size=1,
        outcome=outcome,
    )


def read(page: Page, loaded: str = "new", payload: str = "sha256:a", **told: str) -> Page:
    seen = visit(article(), payload=payload)
    return revised(look(page, "page", **told), seen, loaded, "run-1")


def missing(page: Page, run_id: str, status: int = 404) -> Page:
    gone = visit(Rejection("not_found", f"HTTP {status}"), status=status)
    return revised(look(page, "page"), gone, "rejected", run_id)


def test_an_article_is_known_by_its_validators_and_date() -> None:
    page = read(FOUND, ETag='"1"', Last_Modified="Sun, 01 Mar 2026 10:00:00 GMT")

    assert (page.article_id, page.payload_digest) == (article().article_id, "sha256:a")
    assert page.date_published == article().date_published
    assert page.last_seen_at == page.fetched_at == NOW
    assert page.due_at > NOW
    assert validators_to_send(page) == Validators('"1"', "Sun, 01 Mar 2026 10:00:00 GMT", URL)


def test_a_page_without_validators_is_asked_for_whole() -> None:
    assert validators_to_send(FOUND) is None
    assert validators_to_send(read(FOUND)) is None


def test_a_changed_page_is_due_as_a_young_one() -> None:
    old = replace(read(FOUND, ETag='"1"'), date_published=NOW - timedelta(days=400))
    changed = read(old, "updated", "sha256:b", ETag='"2"')
    assert changed.changed_at == NOW
    assert changed.due_at - NOW == timedelta(hours=1)
    assert read(old, "unchanged", "sha256:b", ETag='"2"').changed_at is None
    assert not changed.validators_lie


def test_unmodified_pages_stand_and_are_asked_for_whole_at_times() -> None:
    page = read(FOUND, ETag='"1"')
    for number in range(TRUSTED_IN_A_ROW):
        assert validators_to_send(page) is not None
        told = visit(Unmodified(page.article_id), payload=None, status=304)
        page = revised(look(page, NotModified()), told, "unchanged", f"run-{number}")
    assert page.payload_digest == "sha256:a"
    assert validators_to_send(page) is None
    assert validators_to_send(read(page, "unchanged", ETag='"1"')) is not None


@pytest.mark.parametrize(
    ("before", "after", "loaded", "lied"),
    [
        ({"ETag": '"1"'}, {"ETag": '"1"'}, "updated", True),
        ({"ETag": '"1"'}, {"ETag": '"1"'}, "unchanged", True),  # a strong one promises the bytes
        ({"ETag": 'W/"1"'}, {"ETag": 'W/"1"'}, "unchanged", False),
        ({"ETag": 'W/"1"'}, {"ETag": 'W/"1"'}, "updated", True),
        ({"ETag": '"1"'}, {"ETag": '"2"'}, "updated", False),
        ({"Last_Modified": "then"}, {"Last_Modified": "then"}, "updated", True),
        ({"Last_Modified": "then"}, {"Last_Modified": "then"}, "unchanged", False),
        ({"Last_Modified": "then"}, {"Last_Modified": "now"}, "updated", False),
        ({}, {}, "updated", False),
    ],
)
def test_validators_that_lie_are_noticed_and_not_sent(
    before: dict[str, str], after: dict[str, str], loaded: str, lied: bool
) -> None:
    page = read(read(FOUND, **before), loaded, "sha256:b", **after)
    assert page.validators_lie is lied
    if lied:
        assert validators_to_send(page) is None
        (told,) = lies([page])
        assert told.startswith("example: validators lie: 1 pages")


def test_the_same_bytes_are_no_lie() -> None:
    page = read(read(FOUND, ETag='"1"'), "updated", "sha256:a", ETag='"1"')
    assert not page.validators_lie


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_is_gone_after_a_second_look_on_another_run(status: int) -> None:
    page = missing(read(FOUND), "run-1", status)
    assert (page.missing_since, page.gone_at) == (NOW, None)
    assert page.due_at - NOW == timedelta(hours=6)
    assert missing(page, "run-1").gone_at is None
    gone = missing(page, "run-2")
    assert gone.gone_at == NOW
    assert gone.article_id == article().article_id
    back = read(gone, "unchanged")
    assert (back.missing_since, back.missing_run_id, back.gone_at) == (None, None, None)


def test_a_soft_404_counts_as_missing() -> None:
    told = visit(Rejection("soft_404", "says not found"))
    assert revised(look(FOUND, "page"), told, "rejected", "run-1").missing_since == NOW


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_or_an_error_is_no_evidence_that_a_page_is_gone(status: int) -> None:
    reason = "blocked_page" if status in (401, 403, 429, 503) else "not_found"
    told = visit(Rejection(reason, f"HTTP {status}"), status=status)  # type: ignore[arg-type]
    page = revised(look(FOUND, "page"), told, "rejected", "run-1")
    assert page.missing_since is None
    assert page.failures == 1


def test_a_failure_keeps_what_is_known_and_waits_as_asked() -> None:
    known = read(FOUND, ETag='"1"')
    failure = Failure("busy", "503", NOW + timedelta(days=2))
    told = visit(Unread("busy"), payload=None, status=None)
    page = revised(look(known, failure), told, "unread", "run-1")
    assert (page.failures, page.due_at) == (1, NOW + timedelta(days=2))
    assert (page.etag, page.payload_digest) == (known.etag, known.payload_digest)
    assert read(page).failures == 0


def test_a_page_that_is_no_article_stands() -> None:
    told = visit(Rejection("not_an_article", "a list"))
    page = revised(look(FOUND, "page", ETag='"1"'), told, "rejected", "run-1")
    assert (page.last_seen_at, page.etag) == (NOW, '"1"')
    assert page.due_at - NOW == timedelta(days=1)


@pytest.mark.parametrize(
    ("final", "is_listing"),
    [
        (URL, False),
        (URL + "/", False),
        ("https://news.example/", True),
        ("https://news.example/latest", True),
        ("https://news.example/story", True),
        ("https://other.example/", True),
        ("https://news.example/story/1-renamed", False),
        ("https://news.example/elsewhere/1", False),
        (None, False),
    ],
)
def test_redirects_to_a_listing_are_told_apart(final: str | None, is_listing: bool) -> None:
    assert listing_instead(URL, final, SOURCE) == (final if is_listing else None)


def test_a_folder_that_is_an_article_is_no_listing() -> None:
    source = replace(SOURCE, article_url=r"/story(/\d+)?$")
    assert listing_instead(URL, "https://news.example/story", source) is None
