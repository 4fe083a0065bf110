"""Two versions of an article compared: what a reader would see changed, and of what kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from warehouse.changes.aspects import aspects_of
from warehouse.changes.sentences import Difference, Sentence, differences, sentences, words_of

Kind = Literal["cosmetic", "substantive"]
What = Literal["headline", "body", "date", "authors", "roles"]

_MOST_PASSAGES: Final = 1_000
_PRECISIONS: Final = {"month": "%Y-%m", "day": "%Y-%m-%d"}


class Edition(NamedTuple):
    """What a version says. ``positions`` are those of the blocks that hold the paragraphs."""

    headline: str | None
    paragraphs: Sequence[str]
    positions: Sequence[int]
    authors: Sequence[str]
    date_published: datetime | None
    date_published_precision: str


class Change(NamedTuple):
    """One difference between two versions.

    ``before`` and ``after`` are the wordings, None on the side that has none. ``position`` is that
    of the block which holds the passage in the later version, or in the earlier one when it was
    lost. ``aspects`` say what it is about.
    """

    what: What
    kind: Kind
    before: str | None
    after: str | None
    position: int | None
    aspects: tuple[str, ...]


def compare(before: Edition, after: Edition) -> tuple[Change, ...]:
    """Return all that changed from one version to the next; there is always something.

    Where a reader sees no difference (a paragraph is taken for a contact line now, say), the one
    change is of ``roles``. At most a thousand passages of a body are told apart: the rest is one.
    """
    found = (
        *_headline(before.headline, after.headline),
        *_authors(before.authors, after.authors),
        *_date(before, after),
        *_body(before, after),
    )
    return found or (Change("roles", "cosmetic", None, None, None, ()),)


def _headline(before: str | None, after: str | None) -> Iterator[Change]:
    if before != after:
        yield _wording("headline", before or "", after or "", None)


def _wording(what: What, before: str, after: str, position: int | None) -> Change:
    """Return the change of one wording into another; an empty one is none."""
    same = words_of(before) == words_of(after)
    aspects = ("typography",) if same else aspects_of(before, after)
    if not before or not after:
        aspects = ("lost" if before else "added", *aspects)
    return Change(
        what,
        "cosmetic" if same else "substantive",
        before or None,
        after or None,
        position,
        aspects,
    )


def _authors(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    if list(before) == list(after):
        return
    same = [words_of(name) for name in before] == [words_of(name) for name in after]
    yield Change(
        "authors",
        "cosmetic" if same else "substantive",
        ", ".join(before) or None,
        ", ".join(after) or None,
        None,
        ("typography",) if same else ("name",),
    )


def _date(before: Edition, after: Edition) -> Iterator[Change]:
    old, new = before.date_published, after.date_published
    precisions = before.date_published_precision, after.date_published_precision
    if old == new and precisions[0] == precisions[1]:
        return
    finer = old is not None and new is not None and _agree(old, new, *precisions)
    yield Change(
        "date",
        "cosmetic" if finer else "substantive",
        _told(old, precisions[0]),
        _told(new, precisions[1]),
        None,
        ("precision",) if finer else ("date",),
    )


def _agree(old: datetime, new: datetime, *precisions: str) -> bool:
    """Tell whether one of two dates says the same as the other, only less exactly."""
    coarser = next((p for p in ("month", "day") if p in precisions), None)
    if coarser is None or precisions[0] == precisions[1]:
        return False
    form = _PRECISIONS[coarser]
    return old.strftime(form) == new.strftime(form)


def _told(moment: datetime | None, precision: str) -> str | None:
    if moment is None:
        return None
    if precision in _PRECISIONS:
        return moment.strftime(_PRECISIONS[precision])
    return moment.astimezone(UTC).isoformat()


# --- The body --------------------------------------------------------------------------------


def _body(before: Edition, after: Edition) -> Iterator[Change]:
    found = list(differences(sentences(before.paragraphs), sentences(after.paragraphs)))
    for difference in found[:_MOST_PASSAGES]:
        yield _passage(difference, before, after)
    if rest := found[_MOST_PASSAGES:]:
        yield _passage(_joined(rest), before, after)


def _joined(found: Iterable[Difference]) -> Difference:
    """Return many differences as one."""
    found = list(found)
    return Difference(
        tuple(sentence for difference in found for sentence in difference.before),
        tuple(sentence for difference in found for sentence in difference.after),
        same_words=all(difference.same_words for difference in found),
        moved=all(difference.moved for difference in found),
    )


def _passage(difference: Difference, before: Edition, after: Edition) -> Change:
    lost, added = _text(difference.before), _text(difference.after)
    holder, sentence = (
        (after, difference.after[0]) if difference.after else (before, difference.before[0])
    )
    position = holder.positions[sentence.paragraph]
    if difference.moved:
        return Change("body", "cosmetic", lost, added, position, ("order",))
    return _wording("body", lost, added, position)


def _text(told: Iterable[Sentence]) -> str:
    """Return sentences as they are read: those of one paragraph on one line."""
    parts: list[str] = []
    last = None
    for sentence in told:
        parts.append((" " if sentence.paragraph == last else "\n") + sentence.text)
        last = sentence.paragraph
    return "".join(parts).strip()
