"""Stories: the same text on many pages, found, verified, grouped, and nothing else changed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parsers.items import Block, Role, Source, Visit
from tests.warehouse.building import NOON, article, visit
from tests.warehouse.conftest import Query, Run
from warehouse import open_writer
from warehouse.stories import pairs
from warehouse.stories.clusters import components
from warehouse.stories.pairs import overlap
from warehouse.stories.shingles import BANDS, Shingled, bands, shingled


def prose(seed: object, count: int = 120) -> str:
    """Invented words in sentences of ten, the same for the same seed."""
    chance = random.Random(str(seed))
    words = ["".join(chance.choices("aeiourstlnm", k=chance.randint(3, 8))) for _ in range(count)]
    return " ".join(f"{' '.join(words[i : i + 10]).capitalize()}." for i in range(0, count, 10))


def page(
    name: str,
    *paragraphs: str,
    roles: tuple[Role, ...] = (),
    source: str = "example",
    at: datetime = NOON,
    **changes: Any,
) -> Visit:
    roles = roles or ("body",) * len(paragraphs)
    blocks = [
        Block(i, text, "paragraph", "kept", role)
        for i, (text, role) in enumerate(zip(paragraphs, roles, strict=True))
    ]
    fields = {"source_id": source, "publisher": source.title(), "headline": name} | changes
    return visit(article(blocks, page=name, **fields), at=at, source_id=source)


def one(text: str) -> Shingled:
    [made] = shingled([text])
    return made


# --- Texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("“We won’t,” said Mr Café — it is", '"We won\'t" SAID mr Café: it is'),
        ("one two\n\nthree", "One, two... THREE!"),
        ("a\N{NO-BREAK SPACE}b «c»", "a b c"),
        ("橋を閉鎖。", "橋を閉鎖"),
    ],
)
def test_case_and_punctuation_do_not_count(text: str, same: str) -> None:
    assert one(text).digest == one(same).digest


@pytest.mark.parametrize(
    ("text", "other"), [("a b", "ab"), ("a b", "b a"), ("cafe", "café"), ("", "a"), ("a", "a a")]
)
def test_words_count(text: str, other: str) -> None:
    assert one(text).digest != one(other).digest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n ", 0),
        ("a", 1),
        ("don’t", 2),
        ("東京都", 3),
        ("ไทย ab", 4),
        ("。、", 0),
        ("é", 1),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert one(text).words == count
    assert len(one(text).shingles) == max(0, count - 4)


def test_a_text_is_the_same_in_any_batch() -> None:
    texts = [prose(n, count) for n, count in enumerate([10, 40, 5, 0, 300, 20_000, 25])]
    for text, together in zip(texts, shingled(texts), strict=True):
        alone = one(text)
        assert alone.digest == together.digest
        assert np.array_equal(alone.shingles, together.shingles)


def test_a_huge_text_is_cut() -> None:
    assert one("word " * 3_000_000).words < 250_000


def test_bands_meet_as_often_as_they_should() -> None:
    for share, least, most in ((0.0, 0.0, 0.0), (0.3, 0.85, 1.0), (0.5, 0.99, 1.0)):
        met = 0
        for n in range(100):
            same = round(200 * 2 * share / (1 + share))
            own = [
                np.random.default_rng(7 * n + k).integers(0, 2**63, 200, np.uint64) for k in (1, 2)
            ]
            own[1][:same] = own[0][:same]
            one, other = bands([Shingled("", 0, shingles) for shingles in own])
            met += bool((one == other).any())
        assert least <= met / 100 <= most
    assert bands([]).shape == (0, BANDS)


def test_overlap_is_counted() -> None:
    a, b = prose("a", 100), prose("b", 50)
    found = overlap(one(a).shingles, one(f"{b} {a}").shingles)
    assert found.containment == 1.0
    assert found.other_containment == pytest.approx(96 / 146)
    assert found.jaccard == pytest.approx(96 / 146)
    assert found.shared_words == 100
    assert overlap(one(a).shingles, one(b).shingles) == (0.0, 0.0, 0.0, 0)
    assert overlap(one("a").shingles, one(b).shingles) == (0.0, 0.0, 0.0, 0)


def test_components() -> None:
    found = components([("a", "b"), ("c", "d"), ("b", "e"), ("f", "f")])
    assert sorted(map(sorted, found)) == [["a", "b", "e"], ["c", "d"], ["f"]]


# --- A warehouse ------------------------------------------------------------------------------

RELEASE = (prose("one"), prose("two"), prose("three"))


def test_a_release_repeated_in_a_paper_is_one_story(run: Run, query: Query) -> None:
    force = page("release", *RELEASE, "Call 101 now.", roles=("body",) * 3 + ("contact",))
    day = timedelta(days=1)
    assert isinstance(force.outcome.date_published, datetime)  # type: ignore[union-attr]
    published = force.outcome.date_published  # type: ignore[union-attr]
    paper = page(
        "paper", "Our reporter was there.", *RELEASE[:2], source="paper",
        date_published=published + day,
    )  # fmt: skip
    other = page("other", prose("four"), prose("five"), source="paper")
    run([paper, force, other])
    release, copy = article(page="release").article_id, article(page="paper").article_id
    [(place, first_id, first, certain, count)] = query(
        "SELECT story_id, first_article_id, first_publisher, first_is_certain, articles "
        "FROM stories"
    )
    assert (first_id, first, certain, count) == (release, "Example", True, 2)
    assert place in (release, copy)
    [(containment, words, same)] = query(
        "SELECT containment, shared_words, same_words FROM story_pairs WHERE article_id = ?", copy
    )
    assert containment > 0.95
    assert words == 240
    assert not same
    [(back,)] = query("SELECT containment FROM story_pairs WHERE article_id = ?", release)
    assert 0.6 < back < 0.7
    assert query("SELECT sentence FROM only_in(?, ?)", copy, release) == [
        ("Our reporter was there.",)
    ]
    lacking = query("SELECT sentence FROM only_in(?, ?)", release, copy)
    assert [sentence for (sentence,) in lacking] == [
        f"{sentence}." for sentence in RELEASE[2].rstrip(".").split(". ")
    ]
    assert query("SELECT count(*) FROM articles") == [(3,)]


def test_the_same_words_are_found_whatever_their_dress(run: Run, query: Query) -> None:
    text = prose("one") + " “Yes,” she said."
    dressed = text.upper().replace("“", '"').replace("”", '"')
    run([page("a", text), page("b", dressed, source="two")])
    assert query("SELECT DISTINCT jaccard, same_words FROM story_pairs") == [(1.0, True)]
    assert query("SELECT articles, sources FROM stories") == [(2, 2)]
    assert query("SELECT count(*) FROM text_bands") == [(1,)]


def test_short_and_contact_lines_make_no_story(run: Run, query: Query) -> None:
    contact = prose("contact", 60)
    pages = [
        page(f"p{n}", prose(n, 30), contact, roles=("body", "contact"), source=f"s{n}")
        for n in range(6)
    ]
    run([*pages, page("x", "Page not found."), page("y", "Page not found.", source="two")])
    assert query("FROM story_pairs") == []
    assert query("FROM stories") == []


def test_a_site_s_template_is_no_story_but_copies_are(path: Path, run: Run, query: Query) -> None:
    template = prose("template", 70)
    filled = [f"{template} {prose(n, 30)}" for n in range(6)]
    with open_writer(path) as writer:
        writer.record_sources(
            [
                Source(id=name, publisher=name, publisher_type="police_force", platform="one_site")
                for name in ("north", "south")
            ]
        )
    run(
        [page(f"p{n}", text, source="north" if n % 2 else "south") for n, text in enumerate(filled)]
    )
    assert query("SELECT count(*) > 0 FROM story_pairs") == [(True,)]
    assert query("FROM stories") == []
    run([page("copy", filled[0], source="north")])
    assert query("SELECT articles FROM stories") == [(2,)]


def test_only_new_versions_are_compared(
    run: Run, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([page("a", *RELEASE), page("b", prose("four"))])
    compared = []
    counted = pairs.overlap
    monkeypatch.setattr(pairs, "overlap", lambda *texts: compared.append(1) or counted(*texts))
    run([page("a", *RELEASE), page("b", prose("four"))])
    assert compared == []
    run([page("c", *RELEASE[:2], source="two"), page("d", prose("five"))])
    assert len(compared) == 1
    assert query("SELECT articles FROM stories") == [(2,)]
    assert query("SELECT count(*) FROM article_texts") == [(4,)]


def test_a_new_version_can_join_and_its_past_is_kept(run: Run, query: Query) -> None:
    run([page("a", *RELEASE), page("b", prose("four"), source="two")])
    assert query("FROM stories") == []
    run([page("b", *RELEASE, source="two", at=NOON + timedelta(days=1))])
    run([page("b", prose("six"), source="two", at=NOON + timedelta(days=2))])
    b = article(page="b").article_id
    assert query("SELECT version, other_version FROM story_pairs WHERE article_id = ?", b) == [
        (2, 1)
    ]
    assert query("SELECT articles FROM stories") == [(2,)]
    assert query("SELECT max(version) FROM story_articles") == [(3,)]


@pytest.mark.parametrize(
    ("first", "second", "certain"),
    [
        (("minute", 9), ("minute", 10), True),
        (("day", 0), ("minute", 10), False),
        (("day", 0), ("day", 24), True),
        (("day", 0), ("day", 0), False),
        (("minute", 9), ("unknown", None), False),
        (("month", 0), ("day", 24), False),
    ],
)
def test_who_was_first_is_certain_only_when_dates_tell(
    run: Run, query: Query, first: Any, second: Any, certain: bool
) -> None:
    def dated(name: str, precision: str, hours: int | None) -> Visit:
        moment = (
            None if hours is None else datetime(2024, 5, 1, tzinfo=UTC) + timedelta(hours=hours)
        )
        return page(
            name, *RELEASE, source=name, date_published=moment, date_published_precision=precision
        )

    run([dated("first", *first), dated("second", *second)])
    [(headline, told)] = query("SELECT headline, first_is_certain FROM stories")
    assert told is certain
    if certain:
        assert headline == "first"


def test_what_is_erased_leaves_the_stories(path: Path, run: Run, query: Query) -> None:
    run([page("a", *RELEASE), page("b", *RELEASE[:2], source="two"), page("c", *RELEASE)])
    assert query("SELECT articles FROM stories") == [(3,)]
    with open_writer(path) as writer:
        for table in ("article_versions", "accounts"):
            writer._connection.execute(
                f"DELETE FROM {table} WHERE article_id = ?", [article(page="b").article_id]
            )
        writer.publish()
    assert query("SELECT articles FROM stories") == [(2,)]
    assert query("SELECT count(*) FROM text_pairs") == [(0,)]
    assert query("SELECT count(*) FROM text_bands") == [(1,)]


def test_texts_of_an_older_algorithm_are_made_again(path: Path, run: Run, query: Query) -> None:
    run([page("a", *RELEASE), page("b", *RELEASE[:2], source="two")])
    made = query("SELECT * FROM article_texts ORDER BY article_id")
    with open_writer(path) as writer:
        writer._connection.execute("UPDATE article_texts SET algorithm = 0, text = uuid()")
        writer.publish()
    assert query("SELECT * FROM article_texts ORDER BY article_id") == made
    assert query("SELECT articles FROM stories") == [(2,)]
    assert query("SELECT count(*) FROM text_pairs") == [(1,)]


def test_thousands_alike_are_compared_with_a_few(
    run: Run, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    counted = pairs.overlap
    monkeypatch.setattr(pairs, "overlap", lambda *texts: compared.append(1) or counted(*texts))
    template = prose("template", 60)
    alike = [page(f"n{n}", f"{template} Case number {n} of {n}.") for n in range(400)]
    same = [page(f"s{n}", prose("same", 40)) for n in range(400)]
    run([*alike, *same])
    assert len(compared) <= 400 * pairs.COMPARISONS
    assert query("SELECT articles FROM stories ORDER BY ALL") == [(400,), (400,)]
    assert query("SELECT count(*) FROM story_pairs WHERE same_words") == [(400 * 399,)]


def test_sentences(run: Run, query: Query) -> None:
    text = "“Stop,” said Mr. Smith of J. Smith & Co. It cost £3.5m… 東京です。警察。"
    run([page("a", text, "A heading", prose("x"))])
    rows = query("SELECT sentence FROM sentences_of(?) LIMIT 5", article(page="a").article_id)
    assert [sentence for (sentence,) in rows] == [
        "“Stop,” said Mr. Smith of J. Smith & Co.",
        "It cost £3.5m…",
        "東京です。",
        "警察。",
        "A heading",
    ]
