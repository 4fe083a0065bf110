"""What is taken of an archive: its captures as they were, its answers when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from flows.settings import Settings
from tests.flows.newsroom import ask, page_text
from tests.flows.webarchives.asking import (
    AT_ONCE,
    backfill,
    both,
    declare,
    replayed,
    unread,
)
from tests.flows.webarchives.fake_archives import FakeArchive, day
from tests.flows.webserver import WebServer
from tests.flows.webserver.server import whole


def only_claim(archive: FakeArchive, path: str, captured: Any) -> None:
    """The index names a capture that the archive does not have."""
    claimed = archive.held
    archive.held = []
    archive.hold(path, captured, text=page_text("Hollin"))
    named = list(archive.held)
    archive.held = claimed
    answer_to = archive.answer_to

    def lie(query: dict[str, list[str]]) -> bytes:
        archive.held = named
        try:
            return answer_to(query)
        finally:
            archive.held = claimed

    archive.answer_to = lie  # type: ignore[method-assign]


@both
def test_the_nearest_capture_is_taken_as_of_its_own_time(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    only_claim(archive, "/news/2", day(11))

    backfill(settings, AT_ONCE)

    assert ask(
        settings.warehouse, "FROM fetches SELECT outcome, visited_at AT TIME ZONE 'UTC'"
    ) == [("new", day(12).replace(tzinfo=None))]


@both
def test_a_nearest_capture_of_other_days_is_not_taken(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    only_claim(archive, "/news/4", day(11))

    backfill(settings, AT_ONCE)

    ((failure, error),) = unread(settings)
    assert failure == "archive"
    assert "the nearest capture is of 2021-11-01 09:30:00 UTC, which was not asked for" in error


@both
def test_a_capture_that_is_not_there_is_the_archives_failure_not_the_publishers(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    only_claim(archive, "/news/99", day(11))

    backfill(settings, AT_ONCE)

    assert unread(settings) == [("archive", "archive: the archive answered 404")]
    assert ask(settings.warehouse, "FROM pages SELECT count(*)") == [(0,)]


@pytest.mark.parametrize(
    "way_out", ["http://127.0.0.9/news/1", "/elsewhere", "https://pellbrook.example/"]
)
def test_redirects_stay_in_the_archive(
    archive: FakeArchive, web: WebServer, settings: Settings, way_out: str
) -> None:
    declare(settings, archive)
    archive.play = lambda timestamp, url: whole(b"", status=302, headers={"Location": way_out})  # type: ignore[method-assign]

    backfill(settings, AT_ONCE)

    assert {failure for failure, _ in unread(settings)} == {"redirects"}
    assert all("leads out of" in error for _, error in unread(settings))
    assert "/elsewhere" not in web.targets()


def test_an_answer_that_is_no_capture_is_not_taken_for_one(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    archive.play = lambda timestamp, url: whole(page_text("Nowhere").encode())  # type: ignore[method-assign]

    backfill(settings, AT_ONCE)

    assert {failure for failure, _ in unread(settings)} == {"archive"}
    assert ask(settings.warehouse, "FROM articles SELECT count(*)") == [(0,)]


def test_an_archive_that_asks_for_patience_gets_it(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive)
    play = archive.play
    archive.play = lambda timestamp, url: whole(b"", status=429, headers={"Retry-After": "900"})  # type: ignore[method-assign]

    first = backfill(settings, AT_ONCE)

    assert first[-1].left == 1
    assert len(replayed(web)) == 1, "nobody is asked again before the time"
    assert ask(settings.warehouse, "FROM hosts SELECT retry_at > now() + INTERVAL 10 MINUTE") == [
        (True,)
    ]
    archive.play = play  # type: ignore[method-assign]


def test_robots_txt_of_the_archive_is_obeyed(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive)
    archive.site.robots("User-agent: *\nDisallow: /\n")

    (planned,) = backfill(settings, AT_ONCE)

    assert planned.summary.report.problems == (
        f"pellbrook: {archive.index}: robots: Disallow: / (User-agent: *)",
    )
    assert web.targets() == ["/robots.txt"]


# --- Hostile indexes -------------------------------------------------------------------------
