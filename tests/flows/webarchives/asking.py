"""What the tests of backfills from web archives ask for, and how."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.backfilling.planning import Plan, plan_backfill
from flows.backfilling.request import Request
from flows.backfilling.running import Step, run_backfill
from flows.backfilling.windows import Span
from flows.settings import Settings
from tests.flows.newsroom import Silence, ask, write_source
from tests.flows.webarchives.fake_archives import HOST, FakeArchive, FakePywb, FakeWayback
from tests.flows.webserver import WebServer

OCTOBER = Span(date(2021, 10, 1), date(2021, 10, 31))
REQUEST = Request("pellbrook", OCTOBER, archived=True)
AT_ONCE = Request("pellbrook", OCTOBER, window_days=31, archived=True)


both = pytest.mark.parametrize(
    "archive", [FakeWayback, FakePywb], indirect=True, ids=["wayback", "pywb"]
)


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


def plan_of(settings: Settings, request: Request = REQUEST) -> Plan:
    return plan_backfill(request, settings, Silence())


def unread(settings: Settings) -> list[Any]:
    return ask(
        settings.warehouse,
        "SELECT failure, error FROM fetches WHERE outcome = 'unread' ORDER BY ALL",
    )
