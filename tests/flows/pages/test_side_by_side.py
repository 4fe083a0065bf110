"""Two versions of a text, paragraph beside paragraph, the words that differ marked."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from flows.pages.side_by_side import Piece, Row, side_by_side

PARAGRAPHS = st.lists(st.text("ab .", min_size=1, max_size=12), max_size=8)


def marked(pieces: tuple[Piece, ...] | None) -> str | None:
    """A side of a row with what differs in brackets."""
    if pieces is None:
        return None
    return "".join(f"[{p.text}]" if p.differs else p.text for p in pieces)


def shown(rows: tuple[Row, ...]) -> list[tuple[str | None, str | None]]:
    return [(marked(row.before), marked(row.after)) for row in rows]


def test_only_what_differs_is_marked() -> None:
    rows = side_by_side(
        ["The bridge is closed.", "Seven people were hurt when the bridge fell on Monday."],
        ["The bridge is closed.", "Nine people were hurt when the bridge fell on Monday."],
    )
    assert [row.same for row in rows] == [True, False]
    assert shown(rows)[1] == (
        "[Seven] people were hurt when the bridge fell on Monday.",
        "[Nine] people were hurt when the bridge fell on Monday.",
    )


def test_a_paragraph_that_came_in_between_stands_alone() -> None:
    rows = side_by_side(
        ["The mayor opened the weir.", "The band of the fire brigade played until four."],
        [
            "The mayor opened the weir.",
            "Nobody had been told of the price.",
            "The band of the fire brigade played until five.",
        ],
    )
    assert [(row.before is None, row.after is None) for row in rows] == [
        (False, False),
        (True, False),
        (False, False),
    ]
    assert shown(rows)[2] == (
        "The band of the fire brigade played until [four.]",
        "The band of the fire brigade played until [five.]",
    )


def test_a_lost_paragraph_stands_alone() -> None:
    rows = side_by_side(["One stays here.", "Another one goes."], ["One stays here."])
    assert shown(rows) == [("One stays here.", "One stays here."), ("[Another one goes.]", None)]


def test_few_words_in_common_do_not_break_a_mark_in_pieces() -> None:
    (row,) = side_by_side(
        ["She said that the old town hall of Corvey was sold by mistake to the brewery."],
        ["She said that a large cinema of Dunmore was sold by mistake to the brewery."],
    )
    assert marked(row.before) == (
        "She said that [the old town hall of Corvey] was sold by mistake to the brewery."
    )


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_texts_can_be_read_whole(before: list[str], after: list[str]) -> None:
    rows = side_by_side(before, after)
    for side, text in (("before", before), ("after", after)):
        read = ["".join(p.text for p in s) for row in rows if (s := getattr(row, side))]
        assert read == text


def test_repeated_paragraphs_cost_no_patience() -> None:
    started = time.monotonic()
    side_by_side(["the same words again"] * 3_000, ["the same words", "again"] * 1_500)
    side_by_side(["word " * 3_900], ["other word " * 1_950])
    assert time.monotonic() - started < 20
