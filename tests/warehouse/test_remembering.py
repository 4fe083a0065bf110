"""What a writer remembers between loads is what the database has, whatever happened to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from parsers.items import PageRef
from tests.warehouse.building import BLOCKS, NOON, article, capture, visit
from warehouse import Writer, open_writer
from warehouse.pages import found_page
from warehouse.remembering import Remembered

PAGES = ("bridge", "library", "market")
FIRST = [visit(article(page=page, payload_digest=f"sha256:{page}")) for page in PAGES]
EDITED = (*BLOCKS[:7], BLOCKS[7]._replace(text="Works go on until June."), *BLOCKS[8:])


class Stored:
    """A table that counts how often it is read, and what for."""

    def __init__(self, **values: int) -> None:
        self.values = values
        self.asked: list[set[str] | None] = []

    def read(self, keys: Collection[str] | None) -> dict[str, int]:
        self.asked.append(None if keys is None else set(keys))
        wanted = self.values if keys is None else keys
        return {key: self.values[key] for key in wanted if key in self.values}

    def size(self) -> int:
        """So large that one key is not worth reading all of it, and two are."""
        return 60


def test_everything_is_read_once_when_enough_was_asked_for() -> None:
    stored = Stored(one=1, two=2)
    known = Remembered(stored.read, stored.size)
    assert known.get(["one"]) == {"one": 1}
    assert known.get(["two"]) == {"two": 2}
    assert known.get(["one", "two"]) == {"one": 1, "two": 2}
    assert stored.asked == [{"one"}, None]


def test_what_was_noted_is_known_and_what_was_dropped_is_asked_again() -> None:
    stored = Stored(one=1, two=2)
    known = Remembered(stored.read, stored.size)
    known.get(["one"])
    known.get(["one"])
    stored.values.update(one=10, two=20, three=30)
    known.note({"three": 30})
    known.drop(["one"])
    assert known.get(["one", "two", "three"]) == {"one": 10, "two": 2, "three": 30}
    assert known.get(["one"]) == {"one": 10}
    assert stored.asked[2:] == [{"one"}]


def test_what_is_forgotten_is_asked_as_at_first() -> None:
    stored = Stored(one=1)
    known = Remembered(stored.read, stored.size)
    known.get(["one"])
    known.get(["one"])
    del stored.values["one"]
    known.forget()
    assert known.get(["one"]) == {}
    assert stored.asked == [{"one"}, None, {"one"}]


def test_loads_that_were_rolled_back_are_not_remembered(path: Path) -> None:
    captures = [capture(seen) for seen in FIRST]
    digests = [str(seen.payload_digest) for seen in FIRST]
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        for seen in FIRST[:2]:  # two, so that the third is answered from memory
            writer.load(run_id, [seen], captures[:1])
        with pytest.raises(KeyboardInterrupt):
            _load_and_break_off(writer, run_id)
        assert writer.known_payloads(digests) == set(digests[:1])
        assert writer.load(run_id, FIRST, captures) == ("unchanged", "unchanged", "new")
        assert writer.known_payloads(digests) == set(digests)
        assert set(writer.captures(digests)) == set(digests)


def _load_and_break_off(writer: Writer, run_id: str) -> None:
    with writer.transaction():
        outcomes = writer.load(run_id, FIRST, [capture(seen) for seen in FIRST])
        assert outcomes == ("unchanged", "unchanged", "new")
        raise KeyboardInterrupt


def test_versions_follow_each_other_over_many_loads(path: Path) -> None:
    first, edited = article(), article(EDITED, payload_digest="sha256:edited")
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        looks = [first, first, edited, edited, first, edited]
        outcomes = [
            writer.load(run_id, [visit(seen, at=NOON + timedelta(hours=hour))], [])
            for hour, seen in enumerate(looks)
        ]
        writer.finish_run(run_id, "completed")
    assert [outcome for (outcome,) in outcomes] == [
        "new", "unchanged", "updated", "unchanged", "updated", "updated",
    ]  # fmt: skip


def test_a_page_that_went_stands_again_when_its_article_is_loaded(path: Path) -> None:
    made = article()
    ref = PageRef(source_id="example", url=str(made.url), found_by="list")
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        page = replace(found_page(ref, run_id, NOON), article_id=made.article_id)
        for _ in range(2):
            writer.load(run_id, [visit(made)], [])
        writer.record_pages([replace(page, gone_at=NOON)])
        assert _gone(writer) == [NOON]
        later = visit(made, at=NOON + timedelta(days=1))
        assert writer.load(run_id, [later], []) == ("unchanged",)
        assert _gone(writer) == [None]


def _gone(writer: Writer) -> list[datetime | None]:
    rows = writer._connection.execute("SELECT gone_at FROM articles").fetchall()
    return [gone_at for (gone_at,) in rows]


def test_an_erased_article_is_new_when_it_is_loaded_again(path: Path) -> None:
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        for _ in range(2):
            writer.load(run_id, FIRST, [capture(seen) for seen in FIRST])
        with writer.transaction():
            erasures = writer.erasures
            traces = erasures.find_traces(article(page="bridge").article_id, lambda *_: set())
            erasures.erase(traces, "asked for")
        assert writer.load(run_id, FIRST, []) == ("new", "unchanged", "unchanged")
