"""The benchmark's scores, on texts small enough to count by hand."""

from __future__ import annotations

import pytest

from tests.benchmarks import scoring
from tests.benchmarks.scoring import Overlap, Segments


def test_tokens_are_runs_of_word_characters_with_case_kept():
    assert scoring.tokens("Don't re-open A_1, Été!") == ["Don", "t", "re", "open", "A_1", "Été"]


def test_shingles_are_a_multiset_of_runs_of_four():
    counted = scoring.shingles(["a", "b", "a", "b", "a", "b"])
    assert counted == {("a", "b", "a", "b"): 2, ("b", "a", "b", "a"): 1}


def test_a_text_of_fewer_than_four_words_is_one_shingle():
    assert scoring.shingles(["two", "words"]) == {("two", "words"): 1}
    assert not scoring.shingles([])


def test_precision_falls_with_what_is_too_much():
    # 5 shingles in the text, 3 in the gold, all 3 of them in the text
    overlap = scoring.shingle_overlap("a b c d e f g h", "a b c d e f")
    assert overlap == Overlap(precision=3 / 5, recall=1.0)
    assert overlap.f1 == pytest.approx(0.75)


def test_recall_falls_with_what_is_missing():
    assert scoring.shingle_overlap("a b c d", "a b c d e f") == Overlap(1.0, 1 / 3)


def test_a_repeated_passage_counts_once_when_the_gold_has_it_once():
    overlap = scoring.shingle_overlap("a b c d a b c d", "a b c d")
    assert overlap == Overlap(precision=1 / 5, recall=1.0)


def test_an_empty_text_is_precise_and_finds_nothing():
    assert scoring.shingle_overlap(" \n", "a b c d") == Overlap(precision=1.0, recall=0.0)
    assert scoring.shingle_overlap("", "a b c d").f1 == 0.0


def test_case_counts():
    assert scoring.shingle_overlap("A B C D", "a b c d") == Overlap(0.0, 0.0)


def test_exact_ignores_space_and_punctuation_but_not_order():
    assert scoring.is_exact("One,  two\n\nthree.", "One two - three")
    assert not scoring.is_exact("two One three", "One two three")


def test_a_corpus_f1_follows_from_its_mean_precision_and_recall():
    # page F1 would be 0.67 and 1, their mean 0.83
    overlap = scoring.corpus_overlap([Overlap(0.5, 1.0), Overlap(1.0, 1.0)])
    assert overlap == Overlap(0.75, 1.0)
    assert overlap.f1 == pytest.approx(1.5 / 1.75)


def test_snippets_are_searched_with_white_space_folded():
    text = "The bridge\n was closed.  Share this"
    counted = scoring.segments(text, ["bridge was closed", "reopened"], ["Share  this", "Menu"])
    assert counted == Segments(found=1, missing=1, intruding=1)
    assert counted.overlap == Overlap(precision=0.5, recall=0.5)


def test_snippets_of_a_corpus_are_counted_together():
    assert scoring.corpus_segments([Segments(1, 2, 3), Segments(4, 0, 1)]) == Segments(5, 2, 4)
    assert scoring.corpus_segments([]) == Segments(0, 0, 0)


def test_titles_are_equal_but_for_white_space():
    assert scoring.same_text(" Bridge \n closed", "Bridge closed")
    assert not scoring.same_text("Bridge closed | The Paper", "Bridge closed")
    assert not scoring.same_text(None, "Bridge closed")


def test_authors_are_a_set():
    assert scoring.same_authors(["B  Bee", "A Ay"], ["A Ay", "B Bee"])
    assert not scoring.same_authors(["A Ay"], ["A Ay", "B Bee"])
    assert not scoring.same_authors([], ["A Ay"])


@pytest.mark.parametrize(
    ("found", "gold", "same"),
    [
        ("2024-05-03", "2024-05-03 23:47:42.389000+00:00", True),
        ("2024-05-03T09:00:00+01:00", "2024-05-03", True),
        ("2024-05-04T01:30:00+02:00", "2024-05-03 23:30:00+00:00", True),
        ("2024-05-04", "2024-05-03", False),
        (None, "2024-05-03", False),
        ("May 2024", "2024-05-03", False),
    ],
)
def test_days_are_compared_on_the_calendar_of_the_gold(found, gold, same):
    assert scoring.same_day(found, gold) is same
