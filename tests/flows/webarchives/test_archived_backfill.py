"""Backfills from a web archive on loopback, in the forms of the Wayback Machine and of pywb."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from typer.testing import CliRunner

from flows.backfilling.estimate import estimate
from flows.backfilling.report import BackfillReport, plan_lines
from flows.backfilling.request import BadRequest, Request
from flows.backfilling.running import run_backfill
from flows.backfilling.windows import Span
from flows.commands import app
from flows.settings import Settings
from tests.flows.newsroom import Silence, ask, ingest, page_text
from tests.flows.webarchives.asking import (
    AT_ONCE,
    OCTOBER,
    REQUEST,
    backfill,
    both,
    declare,
    page,
    plan_of,
    replayed,
)
from tests.flows.webarchives.fake_archives import FakeArchive, day
from tests.flows.webserver import Site, WebServer


@both
def test_captures_of_article_pages_come_as_of_the_day_of_their_capture(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive)

    planned, *windows = backfill(settings)

    assert BackfillReport(REQUEST, (planned, *windows)).healthy
    # A page comes as a whole, in the window of its first capture, the newest window first.
    assert [step.window for step in windows] == [
        Span(date(2021, 10, 18), date(2021, 10, 24)),
        Span(date(2021, 10, 11), date(2021, 10, 17)),
        Span(date(2021, 10, 1), date(2021, 10, 3)),
    ]
    # What did not change between two captures is asked for once.
    assert replayed(web) == [page(3), page(3), page(2), page(1)]
    seen = ask(
        settings.warehouse,
        "FROM fetches SELECT url, visited_at AT TIME ZONE 'UTC', outcome, version, found_by,"
        " found_at, target ORDER BY ALL",
    )
    assert [row[:4] for row in seen] == [
        (page(1), day(3).replace(tzinfo=None), "new", 1),
        (page(2), day(12).replace(tzinfo=None), "new", 1),
        (page(3), day(20).replace(tzinfo=None), "new", 1),
        (page(3), day(27).replace(tzinfo=None), "updated", 2),
    ]
    assert {row[4:6] for row in seen} == {("archive", archive.index)}
    assert seen[0][6] == f"{archive.replay}20211003093000id_/{page(1)}"
    assert {e.site for e in web.log} == {archive.site.origin}
    (host,) = {e.headers["host"] for e in web.log}
    assert host == archive.site.origin.removeprefix("http://")


@both
def test_nothing_pretends_to_come_from_the_publisher(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    backfill(settings, AT_ONCE)

    (file, *_) = sorted(settings.warehouse.with_suffix(".duckdb.d").rglob("*.warc.gz"))
    with file.open("rb") as stream:
        kinds = {str(record.record_type) for record in ArchiveIterator(stream, parse_http=False)}
        assert kinds == {str(WarcRecordType.warcinfo), str(WarcRecordType.response)}, (
            "no request to a page"
        )
        stream.seek(0)
        record = next(ArchiveIterator(stream, WarcRecordType.response))
        assert record.headers["WARC-Target-URI"] == page(3)
        assert record.headers["WARC-Date"] == "2021-10-20T09:30:00.000000Z"
        address = f"{archive.replay}20211020093000id_/{page(3)}"
        assert record.headers["WARC-Source-URI"] == address
        assert record.http_headers["Server"] == "newsroom/1"
        assert "Memento-Datetime" not in record.http_headers
    (kept,) = ask(
        settings.warehouse,
        f"SELECT url, requested_url FROM snapshots WHERE requested_url = '{address}'",
    )
    assert kept == (page(3), address)


def test_a_dry_run_tells_what_the_archive_would_be_asked_for(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive, archive=archive.declaration(delay=6))

    plan = plan_of(settings)

    assert list(plan_lines(plan, estimate(plan, settings))) == [
        "backfill pellbrook 2021-10-01 to 2021-10-31: 4 captures in 5 windows,"
        " listed by 1 requests",
        "window 2021-10-25 to 2021-10-31: 0 captures",
        "window 2021-10-18 to 2021-10-24: 2 captures of 1 pages",
        "window 2021-10-11 to 2021-10-17: 1 captures",
        "window 2021-10-04 to 2021-10-10: 0 captures",
        "window 2021-10-01 to 2021-10-03: 1 captures",
        f"{archive.site.origin}: 4 requests, one every 6 s: 24 s at least",
    ]
    assert not replayed(web)
    assert not settings.warehouse.exists()


@both
def test_interrupted_it_goes_on_where_it_was(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive)

    class Interrupted(Silence):
        def advance(self, outcomes: Any) -> None:
            super().advance(outcomes)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_backfill(REQUEST, settings.model_copy(update={"batch_pages": 1}), Interrupted()))
    before, mark = replayed(web), len(web.log)
    assert page(3) in before

    steps = backfill(settings)

    assert steps[-1].left == 0
    assert not [e for e in web.log[mark:] if "/cdx?" in e.target], "it was listed already"
    assert {*before, *replayed(web, mark)} == {page(1), page(2), page(3)}
    assert len(before) + len(replayed(web, mark)) <= 4 + 2
    assert ask(
        settings.warehouse, "FROM articles SELECT version, count(*) GROUP BY 1 ORDER BY 1"
    ) == [
        (1, 2),
        (2, 1),
    ]

    assert backfill(settings)[0].window is None, "what is done is asked for anew"


def test_what_is_newer_in_the_warehouse_stays_the_latest(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    """Versions are numbered in the order in which they are loaded."""
    declare(settings, archive)
    backfill(
        settings, Request("pellbrook", Span(date(2021, 10, 25), date(2021, 10, 31)), archived=True)
    )
    assert ask(settings.warehouse, "FROM articles SELECT headline") == [
        ("Night patrols return to Corvey Green after a summer of complaints",)
    ]
    mark = len(web.log)

    plan = plan_of(settings)
    assert plan.older == 2
    assert "not among them: 2 captures older than the last look at their page" in list(
        plan_lines(plan, ())
    )
    backfill(settings)

    assert sorted(replayed(web, mark)) == [page(1), page(2)]
    assert ask(
        settings.warehouse, f"FROM articles SELECT version, headline WHERE url = '{page(3)}'"
    ) == [(1, "Night patrols return to Corvey Green after a summer of complaints")]


def test_only_pages_never_read_are_missing(
    archive: FakeArchive, web: WebServer, settings: Settings
) -> None:
    declare(settings, archive)
    backfill(
        settings, Request("pellbrook", Span(date(2021, 10, 8), date(2021, 10, 14)), archived=True)
    )
    mark = len(web.log)

    missing = Request("pellbrook", OCTOBER, missing_only=True, archived=True)
    assert backfill(settings, missing)[-1].left == 0

    assert set(replayed(web, mark)) == {page(1), page(3)}
    mark = len(web.log)
    backfill(settings, missing)
    assert not replayed(web, mark)


def test_a_page_that_is_gone_from_the_web_is_read_from_the_archive(
    archive: FakeArchive, site: Site, settings: Settings
) -> None:
    """What its own server said of it stays: the article is there, and gone."""
    declare(
        settings,
        archive,
        discovery=f"{{pages: ['{site.url('/news/1')}']}}",
        home=site.url("/"),
        politeness="{delay: 0}",
    )
    archive.hold(site.url("/news/1"), day(5), text=page_text("Garside"))
    ingest(settings, source="pellbrook")
    coverage = "FROM coverage SELECT sum(expected), sum(seen), sum(loaded)"
    assert ask(settings.warehouse, coverage) == [(1, 0, 0)]

    backfill(settings, AT_ONCE)

    assert ask(settings.warehouse, coverage) == [(1, 1, 1)]
    (row,) = ask(
        settings.warehouse, "FROM pages SELECT found_by, missing_since IS NOT NULL, article_id"
    )
    assert row[:2] == ("list", True)
    assert row[2] is not None


def test_pages_of_an_archive_are_known_and_not_asked_for_soon(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    backfill(settings, AT_ONCE)
    rows = ask(
        settings.warehouse,
        "FROM pages SELECT url, found_by, fetched_at, due_at > now() + INTERVAL 50 DAY ORDER BY 1",
    )
    assert rows == [(page(number), "archive", None, True) for number in (1, 2, 3)]
    days = "SELECT count(*), count(*) FILTER (certainty = 'complete') FROM coverage"
    assert ask(settings.warehouse, days)[0][1] == 0, "no archive has everything"


# --- What archives do ------------------------------------------------------------------------


def test_what_cannot_be_asked_for_says_what_to_change(
    archive: FakeArchive, settings: Settings, tmp_path: Path
) -> None:
    declare(settings, archive, archive="null")
    with pytest.raises(BadRequest, match="declares no web archive"):
        backfill(settings, AT_ONCE)
    with pytest.raises(BadRequest, match="name no files"):
        Request("pellbrook", OCTOBER, targets=("some.warc",), archived=True)


def test_the_command(
    archive: FakeArchive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(settings, archive)
    monkeypatch.setenv("NEWSGRAIN_ALLOW_PRIVATE_HOSTS", "1")
    told = CliRunner().invoke(
        app,
        [
            *("backfill", "--source", "pellbrook", "--archive"),
            *("--since", "2021-10-01", "--until", "2021-10-31"),
            *("--seeds", str(settings.seeds), "--warehouse", str(settings.warehouse)),
        ],
    )
    assert told.exit_code == 0, told.output
    assert (
        "backfill pellbrook 2021-10-01 to 2021-10-31: 3 windows done, 4 pages: 3 new, 1 updated"
        in (told.output)
    )


def test_an_erased_page_is_not_brought_back(archive: FakeArchive, settings: Settings) -> None:
    declare(settings, archive)
    backfill(settings, AT_ONCE)
    ((article_id,),) = ask(
        settings.warehouse, f"FROM articles SELECT article_id WHERE url = '{page(1)}'"
    )
    told = CliRunner().invoke(
        app,
        [
            *("erase", article_id, "--reason", "a wrong name"),
            *("--warehouse", str(settings.warehouse), "--seeds", str(settings.seeds)),
        ],
    )
    assert told.exit_code == 0, told.output

    steps = backfill(settings, AT_ONCE)

    assert steps[-1].left == 0
    assert ask(settings.warehouse, f"FROM fetches SELECT count(*) WHERE url = '{page(1)}'") == [
        (0,)
    ]
