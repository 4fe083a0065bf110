"""What changed between two versions: passages, their kind, what they are about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsers.building import within
from warehouse.changes.comparing import Change, Edition, compare
from warehouse.changes.sentences import sentences, words_of

DAY = datetime(2024, 4, 30, tzinfo=UTC)
STORY = (
    "The footbridge will stay shut until spring. Rust was found in eleven hangers.",
    "Sergeant Iris Calloway said nobody had been hurt.",
    "Walkers go round by the lock.",
)


def edition(paragraphs: Sequence[str] = STORY, **changes: Any) -> Edition:
    fields: dict[str, Any] = {
        "headline": "Footbridge shut",
        "paragraphs": paragraphs,
        "positions": [10 * (number + 1) for number in range(len(paragraphs))],
        "authors": ("A. Writer",),
        "date_published": DAY,
        "date_published_precision": "day",
    }
    return Edition(**(fields | changes))


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    return compare(edition(before), edition(after))


def only(before: str, after: str) -> Change:
    [change] = changed((*STORY, before), (*STORY, after))
    return change


# --- Cosmetic or substantive -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It rained all day.", "It  rained all day."),
        ("It rained all day.", "It rained all day!"),
        ("It rained all day.", "IT RAINED all day."),
        ('She said "no" then.', "She said “no” then."),
        ("It's a half-term fair.", "It’s a half – term fair."),
        ("It cost 1,500 pounds.", "It cost 1500 pounds."),
        ("It rained, and it blew.", "It rained and it blew."),
        ("It rained. It blew.", "It rained; it blew."),
        ("It rained on\nthe fair.", "It rained on the fair."),
    ],
)
def test_spacing_punctuation_case_and_typography_are_cosmetic(before: str, after: str) -> None:
    found = changed((*STORY, before), (*STORY, after))
    assert {change.kind for change in found} == {"cosmetic"}


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        ("It cost 1.5 pounds.", "It cost 15 pounds.", ("number",)),
        ("It cost £46 a head.", "It cost €46 a head.", ("number",)),
        ("They sold 1 2 pound bag.", "They sold 12 pound bag.", ("number",)),
        ("Two men were seen there.", "Three men were seen there.", ("number",)),
        ("He was seen on Monday.", "He was seen on Tuesday.", ("date",)),
        ("He lives in Pell now.", "He lives in Harrow now.", ("name",)),
        ("A man was arrested there.", "A man was charged there.", ("outcome",)),
        ("The man did it alone.", "The man did not do it alone.", ("negation",)),
        ("The man didn't do it.", "The man did do it.", ("negation",)),
        ("The weather was good.", "The weather was fine.", ("wording",)),
        ("Swyddog a arestiwyd yno.", "Swyddog a gyhuddwyd yno.", ("outcome",)),
    ],
)
def test_what_a_substantive_change_is_about(
    before: str, after: str, aspects: tuple[str, ...]
) -> None:
    assert only(before, after) == Change("body", "substantive", before, after, 40, aspects)


def test_the_tense_of_an_outcome_is_no_other_outcome() -> None:
    assert only("She is charged with theft.", "She was charged with theft.").aspects == ("wording",)


# --- Passages --------------------------------------------------------------------------------


def test_an_added_sentence_stands_where_the_later_version_has_it() -> None:
    after = (STORY[0], STORY[1] + " Two men were charged on Friday.", STORY[2])
    assert changed(STORY, after) == (
        Change("body", "substantive", None, "Two men were charged on Friday.", 20,
               ("added", "number", "date", "outcome")),
    )  # fmt: skip


def test_a_lost_sentence_stands_where_the_earlier_version_had_it() -> None:
    after = (STORY[0], STORY[2])
    assert changed(STORY, after) == (
        Change("body", "substantive", STORY[1], None, 20, ("lost", "name", "negation")),
    )


def test_sentences_lost_together_are_one_passage() -> None:
    [change] = changed(STORY, STORY[2:])
    assert change.before == f"{STORY[0]}\n{STORY[1]}"


def test_one_sentence_of_a_paragraph_is_told_alone() -> None:
    after = (STORY[0].replace("eleven", "twelve"), *STORY[1:])
    [change] = changed(STORY, after)
    assert (change.before, change.after) == (
        "Rust was found in eleven hangers.", "Rust was found in twelve hangers.",
    )  # fmt: skip


def test_a_moved_paragraph_is_an_order_and_loses_nothing() -> None:
    [change] = changed(STORY, (STORY[2], STORY[0], STORY[1]))
    assert (change.kind, change.before, change.after, change.position, change.aspects) == (
        "cosmetic", STORY[2], STORY[2], 10, ("order",),
    )  # fmt: skip


def test_a_paragraph_parted_in_two_is_nothing_that_a_sentence_says() -> None:
    parted = tuple(sentence.text for sentence in sentences(STORY))
    assert changed(STORY, parted) == (Change("roles", "cosmetic", None, None, None, ()),)


def test_unlike_sentences_are_not_paired() -> None:
    found = changed((*STORY, "A cat was found in a tree."), (*STORY, "Works go on until May."))
    assert [(change.before, change.after) for change in found] == [
        ("A cat was found in a tree.", None), (None, "Works go on until May."),
    ]  # fmt: skip


def test_an_empty_body_and_a_story() -> None:
    assert changed((), STORY)[0].before is None
    assert changed(STORY, ())[0].after is None


# --- Fields ----------------------------------------------------------------------------------


def test_a_headline() -> None:
    found = compare(edition(), edition(headline="Footbridge to open"))
    assert found == (
        Change("headline", "substantive", "Footbridge shut", "Footbridge to open", None,
               ("wording",)),
    )  # fmt: skip
    [change] = compare(edition(), edition(headline="FOOTBRIDGE SHUT"))
    assert (change.kind, change.aspects) == ("cosmetic", ("typography",))
    [change] = compare(edition(), edition(headline=None))
    assert (change.after, change.aspects) == (None, ("lost", "wording"))


def test_authors() -> None:
    [change] = compare(edition(), edition(authors=("A. Writer", "B. Agency")))
    assert (change.what, change.kind, change.after) == (
        "authors", "substantive", "A. Writer, B. Agency",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "precision", "kind"),
    [
        (DAY + timedelta(hours=9), "minute", "cosmetic"),
        (DAY.replace(day=1), "month", "cosmetic"),
        (DAY + timedelta(days=1), "day", "substantive"),
        (DAY + timedelta(days=9, hours=9), "minute", "substantive"),
        (None, "unknown", "substantive"),
    ],
)
def test_a_date_told_more_exactly_is_no_other_date(
    moment: datetime | None, precision: str, kind: str
) -> None:
    after = edition(date_published=moment, date_published_precision=precision)
    [change] = compare(edition(), after)
    assert (change.what, change.kind, change.before) == ("date", kind, "2024-04-30")


def test_one_moment_in_two_zones_is_one_date() -> None:
    noon = {"date_published_precision": "minute"}
    at = DAY + timedelta(hours=12)
    before = edition(date_published=at, **noon)
    after = edition(date_published=at.astimezone(timezone(timedelta(hours=1))), **noon)
    assert compare(before, after) == (Change("roles", "cosmetic", None, None, None, ()),)


# --- Whatever comes --------------------------------------------------------------------------

texts = st.lists(st.text("aB1. \n“’,é", min_size=1, max_size=30).filter(str.strip), max_size=8)


@given(texts, texts)
@settings(deadline=None, max_examples=150)
def test_no_word_is_lost_or_made_up(before: list[str], after: list[str]) -> None:
    """What was kept and what was added make the later version; kept and lost the earlier one."""
    found = [change for change in changed(before, after) if change.what == "body"]
    lost = [c.before for c in found if c.before and "order" not in c.aspects]
    added = [c.after for c in found if c.after and "order" not in c.aspects]
    kept_before = _count(before) - _count(lost)
    kept_after = _count(after) - _count(added)
    assert kept_before == kept_after


def _count(told: Sequence[str]) -> int:
    return sum(len("".join(words_of(s.text).split())) for s in sentences(told))


@given(texts)
@settings(deadline=None, max_examples=50)
def test_a_text_does_not_differ_from_itself(told: list[str]) -> None:
    assert changed(told, told) == (Change("roles", "cosmetic", None, None, None, ()),)


RANDOM = random.Random(7)
WORDS = "weir bridge lock path swan river town hall".split()


def _made_up(count: int) -> list[str]:
    return [" ".join(RANDOM.choices(WORDS, k=8)).capitalize() + "." for _ in range(count)]


MANY = _made_up(100_000)
FEWER = MANY[:20_000]
HOSTILE = {
    "all other": (MANY, _made_up(100_000)),
    "all the same": (["Swan up."] * 100_000, ["Swan down."] * 100_000),
    "every second one": ([s if n % 2 else "Swan." for n, s in enumerate(FEWER)], FEWER),
    "in another order": (FEWER, RANDOM.sample(FEWER, len(FEWER))),
    "one paragraph": ([" ".join(FEWER)], [" ".join(reversed(FEWER))]),
    "no space": (["x" * 1_000_000], ["x" * 999_999 + "y"]),
    "full stops": (["." * 1_000_000], ["." * 999_999 + "!"]),
    "quotes": ([".'" * 500_000], ['."' * 500_000]),
    "digits": (["1." * 200_000], ["1," * 200_000]),
    "alike": (
        [f"{'ab ' * 200}{n}." for n in range(2_000)], [f"{'ba ' * 200}{n}." for n in range(2_000)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_versions_cost_a_bounded_time(name: str) -> None:
    before, after = HOSTILE[name]
    with within(25):
        found = changed(before, after)
    assert 1 <= len(found) <= 1_001


def test_the_rest_of_very_many_passages_is_one() -> None:
    before = [f"Number {n} is here." for n in range(3_000)]
    after = [s.replace("here", "there") if n % 2 else s for n, s in enumerate(before)]
    found = changed(before, after)
    assert len(found) == 1_001
    assert str(found[-1].after).count("there") == 500
