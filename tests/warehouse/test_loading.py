"""Loading: new, updated, unchanged, rejected, unread; nothing changes when nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from parsers.items import Rejection, Source, Unread
from tests.warehouse.building import BLOCKS, NOON, article, capture, visit
from tests.warehouse.conftest import Query, Run
from warehouse import AccountError, open_reader, open_writer

LEDGERS = {"runs", "fetches", "rejections"}
HOUR = timedelta(hours=1)
EDITED = (*BLOCKS[:7], BLOCKS[7]._replace(text="Works go on until June."), *BLOCKS[8:])


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is not a ledger."""
    with open_reader(path) as reader:
        tables = reader.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        return {
            table: reader.execute(f"FROM {table} ORDER BY ALL").fetchall()
            for (table,) in tables
            if table not in LEDGERS
        }


def test_a_new_article_is_stored_in_full(run: Run, query: Query) -> None:
    made = article(date_published=datetime(2024, 5, 1, 0, 30, tzinfo=timezone(HOUR)))
    outcomes, report = run([visit(made)])
    assert outcomes == ("new",)
    [row] = query("SELECT * EXCLUDE (first_seen_at, gone_at, run_id) FROM articles")
    assert row == (
        made.article_id, 1, "captured", "example", made.url, made.canonical_url, "Bridge reopens",
        None, made.article_body, datetime(2024, 4, 30, 23, 30, tzinfo=UTC), "minute",
        "30 April 2024, 18:05", None, ["A. Writer", "B. Agency"], "The Example", "Roads",
        "Exampleshire", "en", made.word_count, made.input_characters, ["agency_copy"],
        made.body_digest, made.payload_digest, "1",
    )  # fmt: skip
    assert query("SELECT first_seen_at, gone_at, run_id FROM articles") == [
        (NOON, None, report.run_id)
    ]
    assert query("FROM images") == [(made.article_id, 1, *made.images[0])]
    assert query("FROM links") == [(made.article_id, 1, *made.links[0])]
    assert query("FROM date_evidence") == [(made.article_id, 1, *made.date_evidence[0])]
    assert query("SELECT parser_version FROM runs") == [("1",)]


def test_the_same_again_changes_nothing_but_the_ledgers(run: Run, path: Path) -> None:
    visits = [visit(article()), visit(article(page="other", headline="Other"))]
    run(visits)
    before = contents(path)
    outcomes, _ = run(visits)
    assert outcomes == ("unchanged", "unchanged")
    assert contents(path) == before
    assert sum(map(len, before.values())) > 10


def test_other_chrome_round_the_same_story_changes_no_article(run: Run, path: Path) -> None:
    run([visit(article())])
    before = contents(path)
    other_chrome = (*BLOCKS[:11], BLOCKS[11]._replace(text="A dog was found"))
    outcomes, _ = run([visit(article(other_chrome), at=NOON + HOUR)])
    assert outcomes == ("unchanged",)
    after = contents(path)
    assert len(after.pop("snapshots")) == len(before.pop("snapshots")) + 1
    assert after == before


def test_an_edited_page_makes_a_version_and_keeps_the_old(run: Run, query: Query) -> None:
    first, second = article(), article(EDITED)
    run([visit(first)])
    outcomes, _ = run([visit(second, at=NOON + HOUR)])
    assert outcomes == ("updated",)
    versions = "SELECT version, article_body, first_seen_at FROM article_versions ORDER BY ALL"
    assert query(versions) == [(1, first.article_body, NOON), (2, second.article_body, NOON)]
    assert query("SELECT version, article_body FROM articles") == [(2, second.article_body)]
    for version, made in ((1, first), (2, second)):
        blocks = query("SELECT text FROM blocks WHERE version = ? ORDER BY position", version)
        assert [text for (text,) in blocks] == [block.text for block in made.blocks]
    assert query("SELECT first_seen_at, last_seen_at, visits FROM last_seen") == [
        (NOON, NOON + HOUR, 2)
    ]


def test_an_edit_taken_back_is_a_third_version(run: Run, query: Query) -> None:
    for made in (article(), article(EDITED), article()):
        run([visit(made)])
    assert query("SELECT max(version), count(*) FROM article_versions") == [(3, 3)]


def test_visits_of_one_article_in_one_load_count_in_order(run: Run, query: Query) -> None:
    outcomes, _ = run(
        [visit(article()), visit(article(EDITED)), visit(article(EDITED)), visit(article())]
    )
    assert outcomes == ("new", "updated", "unchanged", "updated")
    assert query("SELECT outcome, version FROM fetches ORDER BY rowid") == [
        ("new", 1),
        ("updated", 2),
        ("unchanged", 2),
        ("updated", 3),
    ]


def test_a_reparse_is_told_from_a_capture(run: Run, query: Query) -> None:
    run([visit(article())])
    outcomes, _ = run([visit(article(EDITED), at=NOON + HOUR)], cause="reparsed")
    assert outcomes == ("updated",)
    assert query("SELECT version, cause FROM article_versions ORDER BY version") == [
        (1, "captured"),
        (2, "reparsed"),
    ]
    assert query("SELECT last_seen_at, visits FROM last_seen") == [(NOON, 1)]


def test_pages_without_an_article_are_in_the_ledgers(run: Run, query: Query) -> None:
    outcomes, report = run(
        [
            visit(
                Rejection("consent_wall", "only the wall"), page="wall", payload_digest="sha256:a"
            ),
            visit(Unread("no answer"), page="gone", http_status=None, size=None),
        ]
    )
    assert outcomes == ("rejected", "unread")
    columns = "run_id, source_id, url, reason, detail, payload_digest, rejected_at"
    assert query(f"SELECT {columns} FROM rejections ORDER BY reason") == [
        (report.run_id, "example", "https://news.example/wall", "consent_wall", "only the wall",
         "sha256:a", NOON),
        (report.run_id, "example", "https://news.example/gone", "not_found", "no answer",
         None, NOON),
    ]  # fmt: skip
    assert query("SELECT target, outcome, error, article_id FROM fetches ORDER BY outcome") == [
        ("https://news.example/wall", "rejected", "only the wall", None),
        ("https://news.example/gone", "unread", "no answer", None),
    ]


def test_an_account_error_loads_nothing_of_its_batch(path: Path) -> None:
    wrong = article(page="wrong", input_characters=1)
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        visits = [visit(article()), visit(wrong)]
        with pytest.raises(AccountError, match=r"news\.example/wrong"):
            writer.load(run_id, visits, [capture(v) for v in visits])
        assert writer.load(run_id, visits[:1], []) == ("new",)
        assert writer.known_payloads([article().payload_digest]) == set()


def test_an_unchanged_article_is_checked_when_it_was_read_otherwise(run: Run) -> None:
    run([visit(article())])
    with pytest.raises(AccountError):
        run([visit(article(input_characters=1, parser_version="2"))])


def test_an_article_without_text_or_any_block(run: Run, query: Query) -> None:
    removed = BLOCKS[:2]
    run([visit(article(removed, page="a")), visit(article((), page="b"))])
    assert query("SELECT article_body, word_count FROM articles") == [("", 0), ("", 0)]
    assert query("SELECT text FROM blocks ORDER BY position") == [(b.text,) for b in removed]
    assert query("SELECT narrative FROM article_narrative") == [("",), ("",)]


def test_passages_are_stored_once(run: Run, query: Query) -> None:
    run([visit(article(page=str(number))) for number in range(5)])
    assert query("SELECT count(*) FROM passages") == [(5,)]
    assert query("SELECT count(*) FROM blocks") == [(60,)]


def test_one_articles_blocks_do_not_read_the_others(path: Path, run: Run) -> None:
    articles = [article(page=str(number)) for number in range(50)]
    run([visit(made) for made in articles])
    with open_reader(path) as reader:
        [(_, plan)] = reader.execute(
            f"EXPLAIN (FORMAT json) FROM blocks WHERE article_id = '{articles[7].article_id}'"
        ).fetchall()
    # The filter stands at each of the three scans of what belongs to an article.
    assert plan.count(f"article_id='{articles[7].article_id}'") == 3


def test_sources_say_what_is_declared_now(path: Path) -> None:
    one = Source(id="one", publisher="One", publisher_type="newspaper", area="Here")
    two = Source(id="two", publisher="Two", publisher_type="broadcaster")
    with open_writer(path) as writer:
        writer.record_sources([one, two])
        writer.record_sources([Source(id="one", publisher="Uno", publisher_type="newspaper")])
        writer.publish()
    with open_reader(path) as reader:
        rows = reader.execute("SELECT source_id, publisher, area FROM sources ORDER BY ALL")
        assert rows.fetchall() == [("one", "Uno", None), ("two", "Two", None)]
        declared = reader.execute("SELECT declaration->>'$.discovery.feeds' FROM sources LIMIT 1")
        assert declared.fetchall() == [("[]",)]


def test_hostile_text_stays_text(run: Run, query: Query) -> None:
    text = "'); DROP TABLE articles; -- \x00 \u202e \N{GRINNING FACE} \ufffd"
    blocks = (
        BLOCKS[0]._replace(position=0, text=text, rule=text),
        BLOCKS[3]._replace(position=1, text=text),
    )
    run([visit(article(blocks, headline=text, authors=(text,)))])
    assert query("SELECT headline, authors, article_body FROM articles") == [(text, [text], text)]
    assert query("SELECT text, rule FROM blocks ORDER BY position") == [(text, text), (text, None)]


def test_an_empty_load(run: Run) -> None:
    outcomes, report = run([])
    assert outcomes == ()
    assert set(report.outcomes.values()) == {0}


def test_an_unknown_run_cannot_be_finished(path: Path) -> None:
    with open_writer(path) as writer, pytest.raises(KeyError):
        writer.finish_run("nonsense", "completed")


def test_types_come_from_the_schema(reader: duckdb.DuckDBPyConnection) -> None:
    from warehouse.tables import arrow_table

    table = arrow_table(
        reader, "article_versions", {"version": [1], "authors": [[]], "url": [None]}
    )
    assert [str(field.type) for field in table.schema] == ["int32", "list<l: string>", "string"]
