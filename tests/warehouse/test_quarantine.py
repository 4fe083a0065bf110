"""Readings that are held back, and the history that pages are held against."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from parsers.items import Article, Block, Quarantined, Rejection, Visit
from tests.warehouse.building import BLOCKS, NOON, article, capture, visit
from tests.warehouse.conftest import Query, Run
from warehouse import Discovered, Writer, open_reader, open_writer
from warehouse.quarantine import find_held, held_pages

DAY = timedelta(days=1)


def held(found: Article, **changes: object) -> Visit:
    """A look at a page that is held back."""
    seen = visit(found, **changes)  # type: ignore[arg-type]
    return visit(
        Quarantined(found, ("no_date",), "no date"),
        target=seen.target,
        url=seen.url,
        at=seen.visited_at,
        payload_digest=found.payload_digest,
    )


def test_a_page_held_back_leaves_no_article_and_is_counted_once(run: Run, query: Query) -> None:
    outcomes, report = run([held(article()), visit(article(page="b"))])
    assert outcomes == ("quarantined", "new")
    assert report.outcomes["quarantined"] == 1
    assert query("SELECT count(*) FROM article_versions") == [(1,)]
    assert query("SELECT count(*) FROM rejections") == [(0,)]
    [fetch] = query("SELECT article_id, version, error FROM fetches WHERE outcome = 'quarantined'")
    assert fetch == (None, None, "no date")
    [row] = query("SELECT article_id, alarms, detail, looks, state, quarantined_at FROM quarantine")
    assert row == (article().article_id, ["no_date"], "no date", 1, "waiting", NOON)


def test_the_same_reading_again_is_a_look_more(run: Run, query: Query) -> None:
    run([held(article())])
    again = article(payload_digest="sha256:" + "5" * 64)
    run([held(again, at=NOON + DAY)])
    [row] = query("SELECT looks, payload_digest, quarantined_at FROM quarantine")
    assert row == (2, again.payload_digest, NOON)


@pytest.mark.parametrize("loaded", [True, False])
def test_another_reading_supersedes_what_waits(run: Run, query: Query, loaded: bool) -> None:
    other = article(BLOCKS[:4])
    run([held(article()), held(article(page="b"))])
    run([visit(other, at=NOON + DAY) if loaded else held(other, at=NOON + DAY)])
    states = query("SELECT state FROM quarantine WHERE article_id = ? ORDER BY quarantined_at",
                   other.article_id)  # fmt: skip
    assert [state for (state,) in states] == ["superseded"] + ["waiting"] * (not loaded)
    assert query("SELECT count(*) FROM quarantine WHERE state = 'waiting'") == [(2 - loaded,)]
    run([held(article(), at=NOON + 2 * DAY)])  # and back again
    assert query("SELECT looks, state, decided_at FROM quarantine WHERE looks > 1") == [
        (2, "waiting", None)
    ]


def test_a_rejection_decides_nothing(run: Run, query: Query) -> None:
    run([held(article())])
    run([visit(Rejection("soft_404", "says so"), payload_digest="sha256:0")])
    assert query("SELECT state FROM quarantine") == [("waiting",)]


def test_a_decision_is_kept(path: Path, run: Run) -> None:
    run([held(article()), held(article(page="b"))])
    with open_writer(path) as writer:
        refused = writer.quarantine.find(article().article_id)
        let_in = writer.quarantine.find("https://news.example/b")
        assert refused
        assert let_in
        writer.quarantine.decide(refused, "rejected", "a stump")
        seen = writer.quarantine.visit(let_in, article(page="b"))
        assert seen == visit(article(page="b"))
        with writer.transaction():
            run_id = writer.start_run("release", {})
            assert writer.load(run_id, [seen], []) == ("new",)
            writer.quarantine.decide(let_in, "released")
        assert writer.quarantine.rejected() == {(refused.article_id, refused.body_digest)}
        assert writer.quarantine.waiting() == ()
        writer.publish()
    with open_reader(path) as reader:
        states = {page.article_id: page for page in held_pages(reader, state=None)}
        assert held_pages(reader, source_id="other", state=None) == ()
        assert find_held(reader, "nowhere") is None
    assert states[refused.article_id].decided_reason == "a stump"
    assert states[let_in.article_id].version == 1


def test_erasure_reaches_the_quarantine(path: Path, run: Run, query: Query) -> None:
    run([held(article()), visit(article(page="b"))])
    with open_writer(path) as writer, writer.transaction():
        identify = {"https://news.example/bridge": [article().article_id]}
        erasures = writer.erasures
        found = erasures.find_article("https://news.example/bridge", [article().article_id])
        assert found == article().article_id
        traces = erasures.find_traces(found, lambda source, url, path: identify.get(url or "", []))
        erasures.erase(traces, "asked for")
        writer_rows = writer.quarantine.waiting()
    assert writer_rows == ()


# --- History -----------------------------------------------------------------------------------

CHROME = Block(0, "Most read this week", "heading", "removed", None, None, "most_read", "related")
KEPT = Block(1, "Only here.", "paragraph", "kept", "body")


def pages(writer: Writer, run_id: str, numbers: range, *blocks: Block) -> None:
    seen = []
    for number in numbers:
        parts = (*blocks, KEPT._replace(text=f"{number}."))
        placed = tuple(block._replace(position=at) for at, block in enumerate(parts))
        seen.append(visit(article(placed, page=str(number)), at=NOON + number * DAY))
    writer.load(run_id, seen, [capture(v) for v in seen])


def test_the_history_of_a_source(path: Path) -> None:
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        pages(writer, run_id, range(6), CHROME)
        pages(writer, run_id, range(6, 8), CHROME._replace(text="Most shared this year"))
        found = writer.ranges.histories(["example", "unknown"])
        assert found["unknown"].signatures == ()
        history = found["example"]
        assert [s.article_id for s in history.signatures] == [
            article(page=str(number)).article_id for number in range(8)
        ]
        assert history.chrome == {"Most read this week"}
        assert history.signatures[0].removed == 16
        assert history.signatures[0].words == 1
        assert history.released == {}


def test_chrome_that_is_kept_now_and_then_is_chrome_while_it_is_rare(path: Path) -> None:
    kept = CHROME._replace(disposition="kept", role="heading", rule=None, reason=None)
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        pages(writer, run_id, range(11), CHROME)
        pages(writer, run_id, range(11, 12), kept)
        history = writer.ranges.histories(["example"])["example"]
        assert history.chrome == {"Most read this week"}
        assert [s.leaks for s in history.signatures] == [0] * 11 + [1]
        pages(writer, run_id, range(12, 14), kept)
        assert writer.ranges.histories(["example"])["example"].chrome == frozenset()


def test_yields_leave_aside_what_was_rejected_before(path: Path) -> None:
    refused = [
        visit(Rejection("body_missing", "x"), page=f"r{n}", payload_digest="sha256:r")
        for n in range(5)
    ]
    with open_writer(path) as writer:
        first = writer.start_run("ingest", {})
        writer.load(first, [visit(article()), *refused[:2]], [])
        assert writer.ranges.yields(first) == []
        second = writer.start_run("ingest", {})
        writer.load(second, [visit(article()), *refused], [])
        [told] = writer.ranges.yields(second)
    assert told[:5] == ("example", 3, 2, 4, 3)
    assert told.examples == tuple(f"https://news.example/r{n}" for n in (2, 3, 4))


def test_listings_are_held_against_whole_looks_before(path: Path) -> None:
    def looked(at: int, listed: int, complete: bool = True) -> Discovered:
        began = NOON + at * DAY
        return Discovered(
            source_id="example",
            started_at=began,
            finished_at=began,
            listed=listed,
            found=0,
            complete=complete,
        )

    with open_writer(path) as writer:
        for number, listed in enumerate((40, 30, 50)):
            writer.record_discoveries(f"run-{number}", [looked(number, listed)])
        writer.record_discoveries("broken", [looked(3, 1, complete=False)])
        writer.record_discoveries("now", [looked(4, 7)])
        assert writer.ranges.listings("now") == [("example", 7, 30, 3)]
