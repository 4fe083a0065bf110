"""What was erased is not asked for again, and is found in no file after collecting."""

from __future__ import annotations

from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.runs.erasing import allow_again, erase
from flows.runs.steps import writer_when_free
from flows.settings import Settings
from tests.flows.collecting.news_web import newsrooms
from tests.flows.collecting.test_collecting import collect, outcomes
from tests.flows.newsroom import Silence, ask, settings_in
from tests.flows.runs.test_erasing import where_found
from tests.flows.webserver import WebServer
from warehouse import captures_folder

PATH = "/news/3"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, retries=0)


def test_an_erased_page_is_not_asked_for(settings: Settings) -> None:
    with WebServer() as web:
        (room,) = newsrooms(web, settings.seeds, sites=1, articles=8)
        room.rewrite(PATH, "Quillfeather Magna")
        url = room.url(PATH)
        collect(settings, web)
        assert {"pages", "fetches", "article_versions"} <= where_found(settings, (url,)).keys() | {
            "article_versions"
        }

        with writer_when_free(settings, Silence(), 0) as writer:
            erase(url, "asked to", settings, writer)
        assert where_found(settings, (url, "Quillfeather Magna")) == {}

        summary, asked = collect(settings, web)
        assert asked == []
        assert outcomes(summary) == {}
        assert where_found(settings, (url, "Quillfeather Magna")) == {}

        with writer_when_free(settings, Silence(), 0) as writer:
            allow_again(url, "withdrawn", settings, writer)
        summary, asked = collect(settings, web)
        assert asked == [url]
        assert outcomes(summary) == {"new": 1}
        assert ask(settings.warehouse, "SELECT count(*) FROM articles") == [(8,)]


def test_each_answer_is_captured_with_its_request(settings: Settings) -> None:
    with WebServer() as web:
        newsrooms(web, settings.seeds, sites=1, articles=3)
        collect(settings, web)
    kinds, agents = [], set()
    for file in captures_folder(settings.warehouse).rglob("*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                kinds.append(record.rec_type)
                if record.rec_type == "request":
                    agents.add(record.http_headers.get_header("User-Agent"))
    assert sorted(kinds) == ["request"] * 3 + ["response"] * 3 + ["warcinfo"]
    assert agents == {settings.user_agent}
