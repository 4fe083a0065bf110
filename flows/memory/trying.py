"""Trying rules on stored pages: what each article would lose, before anybody accepts them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from flows.archive.stored import stored_snapshot
from flows.archive.warc import ArchiveError
from flows.memory.proposing import Proposal
from flows.runs.batches import batches
from flows.runs.parsing import (
    Failure,
    Outcome,
    Parse,
    ParserPool,
    Pending,
    open_runner,
    parser,
)
from flows.settings import Settings
from parsers.items import Article, Block, Rejection, Snapshot, Source
from warehouse import Place, StoredPage, captures_folder


@dataclass(frozen=True, slots=True)
class Effect:
    """What rules would do to one page.

    ``lost`` are blocks that are kept today and would not be, ``gained`` those the other way
    round. ``outcome`` says that the page would no longer be an article, or could not be read;
    else it is None.
    """

    target: str
    article_id: str | None
    headline: str | None
    lost: tuple[Block, ...]
    gained: tuple[Block, ...]
    outcome: str | None = None


class _InFlight(NamedTuple):
    snapshots: Sequence[Snapshot]
    before: Pending
    after: Pending


def try_rules(
    proposals: Sequence[Proposal],
    pages: Sequence[StoredPage],
    sources: Mapping[str, Source],
    settings: Settings,
    parse: Parse | None = None,
) -> Iterator[Effect]:
    """The effect on each stored page that would change; every page is parsed with and without.

    Only pages of sources that a rule is proposed for are read.
    """
    tried = {id_: _with_rules(sources[id_], proposals) for id_ in {p.source_id for p in proposals}}
    snapshots = _snapshots([page for page in pages if page.source_id in tried], settings.warehouse)
    read = parse or parser(settings)
    in_flight: deque[_InFlight] = deque()
    with open_runner(settings) as runner:
        today, changed = ParserPool(runner, sources, read), ParserPool(runner, tried, read)

        def finish_first() -> Iterator[Effect]:
            first = in_flight.popleft()
            before, after = today.outcomes(first.before), changed.outcomes(first.after)
            for page in zip(first.snapshots, before, after, strict=True):
                effect = _effect(*page)
                if effect is not None:
                    yield effect

        for batch in batches(snapshots, settings.batch_pages):
            pending = today.submit(batch.snapshots), changed.submit(batch.snapshots)
            in_flight.append(_InFlight(batch.snapshots, *pending))
            if len(in_flight) > today.workers:
                yield from finish_first()
        while in_flight:
            yield from finish_first()


def _with_rules(source: Source, proposals: Sequence[Proposal]) -> Source:
    added = tuple(p.rule for p in proposals if p.source_id == source.id)
    return replace(source, rules=source.rules + added)


def _snapshots(pages: Sequence[StoredPage], warehouse: Place) -> Iterator[Snapshot]:
    """The pages as captured. One whose capture is lost cannot be tried: `doctor` tells of it."""
    captures = captures_folder(warehouse)
    for page in pages:
        try:
            yield stored_snapshot(page, captures)
        except ArchiveError:
            continue


def _effect(snapshot: Snapshot, before: Outcome, after: Outcome) -> Effect | None:
    if not isinstance(before, Article):
        return None
    target = snapshot.path or snapshot.url or ""
    if not isinstance(after, Article):
        return Effect(target, before.article_id, before.headline, _kept(before), (), _told(after))
    kept, keeps = _kept(before), _kept(after)
    lost = tuple(block for block in kept if block.position not in {b.position for b in keeps})
    gained = tuple(block for block in keeps if block.position not in {b.position for b in kept})
    if not lost and not gained:
        return None
    return Effect(target, before.article_id, before.headline, lost, gained)


def _kept(article: Article) -> tuple[Block, ...]:
    return tuple(block for block in article.blocks if block.disposition == "kept")


def _told(outcome: Rejection | Failure) -> str:
    if isinstance(outcome, Failure):
        return f"bug in the parsers: {outcome.summary}"
    return f"{outcome.reason}: {outcome.detail}"
