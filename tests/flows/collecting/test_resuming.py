"""Runs killed with SIGKILL and resumed: no page lost, none that was captured asked for again."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.flows.collecting.news_web import asked, captured_urls, content, kill, newsrooms, start
from tests.flows.newsroom import ingest, settings_in
from tests.flows.webserver import WebServer


def test_killed_runs_end_as_an_undisturbed_one(tmp_path: Path) -> None:
    moments = random.Random(20260301)
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    small_batches = {"NEWSGRAIN_BATCH_PAGES": "4"}
    with WebServer() as web:
        rooms = newsrooms(web, calm / "seeds", 3, 25, politeness="{delay: 0.05}")
        for room in rooms:
            room.declare(killed / "seeds", politeness="{delay: 0.05}")
        assert ingest(settings_in(calm, batch_pages=4)).healthy

        warehouse, began, kills = killed / "news.duckdb", len(web.log), 0
        captured: list[int] = []
        while True:
            held, mark = captured_urls(warehouse), len(web.log)
            captured.append(len(held))
            run = start(killed, **small_batches)
            if kills < 3:
                _let_run(web, mark, moments.randint(8, 20))
                time.sleep(moments.uniform(0, 0.1))
                assert kill(run), "the run was over before it could be killed"
                kills += 1
            else:
                run.communicate(timeout=120)
            assert not held & set(asked(web.log, after=mark))
            if kills == 3 and run.returncode == 0:
                break

        assert captured[-1] > 0, "the kills left nothing to resume from"
        requests = asked(web.log, after=began)
        assert {room.url(path) for room in rooms for path in room.towns} == set(requests)
    assert content(warehouse) == content(calm / "news.duckdb")


def _let_run(web: WebServer, mark: int, pages: int) -> None:
    deadline = time.monotonic() + 60
    while len(asked(web.log, after=mark)) < pages and time.monotonic() < deadline:
        time.sleep(0.01)
