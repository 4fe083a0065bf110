"""What a source's declaration promises of a healthy run, held against what the run found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.items import Article, Source, Visit


class Tally:
    """Pages that became articles, and those of them with a date, by source id."""

    def __init__(self) -> None:
        self.articles: Counter[str] = Counter()
        self.dated: Counter[str] = Counter()

    def count(self, visits: Sequence[Visit]) -> None:
        """Add the visits of one batch, but for collected pages: no run looks at all of those."""
        for visit in visits:
            if visit.found_by is not None:
                continue
            if isinstance(visit.outcome, Article) and visit.source_id is not None:
                self.articles[visit.source_id] += 1
                self.dated[visit.source_id] += visit.outcome.date_published is not None

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
                " its declaration asserts"
            )
        if articles and dated / articles < promised.share_with_date:
            yield (
                f"{source.id}: {dated / articles:.0%} of articles have a date, less than the"
                f" {promised.share_with_date:.0%} its declaration asserts"
            )
