"""The five reference documents come out as the gold accepts, with their manifest and without."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.reading.manifest import read_manifest
from flows.sources.loading import load_sources
from parsers import parse
from parsers.items import Article, Snapshot
from tests.parsers.building import assert_accounted

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
GOLD = SHARED / "gold" / "seeds.json"

pytestmark = pytest.mark.skipif(
    not GOLD.is_file(), reason="the shared reference documents do not lie beside this repository"
)


class Case(NamedTuple):
    """One document as the gold has it, read with or without its manifest."""

    gold: dict[str, Any]
    with_manifest: bool


CASES = [
    pytest.param(Case(gold, told), id=f"{gold['file'][:3]}-{'manifest' if told else 'alone'}")
    for gold in (json.loads(GOLD.read_bytes()) if GOLD.is_file() else [])
    for told in (True, False)
]
each = pytest.mark.parametrize("case", CASES)


@cache
def article(file: str, with_manifest: bool) -> Article:
    entry = read_manifest(SHARED / "seeds").get(file) if with_manifest else None
    sources = load_sources(REPOSITORY / "seeds")
    source = sources[entry.source] if entry and entry.source else None
    snapshot = Snapshot(
        body=(SHARED / "seeds" / file).read_bytes(),
        path=file,
        url=entry.url if entry else None,
        source_id=source.id if source else None,
        media_type="text/plain",
    )
    outcome = parse(snapshot, source)
    assert isinstance(outcome, Article), outcome
    return outcome


def article_of(case: Case) -> Article:
    return article(case.gold["file"], case.with_manifest)


@each
def test_every_line_is_a_block_letter_for_letter(case: Case) -> None:
    assert [b.text for b in article_of(case).blocks] == [
        line["text"] for line in case.gold["lines"]
    ]


@each
def test_every_line_ends_where_the_gold_accepts_it(case: Case) -> None:
    wrong = [
        (line["line"], block.text[:60], block.rule, fate, line["accept"])
        for block, line in zip(article_of(case).blocks, case.gold["lines"], strict=True)
        if (fate := [block.disposition, block.role or block.field or block.reason])
        not in line["accept"]
    ]
    assert wrong == []


@each
def test_the_headline(case: Case) -> None:
    assert article_of(case).headline == case.gold["headline"]


@each
def test_the_date_and_its_precision(case: Case) -> None:
    found = article_of(case)
    accepted = [(_moment(case.gold["date_published"]), case.gold["date_published_precision"])]
    if case.with_manifest and case.gold["file"].startswith("002"):
        # The address that only the manifest knows tells the month, and may be believed.
        accepted.append((_moment("2023-03-01"), "month"))
    assert (found.date_published, found.date_published_precision) in accepted


@each
def test_the_authors(case: Case) -> None:
    assert list(article_of(case).authors) == case.gold["authors"]


@each
def test_the_language(case: Case) -> None:
    assert article_of(case).in_language == case.gold["in_language"]


@each
def test_the_flags(case: Case) -> None:
    assert set(article_of(case).flags) >= set(case.gold["flags_at_least"])


@each
def test_the_publisher(case: Case) -> None:
    expected = case.gold["publisher_with_manifest"] if case.with_manifest else None
    assert article_of(case).publisher == expected


@each
def test_the_account_balances(case: Case) -> None:
    assert_accounted(article_of(case))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    if len(text) == len("2020-12-04"):
        return datetime.fromisoformat(f"{date.fromisoformat(text)}T00:00:00+00:00")
    return datetime.fromisoformat(text)
