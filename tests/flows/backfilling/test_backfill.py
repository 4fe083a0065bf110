"""Backfills against a newsroom on loopback: what is asked for, recorded, resumed and told."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.backfilling.estimate import estimate
from flows.backfilling.planning import plan_backfill
from flows.backfilling.report import BackfillReport, plan_lines
from flows.backfilling.request import BadRequest, Request
from flows.backfilling.running import Step, run_backfill
from flows.backfilling.windows import Span
from flows.commands import app
from flows.settings import Settings
from tests.flows.backfilling.dated_news import DatedNews
from tests.flows.newsroom import Silence, ask, ingest, settings_in
from tests.flows.webserver import RESET, Site, WebServer

OCTOBER = Span(date(2021, 10, 1), date(2021, 10, 31))
REQUEST = Request("pellbrook", OCTOBER)


@pytest.fixture
def news(site: Site) -> DatedNews:
    """Two articles a day from 20 September to 20 November."""
    days = [date(2021, 9, 20) + timedelta(days=number // 2) for number in range(124)]
    return DatedNews(site, days)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, retries=0)


def backfill(settings: Settings, request: Request = REQUEST, **given: Any) -> list[Step]:
    return list(run_backfill(request, settings, Silence(), **given))


def asked(web: WebServer, news: DatedNews, after: int = 0) -> list[date]:
    """The days of the articles that were asked for, in that order."""
    return [news.days[e.target] for e in web.log[after:] if e.target in news.days]


def certainties(settings: Settings, span: Span) -> Counter[str]:
    rows = ask(
        settings.warehouse,
        "SELECT certainty FROM coverage WHERE source_id = 'pellbrook' "
        f"AND day BETWEEN '{span.since}' AND '{span.until}'",
    )
    return Counter(certainty for (certainty,) in rows)


@pytest.mark.parametrize(("lists", "certainty"), [("listing", "complete"), ("sitemap", "partial")])
def test_a_month_comes_window_by_window_the_newest_first(
    news: DatedNews, web: WebServer, settings: Settings, lists: str, certainty: str
) -> None:
    news.declare(settings.seeds, getattr(news, lists)())

    planned, *windows = backfill(settings)

    assert (planned.window, planned.left) == (None, 5)
    assert [step.window for step in windows] == [
        Span(date(2021, 10, 25), date(2021, 10, 31)),
        Span(date(2021, 10, 18), date(2021, 10, 24)),
        Span(date(2021, 10, 11), date(2021, 10, 17)),
        Span(date(2021, 10, 4), date(2021, 10, 10)),
        Span(date(2021, 10, 1), date(2021, 10, 3)),
    ]
    assert [step.left for step in windows] == [4, 3, 2, 1, 0]
    assert BackfillReport(REQUEST, (planned, *windows)).healthy
    days = asked(web, news)
    assert days == sorted(days, reverse=True)
    assert Counter(days) == {date(2021, 10, number): 2 for number in range(1, 32)}
    runs = ask(settings.warehouse, "SELECT kind, status, sum(new) FROM runs GROUP BY ALL")
    assert runs == [("backfill", "completed", 62)]
    # It vouches for its own days, and not for those between them and today; not when pages are
    # left that a sitemap only says were changed since.
    assert certainties(settings, OCTOBER) == {certainty: 31}
    assert certainties(settings, Span(date(2021, 11, 1), date(2021, 12, 1))) == {"not_looked": 31}


def test_a_listing_is_walked_to_the_depth_of_the_first_day_and_no_further(
    news: DatedNews, web: WebServer, settings: Settings
) -> None:
    news.declare(settings.seeds, news.listing()[:-1] + ", max_listing_pages: 2}")

    backfill(settings)

    walked = [e.target for e in web.log if e.target.startswith("/news?")]
    # 20 days of November, two a day, five a page; then October; one page further ends it.
    assert walked == [f"/news?page={number}" for number in range(1, 23)]


def test_interrupted_it_goes_on_where_it_was(
    news: DatedNews, web: WebServer, settings: Settings
) -> None:
    news.declare(settings.seeds, news.sitemap())

    class Interrupted(Silence):
        def advance(self, outcomes: Any) -> None:
            super().advance(outcomes)
            if len(self.outcomes) > 20:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_backfill(REQUEST, settings.model_copy(update={"batch_pages": 3}), Interrupted()))
    before = Counter(asked(web, news))
    mark = len(web.log)
    assert ask(
        settings.warehouse, "FROM runs SELECT status, count(*) GROUP BY ALL ORDER BY ALL"
    ) == [
        ("cancelled", 1),
        ("completed", 2),
    ]

    steps = backfill(settings)

    assert steps[0].window == Span(date(2021, 10, 18), date(2021, 10, 24))
    assert steps[-1].left == 0
    assert "/sitemap.xml" not in [e.target for e in web.log[mark:]], "it was listed already"
    after = Counter(asked(web, news, mark))
    assert set(before + after) == {date(2021, 10, number) for number in range(1, 32)}
    # What had been asked for when it broke off, and was not captured yet, is asked for again.
    assert (before + after).total() <= 62 + 2 * 3
    (articles,) = ask(settings.warehouse, "FROM articles SELECT count(*)")
    assert articles == (62,)

    assert backfill(settings)[0].window is None, "what is done is asked for anew"


def test_a_host_that_fails_leaves_the_window_open(
    news: DatedNews, web: WebServer, site: Site, settings: Settings
) -> None:
    news.declare(settings.seeds, news.sitemap())
    for path, day in news.days.items():
        if day <= date(2021, 10, 20):
            site.send(path, RESET)

    steps = backfill(settings)

    assert [step.left for step in steps] == [5, 4, 4]
    report = BackfillReport(REQUEST, tuple(steps))
    assert not report.healthy
    assert report.headline.endswith("4 windows left")
    assert any("the window stays open" in p for p in steps[-1].summary.report.problems)

    for path in news.days:
        site.page(path, news.page(path).encode())
    assert [step.left for step in backfill(settings)] == [3, 2, 1, 0]


def test_missing_asks_for_gaps_alone(
    news: DatedNews, web: WebServer, site: Site, settings: Settings
) -> None:
    news.declare(settings.seeds, news.listing())
    lost = [path for path, day in news.days.items() if day == date(2021, 10, 12)]
    for path in lost:
        site.page(path, b"", status=503)
    backfill(settings)
    mark = len(web.log)
    for path in lost:
        site.page(path, news.page(path).encode())

    steps = backfill(settings, Request("pellbrook", OCTOBER, missing_only=True))

    assert [step.window for step in steps] == [None, Span(date(2021, 10, 12), date(2021, 10, 12))]
    assert asked(web, news, mark) == [date(2021, 10, 12)] * 2
    nothing = plan_backfill(Request("pellbrook", OCTOBER, True), settings, Silence())
    assert nothing.windows == {}
    assert list(plan_lines(nothing, ())) == [f"backfill pellbrook {OCTOBER}: nothing is missing"]


def test_what_was_listed_once_and_never_read_is_missing_too(
    news: DatedNews, web: WebServer, settings: Settings
) -> None:
    news.declare(settings.seeds, news.sitemap())
    ingest(settings.model_copy(update={"pages_per_source": 1}), source="pellbrook")
    news.site.page("/sitemap.xml", b"<urlset></urlset>", headers={"Content-Type": "text/xml"})
    mark = len(web.log)

    backfill(settings, Request("pellbrook", OCTOBER, missing_only=True))

    assert Counter(asked(web, news, mark)) == {date(2021, 10, n): 2 for n in range(1, 32)}


def test_a_dry_run_tells_requests_hosts_and_time_and_writes_nothing(
    news: DatedNews, web: WebServer, site: Site, settings: Settings
) -> None:
    news.declare(settings.seeds, news.sitemap(), politeness="{delay: 2}")
    site.robots("User-agent: *\nCrawl-delay: 5\nDisallow: /news/50")

    plan = plan_backfill(REQUEST, settings, Silence())
    lines = list(plan_lines(plan, estimate(plan, settings)))

    assert lines[0] == f"backfill pellbrook {OCTOBER}: 62 pages in 5 windows, listed by 1 requests"
    assert lines[1] == "window 2021-10-25 to 2021-10-31: 14 pages"
    assert lines[6] == (
        f"{site.origin}: 61 requests, 1 refused by robots.txt, one every 5 s: 5 min at least"
    )
    assert not settings.warehouse.exists()
    assert asked(web, news) == []


def test_pages_changed_on_other_days_are_told_of(
    news: DatedNews, settings: Settings, site: Site
) -> None:
    news.declare(settings.seeds, news.sitemap())
    plan = plan_backfill(REQUEST, settings, Silence())
    assert plan.outside == 40
    assert not plan.complete


@pytest.mark.parametrize(("page", "linked"), [("{page}", False), ("1", True)])
def test_a_feed_is_read_page_by_page_back_to_the_first_day(
    news: DatedNews, web: WebServer, settings: Settings, page: str, linked: bool
) -> None:
    news.page_feeds(linked=linked)
    news.declare(settings.seeds, news.feed(page))

    plan = plan_backfill(REQUEST, settings, Silence())

    assert plan.complete, plan.problems
    assert plan.pages == 62
    read = [e.target for e in web.log if e.target.startswith("/feed")]
    assert read == [f"/feed?page={number}" for number in range(1, 23)]


def test_a_feed_that_ends_before_the_first_day_is_told_of(
    news: DatedNews, settings: Settings
) -> None:
    news.page_feeds(linked=False)
    news.declare(settings.seeds, news.feed("10"))
    plan = plan_backfill(REQUEST, settings, Silence())
    assert not plan.complete
    assert "its feeds do not reach back to 2021-10-01" in plan.problems[0]


def test_captures_of_others_are_read_by_day(
    news: DatedNews, web: WebServer, settings: Settings, tmp_path: Path
) -> None:
    news.declare(settings.seeds, news.sitemap())
    folder = tmp_path / "crawl"
    folder.mkdir()
    for day in (date(2021, 10, 3), date(2021, 10, 4), date(2021, 11, 2)):
        write_warc(folder, news, day)
    (folder / "notes.txt").write_text("no capture")
    mark = len(web.log)

    request = Request("pellbrook", OCTOBER, window_days=16, targets=(str(folder),))
    steps = backfill(settings, request)

    assert [step.left for step in steps] == [2, 1, 0]
    assert len(web.log) == mark
    days = "SELECT date_published::DATE, count(*) FROM articles GROUP BY ALL ORDER BY ALL"
    assert ask(settings.warehouse, days) == [(date(2021, 10, 3), 2), (date(2021, 10, 4), 2)]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadRequest, match="holds no WARC files"):
        backfill(settings, Request("pellbrook", OCTOBER, targets=(str(empty),)))


def write_warc(folder: Path, news: DatedNews, day: date) -> None:
    """A file as a news crawl begins one each day, with the articles of that day."""
    with (folder / f"CC-NEWS-{day:%Y%m%d}014212-00042.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for path, published in news.days.items():
            if published == day:
                headers = StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"
                )
                writer.write_record(
                    writer.create_warc_record(
                        news.site.url(path),
                        "response",
                        payload=BytesIO(news.page(path).encode()),
                        http_headers=headers,
                        warc_headers_dict={"WARC-Date": f"{day}T12:00:00Z"},
                    )
                )


def test_the_command_tells_each_step_and_what_is_wrong(news: DatedNews, settings: Settings) -> None:
    news.declare(settings.seeds, news.listing())
    places = ["--warehouse", str(settings.warehouse), "--seeds", str(settings.seeds)]
    command = ["backfill", "--source", "pellbrook", *places]
    days = ["--since", "2021-10-30", "--until", "2021-10-31"]

    told = CliRunner().invoke(app, [*command, *days, "--dry-run"])
    assert told.exit_code == 0, told.output
    assert "4 pages in 1 windows" in told.stdout
    done = CliRunner().invoke(app, [*command, *days])
    assert done.exit_code == 0, done.output
    assert "planned: 1 windows to do" in done.stdout
    assert "window 2021-10-30 to 2021-10-31: 4 pages" in done.stdout
    assert "1 windows done, 4 pages: 4 new" in done.stdout
    reversed_days = ["--since", "2021-10-31", "--until", "2021-10-30"]
    assert CliRunner().invoke(app, [*command, *reversed_days]).exit_code == 2
    unknown = CliRunner().invoke(app, ["backfill", "--source", "nobody", *places, *days])
    assert unknown.exit_code == 2
