"""Every rule does what its example says, leaves its story alone, and is quick on any input."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from parsers.items import Reason, RejectionReason, Role
from parsers.rules import (
    CAPTIONS,
    PAGE_RULES,
    ROLE_RULES,
    RULES,
    PageRule,
    RoleRule,
    Rule,
    matching_form,
)
from parsers.strip import matching_rule, role_rule
from tests.parsers.alternatives import alternatives
from tests.parsers.building import END, HEADLINE, LEAD, MIDDLE, article_of_lines, fate_of

BLOCK_RULES: tuple[Rule, ...] = (*RULES, *CAPTIONS)
EVERY_RULE: tuple[Rule | RoleRule | PageRule, ...] = (*BLOCK_RULES, *ROLE_RULES, *PAGE_RULES)
MOST_SECONDS = 0.05

NEAR_MISSES = (
    "A rinse can help keep the pipes clean, and sugar-free gum does no harm.",
    "“Follow us to the bridge,” they shouted.",
    "“We use cookies to bribe the children,” the teacher joked.",
    "“Leave this site at once,” the foreman told them.",
    "“Please sign up,” the recruiting officer said.",
    "Support for the bridge is growing.",
    "Support to victims was cut by half.",
    "Support the force gave him was not enough.",
    "Follow the river for a mile and you come to Pell.",
    "Register the dog by Friday, owners were told.",
    "Join the dots and the pattern is plain.",
    "Subscribe to that view or not, the figures are bad.",
    "Donate to the appeal, the widow asked.",
    "More than 40 people came.",
    "More on the cause is expected on Monday.",
    "More from the inquest followed in the afternoon.",
    "More news of the missing boy came at noon.",
    "Most read the report on the train home.",
    "Popular officers were spared, the panel heard.",
    "Related charges against two others were dropped.",
    "Recommended changes were not made.",
    "Trending upwards, the figures alarmed the board.",
    "Top stories of the building were on fire.",
    "Latest figures show a rise of a tenth.",
    "Read to the court, the letter took four minutes.",
    "You may like it or not, he told the jury.",
    "You might have saved her, the coroner said.",
    "In other news conferences he had said the opposite.",
    "Elsewhere on the estate nobody slept.",
    "Accept it or leave, she was told.",
    "Manage it yourself, he was told.",
    "Press and public were kept out.",
    "Close this road and the village dies, she said.",
    "The partners of both officers gave evidence.",
    "She said the website of the force had crashed twice.",
    "The beta version of the app was used by eleven officers.",
    "There was an error in the log.",
    "Something went wrong, he admitted.",
    "Thank you for your courage, the judge told her.",
    "Check your mirrors, the instructor had said.",
    "This video was sent to forty officers.",
    "Loading the boat took an hour.",
    "Copy and paste, that was all he did.",
    "Share of the blame: the report names three people.",
    "Print was small and the warning was missed.",
    "Post mortem tests gave no cause.",
    "Like it was nothing, he walked away.",
    "Save for one, all were found.",
    "Email traffic between the two stopped in May.",
    "Comments in the group were vile.",
    "Comments like these have no place in policing.",
    "Reply came there none.",
    "No comment was made in either interview.",
    "Unlock the cell, the sergeant said.",
    "Exclusive use of the yard had been promised.",
    "Full access to the files was refused.",
    "Advertising for witnesses brought nobody.",
    "Ads for the post ran in three papers.",
    "Continue reading the statement, the judge said.",
    "Sponsored by his uncle, he came to Leeds in 1998.",
    "Next to the body lay a phone.",
    "Back in 2019 nobody knew.",
    "Live rounds were fired.",
    "Breaking the news fell to a probationer.",
    "Close to tears, she thanked the crew.",
    "Open wounds, the vicar called them.",
    "Search teams found nothing.",
    "Source close to the inquiry: none of this was logged at the time, and nobody asked.",
    "Home to 4,000 people, the estate has one officer.",
    "Skip the detail, he told the constable.",
    "Contents of the bag were burnt.",
    "First to arrive was a special constable.",
    "Last updated in 2004, the policy did not mention stalking.",
    "Contact between the two had been banned.",
    "Contact us was the only thing the note said.",
    "Copyright was not the issue, the judge said.",
    "Yes, he said.",
    "No.",
    "Yes.",
    "Report a crime and you wait four hours, she said.",
    "Was this page torn out, counsel asked.",
    "Image was everything to him, his wife said.",
    "Photo after photo was shown to the jury.",
    "Supplied with the file, the panel asked for more.",
    "Video shows the car on the wrong side of the road.",
    "He took the picture: it shows the weir.",
    "He said one thing to the press: pray.",
    "The panel saw one more image: a bruised arm.",
    "Pictures of the yard were shown.",
    "Getty was shown the images in the cell.",
    "By Monday they had gone.",
    "By order of the court nobody may name her.",
    "Published in May, the review names nobody.",
    "Updated figures are due in March.",
    "Newsletters of the lodge were found in the flat.",
    "Follow-up visits were not made.",
    "Get the knife, she heard him say.",
    "Already a member of the squad, he was told to wait.",
    "Start again, the inspector said.",
    "Try for a year, they were told.",
    "Download speeds were blamed for the lost footage.",
    "Analysis of the phone took nine months.",
    "Opinion in the village is split.",
    "Gallery visitors were asked to leave the court.",
    "Explained the officer: it was dark.",
    "“Listen: nobody is coming,” the call handler said.",
)
"""Sentences of reporting that share words with boilerplate."""

named = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in EVERY_RULE])
removal = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in RULES])
caption = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in CAPTIONS])
role = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in ROLE_RULES])
whole_page = pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=rule.name) for rule in PAGE_RULES]
)
blocks = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in BLOCK_RULES])


def test_no_two_rules_have_one_name() -> None:
    assert [name for name, times in Counter(r.name for r in EVERY_RULE).items() if times > 1] == []


@blocks
def test_a_rule_is_named_for_its_group_and_gives_a_reason_of_the_contract(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", rule.name)
    assert rule.reason in get_args(Reason)


@role
def test_a_role_rule_gives_a_role_of_the_contract(rule: RoleRule) -> None:
    assert rule.role in get_args(Role)
    assert rule.name.startswith(rule.role)


@whole_page
def test_a_page_rule_gives_a_reason_of_the_contract(rule: PageRule) -> None:
    assert rule.reason in get_args(RejectionReason)


@blocks
def test_trigger_words_are_lower_case_so_that_they_can_be_found(rule: Rule) -> None:
    assert rule.words == {word.lower() for word in rule.words}


@named
def test_the_pattern_is_in_lower_case_as_the_texts_it_is_searched_in(
    rule: Rule | RoleRule | PageRule,
) -> None:
    letters = re.sub(r"\\[a-zA-Z]|\(\?P", "", rule.pattern.pattern)
    assert letters == letters.lower()


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=rule.name) for rule in (*BLOCK_RULES, *ROLE_RULES) if rule.words]
)
def test_whatever_the_pattern_finds_holds_a_trigger_word(rule: Rule | RoleRule) -> None:
    found = [text for text in alternatives(rule.pattern.pattern) if rule.pattern.search(text)]
    assert found
    assert [text for text in found if rule.words.isdisjoint(_words_of(text))] == []


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|©", text)


@removal
def test_the_rule_knows_its_example(rule: Rule) -> None:
    form = matching_form(rule.example)
    assert rule.pattern.search(form)
    assert len(form) <= rule.longest
    assert not rule.words or rule.words & set(_words_of(form))


@removal
def test_the_example_is_removed_for_the_rules_reason(rule: Rule) -> None:
    found = matching_rule(rule.example)
    assert found is not None
    assert found.reason == rule.reason


@removal
def test_the_example_is_removed_however_it_is_written(rule: Rule) -> None:
    for text in (rule.example.upper(), rule.example.replace("'", "’")):
        found = matching_rule(text)
        assert found is not None, text
        assert found.reason == rule.reason


@removal
def test_no_removal_rule_knows_the_story(rule: Rule) -> None:
    assert matching_rule(rule.story) is None


@removal
def test_the_example_goes_and_the_story_stays_in_a_whole_text(rule: Rule) -> None:
    article = article_of_lines(HEADLINE, LEAD, rule.example, MIDDLE, rule.story, END)
    assert fate_of(article, rule.example) == ("removed", rule.reason)
    assert fate_of(article, rule.story)[0] == "kept"
    assert {LEAD, MIDDLE, END} <= set(article.paragraphs)


@caption
def test_the_example_of_a_caption_rule_is_known_as_a_caption(rule: Rule) -> None:
    article = article_of_lines(HEADLINE, LEAD, rule.example, MIDDLE, END)
    assert fate_of(article, rule.example) in (("moved", "images"), ("removed", "caption"))


@caption
def test_the_story_of_a_caption_rule_is_no_caption(rule: Rule) -> None:
    article = article_of_lines(HEADLINE, LEAD, rule.story, MIDDLE, END)
    assert fate_of(article, rule.story) == ("kept", "body")


@role
def test_the_example_of_a_role_rule_has_the_role(rule: RoleRule) -> None:
    assert role_rule(rule.example) is rule
    article = article_of_lines(HEADLINE, LEAD, MIDDLE, END, rule.example)
    assert fate_of(article, rule.example) == ("kept", rule.role)


@role
def test_the_story_of_a_role_rule_is_body(rule: RoleRule) -> None:
    article = article_of_lines(HEADLINE, LEAD, rule.story, MIDDLE, END)
    assert fate_of(article, rule.story) == ("kept", "body")


@whole_page
def test_the_example_of_a_page_rule_is_known(rule: PageRule) -> None:
    assert rule.pattern.search(matching_form(rule.example))


@whole_page
def test_the_story_of_a_page_rule_is_not(rule: PageRule) -> None:
    assert not any(other.pattern.search(matching_form(rule.story)) for other in PAGE_RULES)


def test_a_text_longer_than_a_rule_allows_is_not_removed() -> None:
    rule = next(rule for rule in RULES if rule.name == "consent.cookie_text")
    assert matching_rule(rule.example + " " + "more " * 400) is None


@pytest.mark.parametrize("sentence", NEAR_MISSES)
def test_a_sentence_of_reporting_that_sounds_like_boilerplate_is_kept(sentence: str) -> None:
    article = article_of_lines(HEADLINE, LEAD, sentence, MIDDLE, END)
    assert fate_of(article, sentence)[0] == "kept"


@named
def test_the_pattern_is_quick_on_hostile_texts(rule: Rule | RoleRule | PageRule) -> None:
    longest = _longest_text(rule)
    for attack in _attacks(rule.pattern.pattern, rule.example):
        text = matching_form(attack[:longest])
        taken = min(_seconds(rule.pattern, text) for _ in range(3))
        assert taken < MOST_SECONDS, f"{taken * 1000:.0f} ms for {text[:60]!r}, {len(text)} long"


def _longest_text(rule: Rule | RoleRule | PageRule) -> int:
    """How many characters of a text the engine gives to the rule's pattern at most."""
    if isinstance(rule, Rule):
        return rule.longest
    return 600 if isinstance(rule, RoleRule) else 400


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    pattern.search(text)
    return time.process_time() - start


def _attacks(pattern: str, example: str) -> Iterator[str]:
    """Texts that begin like a match over and over, and end so that there is none.

    What the pattern repeats is made of its own words, of the characters its classes speak of,
    and of its example; each comes alone, in pairs, and after the example's beginning.
    """
    words = sorted(set(re.findall(r"[^\W\d_]{2,}", re.sub(r"\\.", " ", pattern))), key=len)
    words = [*words[-12:], *words[:6]]
    pieces = [" ", "a", "a ", "1 ", "- ", ".", ". ", "/ ", "> ", "¡", "“", "\u2013 ", "x@", "www."]
    pieces += [f"{word} " for word in words]
    pieces += [f"{a} {b} " for a, b in zip(words, reversed(words), strict=True)]
    pieces += [f"{example} ", example[: len(example) // 2]]
    first = example.split()[0]
    for size in (400, 600, 900, 5_000, 50_000):
        for piece in pieces:
            yield (piece * size)[: size - 1] + "\u0001"
        for piece in pieces[:14]:
            yield f"{first} {piece * size}"[: size - 1] + "\u0001"
