"""Views and macros that answer analysts: each told something by a small invented world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from parsers.items import Unread
from tests.warehouse.building import BLOCKS, NOON, article, visit
from tests.warehouse.conftest import Query, Run
from tests.warehouse.world import FIRST, build
from warehouse import Discovered, open_reader, open_writer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("world") / "world.duckdb"
    build(path)
    with open_reader(path) as connection:
        yield connection


# --- Citations ---------------------------------------------------------------------------------


def test_a_citation_resolves_to_its_words(world: duckdb.DuckDBPyConnection) -> None:
    [(citation, text)] = world.execute(
        "SELECT citation, text FROM paragraphs WHERE text LIKE 'Sergeant Iris%' "
        "AND article_id IN (SELECT article_id FROM articles WHERE source_id = 'northmoor_police')"
    ).fetchall()
    [found] = world.execute("FROM cite(?)", [citation]).fetchall()
    assert found[:5] == (
        citation,
        text,
        "Man to pay back 3,000 pounds",
        "Northmoor Police",
        "https://news.example/northmoor_police/tickets",
    )


def test_an_old_version_is_cited_as_it_was(world: duckdb.DuckDBPyConnection) -> None:
    [(article_id,)] = world.execute(
        "SELECT article_id FROM articles WHERE headline LIKE 'Weir bridge%'"
    ).fetchall()
    old = world.execute("SELECT text, is_latest FROM cite(?)", [f"{article_id}@1#2"]).fetchall()
    new = world.execute("SELECT text, is_latest FROM cite(?)", [f"{article_id}@2"]).fetchall()
    assert old == [("Walkers face a long way round.", False)]
    assert new == [("The footbridge over the weir will stay open after all.", True)]


@pytest.mark.parametrize("citation", ["", "nothing", "@1#1", "x@y#z", "0000000000000000@1#1", "#"])
def test_what_cites_nothing_gives_no_row(world: duckdb.DuckDBPyConnection, citation: str) -> None:
    assert world.execute("FROM cite(?)", [citation]).fetchall() == []


def test_each_kept_block_is_a_paragraph(world: duckdb.DuckDBPyConnection) -> None:
    order = "ORDER BY article_id, version, position"
    paragraphs = world.execute(
        f"SELECT article_id, version, position, role, text FROM paragraphs {order}"
    ).fetchall()
    kept = world.execute(
        "SELECT article_id, version, position, role, text FROM blocks "
        f"WHERE disposition = 'kept' {order}"
    ).fetchall()
    assert paragraphs == kept


# --- Words -------------------------------------------------------------------------------------


def test_why_tells_what_became_of_words_wherever_they_stood(
    world: duckdb.DuckDBPyConnection,
) -> None:
    rows = world.execute(
        "SELECT disposition, became, reason, version, text FROM why('PAY') "
        "WHERE source_id = 'northmoor_police' ORDER BY position"
    ).fetchall()
    assert rows == [
        ("moved", "headline", None, 1, "Man to pay back 3,000 pounds"),
        ("kept", "body", None, 1, rows[1][4]),
    ]
    assert rows[1][4].endswith("ordered to pay back 3,000 pounds.")


def test_why_finds_removed_words_on_every_page(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT DISTINCT became, reason, position FROM why('accept all cookies')"
    ).fetchall()
    assert rows == [("consent.banner", "consent", 0)]
    [(found, versions)] = world.execute(
        "SELECT (SELECT count(*) FROM why('cookies')), (SELECT count(*) FROM article_versions)"
    ).fetchall()
    assert found == versions


@pytest.mark.parametrize("words", ["100%", "_", "it's", "no such words"])
def test_words_are_only_words(world: duckdb.DuckDBPyConnection, words: str) -> None:
    assert world.execute("FROM why(?)", [words]).fetchall() == []


def test_words_in_two_blocks_of_one_passage_are_two_rows(run: Run, query: Query) -> None:
    run([visit(article())])
    assert query("SELECT position, text FROM why('a')  WHERE became = 'most_read'") == [
        (10, "Most read"),
        (11, "A cat was found"),
    ]


# --- Edits -------------------------------------------------------------------------------------


def test_history_compares_neighbouring_versions(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT version, cause, headline, headline_before, headline_changed, date_changed, "
        "authors_changed, words_more FROM article_history "
        "WHERE source_id = 'harrow_gazette' AND headline LIKE 'Weir%' ORDER BY version"
    ).fetchall()
    first, second = "Weir bridge shut for 14 weeks", "Weir bridge to stay open"
    assert rows == [
        (1, "captured", first, None, False, False, False, None),
        (2, "captured", second, first, True, False, False, -5),
    ]


def test_latest_articles_know_when_they_were_seen(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT version, last_seen_at, visits FROM article_latest WHERE headline LIKE 'Weir%'"
    ).fetchall()
    assert [(version, visits) for version, _, visits in rows] == [(2, 2)]
    assert rows[0][1].day == 8


def test_gone_articles_tell_what_was_kept_of_them(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute("SELECT headline, days_up, warc_file FROM gone_articles").fetchall()
    assert rows == [("Man to pay back 3,000 pounds", 6, "2024/05.warc.gz")]


# --- Contradictions ----------------------------------------------------------------------------


def test_conflicts_say_what_differs(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT kind, detail, one_citation LIKE '%@1#1', other_citation LIKE '%@1#2' "
        "FROM conflicts WHERE source_id = 'weir_radio' ORDER BY kind"
    ).fetchall()
    assert rows == [
        ("dates", "json_ld and visible are 33 days apart", None, None),
        ("near_repeat", "only one says: monday tuesday", True, True),
    ]


@pytest.mark.parametrize(
    ("headline", "body", "lacks"),
    [
        ("Man, 34, fined £1,200", "The 34-year-old must pay £1200.", None),
        ("Three held after 2 raids", "Both raids were at dawn.", None),
        ("3 held", "A trio was held.", None),
        ("30 held", "Some 130 and 300 were held, 3 twice.", "the body lacks 30"),
        ("Fine of 10k", "It was 10,000 pounds.", None),
        ("1.5m to mend the bridge", "It takes 1.5 million.", None),
        ("1.5m to mend the bridge", "It takes 11.5 or 1.55 million.", "the body lacks 1.5"),
        ("14 weeks, 3 bridges, 14 boats", "No numbers.", "the body lacks 14, 3"),
        ("2,000 + (3 * 4)?", "[2000] 3 4", None),
        ("No digits", "None.", None),
    ],
)
def test_numbers_that_the_body_lacks(
    run: Run, query: Query, headline: str, body: str, lacks: str | None
) -> None:
    run([visit(article((BLOCKS[3]._replace(position=0, text=body),), headline=headline))])
    found = query("SELECT detail FROM conflicts WHERE kind = 'headline_number'")
    assert found == ([(lacks,)] if lacks else [])


def test_every_number_word_is_understood(run: Run, query: Query) -> None:
    run([])
    told = [
        (number, word)
        for number in (*range(1, 21), 30, 40, 50)
        for word in query("SELECT number_words(?)", str(number))[0][0]
    ]
    assert len(told) > 40
    run(
        [
            visit(
                article(
                    (BLOCKS[3]._replace(position=0, text=f"There were {word.title()}."),),
                    headline=f"{number} held",
                    page=f"{number}-{word}",
                )
            )
            for number, word in told
        ]
    )
    assert query("SELECT headline FROM conflicts") == []
    assert query("SELECT count(*) FROM articles") == [(len(told),)]


# --- Coverage ----------------------------------------------------------------------------------


def test_coverage_tells_none_from_not_looked(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT source_id, day, expected, seen, loaded, missing, certainty FROM coverage "
        "WHERE day BETWEEN DATE '2024-05-01' AND DATE '2024-05-07' ORDER BY source_id, day"
    ).fetchall()
    days = {(source, day.day): tuple(told) for source, day, *told in rows}
    assert days["northmoor_police", 2] == (1, 1, 1, 0, "complete")
    assert days["northmoor_police", 3] == (0, 0, 0, 0, "complete")  # no news
    assert days["northmoor_police", 5] == (1, 0, 0, 1, "complete")  # listed, not read
    assert days["northmoor_police", 7] == (0, 0, 0, 0, "partial")  # the day was not over
    assert days["harrow_gazette", 3] == (1, 1, 1, 0, "partial")  # only named pages
    assert days["harrow_gazette", 4] == (0, 0, 0, 0, "not_looked")
    assert ("northmoor_police", 1) not in days  # before anything is known


def test_pages_without_a_date_have_a_row(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT expected, seen, loaded, missing FROM coverage "
        "WHERE source_id = 'weir_radio' AND day IS NULL"
    ).fetchall()
    assert rows == [(3, 2, 1, 1)]


def test_every_page_is_counted_once(world: duckdb.DuckDBPyConnection) -> None:
    assert world.execute(
        "SELECT sum(expected), sum(seen), sum(loaded), sum(missing) FROM coverage"
    ).fetchall() == [(9, 7, 6, 2)]


def test_a_listed_page_that_redirects_is_one_page(path: Path, run: Run, query: Query) -> None:
    build(path)
    expected = "SELECT sum(expected) FROM coverage WHERE source_id = 'northmoor_police'"
    before = query(expected)
    moved = visit(
        Unread("no answer"),
        page="northmoor_police/elsewhere",
        source_id="northmoor_police",
        found_by="sitemap",
    )
    run([moved])
    assert query(expected) == before


def test_a_list_that_broke_off_leaves_doubt(run: Run, query: Query, path: Path) -> None:
    build(path)
    with open_writer(path) as writer:
        writer.record_discoveries(
            "third",
            [
                Discovered(
                    source_id="northmoor_police",
                    started_at=FIRST.replace(day=20),
                    finished_at=FIRST.replace(day=20),
                    listed=2,
                    found=0,
                    complete=False,
                )
            ],
        )
        writer.publish()
    certainty = "SELECT certainty FROM coverage WHERE source_id = 'northmoor_police' AND day = ?"
    assert query(certainty, date(2024, 5, 6)) == [("complete",)]
    assert query(certainty, date(2024, 5, 19)) == [("partial",)]
    assert query(certainty, date(2024, 5, 21)) == [("not_looked",)]


def test_health_of_sources(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT source_id, state, looks, unread, rejected, pages, gone, articles, share_with_date "
        "FROM source_health ORDER BY source_id"
    ).fetchall()
    assert rows == [
        ("harrow_gazette", "healthy", 1, 0, 0, 0, 0, 2, 1.0),
        ("northmoor_police", "healthy", 2, 0, 0, 2, 1, 2, 1.0),
        ("weir_radio", "silent", 4, 1, 1, 0, 0, 2, 0.5),
    ]


def test_a_source_that_does_not_answer_is_unreachable(path: Path, run: Run, query: Query) -> None:
    build(path)
    slow = [visit(Unread("no answer"), page=f"harrow_gazette/{n}", at=FIRST.replace(day=9),
                  source_id="harrow_gazette") for n in range(2)]  # fmt: skip
    run(slow)
    assert query("SELECT state FROM source_health WHERE source_id = 'harrow_gazette'") == [
        ("unreachable",)
    ]


# --- The copy ----------------------------------------------------------------------------------


def test_the_copy_says_how_whole_it_is(run: Run, query: Query, path: Path) -> None:
    whole = "SELECT kind, status, complete, unread, lists_cut_short FROM publication"
    with open_writer(path) as writer:
        writer.publish()
    assert query(whole) == [(None, None, None, None, 0)]
    run([visit(article())])
    assert query(whole) == [("ingest", "completed", True, 0, 0)]
    run([visit(Unread("no answer"), page="x", at=NOON)])
    assert query(whole) == [("ingest", "completed", False, 1, 0)]
    with open_writer(path) as writer:
        run_id = writer.start_run("ingest", {})
        cut = Discovered(
            source_id="s", started_at=NOON, finished_at=NOON, listed=0, found=0, complete=False
        )
        writer.record_discoveries(run_id, [cut])
        writer.finish_run(run_id, "completed")
        writer.publish()
    assert query(whole) == [("ingest", "completed", False, 0, 1)]
