"""Measured results: one system's scores on a corpus, summed up, saved and loaded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from tests.benchmarks import scoring
from tests.benchmarks.measuring import PageScore
from tests.benchmarks.scoring import Overlap, Segments
from tests.benchmarks.systems import MissingSystemError

Scores = Sequence[PageScore]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A system on a corpus. Shares are of the pages whose gold has the thing, None if none has.

    ``seconds`` is per page.
    """

    overlap: Overlap | None
    exact: float | None
    segments: Segments
    title: float | None
    authors: float | None
    author_invented: float | None
    day: float | None
    outcomes: Mapping[str, int]
    seconds: float


def summarise(scores: Scores) -> Summary:
    """Sum up the scores of the pages of a corpus (at least one page)."""
    overlaps = [score.overlap for score in scores if score.overlap]
    return Summary(
        overlap=scoring.corpus_overlap(overlaps) if overlaps else None,
        exact=_share(score.exact for score in scores),
        segments=scoring.corpus_segments(score.segments for score in scores),
        title=_share(score.title for score in scores),
        authors=_share(score.authors for score in scores),
        author_invented=_share(score.author_invented for score in scores),
        day=_share(score.day for score in scores),
        outcomes=Counter(score.outcome for score in scores),
        seconds=mean(score.seconds for score in scores),
    )


def best_of(systems: Iterable[Scores]) -> Scores:
    """An oracle: for each page the scores of the system that did best on it."""
    return [max(scores, key=_rank) for scores in zip(*systems, strict=True)]


def save(path: Path, corpus: str, results: Mapping[str, Scores]) -> None:
    """Write the scores of each system on each page as JSON."""
    systems = {name: [asdict(score) for score in scores] for name, scores in results.items()}
    document = {"corpus": corpus, "systems": systems}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def load(path: Path, system: str) -> dict[str, PageScore]:
    """A system's scores by page from a saved file.

    Raises:
        MissingSystemError: the file holds no such system.
    """
    systems = json.loads(path.read_text(encoding="utf-8"))["systems"]
    if system not in systems:
        raise MissingSystemError(f"{path} holds no {system!r}, but: {', '.join(systems)}")
    return {record["page_id"]: _score_from_record(record) for record in systems[system]}


def _score_from_record(record: Mapping[str, Any]) -> PageScore:
    overlap = record["overlap"]
    return PageScore(
        **{
            **record,
            "overlap": Overlap(*overlap) if overlap else None,
            "segments": Segments(*record["segments"]),
        }
    )


def _rank(score: PageScore) -> tuple[bool, float]:
    return bool(score.exact), score.value


def _share(answers: Iterable[bool | None]) -> float | None:
    known = [answer for answer in answers if answer is not None]
    return mean(known) if known else None
