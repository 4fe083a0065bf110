"""The structure model: how likely each block of a page belongs to the article, and why.

A small network, learned from pages with hand-made gold (tests/benchmarks/training). A block's
features make a state; twice, each state is updated from its own and from messages of the blocks
around it, of those in the same parent element, of those in the same kind of element, and of the
whole page. Inference is a few matrix products.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parsers.structure.features import NAMES, PageFeatures

Matrix = NDArray[np.float32]

WEIGHTS = "weights.npz"
OFFSETS = (-3, -2, -1, 1, 2, 3)
CONTEXTS = ("blocks_around", "same_parent", "same_kind_of_element", "whole_page")
_FAR = max(OFFSETS)
CLIP = 4.0
LEAST_WEIGHT = 0.05
_ALONE = 200_000
_FURTHEST_LOGIT = 30.0
LENGTH = NAMES.index("length")


class Round(NamedTuple):
    """One exchange of messages: the weights that make them, and that update the states."""

    message: Matrix
    message_bias: Matrix
    update: Matrix
    update_bias: Matrix


class Group(NamedTuple):
    """Rows sorted by group, where each group starts, how large it is, and each row's group."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: Matrix
    of_row: NDArray[np.int64]


class _Trace(NamedTuple):
    """What was computed on the way: inputs, then states and contexts round by round."""

    inputs: Matrix
    states: list[Matrix]
    contexts: list[Matrix]
    logits: Matrix


class Model(NamedTuple):
    """The network's weights. ``names`` are the features it was trained on."""

    names: tuple[str, ...]
    mean: Matrix
    scale: Matrix
    enter: Matrix
    enter_bias: Matrix
    rounds: tuple[Round, ...]
    leave: Matrix
    leave_bias: float

    def probabilities(self, page: PageFeatures) -> Matrix:
        """Return for each block of a page how likely it belongs to the article, 0-1."""
        return _logistic(self._run(page).logits)

    def contributions(self, page: PageFeatures) -> tuple[tuple[str, ...], Matrix]:
        """Return names and, for each block, how much each adds to the log odds that it belongs.

        A name is a feature of the block, or one of ``CONTEXTS``. The network is linear around
        each block, but for the messages: what adds up to the log odds, apart from the biases, is
        gradient times input.
        """
        trace = self._run(page)
        gradient = np.where(trace.states[-1] > 0, self.leave[None, :], 0)
        width = len(self.leave)
        in_contexts = np.zeros((len(gradient), len(CONTEXTS)), np.float32)
        for number in range(len(self.rounds) - 1, -1, -1):
            update = self.rounds[number].update
            in_contexts += _by_context((gradient @ update[width:].T) * trace.contexts[number])
            gradient = np.where(trace.states[number] > 0, gradient @ update[:width].T, 0)
        of_features = (gradient @ self.enter.T) * trace.inputs
        return (*self.names, *CONTEXTS), np.concatenate([of_features, in_contexts], axis=1)

    def _run(self, page: PageFeatures) -> _Trace:
        inputs = page.matrix - self.mean
        inputs *= self.scale
        inputs.clip(-CLIP, CLIP, out=inputs)
        weights = page.matrix[:, LENGTH] + np.float32(LEAST_WEIGHT)
        weights /= weights.sum()
        groups = (_group(page.parents), _group(page.signatures))
        states = [np.maximum(_product(inputs, self.enter) + self.enter_bias, 0)]
        contexts = []
        for round_ in self.rounds:
            messages = np.tanh(_product(states[-1], round_.message) + round_.message_bias)
            contexts.append(_context(messages, groups, weights))
            joined = np.concatenate([states[-1], contexts[-1]], axis=1)
            states.append(np.maximum(_product(joined, round_.update) + round_.update_bias, 0))
        return _Trace(inputs, states, contexts, states[-1] @ self.leave + self.leave_bias)


def deciding(
    names: tuple[str, ...], contributions: Matrix, row: int, count: int = 3
) -> Mapping[str, float]:
    """Return the ``count`` names that move a block most, the strongest first."""
    strongest = np.argsort(-np.abs(contributions[row]), kind="stable")[:count]
    return {names[i]: round(float(contributions[row, i]), 2) for i in strongest.tolist()}


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Read the weights that come with the package.

    Raises:
        ValueError: they were trained on other features than this version's.
    """
    with files("parsers.structure").joinpath(WEIGHTS).open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        model = model_of({name: stored[name] for name in stored.files})
    if model.names != NAMES:
        raise ValueError(f"{WEIGHTS} was trained on other features; train it again")
    return model


def model_of(arrays: Mapping[str, NDArray[np.generic]]) -> Model:
    """Make a model of stored arrays (see ``tests/benchmarks/training``)."""
    single = {
        name: np.ascontiguousarray(array, np.float32)
        for name, array in arrays.items()
        if name != "names"
    }
    count = sum(name.startswith("update_bias_") for name in single)
    return Model(
        names=tuple(map(str, arrays["names"])),
        mean=single["mean"],
        scale=single["scale"],
        enter=single["enter"],
        enter_bias=single["enter_bias"],
        rounds=tuple(
            Round(*(single[f"{field}_{number}"] for field in Round._fields))
            for number in range(count)
        ),
        leave=single["leave"],
        leave_bias=single["leave_bias"].item(),
    )


def _product(rows: Matrix, weights: Matrix) -> Matrix:
    """Multiply matrices a few rows at a time, each too small for the library to share out.

    Waking its threads costs more than the product, and many times more on a busy machine.
    """
    step = max(1, _ALONE // weights.size)
    if len(rows) <= step:
        return rows @ weights
    product = np.empty((len(rows), weights.shape[1]), np.float32)
    for start in range(0, len(rows), step):
        np.matmul(rows[start : start + step], weights, out=product[start : start + step])
    return product


def _context(messages: Matrix, groups: tuple[Group, Group], weights: Matrix) -> Matrix:
    count, width = messages.shape
    padded = np.zeros((count + 2 * _FAR, width), np.float32)
    padded[_FAR : _FAR + count] = messages
    around = [padded[_FAR + offset : _FAR + offset + count] for offset in OFFSETS]
    means = [_mean(messages, group) for group in groups]
    page = np.broadcast_to(weights @ messages, (count, width))
    return np.concatenate([*around, *means, page], axis=1)


def _group(numbers: NDArray[np.int64]) -> Group:
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    starts = np.flatnonzero(first)
    of_row = np.empty(len(numbers), np.int64)
    of_row[order] = np.cumsum(first) - 1
    sizes = np.diff(np.append(starts, len(numbers))).astype(np.float32)
    return Group(order, starts, sizes, of_row)


def _mean(messages: Matrix, group: Group) -> Matrix:
    sums = np.add.reduceat(messages[group.order], group.starts, axis=0)
    means: Matrix = (sums / group.sizes[:, None]).astype(np.float32)
    return means[group.of_row]


def _by_context(shares: Matrix) -> Matrix:
    """Sum what came through each part of a context: neighbours, parent, kind, page."""
    width = shares.shape[1] // (len(OFFSETS) + len(CONTEXTS) - 1)
    ends = [0, len(OFFSETS) * width]
    return np.add.reduceat(shares, [ends[0], ends[1], ends[1] + width, ends[1] + 2 * width], axis=1)


def _logistic(logits: Matrix) -> Matrix:
    odds = np.exp(np.clip(logits, -_FURTHEST_LOGIT, _FURTHEST_LOGIT))
    probabilities: Matrix = (odds / (1 + odds)).astype(np.float32)
    return probabilities
