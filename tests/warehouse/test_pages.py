"""Pages known between runs: found, due, seen before, gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from parsers.items import PageRef, Unmodified
from tests.warehouse.building import NOON, article, capture, visit
from tests.warehouse.conftest import Query
from warehouse import Discovered, Host, Page, Writer, found_page, open_writer

HOUR = timedelta(hours=1)


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    with open_writer(path) as writer:
        yield writer


def page(name: str = "bridge", run_id: str = "run-1", **changes: object) -> Page:
    url = f"https://news.example/{name}"
    ref = PageRef(source_id="example", url=url, found_by="feed", listed_url=url + "/")
    return replace(found_page(ref, run_id, NOON), **changes)  # type: ignore[arg-type]


def found(writer: Writer, *urls: str) -> dict[str, Page]:
    with writer.page_lookup() as lookup:
        return lookup.find([f"https://news.example/{url}" for url in urls])


def due(writer: Writer, limit: int = 100) -> list[str]:
    with writer.page_lookup() as lookup:
        return [p.url.rsplit("/", 1)[1] for p in lookup.due("example", NOON + HOUR, limit)]


def test_a_page_is_remembered_as_it_was(writer: Writer) -> None:
    whole = page(
        lastmod=NOON,
        last_seen_at=NOON,
        fetched_at=NOON,
        final_url="https://news.example/b",
        etag='"1"',
        last_modified="then",
        validators_lie=True,
        not_modified=3,
        payload_digest="sha256:a",
        article_id="0123456789abcdef",
        date_published=NOON,
        changed_at=NOON,
        failures=2,
        missing_since=NOON,
        missing_run_id="run-1",
        gone_at=NOON,
    )
    writer.record_found([whole])
    assert found(writer, "bridge", "other") == {whole.url: whole}
    again = replace(whole, etag='"2"', due_at=NOON + HOUR)
    writer.record_pages([again])
    assert found(writer, "bridge") == {whole.url: again}


def test_finding_a_known_page_again_changes_nothing_but_what_the_list_says(writer: Writer) -> None:
    known = page(fetched_at=NOON, due_at=NOON + 100 * HOUR)
    writer.record_found([known, known])
    writer.record_found([page(due_at=NOON + HOUR)])
    assert found(writer, "bridge")[known.url] == known

    writer.record_found([page(due_at=NOON + HOUR, lastmod=NOON - HOUR)])
    assert found(writer, "bridge")[known.url].due_at == known.due_at

    writer.record_found([page(due_at=NOON + HOUR, lastmod=NOON + HOUR)])
    assert found(writer, "bridge")[known.url].due_at == NOON + HOUR
    assert found(writer, "bridge")[known.url].lastmod == NOON + HOUR


def test_new_and_known_pages_take_turns(writer: Writer) -> None:
    new = [page(f"new{n}", due_at=NOON + n * timedelta(seconds=1)) for n in range(3)]
    known = [page(f"known{n}", fetched_at=NOON, due_at=NOON - (9 - n) * HOUR) for n in range(3)]
    later = page("later", due_at=NOON + 2 * HOUR)
    other = replace(page("other"), source_id="another")
    writer.record_found([*new, *known, later, other])

    assert due(writer) == ["known0", "new0", "known1", "new1", "known2", "new2"]
    assert due(writer, 3) == ["known0", "new0", "known1"]


def test_only_a_whole_discovery_makes_pages_seen_before(writer: Writer) -> None:
    def seen() -> set[str]:
        with writer.page_lookup() as lookup:
            return {
                url.rsplit("/", 1)[1] for url in lookup.seen_before([page(n).url for n in "abc"])
            }

    def end(run_id: str, complete: bool) -> None:
        told = Discovered(
            source_id="example",
            started_at=NOON,
            finished_at=NOON,
            listed=2,
            found=1,
            complete=complete,
        )
        writer.record_discoveries(run_id, [told])

    writer.record_found([page("a", "run-1")])
    assert seen() == set()
    end("run-2", complete=False)
    assert seen() == set()
    end("run-3", complete=True)
    writer.record_found([page("b", "run-3"), page("c", "run-4")])
    assert seen() == {"a", "b"}
    with writer.page_lookup() as lookup:
        assert lookup.was_collected("example")
        assert not lookup.was_collected("another")


def test_hosts_are_remembered(writer: Writer) -> None:
    first = Host(
        host="https://news.example",
        robots_status=200,
        robots_body="User-agent: *",
        robots_fetched_at=NOON,
        retry_at=None,
    )
    writer.record_hosts([first])
    second = replace(first, retry_at=NOON + HOUR)
    writer.record_hosts([second, replace(first, host="https://other.example")])
    assert list(writer.hosts()) == [second, replace(first, host="https://other.example")]


# --- Gone ------------------------------------------------------------------------------------


def load(writer: Writer, *visits: object, cause: str = "captured") -> tuple[str, ...]:
    run_id = writer.start_run("ingest", {})
    captures = [capture(v) for v in visits if v.payload_digest]  # type: ignore[attr-defined]
    return writer.load(run_id, visits, captures, cause=cause)  # type: ignore[arg-type]


def gone(path: Path, query: Query, writer: Writer) -> set[object]:
    writer.publish()
    return {row[0] for row in query("SELECT gone_at FROM article_versions")}


def test_a_gone_page_is_told_of_every_version_and_keeps_its_text(
    path: Path, writer: Writer, query: Query
) -> None:
    load(writer, visit(article()), visit(article(headline="Bridge reopened")))
    held = page(article_id=article().article_id, gone_at=NOON)
    writer.record_pages([held])
    assert gone(path, query, writer) == {NOON}
    assert query("SELECT count(*) FROM article_versions WHERE article_body != ''") == [(2,)]


def test_an_article_stands_while_one_of_its_pages_does(
    path: Path, writer: Writer, query: Query
) -> None:
    load(writer, visit(article()))
    article_id = article().article_id
    writer.record_pages([page(article_id=article_id), page("alias", article_id=article_id)])
    writer.record_pages([page(article_id=article_id, gone_at=NOON)])
    assert gone(path, query, writer) == {None}


def test_a_page_that_is_back_stands_again(path: Path, writer: Writer, query: Query) -> None:
    load(writer, visit(article()))
    writer.record_pages([page(article_id=article().article_id, gone_at=NOON)])
    writer.record_pages([page(article_id=article().article_id)])
    assert gone(path, query, writer) == {None}


def test_what_is_read_again_is_as_gone_as_it_was(path: Path, writer: Writer, query: Query) -> None:
    load(writer, visit(article()))
    writer.record_pages([page(article_id=article().article_id, gone_at=NOON)])
    load(writer, visit(article(headline="Read otherwise"), at=NOON + HOUR), cause="reparsed")
    assert gone(path, query, writer) == {NOON}


def test_an_article_seen_by_name_after_it_went_stands(
    path: Path, writer: Writer, query: Query
) -> None:
    load(writer, visit(article()))
    writer.record_pages([page(article_id=article().article_id, gone_at=NOON)])
    assert load(writer, visit(article(), at=NOON + HOUR)) == ("unchanged",)
    assert gone(path, query, writer) == {None}


def test_a_saved_copy_does_not_bring_a_gone_page_back(
    path: Path, writer: Writer, query: Query
) -> None:
    load(writer, visit(article()))
    writer.record_pages([page(article_id=article().article_id, gone_at=NOON)])
    load(writer, visit(article(), at=NOON + HOUR, http_status=None))
    assert gone(path, query, writer) == {NOON}


def test_an_unmodified_page_is_unchanged_and_was_seen(writer: Writer, query: Query) -> None:
    load(writer, visit(article()))
    told = visit(Unmodified(article().article_id), at=NOON + HOUR, http_status=304, found_by="feed")
    assert load(writer, told) == ("unchanged",)
    writer.publish()
    assert query("SELECT version, http_status, found_by FROM fetches ORDER BY visited_at")[1] == (
        1,
        304,
        "feed",
    )
    assert query("SELECT last_seen_at, visits FROM last_seen") == [(NOON + HOUR, 2)]
    assert query("FROM rejections") == []


# --- Transactions ----------------------------------------------------------------------------


def test_what_is_written_together_is_undone_together(writer: Writer) -> None:
    def fail() -> None:
        with writer.transaction():
            load(writer, visit(article()))
            writer.record_found([page()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert found(writer, "bridge") == {}
    assert load(writer, visit(article())) == ("new",)
