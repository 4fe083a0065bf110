"""Normal variation is never held back, whatever a newsroom's habits; a changed template is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.alarms.signatures import signature_of
from flows.alarms.usual import ASPECTS, FEWEST, Usual
from flows.alarms.verdicts import at_least, held_back
from flows.alarms.watch import Watch
from parsers.items import Article, Quarantined, Visit
from tests.flows.alarms.newsrooms import CHROME, START, article, look, newsroom
from warehouse import History, Writer


@dataclass
class Stored:
    """A writer as far as a watch asks it: one history for all sources, some stored readings."""

    history: History
    digests: dict[str, str] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)

    @property
    def ranges(self) -> Stored:
        return self

    @property
    def quarantine(self) -> Stored:
        return self

    def histories(self, source_ids: Sequence[str]) -> dict[str, History]:
        return dict.fromkeys(source_ids, self.history)

    def loaded_digests(self, article_ids: Sequence[str]) -> dict[str, str]:
        return self.digests

    def rejected(self) -> set[tuple[str, str]]:
        return self.refused

    def yields(self, run_id: str) -> list[Any]:
        return []

    listings = yields


def history_of(articles: Sequence[Article], **released: tuple[str, ...]) -> History:
    chrome = frozenset(CHROME)
    return History(tuple(signature_of(a, START, chrome) for a in articles), released, chrome)


def watch_over(articles: Sequence[Article], **stored: Any) -> Watch:
    return Watch(cast("Writer", Stored(history_of(articles), **stored)), "run")


def screened(watch: Watch, articles: Sequence[Article], batch: int) -> Iterator[Visit]:
    for start in range(0, len(articles), batch):
        yield from watch.screen([look(found) for found in articles[start : start + batch]])


def held_numbers(watch: Watch, articles: Sequence[Article], batch: int = 50) -> list[int]:
    visits = screened(watch, articles, batch)
    return [n for n, visit in enumerate(visits) if isinstance(visit.outcome, Quarantined)]


PAST = [article(number, words=200 + 20 * (number % 11)) for number in range(60)]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32),
    known=st.sampled_from((FEWEST, 30, 80, 300)),
    batch=st.sampled_from((1, 7, 50)),
)
def test_normal_variation_is_never_held_back(seed: int, known: int, batch: int) -> None:
    random = Random(seed)
    room = newsroom(random)
    watch = watch_over([room.page(number, random) for number in range(known)])
    assert held_numbers(watch, [room.page(1_000 + n, random) for n in range(120)], batch) == []
    assert not any("quarantine" in problem for problem in watch.problems())


CHANGED: dict[str, dict[str, Any]] = {
    "few_words": {"words": 25},
    "many_words": {"words": 4_000},
    "short_blocks": {"words_per_block": 3},
    "many_list_items": {"list_items": 0.9},
    "much_removed": {"chrome": 9_000},
    "little_removed": {"chrome": 100},
    "no_date": {"date_published": None},
    "no_authors": {"authors": ()},
    "no_headline": {"headline": None},
    "date_ahead": {"date_published": START + timedelta(days=2)},
    "date_repeated": {"date_published": START - timedelta(days=500)},
    "chrome_kept": {"kept": CHROME[:1]},
}


@pytest.mark.parametrize("alarm", CHANGED)
def test_a_template_that_changes_in_a_batch_is_held_back_whole(alarm: str) -> None:
    usual = [article(number, words=200 + 20 * (number % 11)) for number in range(100, 125)]
    changed = [article(number, **{"words": 300, **CHANGED[alarm]}) for number in range(200, 215)]
    watch = watch_over(PAST)
    assert held_numbers(watch, [*usual, *changed], batch=40) == list(range(25, 40))
    [problem] = [p for p in watch.problems() if "quarantined" in p]
    assert problem.startswith("gazette: 15 of 40 articles read unlike its others")
    assert f"{alarm} 15" in problem
    assert "https://gazette.example/200" in problem


def test_page_by_page_the_first_few_pass_and_are_named() -> None:
    changed = [article(number, date_published=None) for number in range(200, 215)]
    watch = watch_over(PAST)
    held = held_numbers(watch, changed, batch=1)
    assert held == list(range(held[0], 15))
    assert 1 <= held[0] <= 5
    [problem] = watch.problems()
    assert "loaded before that was clear: https://gazette.example/200" in problem


def test_runs_of_few_pages_see_what_the_runs_before_loaded() -> None:
    """A source that publishes twice a day changes its template for good."""
    past = list(PAST)
    held = 0
    for day in range(6):
        changed = [article(500 + 2 * day + n, authors=()) for n in range(2)]
        numbers = held_numbers(watch_over(past), changed)
        past += [a for n, a in enumerate(changed) if n not in numbers]
        held += len(numbers)
    assert held >= 6


def test_one_odd_page_is_news() -> None:
    for change in CHANGED.values():
        assert held_numbers(watch_over(PAST), [article(200, **change)]) == []


def test_one_page_that_is_odd_in_every_way_is_damage() -> None:
    wreck = article(200, headline=None, date_published=None, authors=(), words=8)
    assert held_numbers(watch_over(PAST), [wreck]) == [0]
    assert held_numbers(watch_over(PAST[:FEWEST]), [wreck]) == []


def test_what_the_history_has_seen_is_no_damage() -> None:
    wreck: dict[str, Any] = {"headline": None, "date_published": None, "authors": (), "words": 8}
    past = [article(77, **wreck), *PAST]
    assert held_numbers(watch_over(past), [article(200, **wreck)]) == []


def test_nothing_is_judged_before_there_is_a_history() -> None:
    changed = [article(number, headline=None, words=3) for number in range(200, 230)]
    assert held_numbers(watch_over(PAST[: FEWEST - 1]), changed) == []


def test_what_is_stored_so_already_passes() -> None:
    changed = [article(number, date_published=None) for number in range(200, 215)]
    stored = {found.article_id: found.body_digest for found in changed[:6]}
    assert held_numbers(watch_over(PAST, digests=stored), changed) == list(range(6, 15))


def test_what_a_person_rejected_stays_out_without_an_alarm() -> None:
    refused = article(200)
    watch = watch_over(PAST, refused={(refused.article_id, refused.body_digest)})
    assert held_numbers(watch, [refused, article(201)]) == [0]
    assert list(watch.problems()) == []


def test_the_like_of_what_a_person_released_passes() -> None:
    odd = article(99, date_published=None, words=20)
    history = history_of([*PAST, odd], **{odd.article_id: ("no_date", "few_words")})
    changed = [article(number, date_published=None, words=30) for number in range(200, 215)]
    assert held_numbers(Watch(cast("Writer", Stored(history)), "run"), changed) == []
    undated = Usual(history)
    assert "few_words" in undated.departures(signature_of(article(200, words=9), START, set()))


def test_a_kept_piece_of_chrome_is_told_though_it_passes() -> None:
    watch = watch_over(PAST)
    assert held_numbers(watch, [article(200, kept=CHROME[:1])]) == []
    [problem] = watch.problems()
    assert problem == (
        "gazette: what is removed from other pages was kept on 1 of 1:"
        f" “{CHROME[0]}” in https://gazette.example/200"
    )


def test_every_alarm_is_about_an_aspect_and_tried() -> None:
    assert set(CHANGED) | {"long_blocks"} == set(ASPECTS)
    usual = Usual(history_of(PAST))
    long = signature_of(article(200, words=400, words_per_block=400), START, set())
    assert set(usual.departures(long)) == {"long_blocks"}


def test_chances_add_up() -> None:
    assert at_least(0, 20, 0.1) == pytest.approx(1)
    assert at_least(2, 2, 0.5) == pytest.approx(0.25)
    assert at_least(1, 3, 0.5) == pytest.approx(0.875)
    assert 0 <= at_least(4_000, 5_000, 0.3) < 1e-300


def test_neighbours_are_judged_together_wherever_they_stand() -> None:
    usual = Usual(history_of(PAST))
    odd, fine = frozenset({"no_date"}), frozenset[str]()
    alarms = [fine] * 30 + [odd] * 5 + [fine] * 30
    assert held_back(alarms, usual) == set(range(30, 35))
    scattered = ([odd] + [fine] * 30) * 3
    assert held_back(scattered, usual) == set()
