"""What recurs: chrome that was left in is told apart from what a publisher always writes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from parsers.items import Block, Reason, Role, Source, Visit
from tests.warehouse.building import article, visit
from tests.warehouse.conftest import Query, Run
from warehouse import open_reader, open_writer
from warehouse.memory import recurring_blocks

PAGES = 12
STANDARD = "We have completed our investigation and shared what we found with the force."
CRIMESTOPPERS = "You can also call the charity Crimestoppers on 0800 555 111 and give no name."
CHROME = "The Harrow Gazette is a member of the Guild of Local Papers."


def prose(seed: object) -> str:
    chance = random.Random(str(seed))
    words = ["".join(chance.choices("aeiourstlnm", k=chance.randint(3, 8))) for _ in range(25)]
    return " ".join(words).capitalize() + "."


def body(text: str, role: Role = "body") -> tuple[object, ...]:
    return (text, "paragraph", "kept", role)


def headline(text: str) -> tuple[object, ...]:
    return (text, "heading", "moved", None, "headline")


def gone(text: str, reason: Reason = "related") -> tuple[object, ...]:
    return (text, "list_item", "removed", None, None, f"{reason}.rule", reason)


def page(number: int, parts: Sequence[tuple[object, ...]], source: str = "gazette") -> Visit:
    blocks = [Block(position, *part) for position, part in enumerate(parts)]  # type: ignore[arg-type]
    name = f"{source}-{number}"
    return visit(article(blocks, page=name, source_id=source), source_id=source)


def story(number: object, *tail: tuple[object, ...]) -> list[tuple[object, ...]]:
    own = [body(prose(f"{number} {part}")) for part in range(3)]
    return [headline(f"Story {number}"), *own[:2], own[2], *tail]


def verdicts(query: Query) -> dict[str, str]:
    return dict(query("SELECT text, verdict FROM recurring_blocks"))


def test_what_stands_apart_is_chrome(run: Run, query: Query) -> None:
    tail = (gone("More stories"), gone("A cat was found"), body(CHROME))
    run([page(n, story(n, *tail)) for n in range(PAGES)])
    assert verdicts(query) == {CHROME: "stands apart"}
    assert query("SELECT stories, share, adjacent, is_chrome FROM recurring_blocks") == [
        (PAGES, 1.0, 0, True)
    ]


def test_what_stands_above_the_headline_is_chrome(run: Run, query: Query) -> None:
    run([page(n, [body(CHROME), *story(n)]) for n in range(PAGES)])
    assert verdicts(query) == {CHROME: "stands apart"}


def test_standard_sentences_stay(run: Run, query: Query) -> None:
    def with_sentences(n: int) -> list[tuple[object, ...]]:
        head, first, second, third = story(n)
        opening, closing = "An inquiry has ended.", "The force has accepted what we said."
        return [
            head, body(opening), first, body(STANDARD), second, gone("Related"), third,
            body("What happens next", "heading"), body(closing), body(CRIMESTOPPERS, "contact"),
            gone("Footer", "furniture"),
        ]  # fmt: skip

    run([page(n, with_sentences(n), "watchdog") for n in range(60)])
    assert verdicts(query) == {
        "An inquiry has ended.": "joins stories",
        STANDARD: "stands within stories",
        "What happens next": "joins stories",
        "The force has accepted what we said.": "joins stories",
        CRIMESTOPPERS: "points the reader on",
    }
    assert query("FROM recurring_blocks WHERE is_chrome") == []


def test_one_story_around_it_is_enough_to_keep_a_text(run: Run, query: Query) -> None:
    tail = (gone("More stories"), body(CHROME))
    pages = [page(n, story(n, *tail)) for n in range(30)]
    run([*pages, page(99, [*story("x"), body(CHROME), *story("y")[1:]])])
    assert verdicts(query) == {CHROME: "stands within stories"}


def test_one_pointing_line_is_enough_to_keep_a_text(run: Run, query: Query) -> None:
    tail = (gone("More stories"), body(CHROME))
    pages = [page(n, story(n, *tail)) for n in range(30)]
    run([*pages, page(99, story("x", gone("More stories"), body(CHROME, "call_to_action")))])
    assert verdicts(query) == {CHROME: "points the reader on"}


def test_another_site_of_the_platform_is_heard(path: Path, run: Run, query: Query) -> None:
    with open_writer(path) as writer:
        writer.record_sources(
            [
                Source(id=name, publisher=name, publisher_type="police_force", platform="one_site")
                for name in ("north", "south")
            ]
        )
    tail = (gone("More stories"), body(CHROME))
    run([page(n, story(n, *tail), "north") for n in range(PAGES)])
    assert verdicts(query) == {CHROME: "stands apart"}
    run([page(99, [*story("x"), body(CHROME), *story("y")[1:]], "south")])
    assert set(verdicts(query).values()) == {"stands within stories"}


def test_what_is_mostly_removed_is_chrome(run: Run, query: Query) -> None:
    kept = [page(n, story(n, body(CHROME))) for n in range(6)]
    removed = [page(n, story(n, gone(CHROME, "furniture"))) for n in range(10, 30)]
    run([*kept, *removed])
    assert verdicts(query) == {CHROME: "removed elsewhere"}


@pytest.mark.parametrize("reason", ["duplicate", "metadata", "caption", "front_matter"])
def test_a_repeat_that_was_removed_speaks_against_nothing(
    run: Run, query: Query, reason: Reason
) -> None:
    kept = [page(n, story(n, body(CHROME))) for n in range(6)]
    removed = [page(n, story(n, gone(CHROME, reason))) for n in range(10, 30)]
    run([*kept, *removed])
    assert verdicts(query) == {CHROME: "joins stories"}


def test_numbers_may_differ(run: Run, query: Query) -> None:
    tail = (gone("More stories"),)
    run([page(n, story(n, *tail, body(f"{n} comments so far"))) for n in range(PAGES)])
    assert verdicts(query) == {"0 comments so far": "stands apart"}


def test_what_joins_most_stories_is_doubtful(path: Path, run: Run) -> None:
    run([page(n, story(n, body(STANDARD))) for n in range(PAGES)])
    with open_reader(path) as reader:
        [block] = recurring_blocks(reader, "gazette")
    assert (block.verdict, block.is_chrome) == ("joins stories", False)


def test_what_is_rare_is_left_alone(run: Run, query: Query) -> None:
    tail = (gone("More stories"), body(CHROME))
    run([page(n, story(n, *(tail if n < 4 else ()))) for n in range(PAGES)])
    assert verdicts(query) == {CHROME: "rare"}


def test_copies_of_one_story_count_once(run: Run, query: Query) -> None:
    told = story("same", gone("More stories"), body("How it began: " + prose("background")))
    run([page(n, [*told, body(f"It was update {n} of the day.")]) for n in range(PAGES)])
    assert query("SELECT articles FROM stories") == [(PAGES,)]
    assert query("FROM recurring_blocks") == []


def test_sources_are_asked_for_one_by_one(path: Path, run: Run) -> None:
    tail = (gone("More stories"), body(CHROME))
    run([page(n, story((source, n), *tail), source) for n in range(6) for source in ("one", "two")])
    with open_reader(path) as reader:
        assert [block.source_id for block in recurring_blocks(reader, None)] == ["one", "two"]
        [block] = recurring_blocks(reader, "two")
    assert (block.text, block.stories, block.verdict) == (CHROME, 6, "stands apart")
