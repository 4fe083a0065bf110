"""Pages that were erased are not loaded again, from wherever they come.

Most are known by their address and are set aside before anything of them is parsed or captured.
One under another address gives itself away when it was parsed, by its canonical link: what was
captured of it meanwhile is left to be erased by the next command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flows.reading.missed import Missed
from flows.runs.batches import Batch
from flows.runs.erasing import mark_unfinished
from flows.runs.parsing import Outcome
from flows.sources.identities import PageIdentities
from parsers.items import Article, Capture, Rejection, Snapshot, Source
from warehouse import Place, Writer


class Parsed(NamedTuple):
    """A batch with the outcomes of its snapshots and the captures that they made."""

    batch: Batch
    outcomes: Sequence[Outcome]
    captures: Sequence[Capture]


class ErasedPages:
    """Tells erased pages apart; ``sources`` are those that pages may come from."""

    def __init__(self, writer: Writer, sources: Mapping[str, Source], warehouse: Place) -> None:
        self._writer = writer
        self._warehouse = warehouse
        self._identify = PageIdentities(sources)
        self._page_ids = writer.erasures.erased_page_ids()

    def article_of(
        self, source_id: str | None, url: str | None, path: str | None = None
    ) -> str | None:
        """The erased article that the page with this address was; None when it was not erased."""
        if not self._page_ids:
            return None
        identities = self._identify(source_id, url, path)
        return next((self._page_ids[page] for page in identities if page in self._page_ids), None)

    def set_aside(self, batch: Batch) -> Batch:
        """The batch with its erased pages refused, known by an address."""
        if not self._page_ids:
            return batch
        kept, refused = [], []
        for snapshot in batch.snapshots:
            article_id = self._article_of_snapshot(snapshot)
            if article_id is None:
                kept.append(snapshot)
            else:
                refused.append(_refused(snapshot.source_id, article_id))
        missed = [self._set_aside_missed(missed) for missed in batch.missed]
        digests = {snapshot.payload_digest for snapshot in kept}
        return replace(
            batch,
            snapshots=tuple(kept),
            missed=(*missed, *refused),
            captures=tuple(c for c in batch.captures if c.payload_digest in digests),
        )

    def refuse(self, parsed: Parsed) -> Parsed:
        """The batch with those pages refused too whose article was erased."""
        if not self._page_ids:
            return parsed
        batch, outcomes, captures = parsed
        pairs = list(zip(batch.snapshots, outcomes, strict=True))
        kept = [pair for pair in pairs if self._erased_article(pair[1]) is None]
        digests = {snapshot.payload_digest for snapshot, _ in kept}
        spare = {c.payload_digest for c in captures} - digests
        refused = []
        for snapshot, outcome in pairs:
            article_id = self._erased_article(outcome)
            if article_id is not None:
                refused.append(_refused(snapshot.source_id, article_id))
                if snapshot.payload_digest in spare:
                    self._leave_to_be_erased(article_id, snapshot)
        return Parsed(
            replace(
                batch,
                snapshots=tuple(snapshot for snapshot, _ in kept),
                missed=(*batch.missed, *refused),
            ),
            [outcome for _, outcome in kept],
            [capture for capture in captures if capture.payload_digest not in spare],
        )

    def _article_of_snapshot(self, snapshot: Snapshot) -> str | None:
        source_id = snapshot.source_id
        return self.article_of(source_id, snapshot.url, snapshot.path) or self.article_of(
            source_id, snapshot.requested_url
        )

    def _set_aside_missed(self, missed: Missed) -> Missed:
        article_id = self.article_of(missed.source_id, missed.url, missed.path) or self.article_of(
            missed.source_id, missed.target
        )
        return missed if article_id is None else _refused(missed.source_id, article_id)

    def _erased_article(self, outcome: Outcome) -> str | None:
        return self._page_ids.get(outcome.article_id) if isinstance(outcome, Article) else None

    def _leave_to_be_erased(self, article_id: str, snapshot: Snapshot) -> None:
        page_ids = self._identify(snapshot.source_id, snapshot.url, snapshot.path)
        mark_unfinished(self._warehouse)
        with self._writer.transaction():
            self._writer.erasures.mark_pages(article_id, page_ids, {snapshot.payload_digest})
        self._page_ids |= dict.fromkeys(page_ids, article_id)


def _refused(source_id: str | None, article_id: str) -> Missed:
    outcome = Rejection("erased", "erased on purpose; `newsgrain erase --undo` allows it again")
    return Missed(f"erased:{article_id}", source_id, None, None, outcome)
