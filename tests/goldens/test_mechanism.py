"""The keeping of goldens itself, on pages and goldens in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.goldens.__main__ import main
from tests.goldens.changes import changes, loses
from tests.goldens.pages import reference_pages
from tests.goldens.records import FIELDS, read_record, write_record

STORY = (
    "The footbridge at Pell Weir will stay shut until the spring, the council said on Tuesday.",
    "Engineers found rust in eleven of its hangers last summer and a crack in the north pier.",
    "Until then walkers have to go round by the lock, which adds a mile to the way to school.",
)
PAGE = "Footbridge shut\n\n4 December 2020\n\n" + "\n\n".join(STORY) + "\n\nShare this article\n"
KEY = "pell_courier/weir"


class Place:
    """Seeds with one page and one source, and a folder for goldens."""

    def __init__(self, root: Path) -> None:
        self.seeds, self.goldens = root / "seeds", root / "goldens"
        self.page = self.seeds / "pages" / "pell_courier" / "weir.txt"
        (self.seeds / "sources").mkdir(parents=True)
        self.page.parent.mkdir(parents=True)
        (self.seeds / "sources" / "pell_courier.yaml").write_text(
            "publisher: The Pell Courier\npublisher_type: newspaper\nfolder: pages/pell_courier\n"
        )
        self.page.write_text(PAGE)

    @property
    def golden(self) -> Path:
        return self.goldens / f"{KEY}.json"

    def run(self, *arguments: str) -> int:
        return main([*arguments, "--seeds", str(self.seeds), "--goldens", str(self.goldens)])

    def record(self) -> dict[str, Any]:
        return dict(reference_pages(self.seeds)[KEY].record())

    def accept(self) -> None:
        write_record(self.golden, self.record(), reviewed=True)

    def load(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.golden.read_text())
        return loaded


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def directions(golden: dict[str, Any], now: dict[str, Any]) -> set[tuple[str, str]]:
    return {(change.direction, change.field) for change in changes(golden, now)}


def test_a_record_holds_every_field_and_the_fate_of_every_block(place: Place) -> None:
    record = place.record()
    assert record["headline"] == "Footbridge shut"
    assert record["publisher"] == "The Pell Courier"
    assert [next(iter(block.items())) for block in record["blocks"]] == [
        ("moved", "headline"),
        ("moved", "date_published"),
        *[("kept", "body")] * 3,
        ("removed", "sharing"),
    ]
    assert record.keys() >= FIELDS["article"].keys() - {"paragraphs", "roles"}


def test_a_record_is_read_back_as_it_was_written(place: Place) -> None:
    place.accept()
    assert read_record(place.golden) == {"reviewed": True, **place.record()}


def test_a_block_is_one_line_of_the_file(place: Place) -> None:
    place.accept()
    lines = place.golden.read_text().splitlines()
    assert sum(line.lstrip().startswith('{"kept": "body"') for line in lines) == 3


def test_looking_writes_nothing(place: Place) -> None:
    assert place.run() == 1
    assert not place.golden.exists()


def test_a_missing_golden_is_written_for_review(place: Place) -> None:
    assert place.run("--update") == 0
    assert place.load()["reviewed"] is False


def test_what_is_the_same_is_not_written_again(place: Place) -> None:
    place.accept()
    place.golden.chmod(0o444)
    before = place.golden.stat()
    assert place.run("--update") == 0
    assert place.golden.stat() == before


def test_a_difference_is_shown(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.accept()
    place.page.write_text(PAGE.replace("Footbridge shut", "Footbridge open"))
    assert place.run() == 1
    assert "~ changed headline: 'Footbridge shut', now 'Footbridge open'" in capsys.readouterr().out
    assert place.load()["headline"] == "Footbridge shut"


def test_an_update_without_loss_is_written_and_stays_reviewed(place: Place) -> None:
    place.accept()
    place.page.write_text(PAGE.replace("Footbridge shut", "Footbridge open"))
    assert place.run("--update") == 0
    assert (place.load()["headline"], place.load()["reviewed"]) == ("Footbridge open", True)


def test_an_update_that_loses_something_is_not_written(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.accept()
    place.page.write_text(PAGE.replace(STORY[1], ""))
    assert place.run("--update") == 1
    out = capsys.readouterr().out
    assert f"- lost    paragraphs: {STORY[1]!r} is now no block" in out
    assert f"name {KEY}" in out
    assert len([block for block in place.load()["blocks"] if "kept" in block]) == 3


def test_a_loss_is_written_when_the_page_is_named(place: Place) -> None:
    place.accept()
    place.page.write_text(PAGE.replace(STORY[1], ""))
    assert place.run("--update", KEY) == 0
    assert len([block for block in place.load()["blocks"] if "kept" in block]) == 2


def test_a_golden_that_nobody_has_reviewed_is_written_anew(place: Place) -> None:
    write_record(place.golden, place.record(), reviewed=False)
    place.page.write_text(PAGE.replace(STORY[1], ""))
    assert place.run("--update") == 0
    assert place.load()["reviewed"] is False
    assert len([block for block in place.load()["blocks"] if "kept" in block]) == 2


def test_a_page_that_does_not_exist_is_a_mistake_of_the_caller(place: Place) -> None:
    assert place.run("pell_courier/wier") == 2


def test_two_pages_never_share_a_golden(place: Place) -> None:
    place.page.with_suffix(".html").write_text(PAGE)
    with pytest.raises(ValueError, match="would share a golden"):
        reference_pages(place.seeds)


def test_a_rejection_is_recorded_by_reason_and_detail(place: Place) -> None:
    place.page.write_text("")
    assert place.record() == {
        "outcome": "rejection",
        "reason": "empty",
        "detail": "0 bytes, none of them text",
    }


def test_an_article_that_is_now_rejected_is_lost(place: Place) -> None:
    golden = place.record()
    place.page.write_text("")
    assert directions(golden, place.record()) == {("lost", "outcome")}
    assert directions(place.record(), golden) == {("gained", "outcome")}


def test_boilerplate_that_is_now_kept_is_gained_text(place: Place) -> None:
    golden, now = place.record(), place.record()
    now["blocks"][-1] = {"kept": "body", "kind": "paragraph", "text": "Share this article"}
    assert directions(golden, now) == {("gained", "paragraphs")}
    assert directions(now, golden) == {("lost", "paragraphs")}


def test_another_role_is_a_change(place: Place) -> None:
    golden, now = place.record(), place.record()
    now["blocks"][2] = {**now["blocks"][2], "kept": "contact"}
    assert directions(golden, now) == {("changed", "blocks")}


def test_another_rule_is_a_change(place: Place) -> None:
    golden, now = place.record(), place.record()
    now["blocks"][-1] = {**now["blocks"][-1], "rule": "sharing.other"}
    assert directions(golden, now) == {("changed", "blocks")}


def test_a_coarser_date_is_lost(place: Place) -> None:
    golden, now = place.record(), place.record()
    now["date_published_precision"] = "month"
    assert directions(golden, now) == {("lost", "date_published_precision")}
    assert directions(now, golden) == {("gained", "date_published_precision")}


def test_a_value_that_is_gone_is_lost(place: Place) -> None:
    golden, now = place.record(), place.record()
    now["publisher"] = None
    assert directions(golden, now) == {("lost", "publisher")}
    assert directions(now, golden) == {("gained", "publisher")}


def test_authors_are_compared_one_by_one(place: Place) -> None:
    golden, now = place.record(), place.record()
    golden["authors"], now["authors"] = ["Ann Example", "Bo Sample"], ["Bo Sample", "Cy Specimen"]
    assert directions(golden, now) == {("lost", "authors"), ("gained", "authors")}


def test_no_difference_is_no_change(place: Place) -> None:
    assert changes(place.record(), place.record()) == []
    assert not loses([])
