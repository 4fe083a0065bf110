"""What a source's declaration promises of a healthy run, held against what the run found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.items import Article, Quarantined, Rejection, Source, Visit

SHOWN = 3
"""Pages that the sentence of a failed assertion names."""


class Tally:
    """Pages that became articles, and those of them with a date, by source id.

    ``without_article`` and ``without_date`` are pages of this run to look at, a few of a source.
    """

    def __init__(self) -> None:
        self.articles: Counter[str] = Counter()
        self.dated: Counter[str] = Counter()
        self.without_article: defaultdict[str, list[str]] = defaultdict(list)
        self.without_date: defaultdict[str, list[str]] = defaultdict(list)

    def count(self, visits: Sequence[Visit]) -> None:
        """Add the visits of one batch, but for collected pages: no run looks at all of those."""
        for visit in visits:
            self._note(visit)
            if visit.found_by is not None:
                continue
            if isinstance(visit.outcome, Article) and visit.source_id is not None:
                self.articles[visit.source_id] += 1
                self.dated[visit.source_id] += visit.outcome.date_published is not None

    def _note(self, visit: Visit) -> None:
        """Remember a page that a person should look at when its source falls short."""
        match visit.outcome:
            case Article(date_published=None):
                pages = self.without_date[visit.source_id or ""]
            case Quarantined() | Rejection():
                pages = self.without_article[visit.source_id or ""]
            case _:
                return
        if len(pages) < SHOWN:
            pages.append(visit.target)

    def add(self, standing: Mapping[str, tuple[int, int]]) -> None:
        """Add articles, and those of them with a date, that stand on collected pages."""
        for source_id, (articles, dated) in standing.items():
            self.articles[source_id] += articles
            self.dated[source_id] += dated


def failed_assertions(sources: Iterable[Source], tally: Tally) -> Iterator[str]:
    """A sentence for each promise that all pages of ``sources`` together did not keep."""
    for source in sources:
        articles, dated = tally.articles[source.id], tally.dated[source.id]
        promised = source.assertions
        if articles < promised.fewest_pages:
            yield (
                f"{source.id}: {articles:,} articles, fewer than the {promised.fewest_pages:,}"
                f" its declaration asserts{_look_at(tally.without_article[source.id])}"
            )
        if articles and dated / articles < promised.share_with_date:
            yield (
                f"{source.id}: {dated / articles:.0%} of articles have a date, less than the"
                f" {promised.share_with_date:.0%} its declaration asserts"
                f"{_look_at(tally.without_date[source.id])}"
            )


def _look_at(pages: Sequence[str]) -> str:
    return f"; look at {', '.join(pages)}" if pages else ""
