"""Which pages are records, what that costs the others, and what hostile ones may cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from parsers import parse
from parsers.items import Article, Snapshot, Source
from tests.parsers.building import LEAD, article_of, assert_accounted, page, paragraphs, within
from tests.parsers.building import source as declared

FORCE = declared(platform="single_online_home", publisher_type="police_force")
LABELS = "<p>Rank: PC</p><p>Sanction: Dismissed</p><p>Hearing type: Misconduct hearing</p>"
MARK = "<link rel=stylesheet href='/SysSiteAssets/main.css'>"


def names(body: bytes, source: Source | None) -> set[str]:
    return {attribute.name for attribute in article_of(body, source).attributes}


def record(*, head: str = "") -> bytes:
    return page(paragraphs(LEAD) + LABELS, head=head)


def test_the_declared_platform_reads_the_record() -> None:
    assert names(record(), FORCE) == {"rank", "sanction", "hearing_type"}


def test_without_a_source_the_pages_own_marks_tell_the_platform() -> None:
    assert names(record(head=MARK), None) == {"rank", "sanction", "hearing_type"}
    assert names(record(head=MARK), declared()) == {"rank", "sanction", "hearing_type"}
    assert names(record(), None) == set()


def test_another_platform_reads_no_records() -> None:
    assert names(record(head=MARK), declared(platform="newsquest")) == set()


def test_two_labels_make_no_record() -> None:
    body = page(paragraphs(LEAD) + "<p>Rank: PC</p><p>Sanction: Dismissed</p>")
    assert names(body, FORCE) == set()


def test_a_text_without_markup_may_be_a_record() -> None:
    text = f"{LEAD}\n\nRank: PC\nSanction: Dismissed\nHearing type: Misconduct hearing\n"
    article = article_of(text.encode(), FORCE, media_type="text/plain")
    assert {a.name: a.normalised_value for a in article.attributes} == {
        "rank": "constable", "sanction": "dismissed", "hearing_type": "misconduct_hearing",
    }  # fmt: skip


def test_other_pages_never_load_beautiful_soup() -> None:
    code = (
        "import sys; from parsers import parse; from parsers.items import Snapshot, Source\n"
        "from tests.parsers.building import page\n"
        "force = Source(id='x', publisher='X', publisher_type='other',"
        " platform='single_online_home')\n"
        "parse(Snapshot(body=page()), force); parse(Snapshot(body=page()))\n"
        "sys.exit('bs4' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "noise",
    [
        "<div>" * 50_000,
        "<b>" * 50_000 + "x",
        "<p>Rank: PC</p>" * 20_000,
        "<p><strong>Rank:</strong> PC</p>" * 10_000,
        "<p>Rank: PC<br>" + "Sanction: x<br>" * 20_000,
        "<table>" + "<tr><td>Rank<td>PC" * 20_000,
        "<h2>Rank</h2>" * 20_000,
        "<p>" + "a" * 1_000_000 + ": x</p>",
        "<p>" + "a:" * 200_000 + "</p>",
        "<dl>" + "<dt>Rank<dd>PC" * 20_000,
        "<p>" + "<b>Rank</b><i>PC</i>" * 20_000,
        "<!-- x -->" * 50_000,
    ],
    ids=lambda noise: noise[:24],
)
def test_a_hostile_record_costs_a_bounded_time(noise: str) -> None:
    body = page(paragraphs(LEAD) + LABELS + noise)
    with within(10):
        outcome = parse(Snapshot(body=body), FORCE)
    assert isinstance(outcome, Article)
    assert_accounted(outcome)
    assert len(outcome.attributes) <= 2_000
