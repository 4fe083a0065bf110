"""Which witness of the headline is believed: agreement first, then who says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from typing import NamedTuple

from parsers.likeness import likeness
from parsers.metadata.site_names import LONGEST_TITLE, is_site

_ORDER = ("json_ld", "visible", "microdata", "meta", "open_graph", "twitter", "title")
_AS_STATED, _CONFIRMED, _RESEMBLING, _FIRST = range(4)
_AFTER_ALL = _FIRST + len(_ORDER)
_LAST = _AFTER_ALL + 1
_LEAST_SHARED = 0.4
_GRAM = 3
_CUT_LENGTH = 90


class Candidate(NamedTuple):
    """A possible headline: where it was found, and the block it stands in, if any."""

    witness: str
    raw: str
    value: str
    position: int | None = None


class _Claims(NamedTuple):
    """What a page's witnesses say together, as likenesses.

    ``stated`` is JSON-LD's headline ("" where there is none, or only its beginning), ``for_search``
    tells that <title> says the same, ``others`` is what is said beside the headings.
    """

    stated: str
    is_news: bool
    for_search: bool
    shared: frozenset[str]
    others: frozenset[str]
    names: Set[str]
    cut_off: frozenset[str]
    words: dict[str, int]
    spellings: Counter[str]


def ranked(found: Sequence[Candidate], names: Set[str], is_news: bool) -> list[Candidate]:
    """Return candidates, the most trusted first.

    JSON-LD's headline leads, in the spelling that the page shows or most witnesses share. A heading
    of the page that another witness confirms leads before it, unless the page is news: there
    JSON-LD gives way only where it says what <title> tells search engines and Open Graph agrees
    with the heading. ``names`` are the site's, as likenesses.
    """
    claims = _claims(found, names, is_news)
    return sorted(found, key=lambda candidate: _key(candidate, claims))


def _claims(found: Sequence[Candidate], names: Set[str], is_news: bool) -> _Claims:
    said: dict[str, list[str]] = {}
    words: dict[str, int] = {}
    for candidate in found:
        own = likeness(candidate.value)
        said.setdefault(candidate.witness, []).append(own)
        words[own] = max(words.get(own, 0), len(candidate.value.split()))
    linked = [c.value for c in found if c.witness == "json_ld"]
    cut_off = frozenset(likeness(value) for value in linked if _is_cut_off(value, words.keys()))
    stated = next((own for own in said.get("json_ld", ()) if own not in cut_off), "")
    return _Claims(
        stated=stated,
        is_news=is_news,
        for_search=stated in said.get("title", ()),
        shared=frozenset(said.get("open_graph", ())),
        others=frozenset(o for w, owns in said.items() if w != "visible" for o in owns) - {""},
        names=names,
        cut_off=cut_off,
        words=words,
        spellings=Counter(candidate.value for candidate in found),
    )


def _key(candidate: Candidate, claims: _Claims) -> tuple[int, int, int]:
    own = likeness(candidate.value)
    if candidate.witness == "visible" and claims.others:
        return _heading_rank(candidate, own, claims), 0, candidate.position or 0
    if claims.stated and own == claims.stated:
        return _FIRST, -claims.spellings[candidate.value], 0
    if candidate.witness == "json_ld" and own in claims.cut_off:
        return _AFTER_ALL, 0, 0
    return _FIRST + _ORDER.index(candidate.witness), 0, candidate.position or 0


def _heading_rank(heading: Candidate, own: str, claims: _Claims) -> int:
    if len(heading.value.split()) < claims.words[own]:
        return _AFTER_ALL  # parts of a heading set apart by style alone run together
    if claims.stated and own == claims.stated:
        return _AS_STATED
    if claims.stated and claims.is_news:
        return _CONFIRMED if claims.for_search and own in claims.shared else _LAST
    if own in claims.others:
        return _CONFIRMED
    if own in claims.names or any(_runs_on(own, other, claims.names) for other in claims.others):
        return _LAST
    return _RESEMBLING if any(_resemble(own, other) for other in claims.others) else _LAST


def _is_cut_off(value: str, others: Set[str]) -> bool:
    """Tell whether a stated headline is only the beginning of another one, as long ones are cut."""
    own = likeness(value)
    return (value.endswith(("…", "...")) or len(value) >= _CUT_LENGTH) and any(
        other.startswith(own) and other != own for other in others
    )


def _runs_on(own: str, other: str, names: Set[str]) -> bool:
    """Tell whether a heading is another title with a label before it or the site's name after."""
    after = own.removeprefix(other)
    return own.endswith(other) or (after != own and is_site(after, names))


def _resemble(one: str, other: str) -> bool:
    """Tell whether two likenesses share two fifths of their groups of three letters (Dice)."""
    if max(len(one), len(other)) > LONGEST_TITLE:
        return False
    grams, others = (
        {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)} for text in (one, other)
    )
    return 2 * len(grams & others) >= _LEAST_SHARED * max(1, len(grams) + len(others))
