"""What a change of words is about: numbers, dates, names, outcomes, a not more or less."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

_LONGEST: Final = 20_000
_WORD: Final = re.compile(r"[£$€]?\d+(?:[.,:/]\d+)*%?|[^\W\d_]+(?:['’][^\W\d_]+)?|[.!?…]")
_NUMBERS: Final = frozenset(
    "two three four five six seven eight nine ten eleven twelve dozen hundred thousand million "
    "billion half twice dau dwy tri tair pedwar pump".split()
)
# "may" is a month with a capital only.
_DATES: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june "
    "july august september october november december today yesterday tomorrow tonight ionawr "
    "chwefror mawrth ebrill mehefin gorffennaf awst medi hydref tachwedd rhagfyr".split()
)
# How cases and lives end, by the beginning of the word: "charged" and "charges" are one.
_OUTCOMES: Final = tuple(
    "acquit arrest bailed banned barred caution charg cleared convict dead death died dies dismiss "
    "fined guilty imprison injur innocent jail kill overturn prison proved proven quash "
    "releas resign retir sack sentenc suspend unproven upheld verdict warning arest carchar "
    "cyhudd dedfryd diswydd euog rhybudd".split()
)
_NEGATIONS: Final = frozenset(
    "not no never none nobody neither nor without cannot ni nid heb byth".split()
)
_SENTENCE_END: Final = frozenset(".!?…")


def aspects_of(before: str, after: str) -> tuple[str, ...]:
    """Name what differs between two wordings: number, date, name, outcome, negation.

    ``wording`` when it is none of these. An empty side stands for a passage lost or added: what
    the other side tells of is named. Of a long passage the first 20,000 characters are read.
    """
    one, other = _told(before), _told(after)
    return tuple(
        aspect
        for aspect in ("number", "date", "name", "outcome", "negation")
        if one.get(aspect) != other.get(aspect)
    ) or ("wording",)


def _told(text: str) -> Mapping[str, Counter[str]]:
    """Count by aspect the words of a text that tell something of it."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for aspect, word in _telling(text[:_LONGEST]):
        told[aspect][word] += 1
    if "outcome" in told:  # told twice is no other outcome
        told["outcome"] = Counter(set(told["outcome"]))
    return told


def _telling(text: str) -> Iterator[tuple[str, str]]:
    opens = True  # whether the next word begins a sentence, where a capital tells nothing
    for word in _WORD.findall(text):
        if word in _SENTENCE_END:
            opens = True
            continue
        folded = word.casefold()
        if not word[0].isalpha() or folded in _NUMBERS:
            yield "number", folded.replace(",", "")
        elif folded in _DATES or word == "May":
            yield "date", folded
        elif folded in _NEGATIONS or folded.endswith(("n't", "n’t")):
            yield "negation", "not"
        elif folded.startswith(_OUTCOMES):
            yield "outcome", next(stem for stem in _OUTCOMES if folded.startswith(stem))
        elif word[0].isupper() and not opens and len(word) > 1:
            yield "name", word
        opens = False
