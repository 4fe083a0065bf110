"""The engine that applies named rules to blocks. It holds no phrase of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache

from parsers.document import LINK, SourceBlock
from parsers.items import SourceRule
from parsers.ledger import Ledger
from parsers.rules import CAPTIONS, ROLE_RULES, RULES, RoleRule, Rule, finder, matching_form
from parsers.source_patterns import source_pattern

_WORD = re.compile(r"[^\W_]+|©")
_ASCII_WORDS = "".join(chr(code) if chr(code).isalnum() else " " for code in range(0x80))
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’')\]]*$")
_TWO_SENTENCES = re.compile(r"[a-z0-9”\"’)][.!?][\"”’')]* [\"“‘(]?[A-Z].*[.!?][\"”’')]*$")
_OPENING_QUOTE = ("“", '"', "‘", "«", "„")
_EVERY_RULE: tuple[Rule | RoleRule, ...] = (*RULES, *CAPTIONS, *ROLE_RULES)
_FINDERS = {rule.name: finder(rule.pattern) for rule in _EVERY_RULE}
_TRIGGERS = frozenset(word for rule in _EVERY_RULE for word in rule.words)
_LONGEST_RULE = max(rule.longest for rule in RULES)
_LONGEST_CAPTION = max(rule.longest for rule in CAPTIONS)
_LONGEST_LABEL = 90
_LONGEST_POINTER = 600
_PROSE = 220
_SHORT_PROSE = 110
_SURE_RUN = 3
_MOST_BETWEEN = 4


@lru_cache(maxsize=16_384)
def matching_rule(text: str) -> Rule | None:
    """Return the first general rule that knows ``text`` as boilerplate.

    A line that opens a quotation is somebody's speech: only labels may be quoted.
    """
    if len(text) > _LONGEST_RULE:
        return None
    form, words = _form_and_words(text)
    longest = _LONGEST_LABEL if form.startswith(_OPENING_QUOTE) else _LONGEST_RULE
    for rule in _rules_for(words):
        if len(form) <= rule.longest <= longest and _FINDERS[rule.name](form):
            return rule
    return None


def caption_rule(text: str) -> Rule | None:
    """Return the first rule that knows ``text`` as the caption or credit of a picture."""
    if len(text) > _LONGEST_CAPTION:
        return None
    form, words = _form_and_words(text)
    for rule in _caption_rules_for(words):
        if len(form) <= rule.longest and _FINDERS[rule.name](form):
            return rule
    return None


def role_rule(text: str) -> RoleRule | None:
    """Return the first role rule that ``text`` meets: a line that points the reader on."""
    if len(text) > _LONGEST_POINTER or text.startswith(_OPENING_QUOTE):
        return None
    form, words = _form_and_words(text)
    for rule in _role_rules_for(words):
        if _FINDERS[rule.name](form):
            return rule
    return None


@lru_cache(maxsize=1_024)
def _form_and_words(text: str) -> tuple[str, frozenset[str]]:
    """Return a text as patterns see it, and those of its words that rules ask for.

    Most texts are looked at more than once.
    """
    form = matching_form(text)
    if form.isascii():  # to translate is several times as quick, but for other texts slower
        return form, _TRIGGERS.intersection(form.translate(_ASCII_WORDS).split())
    return form, _TRIGGERS.intersection(_WORD.findall(form))


def _by_word(rules: Sequence[Rule | RoleRule]) -> Mapping[str, set[int]]:
    """Return the places of rules by the words that make them worth trying; "" by none."""
    places: dict[str, set[int]] = {"": set()}
    for place, rule in enumerate(rules):
        for word in rule.words or ("",):
            places.setdefault(word, set()).add(place)
    return places


def _places(by_word: Mapping[str, set[int]], words: frozenset[str]) -> list[int]:
    return sorted(by_word[""].union(*(by_word[word] for word in words if word in by_word)))


_RULES_BY_WORD = _by_word(RULES)
_CAPTIONS_BY_WORD = _by_word(CAPTIONS)
_ROLES_BY_WORD = _by_word(ROLE_RULES)


@lru_cache(maxsize=16_384)
def _rules_for(words: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules to try on a text that holds these of their words and no other."""
    return tuple(RULES[place] for place in _places(_RULES_BY_WORD, words))


@lru_cache(maxsize=16_384)
def _caption_rules_for(words: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(CAPTIONS[place] for place in _places(_CAPTIONS_BY_WORD, words))


@lru_cache(maxsize=16_384)
def _role_rules_for(words: frozenset[str]) -> tuple[RoleRule, ...]:
    return tuple(ROLE_RULES[place] for place in _places(_ROLES_BY_WORD, words))


def apply_rules(
    blocks: Sequence[SourceBlock],
    positions: Sequence[int],
    ledger: Ledger,
    sure: Set[int] = frozenset(),
) -> None:
    """Remove what the general rules know among ``positions``, with the runs after labels.

    A run ends before a block of ``sure``, whose words alone may still be known as boilerplate.
    """
    for index, position in enumerate(positions):
        if not ledger.is_open(position):
            continue
        block = blocks[position]
        rule = matching_rule(block.text)
        if rule is None:
            continue
        ledger.remove(position, rule.name, rule.reason)
        if rule.scope == "run":
            for other in _run(blocks, positions[index + 1 :], ledger, sure):
                ledger.remove(other, rule.name, rule.reason)
        elif rule.scope == "pair":
            for other in _between(blocks, positions[index + 1 :]):
                ledger.remove(other, rule.name, rule.reason)


def _between(blocks: Sequence[SourceBlock], after: Sequence[int]) -> Sequence[int]:
    """Return the few blocks up to the next one of the same words: a button above and below."""
    label = blocks[after[0] - 1].text if after else ""
    for count, position in enumerate(after[: _MOST_BETWEEN + 1]):
        if blocks[position].text == label:
            return after[:count]
    return ()


def apply_source_rules(
    blocks: Sequence[SourceBlock],
    positions: Sequence[int],
    rules: Sequence[SourceRule],
    ledger: Ledger,
) -> None:
    """Remove what a source's own rules know. ``rest`` never starts inside a quotation."""
    for rule in rules:
        pattern = source_pattern(rule.pattern)
        for index, position in enumerate(positions):
            if not ledger.is_open(position) or not pattern.search(blocks[position].text):
                continue
            if rule.scope == "rest" and _inside_quotation(blocks, positions, index):
                continue
            name = f"source.{rule.name}"
            ledger.remove(position, name, rule.reason)
            after = positions[index + 1 :]
            if rule.scope == "run":
                after = _run(blocks, after, ledger, frozenset())
            elif rule.scope == "block":
                after = []
            for other in after:
                ledger.remove(other, name, rule.reason)


def _run(
    blocks: Sequence[SourceBlock], after: Sequence[int], ledger: Ledger, sure: Set[int]
) -> list[int]:
    """Return the list-like blocks directly after a label: teasers, captions, headings of cards.

    A sentence ends the run, unless the run is sure by then and no prose follows the sentence.
    """
    taken: list[int] = []
    is_prose = _prose_test(blocks)
    for index, position in enumerate(after):
        block = blocks[position]
        if not ledger.is_open(position):
            fate = ledger.fate(position)
            if fate is not None and fate.disposition == "moved":
                break
            continue
        if position in sure or is_prose(position) or role_rule(block.text):
            break
        if _SENTENCE_END.search(block.text) and not _is_link(block):
            following = next((p for p in after[index + 1 :] if ledger.is_open(p)), None)
            if len(taken) < _SURE_RUN or (following is not None and is_prose(following)):
                break
        taken.append(position)
    return taken


def _prose_test(blocks: Sequence[SourceBlock]) -> Callable[[int], bool]:
    def is_prose(position: int) -> bool:
        block = blocks[position]
        if _is_link(block):
            return False
        text = block.text
        if len(text) > _PROSE:
            return True
        ended = _SENTENCE_END.search(text) is not None
        return ended and (len(text) > _SHORT_PROSE or _TWO_SENTENCES.search(text) is not None)

    return is_prose


def _is_link(block: SourceBlock) -> bool:
    return bool(block.context & LINK) or 2 * block.link_characters > block.characters


def _inside_quotation(blocks: Sequence[SourceBlock], positions: Sequence[int], index: int) -> bool:
    """Tell whether a block is quoted or stands between two parts of one quotation."""
    text = blocks[positions[index]].text
    if text.startswith(_OPENING_QUOTE):
        return True
    following = blocks[positions[index + 1]].text if index + 1 < len(positions) else ""
    before = blocks[positions[index - 1]].text if index else ""
    opened = before.count("“") > before.count("”") or before.count('"') % 2 == 1
    return opened and following.startswith(_OPENING_QUOTE)
