"""Indexes of web archives: paged, limited, without end, unreadable in part, not to be had."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.settings import Settings
from flows.webarchives import index as index_module
from tests.flows.newsroom import page_text
from tests.flows.webarchives.asking import (
    AT_ONCE,
    backfill,
    both,
    declare,
    page,
    plan_of,
)
from tests.flows.webarchives.fake_archives import HOST, FakeArchive, FakePywb, FakeWayback, day
from tests.flows.webserver import Request as Asked
from tests.flows.webserver import Site
from tests.flows.webserver.server import whole


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


def test_a_page_that_asks_for_what_it_was_asked_is_answered(site: Site) -> None:
    """The fake archive itself: any page number gives the first, as pywb does."""
    archive = FakePywb(site)
    archive.hold("/news/1", day(3))
    query = (
        "url=www.pellbrook.example&matchType=host&from=2021&to=2022&limit=1&filter=statuscode:200"
    )
    request = Asked("GET", f"/news/cdx?{query}&page=7", {})
    assert b'"timestamp": "20211003093000"' in archive._answer(request)
