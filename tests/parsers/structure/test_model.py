"""The features of blocks and the model that judges them: bounded, even, and open to inspection."""

from __future__ import annotations

import time

import numpy as np
import pytest

from parsers.document import Document
from parsers.readers.html import read_html
from parsers.structure import model as structure_model
from parsers.structure.characters import COMMA, DIGIT, SPACE, STOP, UPPER, Characters
from parsers.structure.features import NAMES, PageFeatures, candidates, page_features
from parsers.structure.model import CONTEXTS, deciding, load_model
from parsers.structure.vocabulary import TOPICS, topics_of
from tests.parsers.building import HEADLINE, STORY, paragraphs

STORY_PAGE = f"<h1>{HEADLINE}</h1><article>{paragraphs(*STORY)}</article>"


def features_of(html: str) -> PageFeatures:
    document = read_html(html.encode())
    return page_features(document, candidates(document))


def column(features: PageFeatures, name: str) -> list[float]:
    return [round(float(value), 3) for value in features.matrix[:, NAMES.index(name)]]


def test_each_feature_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) == features_of("<p>x").matrix.shape[1]


@pytest.mark.parametrize(
    "html",
    [
        "<p>x",
        "<p>…</p>",
        "<p>)))</p>",
        "<p>\ud7ff\U0001f600</p>",
        "<p>新しい橋が開通した。</p>",
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<article><article><article><p>x</article></article><p>y</article>",
        "<div>" * 3_000 + "x",
        STORY_PAGE,
    ],
)
def test_every_page_gets_finite_numbers(html: str) -> None:
    features = features_of(html)
    assert np.isfinite(features.matrix).all()
    probabilities = load_model().probabilities(features)
    assert probabilities.shape == (len(features.matrix),)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_the_same_page_is_judged_the_same() -> None:
    first, second = (load_model().probabilities(features_of(STORY_PAGE)) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_a_page_of_a_hundred_thousand_blocks_is_judged_as_far_as_the_bound() -> None:
    document = read_html(b"<p>word of a story, told at length.</p>" * 100_000)
    start = time.process_time()
    positions = candidates(document)
    features = page_features(document, positions)
    load_model().probabilities(features)
    assert len(positions) == len(features.matrix) == 20_000
    assert time.process_time() - start < 5


def test_hidden_blocks_and_links_of_menus_are_not_judged() -> None:
    document: Document = read_html(
        b"<title>t</title><nav><a href=/>Home</a></nav><p hidden>x</p><p>seen</p>"
    )
    assert [document.blocks[p].text for p in candidates(document)] == ["seen"]


def test_what_moved_a_block_adds_up_to_its_odds_but_for_the_biases() -> None:
    model, features = load_model(), features_of(STORY_PAGE)
    names, contributions = model.contributions(features)
    assert names == (*NAMES, *CONTEXTS)
    silent = model._replace(
        enter_bias=model.enter_bias * 0,
        rounds=tuple(r._replace(update_bias=r.update_bias * 0) for r in model.rounds),
        leave_bias=0.0,
    )
    _, shares = silent.contributions(features)
    odds = silent.probabilities(features).astype(np.float64)
    assert shares.sum(axis=1) == pytest.approx(np.log(odds / (1 - odds)), rel=0.02, abs=0.02)
    strongest = deciding(names, contributions, 1)
    assert len(strongest) == 3
    assert abs(next(iter(strongest.values()))) == pytest.approx(
        float(np.abs(contributions[1]).max()), abs=0.01
    )


def test_weights_of_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure_model, "NAMES", (*NAMES, "one_more"))
    load_model.cache_clear()
    try:
        with pytest.raises(ValueError, match="train it again"):
            load_model()
    finally:
        load_model.cache_clear()


def test_groups_are_of_one_parent_and_of_one_kind_of_element() -> None:
    features = features_of(
        "<div class=a><p class=x>one<p class=x>two</div><div class=a><p class=x>three<p>four</div>"
    )
    assert features.parents.tolist() == [0, 0, 2, 2]
    assert features.signatures.tolist() == [0, 0, 0, 3]


def test_a_heading_gives_its_topic_to_what_stands_under_it() -> None:
    features = features_of("<h2>Related stories</h2><p>One.</p><h2>The weir</h2><p>Two.</p>")
    assert column(features, "says_related") == [1, 0, 0, 0]
    assert column(features, "under_related") == [1, 1, 0, 0]


def test_the_second_article_element_is_told_from_the_first() -> None:
    long = paragraphs(*STORY, *STORY)
    features = features_of(f"<article>{long}</article><article>{long}</article>")
    half = len(features.matrix) // 2
    assert column(features, "in_first_article") == [1] * half + [0] * half


def test_characters_are_counted_by_class_and_text() -> None:
    characters = Characters(["One, two.", "3 Apples and Pears!”", "x"])
    assert characters.count(COMMA).tolist() == [1, 0, 0]
    assert characters.count(DIGIT).tolist() == [0, 1, 0]
    assert characters.count_after_space(UPPER).tolist()[1] == 2
    assert characters.ends(STOP).tolist() == [True, True, False]
    assert characters.begins(DIGIT).tolist() == [False, True, False]
    assert characters.count(SPACE).tolist()[0] == 2  # with the one that parts it from the next


def test_topics_are_those_of_a_labels_words() -> None:
    bits = topics_of("Subscribe to our newsletter")
    assert bits >> TOPICS.index("appeal") & 1
    assert not bits >> TOPICS.index("picture") & 1
    assert topics_of("The weir was rebuilt") == 0
