"""The network of ``parsers.structure.model`` in torch: the same computation, to be trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from parsers.structure.features import NAMES
from parsers.structure.model import CLIP, LEAST_WEIGHT, LENGTH, OFFSETS
from tests.benchmarks.training.examples import BELONGS, Example

_NOWHERE = 1 << 40


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes of the network and how it is trained."""

    state: int = 40
    message: int = 10
    rounds: int = 2
    epochs: int = 12
    pages_a_step: int = 12
    learning_rate: float = 4e-3
    weight_decay: float = 1e-2
    dropout: float = 0.15
    features_dropped: float = 0.03
    label_smoothing: float = 0.01
    early_rounds_weight: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pages as one: rows of all, group numbers apart, neighbours by row."""

    inputs: Tensor
    neighbours: Tensor
    groups: tuple[tuple[Tensor, Tensor], ...]
    pages: Tensor
    shares: Tensor
    belongs: Tensor
    weights: Tensor


class Network(nn.Module):
    """States, and rounds of messages; one reading of the states after each round."""

    def __init__(self, features: int, settings: Settings) -> None:
        super().__init__()
        state, message = settings.state, settings.message
        context = message * (len(OFFSETS) + 3)
        rounds = range(settings.rounds)
        self.enter = nn.Linear(features, state)
        self.message = nn.ModuleList(nn.Linear(state, message) for _ in rounds)
        self.update = nn.ModuleList(nn.Linear(state + context, state) for _ in rounds)
        self.leave = nn.ModuleList(nn.Linear(state, 1) for _ in range(settings.rounds + 1))
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, batch: Batch, inputs: Tensor) -> list[Tensor]:
        """Return the log odds of each row after no round, after the first, and so on."""
        state = torch.relu(self.enter(inputs))
        readings = [self.leave[0](self.dropout(state)).squeeze(1)]
        for message, update, leave in zip(
            self.message, self.update, list(self.leave)[1:], strict=True
        ):
            sent = torch.tanh(message(state))
            joined = torch.cat([state, *_contexts(sent, batch)], 1)
            state = torch.relu(update(self.dropout(joined)))
            readings.append(leave(self.dropout(state)).squeeze(1))
        return readings


def train(examples: Sequence[Example], settings: Settings) -> Mapping[str, NDArray[np.generic]]:
    """Train a network and return its weights as ``parsers.structure.model.model_of`` takes them."""
    torch.manual_seed(settings.seed)
    shuffle = np.random.default_rng(settings.seed)
    rows = np.concatenate([example.features.matrix for example in examples])
    mean, scale = rows.mean(axis=0), 1 / np.maximum(rows.std(axis=0), 0.1)
    constant = rows.std(axis=0) < 1e-3
    scale[constant] = 1
    network = Network(rows.shape[1], settings)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    size = settings.pages_a_step
    steps = settings.epochs * -(-len(examples) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, steps, pct_start=0.15
    )
    order = np.arange(len(examples))
    for _ in range(settings.epochs):
        shuffle.shuffle(order)
        for start in range(0, len(order), size):
            batch = _batch([examples[i] for i in order[start : start + size]], mean, scale)
            optimiser.zero_grad()
            _loss(network, batch, settings).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return _arrays(network, mean, scale)


def _loss(network: Network, batch: Batch, settings: Settings) -> Tensor:
    dropped = torch.rand(1, batch.inputs.shape[1]) < settings.features_dropped
    readings = network(batch, batch.inputs * ~dropped)
    smooth = settings.label_smoothing
    wanted = (batch.belongs > BELONGS).float() * (1 - 2 * smooth) + smooth
    losses = [
        (nn.functional.binary_cross_entropy_with_logits(reading, wanted, reduction="none")
         * batch.weights).sum() / batch.weights.sum()
        for reading in readings
    ]  # fmt: skip
    return losses[-1] + settings.early_rounds_weight * sum(losses[:-1], torch.zeros(()))


def _batch(examples: Sequence[Example], mean: NDArray, scale: NDArray) -> Batch:
    counts = [len(example.texts) for example in examples]
    total, start = sum(counts), 0
    neighbours, numbers, pages = [], ([], []), []
    for number, (example, count) in enumerate(zip(examples, counts, strict=True)):
        rows = np.arange(count) + np.array(OFFSETS)[:, None]
        neighbours.append(np.where((rows >= 0) & (rows < count), rows + start, _NOWHERE))
        # A group's number is at most that of its last block, so pages do not share any.
        numbers[0].append(example.features.parents + start)
        numbers[1].append(example.features.signatures + start)
        pages.append(np.full(count, number))
        start += count
    matrix = np.concatenate([example.features.matrix for example in examples])
    shares = torch.from_numpy(matrix[:, LENGTH] + np.float32(LEAST_WEIGHT))
    of_page = torch.from_numpy(np.concatenate(pages))
    shares = shares / torch.bincount(of_page, weights=shares).float()[of_page]
    groups = []
    for parts in numbers:
        group = torch.from_numpy(np.concatenate(parts))
        groups.append((group, torch.bincount(group, minlength=total).clamp(min=1)[:, None]))
    return Batch(
        inputs=torch.from_numpy(np.clip((matrix - mean) * scale, -CLIP, CLIP)),
        neighbours=torch.from_numpy(np.concatenate(neighbours, axis=1)).clamp(max=total),
        groups=tuple(groups),
        pages=of_page,
        shares=shares,
        belongs=torch.from_numpy(np.concatenate([example.belongs for example in examples])),
        weights=torch.from_numpy(np.concatenate([example.weights for example in examples])),
    )


def _contexts(sent: Tensor, batch: Batch) -> list[Tensor]:
    padded = torch.cat([sent, torch.zeros(1, sent.shape[1])])
    contexts = [padded[rows] for rows in batch.neighbours]
    for group, sizes in batch.groups:
        sums = torch.zeros_like(sent).index_add(0, group, sent)
        contexts.append((sums / sizes)[group])
    page_count = int(batch.pages[-1]) + 1
    pages = torch.zeros(page_count, sent.shape[1]).index_add(
        0, batch.pages, sent * batch.shares[:, None]
    )
    return [*contexts, pages[batch.pages]]


def _arrays(network: Network, mean: NDArray, scale: NDArray) -> Mapping[str, NDArray[np.generic]]:
    def weights(layer: nn.Linear) -> NDArray:
        return layer.weight.detach().numpy().T.astype(np.float32)

    def bias(layer: nn.Linear) -> NDArray:
        return layer.bias.detach().numpy().astype(np.float32)

    arrays: dict[str, NDArray[np.generic]] = {
        "names": np.array(NAMES),
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "enter": weights(network.enter),
        "enter_bias": bias(network.enter),
        "leave": weights(network.leave[-1])[:, 0],
        "leave_bias": bias(network.leave[-1]),
    }
    for number, (message, update) in enumerate(zip(network.message, network.update, strict=True)):
        for name, layer in (("message", message), ("update", update)):
            arrays[f"{name}_{number}"] = weights(layer)
            arrays[f"{name}_bias_{number}"] = bias(layer)
    return arrays
