"""Pages from the web that are held back: seen, due again, known by their article once released."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from flows.answers.quarantined import NothingHeldError
from flows.runs.quarantine import release
from flows.settings import Settings
from tests.flows.alarms.site import Template, page
from tests.flows.collecting.news_web import Newsroom
from tests.flows.newsroom import Silence, ask, ingest, settings_in
from tests.flows.webserver import WebServer
from warehouse import open_writer

NUMBER, KNOWN = 65, 45


def serve(room: Newsroom, template: Template) -> None:
    """Answer each article that was not asked for yet with a page of its own."""
    for number, path in enumerate(room.towns):
        of_template = "usual" if number < KNOWN else template
        room.site.page(path, page(number, of_template).encode())


def collected(folder: Path, room: Newsroom, *runs: Template) -> Settings:
    """A warehouse after as many runs, each with the site as it was then."""
    settings = settings_in(folder, pages_per_source=KNOWN, retries=0)
    room.declare(settings.seeds)
    for template in runs:
        serve(room, template)
        ingest(settings)
    return settings


PAGES = "SELECT url, article_id, date_published, payload_digest FROM pages ORDER BY url"


def test_a_collected_page_is_known_by_its_article_once_it_is_released(
    web: WebServer, tmp_path: Path
) -> None:
    room = Newsroom("gazette", web.site("127.0.1.1"), NUMBER)
    settings = collected(tmp_path / "held", room, "usual", "undated")
    counts = "SELECT outcome, count(*), count(article_id) FROM fetches GROUP BY 1 ORDER BY 1"
    assert ask(settings.warehouse, counts) == [("new", KNOWN, KNOWN), ("quarantined", 20, 0)]
    held = "SELECT count(*), count(article_id), bool_and(due_at > fetched_at) FROM pages"
    assert ask(settings.warehouse, held) == [(NUMBER, KNOWN, True)]

    mark = len(web.log)
    summary = release([], "gazette", settings, Silence())
    assert {o: n for o, n in summary.report.outcomes.items() if n} == {"new": 20}
    assert len(web.log) == mark

    # The same site as one that a new warehouse comes to, which has nothing to compare with;
    # unless so slowly that it knows the first pages when the last come.
    straight = settings_in(tmp_path / "straight", seeds=settings.seeds)
    ingest(straight)
    with suppress(NothingHeldError):
        release([], "gazette", straight, Silence())
    assert ask(settings.warehouse, PAGES) == ask(straight.warehouse, PAGES)
    seen = "SELECT found_by, http_status, outcome FROM fetches WHERE outcome = 'new'"
    assert sorted(ask(settings.warehouse, seen)) == sorted(ask(straight.warehouse, seen))


def test_lists_that_suddenly_name_few_pages_are_told(web: WebServer, tmp_path: Path) -> None:
    room = Newsroom("gazette", web.site("127.0.1.1"), 20)
    usual: tuple[Template, ...] = ("usual",) * 5
    settings = collected(tmp_path, room, *usual)
    room.site.page("/news?page=0", room._listing(0).replace("/news/", "/other/", 17).encode())
    summary = ingest(settings)
    assert summary.report.problems == (
        "gazette: its lists name 3 pages, never fewer than 20 in the 5 looks before",
    )
    with open_writer(settings.warehouse) as writer:
        assert [told.listed for told in writer.ranges.listings(summary.report.run_id)] == [3]
