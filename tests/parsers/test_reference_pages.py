"""Each reference page says what its golden holds: one test a field.

A missing golden is written and its test fails until a person has read it, corrected it or the
parsers, and set ``reviewed`` to true. ``python -m tests.goldens`` shows differences.
"""

from __future__ import annotations

from functools import cache

import pytest

from parsers import parse
from parsers.items import Article
from tests.goldens.pages import GOLDENS, reference_pages
from tests.goldens.records import FIELDS, Record, read_record, write_record
from tests.parsers.building import assert_accounted

PAGES = reference_pages()
REVIEWED = {
    key: golden
    for key, page in PAGES.items()
    if (golden := read_record(page.golden())) and golden["reviewed"]
}
FIELDS_OF_PAGES = [
    pytest.param(key, field, id=f"{key}-{field}")
    for key, golden in REVIEWED.items()
    for field in FIELDS[golden["outcome"]]
]


@cache
def record_now(key: str) -> Record:
    return PAGES[key].record()


@pytest.mark.parametrize("key", PAGES)
def test_a_person_has_looked_at_the_golden(key: str) -> None:
    page = PAGES[key]
    file = page.golden()
    golden = read_record(file)
    shown = file.relative_to(GOLDENS.parent)
    if golden is None:
        write_record(file, record_now(key), reviewed=False)
        pytest.fail(f"{shown} was missing and is written now: read it block by block")
    if not golden["reviewed"]:
        pytest.fail(f'read {shown} block by block, correct it or the parsers, set "reviewed": true')


@pytest.mark.parametrize(("key", "field"), FIELDS_OF_PAGES)
def test_the_page_says_what_its_golden_holds(key: str, field: str) -> None:
    golden, now = REVIEWED[key], record_now(key)
    value_of = FIELDS[golden["outcome"]][field]
    assert value_of(now) == value_of(golden)


@pytest.mark.parametrize("key", PAGES)
def test_the_account_balances(key: str) -> None:
    page = PAGES[key]
    assert_accounted(parse(page.snapshot, page.source))


def test_every_golden_has_its_page() -> None:
    known = {page.golden() for page in PAGES.values()}
    assert (
        sorted(str(f.relative_to(GOLDENS)) for f in GOLDENS.glob("*/*.json") if f not in known)
        == []
    )


def test_there_are_pages_of_both_outcomes() -> None:
    found = [isinstance(parse(page.snapshot, page.source), Article) for page in PAGES.values()]
    assert found.count(True) >= 8
    assert found.count(False) >= 3
