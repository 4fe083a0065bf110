"""Whole runs that collect from a real server: what is asked, loaded, remembered and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.runs.report import Summary, lines
from flows.runs.steps import NothingToDoError
from flows.settings import Settings
from tests.flows.collecting.news_web import newsrooms
from tests.flows.newsroom import ask, ingest, page_text, settings_in, write_source
from tests.flows.webserver import RESET, WebServer
from tests.flows.webserver.server import whole


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as web:
        yield web


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, retries=0)


def collect(settings: Settings, web: WebServer, **given: Any) -> tuple[Summary, list[str]]:
    """A run without targets, and the articles that it asked for."""
    mark = len(web.log)
    summary = ingest(settings, **given)
    return summary, [e.site + e.target for e in web.log[mark:] if e.target.startswith("/news/")]


def outcomes(summary: Summary) -> dict[str, int]:
    return {name: count for name, count in summary.report.outcomes.items() if count}


def make_due(settings: Settings, where: str = "true") -> None:
    """Let time pass: the pages are due now."""
    database = settings.warehouse.with_name(settings.warehouse.name + ".d") / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"UPDATE pages SET due_at = fetched_at WHERE {where}")


def test_pages_are_found_fetched_loaded_and_then_left_until_they_are_due(
    settings: Settings, web: WebServer
) -> None:
    rooms = newsrooms(web, settings.seeds, sites=2, articles=25)

    summary, asked = collect(settings, web)

    assert outcomes(summary) == {"new": 50}
    assert summary.healthy
    assert sorted(asked) == sorted(room.url(path) for room in rooms for path in room.towns)
    assert ask(settings.warehouse, "SELECT DISTINCT found_by, robots, attempts FROM fetches") == [
        ("listing", "no robots.txt (404)", 1)
    ]
    told = "collected from ward000: 25 listed, 25 found, 25 fetched"
    assert told in list(lines(summary))

    summary, asked = collect(settings, web)

    assert asked == []
    assert outcomes(summary) == {}
    assert web.targets(rooms[0].site)[-1] == "/news?page=0"  # the listing's second page is known
    assert summary.report.collected["ward000"] == (20, 0, 0, 0, 0, 0)


def test_what_is_due_is_asked_for_with_conditions(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=12)
    collect(settings, web)
    make_due(settings)
    room.rewrite("/news/3", "Otherham")
    mark = len(web.log)

    summary, asked = collect(settings, web)

    assert len(asked) == 12
    again = [e for e in web.log[mark:] if e.target.startswith("/news/")]
    assert all("if-none-match" in exchange.headers for exchange in again)
    assert outcomes(summary) == {"updated": 1, "unchanged": 11}
    assert summary.report.collected["ward000"].not_modified == 11
    query = """
        SELECT url, due_at - fetched_at < INTERVAL 61 MINUTE
        FROM pages
        WHERE changed_at IS NOT NULL
    """
    assert ask(settings.warehouse, query) == [(room.url("/news/3"), True)]
    seen = "SELECT count(*) FROM last_seen WHERE visits = 2"
    assert ask(settings.warehouse, seen) == [(12,)]


@pytest.mark.parametrize("way", ["404", "410", "listing", "soft"])
def test_a_page_is_gone_when_two_runs_missed_it(
    settings: Settings, web: WebServer, way: str
) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=2)
    collect(settings, web)
    body = ask(
        settings.warehouse, f"SELECT article_body FROM articles WHERE url = '{room.url('/news/1')}'"
    )
    match way:
        case "listing":
            room.site.redirect("/news/1", room.url("/news?page=0"))
        case "soft":
            text = b"<html><title>Page not found</title><h1>Page not found</h1><p>Sorry.</p></html>"
            room.site.page("/news/1", text)
        case status:
            room.site.page("/news/1", b"<p>It is not here.</p>", status=int(status))
    gone = "SELECT count(gone_at), count(*) FROM articles"

    make_due(settings)
    collect(settings, web)
    assert ask(settings.warehouse, gone) == [(0, 2)]

    make_due(settings)
    collect(settings, web)
    assert ask(settings.warehouse, gone) == [(1, 2)]
    kept = "SELECT article_body FROM articles WHERE gone_at IS NOT NULL"
    assert ask(settings.warehouse, kept) == body

    room.site.answer("/news/1", room._article)
    make_due(settings)
    collect(settings, web)
    assert ask(settings.warehouse, gone) == [(0, 2)]


def test_hostile_and_broken_pages_stop_nothing(settings: Settings, web: WebServer) -> None:
    _, bad = newsrooms(web, settings.seeds, sites=2, articles=8)
    bad.site.send("/news/0", RESET)
    bad.site.send("/news/1", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort")
    bad.site.page("/news/2", b"x" * 60_000)
    bad.site.page("/news/3", b"\x00\xff\xfe", headers={"Content-Type": "image/png"})
    bad.site.redirect("/news/4", "http://10.0.0.1/")
    bad.site.redirect("/news/5", bad.url("/news/5"))
    small = settings.model_copy(update={"max_bytes": 50_000})

    summary, _ = collect(small, web)

    collected = summary.report.collected
    assert collected["ward000"] == (8, 8, 8, 0, 0, 0)
    assert (collected["ward001"].fetched, collected["ward001"].failed) == (8, 5)
    assert outcomes(summary) == {"new": 10, "rejected": 2, "unread": 4}
    assert summary.healthy  # what could not be fetched stays due
    failures = "SELECT failure FROM fetches WHERE failure IS NOT NULL ORDER BY failure"
    assert [kind for (kind,) in ask(settings.warehouse, failures)] == [
        "address",
        "connection",
        "damaged",
        "redirects",
        "too_large",
    ]
    again = "SELECT count(*) FROM pages WHERE failures = 1 AND due_at > fetched_at"
    assert ask(settings.warehouse, again) == [(5,)]


def test_robots_are_obeyed_and_told(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=3)
    room.site.robots("User-agent: *\nDisallow: /news/2\n")

    summary, asked = collect(settings, web)

    assert sorted(asked) == [room.url("/news/0"), room.url("/news/1")]
    assert summary.report.collected["ward000"] == (3, 3, 3, 0, 1, 0)
    assert summary.healthy
    refused = "SELECT target, robots FROM fetches WHERE failure = 'robots'"
    [(target, line)] = ask(settings.warehouse, refused)
    assert (target, "Disallow: /news/2" in line) == (room.url("/news/2"), True)
    told = "SELECT robots_status, robots_body FROM hosts"
    assert ask(settings.warehouse, told) == [(200, "User-agent: *\nDisallow: /news/2\n")]
    collect(settings, web)
    assert web.targets().count("/robots.txt") == 1  # remembered for a day


def test_a_request_for_patience_is_remembered_across_runs(
    settings: Settings, web: WebServer
) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=3)
    collect(settings, web)
    for path in room.towns:
        room.site.page(path, b"", status=503, headers={"Retry-After": "7200"})
    make_due(settings)
    _, asked = collect(settings, web)
    assert len(asked) == 1
    hosts = "SELECT count(*) FROM hosts WHERE retry_at > now() + INTERVAL 1 HOUR"
    assert ask(settings.warehouse, hosts) == [(1,)]

    make_due(settings)
    mark = len(web.log)
    summary, _ = collect(settings, web)

    assert len(web.log) == mark  # not even the listing is asked for
    assert not summary.healthy
    assert any("ward000" in problem for problem in summary.report.problems)


def test_a_source_that_fails_in_a_row_is_left_to_the_next_run(
    settings: Settings, web: WebServer
) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=20)
    for path in room.towns:
        room.site.send(path, RESET)

    summary, asked = collect(settings, web)

    assert len(asked) == 5
    assert any("5 failures in a row" in problem for problem in summary.report.problems)
    assert any("none of 5 pages" in problem for problem in summary.report.problems)
    waiting = "SELECT count(*) FROM pages WHERE fetched_at IS NULL AND due_at <= now()"
    assert ask(settings.warehouse, waiting) == [(15,)]


def test_lying_validators_are_noticed(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=1)
    lie = {"ETag": '"always"'}
    room.site.page("/news/0", page_text("Arlsey").encode(), headers=lie)
    collect(settings, web)
    room.site.page("/news/0", page_text("Brindle").encode(), headers=lie)
    make_due(settings)

    summary, _ = collect(settings, web)

    assert outcomes(summary) == {"updated": 1}
    [problem] = summary.report.problems
    assert problem.startswith("ward000: validators lie: 1 pages changed")

    make_due(settings)
    summary, _ = collect(settings, web)

    assert "if-none-match" not in web.log[-1].headers
    assert summary.report.problems == ()


def test_the_limit_of_a_run_leaves_the_rest_due(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=7)
    few = settings.model_copy(update={"pages_per_source": 3})
    asked = [collect(few, web)[1] for _ in range(4)]
    assert [len(found) for found in asked] == [3, 3, 1, 0]
    assert len({url for found in asked for url in found}) == len(room.towns)


def test_a_sitemap_tells_of_a_change(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=2)
    room.declare(settings.seeds, discovery=f"{{sitemaps: ['{room.url('/map.xml')}']}}")

    def tell(*changed: datetime) -> None:
        entries = "".join(
            f"<url><loc>{room.url(path)}</loc><lastmod>{moment.isoformat()}</lastmod></url>"
            for path, moment in zip(room.towns, changed, strict=True)
        )
        xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
        room.site.page("/map.xml", xml.encode(), headers={"Content-Type": "application/xml"})

    long_ago = datetime(2024, 1, 1, tzinfo=UTC)
    tell(long_ago, long_ago)
    assert len(collect(settings, web)[1]) == 2
    tell(long_ago, long_ago + timedelta(days=1))

    _, asked = collect(settings, web)

    assert asked == [room.url("/news/1")]
    assert collect(settings, web)[1] == []


def test_a_sitemap_on_which_all_has_always_changed_is_not_believed(
    settings: Settings, web: WebServer
) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=30)
    room.declare(settings.seeds, discovery=f"{{sitemaps: ['{room.url('/map.xml')}']}}")
    for day in ("2024-01-01", "2024-01-02"):
        entries = "".join(
            f"<url><loc>{room.url(path)}</loc><lastmod>{day}</lastmod></url>" for path in room.towns
        )
        xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
        room.site.page("/map.xml", xml.encode(), headers={"Content-Type": "application/xml"})
        _, asked = collect(settings, web)
        assert len(asked) == (30 if day == "2024-01-01" else 0)


def test_a_feed_on_which_all_is_new_is_told_as_a_gap(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=4)
    room.declare(settings.seeds, discovery=f"{{feeds: ['{room.url('/feed')}']}}")

    def tell(*paths: str) -> None:
        items = "".join(f"<item><title>{p}</title><link>{room.url(p)}</link></item>" for p in paths)
        xml = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
        room.site.page("/feed", xml.encode(), headers={"Content-Type": "application/rss+xml"})

    tell("/news/0", "/news/1")
    assert collect(settings, web)[0].report.problems == ()
    tell("/news/2", "/news/3")

    summary, asked = collect(settings, web)

    assert len(asked) == 2
    [problem] = summary.report.problems
    assert problem.startswith("ward000: ")
    assert "likely missed" in problem


def test_a_discovery_that_broke_off_is_done_again_to_its_end(
    settings: Settings, web: WebServer
) -> None:
    """Else a listing would stop at the pages that the first half had brought."""
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=60)
    second = room.site._answers["/news?page=1"]
    room.site.page("/news?page=1", b"", status=500)
    summary, asked = collect(settings, web)
    assert len(asked) == 20
    assert not summary.healthy
    room.site._answers["/news?page=1"] = second

    _, asked = collect(settings, web)

    assert len(asked) == 40
    assert ask(settings.warehouse, "SELECT listed, found, complete FROM discoveries") == [
        (20, 20, False),
        (60, 40, True),
    ]


def test_identical_pages_are_captured_once_and_each_is_known(
    settings: Settings, web: WebServer
) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=4)
    for path in room.towns:
        room.site.answer(path, lambda _: whole(page_text("Arlsey").encode()))
    collect(settings, web)
    assert ask(settings.warehouse, "SELECT count(*) FROM snapshots") == [(1,)]
    query = "SELECT count(*), count(DISTINCT payload_digest) FROM pages"
    assert ask(settings.warehouse, query) == [(4, 1)]


def test_one_source_can_be_named_and_folders_are_read_as_before(
    settings: Settings, web: WebServer
) -> None:
    newsrooms(web, settings.seeds, sites=2, articles=2)
    write_source(settings.seeds, "papers")
    (settings.seeds / "papers").mkdir()
    (settings.seeds / "papers" / "a.html").write_text(page_text("Arlsey"))

    summary, asked = collect(settings, web, source="ward001")
    assert (outcomes(summary), len(asked)) == ({"new": 2}, 2)
    summary, asked = collect(settings, web)
    assert (outcomes(summary), len(asked)) == ({"new": 3}, 2)


def test_assertions_are_about_all_that_was_collected(settings: Settings, web: WebServer) -> None:
    (room,) = newsrooms(web, settings.seeds, sites=1, articles=4)
    room.declare(settings.seeds, assertions="{fewest_pages: 4}")
    assert collect(settings, web)[0].healthy
    assert collect(settings, web)[0].healthy  # with nothing asked for
    room.declare(settings.seeds, assertions="{fewest_pages: 5}")
    [problem] = collect(settings, web)[0].report.problems
    assert problem == "ward000: 4 articles, fewer than the 5 its declaration asserts"


def test_a_source_with_nothing_to_read_is_refused(settings: Settings) -> None:
    write_source(settings.seeds, "silent", folder="null")
    with pytest.raises(NothingToDoError, match="no folder to read and no discovery"):
        ingest(settings, source="silent")


def test_a_bug_in_discovery_costs_one_source(
    settings: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.collecting.collect as collecting

    honest = collecting.discover

    def faulty(source: Any, *arguments: Any, **named: Any) -> Any:
        if source.id == "ward000":
            raise ZeroDivisionError("a slip")
        return honest(source, *arguments, **named)

    monkeypatch.setattr(collecting, "discover", faulty)
    newsrooms(web, settings.seeds, sites=2, articles=2)

    summary, _ = collect(settings, web)

    assert outcomes(summary) == {"new": 2}
    [problem] = summary.report.problems
    assert problem == "ward000: bug in discovery: ZeroDivisionError: a slip"
