"""The account of an article: stored by passage, given back letter for letter."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.account import Fate, count_characters, passage_digest
from parsers.items import Article, Block
from tests.warehouse.building import BLOCKS, article, visit
from warehouse import AccountError, verify
from warehouse.accounts import PassageBook, checked_account
from warehouse.known import Known
from warehouse.loading import load
from warehouse.migrations import migrate

# What a block may hold: anything but control characters, a blank line, or a break at its ends.
line = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
text = st.lists(line, min_size=1, max_size=3).map("\n".join)
kind = st.sampled_from(["paragraph", "heading", "list_item", "table_row", "other"])
rule = st.sampled_from(["a", "b", 'it\'s "quoted"'])
fate = st.one_of(
    st.tuples(
        st.just("kept"),
        st.sampled_from(["body", "heading", "contact"]),
        st.none(),
        st.none(),
        st.none(),
    ),
    st.tuples(
        st.just("moved"),
        st.none(),
        st.sampled_from(["headline", "authors"]),
        st.none(),
        st.none(),
    ),
    st.tuples(
        st.just("removed"),
        st.none(),
        st.none(),
        rule,
        st.sampled_from(["related", "consent"]),
    ),
)
chrome = st.sampled_from([("Same chrome", "list_item", ("removed", None, None, "a", "related"))])
content = st.lists(st.one_of(st.tuples(text, kind, fate), chrome), max_size=12)
pages = st.lists(st.tuples(content, st.integers(0, 3)), min_size=1, max_size=4)


Parts = list[tuple[str, str, tuple[object, ...]]]
Pages = list[tuple[Parts, int]]


def numbered(parts: Parts, first: int) -> tuple[Block, ...]:
    return tuple(
        Block(position, text, kind, *fate)  # type: ignore[arg-type]
        for position, (text, kind, fate) in enumerate(parts, first)
    )


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        migrate(made)
        yield made


@settings(max_examples=40, deadline=None)
@given(pages)
def test_blocks_come_back_letter_for_letter(
    connection: duckdb.DuckDBPyConnection, made: Pages
) -> None:
    articles = [
        article(numbered(parts, first), page=f"page-{number}", article_id=f"{number:016x}")
        for number, (parts, first) in enumerate(made)
    ]
    connection.begin()
    try:
        load(connection, Known.of(connection), "run", [visit(a) for a in articles], [], "captured")
        stored = connection.execute(
            "SELECT article_id, position, text, kind, disposition, role, field, rule, reason "
            "FROM blocks ORDER BY article_id, position"
        ).fetchall()
        bodies = dict(
            connection.execute("SELECT article_id, article_body FROM articles").fetchall()
        )
        problems = {problem.check for problem in verify(connection)}
    finally:
        connection.rollback()
    assert stored == [(a.article_id, *block) for a in articles for block in a.blocks]
    assert bodies == {a.article_id: a.article_body for a in articles}
    assert problems == {"not_captured", "run_unknown"}  # no captures and no run were given


def test_texts_that_run_together_are_other_passages() -> None:
    fate = Fate("removed", None, None, "rule", "related")
    digests = {
        passage_digest(fate, texts, ("other",) * len(texts))
        for texts in [("a", "bc"), ("ab", "c"), ("abc",), ("a\0bc",), ("a", "b\0c"), ("a\0b", "c")]
    }
    assert len(digests) == 6


def changed(index: int, **changes: object) -> tuple[Block, ...]:
    return (*BLOCKS[:index], BLOCKS[index]._replace(**changes), *BLOCKS[index + 1 :])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (article(input_characters=1), "hold 196 characters, it has 1"),
        (article(changed(5, position=6)), "one after another"),
        (article(changed(3, text="Two\n\nparagraphs")), "blank line"),
        (article(changed(3, text="Open end\n")), "blank line"),
        (article(changed(3, role=None)), "kept block has the fate"),
        (article(changed(2, field=None)), "left has the fate"),
        (article(changed(0, reason=None)), "left has the fate"),
        (article(changed(0, role="body")), "left has the fate"),
    ],
)
def test_an_account_that_does_not_balance_is_an_error(wrong: Article, what: str) -> None:
    with pytest.raises(AccountError, match=what) as caught:
        checked_account("news.example/bridge", wrong)
    assert "news.example/bridge" in str(caught.value)


def test_neighbours_with_one_fate_are_one_passage() -> None:
    book, drawn = PassageBook(), article()
    account = drawn.account
    book.enter(drawn, account)
    assert account.departures.positions == [0, 1, 2, 5, 10]
    assert book.passages == account.departures.passages
    assert book.texts[-2:] == ["Most read", "A cat was found"]
    assert account.kept.positions == [3, 4, 6, 7, 8, 9]


def test_a_passage_is_made_once() -> None:
    book = PassageBook()
    first, second = article(), article(page="other")
    for drawn in (first, second):
        book.enter(drawn, drawn.account)
    assert first.account.departures == second.account.departures
    assert len(book.passages) == 5


def test_characters_are_counted_as_python_sees_space() -> None:
    every = "".join(map(chr, range(0x110000)))
    for told in (every, every[:128], "a b\u00a0c\u2003d", ""):
        assert count_characters(told) == len("".join(told.split()))
