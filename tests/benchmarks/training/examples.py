"""Pages as examples: features of the blocks, which of them belong, and what each weighs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parsers.items import Snapshot
from parsers.readers import Unreadable, read
from parsers.structure.features import NAMES, PageFeatures, candidates, page_features
from tests.benchmarks.corpus import Corpus, Page, site_of
from tests.benchmarks.scoring import fold_space, shingle_overlap
from tests.benchmarks.training.composed import Part, compose
from tests.benchmarks.training.labels import shares_in_gold
from tests.goldens.pages import reference_pages

Vector = NDArray[np.float32]

BELONGS = 0.5
REFERENCE = "reference pages"
COMPOSED = "composed pages"
# What a page of a corpus weighs: news of today is what the extractor is for; snippets say little.
_WEIGHTS = {"publishers-dev": 2.0, "segments-dev": 0.5, REFERENCE: 5.0, COMPOSED: 0.15}
_MOST_BLOCKS = 4_000
_MOST_COPIES = 2
# Gold that no choice of blocks comes near is not this page's gold.
_REACHABLE = 0.8
_UNREACHABLE_WEIGHT = 0.15
_COMPOSED = 500
_SHORTEST_STORY = 6
_LONGEST_PART = 1_500
_STORY_KINDS = ("heading", "list_item", "quote", "table_row")


@dataclass(frozen=True, slots=True)
class Example:
    """A page to learn from. ``belongs`` and ``weights`` have a value for each block."""

    corpus: str
    id: str
    site: str
    features: PageFeatures
    texts: tuple[str, ...]
    belongs: Vector
    weights: Vector
    page: Page | None


def read_corpora(zips: Sequence[Path], processes: int) -> list[Example]:
    """Read all pages of the corpora that are HTML and have gold, in the order of the zips."""
    jobs = []
    for path in zips:
        with Corpus(path) as corpus:
            jobs += [(path, number) for number in range(len(corpus.pages))]
    with Pool(processes) as pool:
        return [example for example in pool.imap(_read_page, jobs, chunksize=8) if example]


def read_references() -> Iterator[Example]:
    """Read the project's own reference pages of HTML whose goldens a person has reviewed."""
    for key, page in reference_pages().items():
        golden = json.loads(page.golden().read_text()) if page.golden().exists() else {}
        if golden.get("outcome") != "article" or not golden.get("reviewed"):
            continue
        described = _describe(page.snapshot)
        if described is None:
            continue
        features, texts = described
        kept = Counter(block["text"] for block in golden["blocks"] if "kept" in block)
        belongs = _holding(texts, kept)
        weights = _weights(texts, belongs, np.ones_like(belongs)) * np.float32(_WEIGHTS[REFERENCE])
        yield Example(REFERENCE, key, REFERENCE, features, texts, belongs, weights, None)


def compose_pages(examples: Sequence[Example], seed: int = 1) -> Iterator[Example]:
    """Compose small pages of the texts of examples with whole gold; each is of its story's site."""
    found = [(example, _story(example)) for example in examples]
    found = [(example, story) for example, story in found if len(story[1]) >= _SHORTEST_STORY]
    stories = [story for _, story in found]
    for number, html, chosen in compose(stories, _COMPOSED, seed):
        described = _describe(Snapshot(body=html.encode(), media_type="text/html"))
        if described is None:
            continue
        features, texts = described
        belongs = _holding(texts, Counter(chosen))
        weights = _weights(texts, belongs, np.ones_like(belongs)) * np.float32(_WEIGHTS[COMPOSED])
        site = found[number][0].site
        yield Example(COMPOSED, str(number), site, features, texts, belongs, weights, None)


def _story(example: Example) -> tuple[str, list[Part]]:
    if example.page is None or not example.page.gold_text:
        return "", []
    matrix = example.features.matrix
    kinds = {kind: matrix[:, NAMES.index(f"kind_{kind}")] > 0 for kind in _STORY_KINDS}
    parts = [
        (next((kind for kind in _STORY_KINDS if kinds[kind][row]), "paragraph"), text)
        for row, text in enumerate(example.texts)
        if example.belongs[row] > BELONGS and "\n" not in text and len(text) < _LONGEST_PART
    ]
    titles = np.flatnonzero(matrix[:, NAMES.index("tag_h1")])
    fallback = parts[0][1][:80] if parts else ""
    return (example.texts[titles[0]] if len(titles) else fallback), parts


def _holding(texts: Sequence[str], wanted: Counter[str]) -> Vector:
    """Return which texts are wanted, each as often as it is."""
    belongs = np.zeros(len(texts), np.float32)
    for row, text in enumerate(texts):
        if wanted[text]:
            wanted[text] -= 1
            belongs[row] = 1
    return belongs


def _read_page(job: tuple[Path, int]) -> Example | None:
    path, number = job
    with Corpus(path) as corpus:
        page = corpus.pages[number]
        described = _describe(Snapshot(body=corpus.body(page), url=page.url))
        name = corpus.name
    if described is None:
        return None
    features, texts = described
    worth = _WEIGHTS.get(name, 1.0)
    if page.gold_text:
        belongs = np.array(shares_in_gold(texts, page.gold_text), np.float32)
        known = np.ones_like(belongs)
        chosen = "\n".join(t for t, share in zip(texts, belongs, strict=True) if share > BELONGS)
        if shingle_overlap(chosen, page.gold_text).f1 < _REACHABLE:
            worth *= _UNREACHABLE_WEIGHT
    else:
        belongs, known = _marked_by_snippets(texts, page)
    weights = _weights(texts, belongs, known) * np.float32(worth)
    site = site_of(page.url) if page.url else page.id
    return Example(name, page.id, site, features, texts, belongs, weights, page)


def _describe(snapshot: Snapshot) -> tuple[PageFeatures, tuple[str, ...]] | None:
    try:
        document = read(snapshot)
    except Unreadable:
        return None
    positions = candidates(document)
    if document.form != "html" or not positions or len(positions) > _MOST_BLOCKS:
        return None
    texts = tuple(document.blocks[position].text for position in positions)
    return page_features(document, positions), texts


def _marked_by_snippets(texts: Sequence[str], page: Page) -> tuple[Vector, Vector]:
    """Return which blocks belong and of which that is known: those that hold a snippet."""
    folded = [fold_space(text) for text in texts]
    belongs, known = np.zeros((2, len(texts)), np.float32)
    for snippet in map(fold_space, page.with_):
        holders = [row for row, text in enumerate(folded) if snippet in text]
        if 0 < len(holders) <= _MOST_COPIES:
            longest = max(holders, key=lambda row: len(folded[row]))
            belongs[longest] = known[longest] = 1
    for snippet in map(fold_space, page.without):
        holders = [row for row, text in enumerate(folded) if snippet in text]
        if len(holders) <= _MOST_COPIES:
            known[holders] = 1
    return belongs, known


def _weights(texts: Sequence[str], belongs: Vector, known: Vector) -> Vector:
    """Weigh blocks by length, within bounds, and all of a page's article as much as any other."""
    sizes = np.array([len(text) for text in texts], np.float32)
    weights = (0.3 + np.minimum(sizes, 400) / 200) * known
    article = belongs > BELONGS
    total = weights[article].sum() + 0.5 * weights[~article].sum()
    return (weights / max(float(total), 1e-3)).astype(np.float32)
