"""The ledger of runs and the report of one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from parsers.items import Rejection, Unread
from tests.warehouse.building import BLOCKS, NOON, article, capture, visit
from tests.warehouse.conftest import Query, Run
from warehouse import open_reader, open_writer


def test_the_report_counts_each_page_once(run: Run) -> None:
    run([visit(article())])
    _, report = run(
        [
            visit(article()),
            visit(article(page="b"), source_id=None),
            visit(article(BLOCKS[:4], page="c")),
            visit(Rejection("soft_404", "says not found"), page="d"),
            visit(Rejection("soft_404", "says not found"), page="e"),
            visit(Unread("no answer"), page="f"),
        ]
    )
    assert report.kind == "ingest"
    assert report.started_at <= report.finished_at
    assert report.outcomes == {
        "new": 2,
        "updated": 0,
        "unchanged": 1,
        "quarantined": 0,
        "rejected": 2,
        "unread": 1,
    }
    assert report.by_source == {
        "example": {"new": 1, "unchanged": 1, "rejected": 2, "unread": 1},
        "": {"new": 1},
    }
    assert report.rejections == {"soft_404": 2, "not_found": 1}
    # Of the two new articles; the unchanged one is not loaded again.
    assert report.rules == {"most_read": 2, "quick_exit": 2, "share": 1, "skip_link": 2}
    assert report.reasons == {"exit_notice": 2, "navigation": 2, "related": 2, "sharing": 1}


def test_the_ledger_says_how_a_run_ended(path: Path, query: Query) -> None:
    with open_writer(path) as writer:
        run_id = writer.start_run("backfill", {"since": NOON, "targets": ["a", "é"]})
        writer.load(run_id, [visit(article())], [])
        report = writer.finish_run(run_id, "failed", ["too few pages", "slow"])
        writer.publish()
    assert report.problems == ("too few pages", "slow")
    [row] = query("SELECT * EXCLUDE (started_at, finished_at) FROM runs")
    assert row[:3] == (run_id, "backfill", "failed")
    assert json.loads(row[3]) == {"since": str(NOON), "targets": ["a", "é"]}
    assert row[4:] == ("1", 1, 0, 0, 0, 0, ["too few pages", "slow"], 0, None)
    [publication] = query("SELECT run_id, kind, status, as_of FROM publication")
    assert publication == (run_id, "backfill", "failed", report.finished_at)


def test_run_identities_sort_by_time(path: Path) -> None:
    with open_writer(path) as writer:
        made = [writer.start_run("ingest", {}) for _ in range(20)]
    assert sorted(set(made)) == made


def test_a_run_left_open_is_marked_crashed(path: Path, query: Query) -> None:
    with open_writer(path) as writer:
        left = writer.start_run("ingest", {})
    with open_writer(path) as writer:
        ended = writer.start_run("ingest", {})
        writer.finish_run(ended, "cancelled")
        writer.publish()
    assert query("SELECT run_id, status, finished_at IS NULL FROM runs ORDER BY run_id") == [
        (left, "crashed", True),
        (ended, "cancelled", False),
    ]


def test_known_payloads_and_stored_pages(path: Path) -> None:
    old, new = visit(article()), visit(article(BLOCKS[:4]), at=NOON + timedelta(days=1))
    copy = visit(article(), url=None, path="copies/bridge.html", target="copies/bridge.html")
    refused = visit(Rejection("body_missing", "x"), page="r", payload_digest="sha256:r")
    lost = visit(Rejection("body_missing", "x"), page="l", payload_digest="sha256:lost")
    other = visit(article(page="o"), source_id="other")
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        captures = [capture(seen) for seen in (old, old, refused, other)]
        writer.load(run_id, [old, copy, refused, lost, other], captures)
        writer.load(run_id, [new], [capture(new), capture(old)])
        assert writer.known_payloads(["sha256:r", "sha256:lost"]) == {"sha256:r"}
        assert writer.known_payloads([]) == set()
        pages = {page.target: page for page in writer.pages()}
        assert [page.target for page in writer.pages("other")] == [other.target]
    assert set(pages) == {old.target, copy.target, refused.target, other.target}
    assert pages[old.target].capture == capture(new)
    assert pages[copy.target].path == "copies/bridge.html"
    assert pages[copy.target].capture == capture(old)
    assert pages[refused.target].source_id == "example"


def test_a_reparse_does_not_move_a_page_to_an_older_capture(path: Path) -> None:
    old, new = visit(article()), visit(article(BLOCKS[:4]), at=NOON + timedelta(days=1))
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        writer.load(run_id, [old, new], [capture(old), capture(new)])
        late = visit(article(), at=NOON + timedelta(days=2))
        writer.load(run_id, [late], [], cause="reparsed")
        [page] = writer.pages()
    assert page.capture.payload_digest == new.payload_digest


def test_times_are_read_in_utc(path: Path, run: Run) -> None:
    run([visit(article())])
    with open_reader(path) as reader:
        row = reader.execute("SELECT first_seen_at::VARCHAR FROM articles").fetchone()
    assert row == ("2024-05-01 12:00:00+00",)
