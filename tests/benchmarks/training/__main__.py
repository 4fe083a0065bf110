"""Train the structure model, and measure it on sites that it has not seen.

python -m tests.benchmarks.training CORPUS.zip ... --folds 5
python -m tests.benchmarks.training CORPUS.zip ... --write
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from parsers.structure.model import WEIGHTS, model_of
from tests.benchmarks.scoring import harmonic_mean, is_exact, segments, shingle_overlap
from tests.benchmarks.training.examples import (
    BELONGS,
    Example,
    compose_pages,
    read_corpora,
    read_references,
)
from tests.benchmarks.training.network import Settings, train

_ROOM = Path(__file__).parent
_PACKAGE = _ROOM.parents[2] / "parsers" / "structure"
_MANIFEST = _ROOM / "manifest.json"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.training")
    parser.add_argument("corpora", type=Path, nargs="+", help="zips of the shared form")
    parser.add_argument("--folds", type=int, help="cross-validate by site in so many parts")
    parser.add_argument(
        "--keep-folds", type=Path, metavar="FOLDER", help="write each fold's weights"
    )
    parser.add_argument("--write", action="store_true", help="train on all and write the weights")
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.processes)
    examples = read_corpora(options.corpora, options.processes)
    references = list(read_references())
    settings = Settings(epochs=options.epochs)
    if options.folds:
        for line in cross_validate(
            examples, references, options.folds, settings, options.keep_folds
        ):
            print(line, flush=True)
    if options.write:
        everything = [*examples, *references, *compose_pages(examples)]
        np.savez_compressed(_PACKAGE / WEIGHTS, **train(everything, settings))
        manifest = json.dumps(_manifest(options.corpora, everything), indent=2)
        _MANIFEST.write_text(manifest + "\n")


def cross_validate(
    examples: Sequence[Example],
    references: Sequence[Example],
    folds: int,
    settings: Settings,
    keep: Path | None,
) -> Iterator[str]:
    """Train once for each part of the sites on the other parts; yield the scores on that part.

    The scores are of the model's blocks alone, without the rules that follow it. The reference
    pages, which are no site's, are always trained on and never scored.
    """
    texts: dict[tuple[str, str], str] = {}
    for number in range(folds):
        inside = [example for example in examples if fold_of(example.site, folds) != number]
        arrays = train([*inside, *references, *compose_pages(inside)], settings)
        if keep:
            np.savez_compressed(keep / f"fold_{number}.npz", **arrays)
        for example in examples:
            if fold_of(example.site, folds) == number:
                texts[example.corpus, example.id] = _text(example, arrays)
        yield f"fold {number + 1} of {folds} trained"
    for corpus in dict.fromkeys(example.corpus for example in examples):
        yield _scores(corpus, [e for e in examples if e.corpus == corpus], texts)


def fold_of(site: str, folds: int) -> int:
    """Return a site's part: the same on every machine and in every corpus."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:8], "big") % folds


def _text(example: Example, arrays: Mapping[str, NDArray[np.generic]]) -> str:
    chosen = model_of(arrays).probabilities(example.features) >= BELONGS
    return "\n".join(text for text, kept in zip(example.texts, chosen, strict=True) if kept)


def _scores(corpus: str, examples: Sequence[Example], texts: Mapping[tuple[str, str], str]) -> str:
    line = f"{corpus}: {len(examples)} pages"
    pairs = [(texts[e.corpus, e.id], e.page) for e in examples if e.page]
    whole = [(text, page.gold_text) for text, page in pairs if page.gold_text]
    if whole:
        overlaps = [shingle_overlap(text, gold) for text, gold in whole]
        precision = mean(overlap.precision for overlap in overlaps)
        recall = mean(overlap.recall for overlap in overlaps)
        exact = mean(is_exact(text, gold) for text, gold in whole)
        line += f", precision {precision:.4f} recall {recall:.4f}"
        line += f" F1 {harmonic_mean(precision, recall):.4f} exact {exact:.3f}"
    marked = [(text, page) for text, page in pairs if page.with_ or page.without]
    if marked:
        counts = np.sum([segments(text, page.with_, page.without) for text, page in marked], axis=0)
        found, missing, intruding = counts.tolist()
        line += f", segment F1 {2 * found / (2 * found + missing + intruding):.4f}"
    return line


def _manifest(corpora: Sequence[Path], examples: Sequence[Example]) -> Mapping[str, Any]:
    pages = Counter(example.corpus for example in examples)
    blocks = Counter[str]()
    for example in examples:
        blocks[example.corpus] += len(example.texts)
    digests = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in corpora}
    return {
        "corpora": [
            {
                "name": name,
                "sha256": digests.get(name),
                "pages": pages[name],
                "blocks": blocks[name],
            }
            for name in sorted(pages)
        ],
        "torch": torch.__version__,
    }


if __name__ == "__main__":
    main()
