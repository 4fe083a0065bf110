from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalise import _PIECE, _TO_CLEAN, clean, count_characters, fold_spaces, one_line
from tests.parsers.building import within


def test_decomposed_letters_are_composed() -> None:
    assert clean("cafe\u0301") == "café"


@pytest.mark.parametrize(
    "invisible",
    ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u200e", "\u202a", "\u202e", "\x00", "\x07", "\x7f"],
)
def test_invisible_characters_are_dropped(invisible: str) -> None:
    assert clean(f"con{invisible}stable") == "constable"


def test_what_composes_with_its_neighbour_is_looked_for() -> None:
    """A text without such characters is normal when each of its characters is."""
    everything = list(map(chr, range(sys.maxunicode + 1)))
    pairs = (unicodedata.decomposition(character).split() for character in everything)
    second = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    jamo = set(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
    moving = {character for character in everything if unicodedata.combining(character)}
    assert all(_TO_CLEAN.match(character) for character in second | jamo | moving)


def test_the_replacement_character_is_kept() -> None:
    assert clean("�46 was stolen") == "�46 was stolen"


def test_white_space_is_left_to_folding() -> None:
    assert clean("one\u00a0two\tthree\nfour") == "one\u00a0two\tthree\nfour"


def test_a_joiner_between_latin_letters_is_dropped() -> None:
    assert clean("po\u200dli\u200cce") == "police"


def test_a_joiner_that_a_script_needs_is_kept() -> None:
    persian = "می\u200cخواهم"
    assert clean(persian) == persian


def test_a_joiner_that_an_emoji_needs_is_kept() -> None:
    family = "👩\u200d👧"
    assert clean(family) == family


def test_many_joiners_in_a_row_are_dealt_with_quickly() -> None:
    with within(2):
        clean("अ" + "\u200d" * 30_000 + "अ")


def test_no_break_spaces_fold_to_plain_ones() -> None:
    assert fold_spaces("4\u00a0Dec\u202f2020 ") == "4 Dec 2020"


def test_a_line_break_outlives_the_spaces_about_it() -> None:
    assert fold_spaces("one  \n\n \t two") == "one\ntwo"


def test_only_visible_characters_are_counted() -> None:
    assert count_characters(" a\u00a0b\n\tc ") == 3


@pytest.mark.parametrize("piece", ["weir ", "a \u3000 b\n", "é", " \t", "x" * (_PIECE - 1) + "  y"])
def test_a_long_text_is_read_as_a_short_one(piece: str) -> None:
    text = piece * (3 * _PIECE // len(piece) + 1)
    assert one_line(text) == " ".join(text.split())
    assert count_characters(text) == len("".join(text.split()))


@given(st.text())
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_clean_text_is_nfc(text: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(text))


@given(st.lists(st.text(), max_size=5))
def test_folding_neither_drops_nor_adds_a_visible_character(texts: list[str]) -> None:
    text = clean("\n".join(texts))
    assert count_characters(fold_spaces(text)) == count_characters(text)


@given(st.lists(st.text(), max_size=5))
def test_parts_that_are_cleaned_apart_count_as_when_cleaned_together(texts: list[str]) -> None:
    together = clean("\n".join(texts))
    assert count_characters(together) == sum(count_characters(clean(text)) for text in texts)
