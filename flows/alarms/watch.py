"""The watch of one run: each page against the history of its source, before it is loaded."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from flows.alarms.signatures import leaked, signature_of
from flows.alarms.usual import FEWEST, RECENT, Departures, Usual
from flows.alarms.verdicts import CHANCE_OF_WINDOW, at_least, held_back
from parsers.items import Article, Quarantined, Visit
from warehouse import History, Listing, Signature, Writer, Yield

SHOWN = 3
"""Pages that an alarm names."""

FEWEST_LOOKS = 5
"""Looks at a source's lists before the number of what they name is judged."""

FEWER_BY = 4
"""Lists that name so many times fewer pages than ever are an alarm."""


class _Page(NamedTuple):
    """A page that is judged: its place in the batch, its signature, how it departs."""

    place: int
    article: Article
    signature: Signature
    departures: Departures


class _Neighbour(NamedTuple):
    """A page judged before: its alarms, and its target when this run has loaded it."""

    alarms: frozenset[str]
    target: str | None


@dataclass
class _SourceWatch:
    """What this run knows of one source; ``usual`` is None while its history is too short."""

    history: History
    usual: Usual | None
    neighbours: deque[_Neighbour]
    articles: int = 0
    held: int = 0
    alarms: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    slipped: list[str] = field(default_factory=list)
    leaks: int = 0
    leak_examples: list[str] = field(default_factory=list)


class Watch:
    """Holds back pages of one run, and tells at its end what a person should look at."""

    def __init__(self, writer: Writer, run_id: str) -> None:
        self._writer = writer
        self._run_id = run_id
        self._sources: dict[str, _SourceWatch] = {}
        self._rejected: set[tuple[str, str]] | None = None

    def screen(self, visits: Sequence[Visit]) -> list[Visit]:
        """The visits of a batch, with the outcome ``Quarantined`` for pages that are held back.

        A page that reads as it is stored is let through, one that a person has rejected is not.
        """
        screened = list(visits)
        places: dict[str, list[int]] = {}
        for place, visit in enumerate(visits):
            if isinstance(visit.outcome, Article) and visit.source_id is not None:
                places.setdefault(visit.source_id, []).append(place)
        self._meet(places)
        for source_id, own in places.items():
            self._screen_source(self._sources[source_id], screened, own)
        return screened

    def problems(self) -> Iterator[str]:
        """A sentence for each alarm, with pages to look at."""
        for source_id, source in self._sources.items():
            if source.held:
                yield _told_held(source_id, source)
            if source.leaks:
                yield (
                    f"{source_id}: what is removed from other pages was kept on {source.leaks:,} of"
                    f" {source.articles:,}: {'; '.join(source.leak_examples)}"
                )
        yield from map(_told_yield, filter(_is_poor, self._writer.ranges.yields(self._run_id)))
        yield from map(_told_listing, filter(_is_short, self._writer.ranges.listings(self._run_id)))

    def _meet(self, places: dict[str, list[int]]) -> None:
        """Learn the history of sources met first, and of those that had none so far."""
        if self._rejected is None:
            self._rejected = self._writer.quarantine.rejected()
        asked = [
            source_id
            for source_id in places
            if (known := self._sources.get(source_id)) is None
            or (known.usual is None and known.articles + len(known.history.signatures) >= FEWEST)
        ]
        if asked:
            for source_id, history in self._writer.ranges.histories(asked).items():
                self._sources[source_id] = _watch_of(history)

    def _screen_source(
        self, source: _SourceWatch, visits: list[Visit], places: Sequence[int]
    ) -> None:
        """Judge the pages of one source; in ``visits`` those held back get their new outcome."""
        source.articles += len(places)
        for place in self._refused(visits, places):
            visits[place] = _held(visits[place], {"rejected": "rejected by a person before"})
        if source.usual is None:
            return
        pages = self._judged(source, source.usual, visits, places)
        neighbours = list(source.neighbours)
        alarms = [n.alarms for n in neighbours] + [frozenset(p.departures) for p in pages]
        held = held_back(alarms, source.usual)
        source.slipped += [t for n, (_, t) in enumerate(neighbours) if n in held and t]
        for number, page in enumerate(pages, start=len(neighbours)):
            visit = visits[page.place]
            if number in held:
                visits[page.place] = _held(visit, page.departures)
                _count_held(source, visit.target, page.departures)
            elif page.signature.leaks:
                _count_leak(source, visit.target, page.article)
            target = None if number in held else visit.target
            source.neighbours.append(_Neighbour(frozenset(page.departures), target))

    def _refused(self, visits: Sequence[Visit], places: Sequence[int]) -> list[int]:
        rejected = self._rejected or set()
        readings = ((place, visits[place].outcome) for place in places)
        return [
            place
            for place, outcome in readings
            if isinstance(outcome, Article)
            and (outcome.article_id, outcome.body_digest) in rejected
        ]

    def _judged(
        self, source: _SourceWatch, usual: Usual, visits: Sequence[Visit], places: Sequence[int]
    ) -> list[_Page]:
        """The pages with how they depart; those that read as they are stored are left out."""
        pages = []
        for place in places:
            visit = visits[place]
            if isinstance(visit.outcome, Article):
                signature = signature_of(visit.outcome, visit.visited_at, source.history.chrome)
                usual.meet(signature)
                pages.append((place, visit.outcome, signature))
        judged = [_Page(*page, usual.departures(page[2])) for page in pages]
        departing = [page.article.article_id for page in judged if page.departures]
        if not departing:
            return judged
        stored = self._writer.ranges.loaded_digests(departing)
        return [p for p in judged if stored.get(p.article.article_id) != p.article.body_digest]


def _watch_of(history: History) -> _SourceWatch:
    usual = Usual(history) if len(history.signatures) >= FEWEST else None
    before = usual.latest if usual else ()
    neighbours = deque((_Neighbour(alarms, None) for alarms in before), maxlen=RECENT)
    return _SourceWatch(history, usual, neighbours)


def _held(visit: Visit, departures: Departures) -> Visit:
    article = visit.outcome
    if not isinstance(article, Article):
        return visit
    return replace(
        visit, outcome=Quarantined(article, tuple(departures), "; ".join(departures.values()))
    )


def _count_held(source: _SourceWatch, target: str, departures: Departures) -> None:
    source.held += 1
    source.alarms.update(departures.keys())
    if len(source.examples) < SHOWN:
        source.examples.append(f"{target} ({'; '.join(departures.values())})")


def _count_leak(source: _SourceWatch, target: str, article: Article) -> None:
    source.leaks += 1
    if len(source.leak_examples) < SHOWN:
        source.leak_examples.append(f"“{leaked(article, source.history.chrome)}” in {target}")


# --- In words ---------------------------------------------------------------------------------


def _told_held(source_id: str, source: _SourceWatch) -> str:
    alarms = ", ".join(f"{alarm} {count:,}" for alarm, count in source.alarms.most_common())
    slipped = source.slipped
    loaded = f"; loaded before that was clear: {', '.join(slipped)}" if slipped else ""
    return (
        f"{source_id}: {source.held:,} of {source.articles:,} articles read unlike its others and"
        f" are quarantined: {alarms}; such as {', '.join(source.examples)}{loaded};"
        f" see `newsgrain quarantine list --source {source_id}`"
    )


def _is_poor(told: Yield) -> bool:
    """Whether more pages gave no article than chance brings."""
    chance = (told.earlier_rejected + 1) / (told.earlier + 2)
    return told.earlier >= FEWEST and at_least(told.rejected, told.pages, chance) < CHANCE_OF_WINDOW


def _told_yield(told: Yield) -> str:
    return (
        f"{told.source_id}: {told.rejected:,} of {told.pages:,} pages gave no article, before"
        f" {told.earlier_rejected:,} of {told.earlier:,}: such as {', '.join(told.examples)}"
    )


def _is_short(told: Listing) -> bool:
    return told.looks >= FEWEST_LOOKS and told.listed * FEWER_BY < told.fewest


def _told_listing(told: Listing) -> str:
    return (
        f"{told.source_id}: its lists name {told.listed:,} pages, never fewer than"
        f" {told.fewest:,} in the {told.looks:,} looks before"
    )
