"""How text becomes the words that are looked for, the same for articles and for questions.

Words are runs of letters and digits, lower case, without accents. Scripts that put no spaces
between words are indexed character by character: what is written together in a question is then
looked for as a phrase, so any part of a sentence can be found.
"""

from __future__ import annotations

import re
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

LONGEST_WORD = 64
"""UTF-8 bytes of the longest word that is indexed."""

# Thai, Lao, Tibetan, Myanmar, Khmer, kana and Han. Hangul is written with spaces.
_UNSPACED = re.compile(
    "[\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_SEPARATOR = "\N{ZERO WIDTH SPACE}"  # stored text never holds it (parsers/normalise.py)


@cache
def analyzer() -> TextAnalyzer:
    """The analyzer of the index."""
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.remove_long(LONGEST_WORD), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(step)
    return builder.build()


def separated(text: str) -> str:
    """The text with its unspaced scripts taken apart, as the analyzer needs it."""
    return text if text.isascii() else _UNSPACED.sub(rf"{_SEPARATOR}\g<0>{_SEPARATOR}", text)


def joined(text: str) -> str:
    """The text as it was before ``separated``."""
    return text.replace(_SEPARATOR, "")


def words(text: str) -> list[str]:
    """The words of a text as they are looked for."""
    return analyzer().analyze(separated(text))
