"""The engine: what goes with a label, what a quotation protects, what a source's rules may do."""

from __future__ import annotations

import pytest

from parsers.items import Article, RuleScope, SourceRule
from parsers.ledger import Ledger
from parsers.strip import apply_rules
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    article_of_lines,
    block_of,
    fate_of,
    html_document,
    lines,
    source,
)

TEASERS = (
    "Mayor of Wrensham to stand down in May",
    "Swans hold up traffic on ring road",
    "Two held after raid on cash machine",
    "Library to open on Sundays again",
)
OPENED = "“We were told in June that it was safe,” she said. “Then in July they shut it."
GOES_ON = "“Nobody has said why, and nobody has said sorry to the people who use it.”"


def article_with_rule(
    *texts: str, pattern: str, scope: RuleScope = "block", reason: str = "related"
) -> Article:
    rule = SourceRule(name="own", reason=reason, pattern=pattern, scope=scope)  # type: ignore[arg-type]
    return article_of(lines(*texts), source(rules=(rule,)), media_type="text/plain")


def test_the_list_after_a_label_goes_with_it() -> None:
    article = article_of_lines(HEADLINE, *STORY, "More Latest News", *TEASERS)
    assert article.paragraphs == STORY
    assert {block_of(article, text).reason for text in TEASERS} == {"related"}


def test_what_went_with_a_label_names_the_labels_rule() -> None:
    article = article_of_lines(HEADLINE, *STORY, "More Latest News", *TEASERS)
    label = block_of(article, "More Latest News")
    assert {block_of(article, text).rule for text in TEASERS} == {label.rule}


def test_a_label_alone_goes_alone() -> None:
    article = article_of_lines(HEADLINE, LEAD, "Most Read", MIDDLE, END)
    assert article.paragraphs == STORY
    assert fate_of(article, "Most Read") == ("removed", "related")


def test_the_story_after_a_list_in_its_middle_is_kept() -> None:
    article = article_of_lines(HEADLINE, LEAD, "Most Read", *TEASERS, MIDDLE, END)
    assert article.paragraphs == STORY


def test_a_short_sentence_after_a_label_is_the_story() -> None:
    article = article_of_lines(HEADLINE, LEAD, "Most Read", "Nobody was hurt.", MIDDLE, END)
    assert fate_of(article, "Nobody was hurt.") == ("kept", "body")


def test_a_label_in_the_middle_of_a_quotation_goes_and_the_speech_stays() -> None:
    article = article_of_lines(HEADLINE, LEAD, OPENED, "Most Read", GOES_ON, END)
    assert article.paragraphs == (LEAD, OPENED, GOES_ON, END)


@pytest.mark.parametrize(
    "speech",
    [
        "“We use cookies on this site to keep the children quiet,” he joked to reporters.",
        "“Sign up to our newsletter, they said, and that was all the help I ever got from them.”",
    ],
)
def test_what_somebody_says_is_no_boilerplate(speech: str) -> None:
    article = article_of_lines(HEADLINE, LEAD, speech, MIDDLE, END)
    assert fate_of(article, speech) == ("kept", "body")


def test_a_rule_of_a_source_removes_its_block_only() -> None:
    article = article_with_rule(LEAD, "Weir watch: day 40", MIDDLE, END, pattern="^Weir watch:")
    assert article.paragraphs == STORY
    assert block_of(article, "Weir watch: day 40").rule == "source.own"


def test_a_rule_of_a_source_gives_its_own_reason() -> None:
    article = article_with_rule(*STORY, "Weir watch", pattern="^weir watch", reason="furniture")
    assert fate_of(article, "Weir watch") == ("removed", "furniture")


def test_a_rule_of_a_source_may_take_the_list_after_it() -> None:
    texts = (HEADLINE, LEAD, "Weir watch", *TEASERS, MIDDLE, END)
    article = article_with_rule(*texts, pattern="^Weir watch$", scope="run")
    assert article.paragraphs == STORY
    assert {block_of(article, text).rule for text in TEASERS} == {"source.own"}


def test_a_rule_of_a_source_may_take_the_rest() -> None:
    texts = (HEADLINE, *STORY, "Notes to editors", "The weir is the third of its kind in Europe.")
    article = article_with_rule(*texts, pattern="^Notes to editors$", scope="rest")
    assert article.paragraphs == STORY


def test_the_rest_is_not_cut_at_a_line_of_a_quotation() -> None:
    texts = (
        HEADLINE,
        LEAD,
        OPENED,
        "“Notes to editors are all we get, and I am tired of them.”",
        END,
    )
    article = article_with_rule(*texts, pattern="Notes to editors", scope="rest")
    assert article.paragraphs == texts[1:]


def test_the_rest_is_not_cut_between_the_halves_of_a_quotation() -> None:
    texts = (HEADLINE, LEAD, OPENED, "Notes to editors", GOES_ON, END)
    article = article_with_rule(*texts, pattern="^Notes to editors$", scope="rest")
    assert {LEAD, OPENED, GOES_ON, END} <= set(article.paragraphs)


def test_the_rest_is_cut_at_the_line_that_stands_outside_a_quotation_after_one_inside() -> None:
    texts = (HEADLINE, LEAD, OPENED, "Notes to editors", GOES_ON, END, "Notes to editors", "x y z")
    article = article_with_rule(*texts, pattern="^Notes to editors$", scope="rest")
    assert article.paragraphs[-1] == END
    assert block_of(article, "x y z").rule == "source.own"


def test_one_sources_rules_do_not_touch_another() -> None:
    article = article_of(lines(*STORY, "Weir watch: day 40"), source(), media_type="text/plain")
    assert fate_of(article, "Weir watch: day 40")[0] == "kept"


def test_a_call_to_action_in_the_middle_cuts_nothing_off() -> None:
    call = "Find out more about how bridges are looked after."
    article = article_of_lines(HEADLINE, LEAD, call, MIDDLE, END)
    assert article.paragraphs == (LEAD, call, MIDDLE, END)
    assert fate_of(article, call) == ("kept", "call_to_action")


def test_consent_and_exit_lines_at_the_top_go() -> None:
    top = (
        "Press Escape to leave this site quickly",
        "We use cookies to make our website work. You may accept all cookies or choose.",
        "Your cookie preferences have been saved.",
    )
    article = article_of_lines(*top, *STORY)
    assert article.paragraphs == STORY
    assert [block.reason for block in article.blocks[:3]] == ["exit_notice", "consent", "consent"]


def test_an_appeal_at_the_end_goes() -> None:
    appeal = "If you value what we do, please consider a donation to support our local journalism."
    article = article_of_lines(HEADLINE, *STORY, appeal, "Become a Supporter")
    assert article.paragraphs == STORY
    assert fate_of(article, appeal) == ("removed", "appeal")


def test_what_surely_belongs_ends_the_run_of_a_label() -> None:
    blocks = html_document(
        f"<p>{LEAD}</p><h3>Most read</h3><p>{TEASERS[0]}</p><p>{TEASERS[1]}</p><p>{TEASERS[2]}</p>"
    )
    ledger = Ledger(blocks)
    apply_rules(blocks.blocks, range(5), ledger, sure={3})
    assert ledger.open_positions() == [0, 3, 4]
