"""The loop that trains shortlister and re-ranker alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import Adam, Weights, sigmoid
from export.routing.corpus import Ints
from export.routing.losses import away_from, distilled, towards_targets

BATCH, DECLINED_BATCH = 256, 128
WARM_UP = 2
"""Epochs after which a training's own predictions count for distillation."""


class Trained(Protocol):
    """A model with the way there and back."""

    weights: Weights

    def forward(self, *inputs: Any) -> tuple[Floats, Any]:  # noqa: ANN401
        """Scores, and what the way back needs."""
        ...

    def gradients(self, passed: Any, towards: Floats) -> Weights:  # noqa: ANN401
        """Gradients of all weights."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast."""

    epochs: int
    rate: float
    fine_epochs: int
    fine_rate: float
    trust: float = 0.0
    """Share of a target that comes from the earlier epochs' predictions."""
    negative: float = 0.0
    """Weight of what was declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """Requests whose best skill said that it does not know them."""

    inputs: Callable[[Ints], tuple[Any, ...]]
    """What the model takes, from row numbers."""
    columns: Ints
    """Which output of each row was the choice."""


Inputs = Callable[[Ints], tuple[Any, ...]]
Seen = Callable[[int, Ints, Floats], None]
"""Told of every epoch's number, rows and scores, as they are on the way there."""


def fit(
    model: Trained,
    inputs: Inputs,
    targets: Floats,
    schedule: Schedule,
    *,
    seed: int,
    seen: Seen = lambda *_: None,
    after: Callable[[int], None] = lambda _: None,
) -> Floats:
    """Train a model on its targets.

    Args:
        model: Changed in place.
        inputs: What it takes, from row numbers.
        targets: Shape (rows, outputs), 0 to 1.
        schedule: Of which the fine tuning is left to `tune`.
        seed: Of the order of the rows.
        seen: Told of each batch.
        after: Told of each epoch that is over.

    Returns:
        The targets, mixed with the predictions of all epochs where these are trusted.
    """
    rng = np.random.default_rng(seed)
    adam = Adam(model.weights)
    sums = np.zeros_like(targets) if schedule.trust else None
    for epoch in range(schedule.epochs):
        rate = schedule.rate * (1.0 - epoch / schedule.epochs)
        counted = epoch - WARM_UP
        for rows in _batches(len(targets), BATCH, rng):
            scores, passed = model.forward(*inputs(rows))
            wanted = targets[rows]
            if sums is not None and counted > 0:
                wanted = distilled(wanted, sums[rows] / np.float32(counted), schedule.trust)
            adam.step(model.gradients(passed, towards_targets(scores, wanted)), rate)
            seen(epoch, rows, scores)
            if sums is not None and counted >= 0:
                sums[rows] += sigmoid(scores)
        after(epoch)
    if sums is None:
        return targets
    return distilled(targets, sums / np.float32(schedule.epochs - WARM_UP), schedule.trust)


def tune(
    model: Trained,
    inputs: Inputs,
    targets: Floats,
    schedule: Schedule,
    *,
    seed: int,
    declined: Declined | None = None,
) -> None:
    """Train a little longer and slower, away from what was declined if there is any.

    Arms without negative examples have the same additional epochs, so that what they lack is the
    examples and not the time.
    """
    rng, other = np.random.default_rng(seed + 1), np.random.default_rng(seed + 2)
    adam = Adam(model.weights)
    for epoch in range(schedule.fine_epochs):
        rate = schedule.fine_rate * (1.0 - epoch / schedule.fine_epochs)
        for rows in _batches(len(targets), BATCH, rng):
            scores, passed = model.forward(*inputs(rows))
            gradients = model.gradients(passed, towards_targets(scores, targets[rows]))
            if declined is not None and len(declined.columns):
                count = min(DECLINED_BATCH, len(declined.columns))
                some = other.choice(len(declined.columns), count, replace=False)
                scores, passed = model.forward(*declined.inputs(some))
                push = away_from(scores, declined.columns[some], schedule.negative)
                more = model.gradients(passed, push)
                gradients = {name: value + more[name] for name, value in gradients.items()}
            adam.step(gradients, rate)


def _batches(count: int, size: int, rng: np.random.Generator) -> list[Ints]:
    order = rng.permutation(count)
    return [order[start : start + size] for start in range(0, count, size)]
