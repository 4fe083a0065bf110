"""Reading captures again: without the pages, with other parsers, with a capture that is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.runs.reparse import reparse_pages
from flows.runs.report import Summary
from flows.runs.steps import UnknownSourceError
from flows.settings import Settings
from tests.flows.faulty_parsers import parse_otherwise
from tests.flows.newsroom import (
    Silence,
    ask,
    ingest,
    page_text,
    settings_in,
    write_pages,
    write_source,
)
from warehouse import NoWarehouse

VERSIONS = "FROM article_versions SELECT version, cause, headline ORDER BY version, headline"
COUNTS = "FROM articles SELECT source_id, version ORDER BY ALL"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with a page of each of two sources; the pages themselves are gone."""
    settings = settings_in(tmp_path)
    for name in ("gazette", "herald"):
        write_source(settings.seeds, name)
        (page,) = write_pages(settings.seeds / name, 1)
        page.write_text(page_text(name.title()))
    ingest(settings)
    for name in ("gazette", "herald"):
        shutil.rmtree(settings.seeds / name)
    return settings


def outcomes(summary: Summary) -> dict[str, int]:
    return {name: count for name, count in summary.report.outcomes.items() if count}


def test_the_same_parsers_say_the_same(settings: Settings) -> None:
    before = ask(settings.warehouse, "FROM article_versions ORDER BY ALL")

    summary = reparse_pages(None, settings, Silence())

    assert outcomes(summary) == {"unchanged": 2}
    assert summary.healthy
    assert ask(settings.warehouse, "FROM article_versions ORDER BY ALL") == before
    assert ask(settings.warehouse, "FROM runs SELECT kind, status ORDER BY started_at") == [
        ("ingest", "completed"),
        ("reparse", "completed"),
    ]


def test_other_parsers_make_versions_of_their_own_cause(settings: Settings) -> None:
    summary = reparse_pages(None, settings, Silence(), parse=parse_otherwise)

    assert outcomes(summary) == {"updated": 2}
    first, _, second, _ = ask(settings.warehouse, VERSIONS)
    assert first[:2] == (1, "captured")
    assert second == (2, "reparsed", first[2].upper())


def test_one_source_can_be_read_again_alone(settings: Settings) -> None:
    reparse_pages("herald", settings, Silence(), parse=parse_otherwise)

    assert ask(settings.warehouse, COUNTS) == [("gazette", 1), ("herald", 2)]


def test_a_source_no_longer_declared_is_remembered(settings: Settings) -> None:
    (settings.seeds / "sources" / "herald.yaml").unlink()

    summary = reparse_pages("herald", settings, Silence(), parse=parse_otherwise)

    assert outcomes(summary) == {"updated": 1}
    assert ask(settings.warehouse, "FROM articles SELECT publisher WHERE version = 2") == [
        ("Herald",)
    ]


def test_a_lost_capture_is_named_and_the_rest_is_read(settings: Settings) -> None:
    ((offset,),) = ask(
        settings.warehouse, "FROM snapshots SELECT warc_offset ORDER BY warc_offset DESC LIMIT 1"
    )
    (warc,) = settings.warehouse.parent.rglob("*.warc.gz")
    warc.write_bytes(warc.read_bytes()[: offset + 20])

    summary = reparse_pages(None, settings, Silence())

    assert outcomes(summary) == {"unchanged": 1, "unread": 1}
    assert not summary.healthy
    (setback,) = summary.setbacks
    assert setback.detail.startswith("the capture cannot be read: ")


def test_an_unknown_source_is_refused(settings: Settings) -> None:
    with pytest.raises(UnknownSourceError, match="there are: gazette, herald"):
        reparse_pages("nobody", settings, Silence())


def test_without_a_warehouse_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse):
        reparse_pages(None, settings_in(tmp_path), Silence())
