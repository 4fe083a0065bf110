"""Backfills from a web archive on loopback, in the forms of the Wayback Machine and of pywb."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from typer.testing import CliRunner

from flows.backfilling import running
from flows.backfilling.estimate import estimate
from flows.backfilling.planning import Plan, plan_backfill
from flows.backfilling.report import BackfillReport, plan_lines
from flows.backfilling.request import BadRequest, Request
from flows.backfilling.running import Step, run_backfill
from flows.backfilling.windows import Span
from flows.commands import app
from flows.settings import Settings
from flows.webarchives import index as index_module
from tests.flows.newsroom import Silence, ask, ingest, page_text, settings_in, write_source
from tests.flows.webarchives.fake_archives import HOST, FakeArchive, FakePywb, FakeWayback, day
from tests.flows.webserver import Request as Asked
from tests.flows.webserver import Site, WebServer
from tests.flows.webserver.server import whole

OCTOBER = Span(date(2021, 10, 1), date(2021, 10, 31))
REQUEST = Request("pellbrook", OCTOBER, archived=True)
AT_ONCE = Request("pellbrook", OCTOBER, window_days=31, archived=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, retries=0, allow_private_hosts=True)


both = pytest.mark.parametrize(
    "archive", [FakeWayback, FakePywb], indirect=True, ids=["wayback", "pywb"]
)


@pytest.fixture(autouse=True)
def no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the lock here."""
    monkeypatch.setattr(running, "TURN_SECONDS", 0)


@pytest.fixture
def archive(request: pytest.FixtureRequest, site: Site) -> FakeArchive:
    """An archive that has three articles, one of them changed, and what is no article."""
    kind: type[FakeArchive] = getattr(request, "param", FakeWayback)
    archive = kind(site)
    archive.hold("/news/1", day(3), text=page_text("Arlsey"))
    archive.hold("/news/2", day(12), text=page_text("Brindle"))
    archive.hold("/news/3", day(20), day(22), text=page_text("Corvey"))
    archive.hold("/news/3", day(27), text=page_text("Corvey Green"))
    archive.hold("/news/4", day(32), text=page_text("Dunmore"))  # of November
    archive.hold("/about", day(9), text=page_text("Eastholt"))
    archive.hold("/news/5", day(9), text="moved", status=301)
    archive.hold("/news/6", day(9), text="a picture", media_type="image/png")
    archive.hold("https://www.elsewhere.example/news/7", day(9), text=page_text("Fenwick"))
    return archive


def declare(settings: Settings, archive: FakeArchive, /, **keys: object) -> None:
    declared = {
        "folder": "null",
        "home": f"https://{HOST}/",
        "article_url": "/news/[0-9]+$",
        "time_zone": "UTC",
        "archive": archive.declaration(),
    }
    write_source(settings.seeds, "pellbrook", **(declared | keys))


def backfill(settings: Settings, request: Request = REQUEST, **given: Any) -> list[Step]:
    return list(run_backfill(request, settings, Silence(), **given))


def replayed(web: WebServer, after: int = 0) -> list[str]:
    return [e.target.split("id_/")[1] for e in web.log[after:] if "id_/" in e.target]


def page(number: int) -> str:
    return f"https://{HOST}/news/{number}"


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


@both
@pytest.mark.parametrize("limit", [2, 3])
def test_an_index_is_read_to_its_end_whatever_its_way_of_paging(
    archive: FakeArchive, settings: Settings, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(index_module, "LIMIT", limit)
    declare(settings, archive)

    plan = plan_of(settings)

    assert not plan.problems
    assert Counter(ref.url for refs in plan.windows.values() for ref in refs) == {
        page(1): 1,
        page(2): 1,
        page(3): 2,
    }
    assert len(archive.asked) < 60
    assert {int(asked["limit"][0]) for asked in archive.asked} == {limit}


def plan_of(settings: Settings, request: Request = REQUEST) -> Plan:
    return plan_backfill(request, settings, Silence())


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


def unread(settings: Settings) -> list[Any]:
    return ask(
        settings.warehouse,
        "SELECT failure, error FROM fetches WHERE outcome = 'unread' ORDER BY ALL",
    )


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


@both
def test_lines_that_cannot_be_read_are_counted_and_told(
    archive: FakeArchive, settings: Settings
) -> None:
    declare(settings, archive)
    answer_to = archive.answer_to

    def damaged(query: dict[str, list[str]]) -> bytes:
        body = answer_to(query).split(b"\r\n\r\n", 1)[1].rstrip()
        broken = b',\n["short"],\n7]' if body.endswith(b"]") else b"\n<html>\n{}"
        return whole(body.removesuffix(b"]") + broken)

    archive.answer_to = damaged  # type: ignore[method-assign]

    plan = plan_of(settings)

    assert plan.pages == 4
    (told,) = plan.problems
    assert ": 2 lines could not be read, such as" in told


@pytest.mark.parametrize("key", ["the same", "another"])
def test_an_index_without_end_is_left(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(index_module, "MAX_QUESTIONS", 20)
    archive = FakeWayback(site)
    declare(settings, archive)

    def endless(query: dict[str, list[str]]) -> bytes:
        number = len(archive.asked) if key == "another" else 0
        return whole(f'[["timestamp", "original"], [], ["{number}"]]'.encode())

    archive.answer_to = endless  # type: ignore[method-assign]

    plan = plan_of(settings)

    assert len(archive.asked) == (20 if key == "another" else 2)
    assert any("names more than is read at once" in told for told in plan.problems) == (
        key == "another"
    )


def test_an_index_that_always_has_as_many_as_it_may_is_left(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "LIMIT", 1)
    monkeypatch.setattr(index_module, "MAX_QUESTIONS", 50)
    archive = FakePywb(site)
    declare(settings, archive)
    archive.answer_to = lambda query: whole(b"{}")  # type: ignore[method-assign]

    assert any("ask for fewer days" in told for told in plan_of(settings).problems)
    assert len(archive.asked) == 50


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (whole(b"x" * 50_000), "too_large"),
        (whole(b"no such collection", status=404), "the server answered 404"),
        (whole(b"", status=503), "busy"),
    ],
)
def test_an_index_that_cannot_be_had_is_a_problem_and_is_asked_again(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, answer: bytes, told: str
) -> None:
    monkeypatch.setattr(index_module, "MAX_INDEX_BYTES", 10_000)
    archive = FakePywb(site)
    archive.hold("/news/1", day(3), text=page_text("Arlsey"))
    declare(settings, archive)
    answer_to = archive.answer_to
    archive.answer_to = lambda query: answer  # type: ignore[method-assign]

    (planned,) = backfill(settings, AT_ONCE)
    assert told in planned.summary.report.problems[0]

    archive.answer_to = answer_to  # type: ignore[method-assign]
    if told != "busy":
        assert backfill(settings, AT_ONCE)[-1].left == 0


# --- Asking for it ---------------------------------------------------------------------------


def test_prefixes_are_asked_for_instead_of_hosts(archive: FakeArchive, settings: Settings) -> None:
    archive.hold("http://old.pellbrook.example/news/8", day(9), text=page_text("Hollin"))
    prefixes = f"['https://{HOST}/news/', 'http://old.pellbrook.example/']"
    declare(
        settings,
        archive,
        host_aliases="[old.pellbrook.example]",
        archive=archive.declaration(prefixes=prefixes),
    )

    plan = plan_of(settings)

    assert [(q["url"], q["matchType"]) for q in archive.asked] == [
        ([f"https://{HOST}/news/"], ["prefix"]),
        (["http://old.pellbrook.example/"], ["prefix"]),
    ]
    # An old host's pages are known by the host of today.
    assert page(8) in {ref.url for refs in plan.windows.values() for ref in refs}


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


def test_a_page_that_asks_for_what_it_was_asked_is_answered(site: Site) -> None:
    """The fake archive itself: any page number gives the first, as pywb does."""
    archive = FakePywb(site)
    archive.hold("/news/1", day(3))
    query = (
        "url=www.pellbrook.example&matchType=host&from=2021&to=2022&limit=1&filter=statuscode:200"
    )
    request = Asked("GET", f"/news/cdx?{query}&page=7", {})
    assert b'"timestamp": "20211003093000"' in archive._answer(request)
