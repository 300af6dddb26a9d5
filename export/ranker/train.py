"""Training of the re-ranker: every rival scored beside the others, and "none of them".

Evidence passes only through weights that are never negative and through
activations that rise, so that more of it never lowers a rival, in float and in int8. Among each
other rivals are compared by their distance to the best of the list in every hidden unit.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.routing.features import EVIDENCE, GROUPS, OWN, WIDTH, Floats
from device.routing.rivals import MOST_RIVALS
from export.quantize import WEIGHTS
from export.ranker.lists import MISSED, Lists

LOG = logging.getLogger(__name__)

OWN_UNITS = 48
FREE_UNITS = 24
JOINT_UNITS = 32
HIDDEN_GROUPS = 0.1
"""Chance that a group of features is hidden in training, so that the model can do without."""

_NEVER_HIDDEN = ("match", "builtin", "own confidence")

Tensor = Any


@dataclass(slots=True)
class Trained:
    """The network."""

    model: Any

    def device_model(self) -> Any:  # noqa: ANN401
        """The network for one request at a time."""
        into = _inputs(batch=1)
        return keras.Model(into, self.model(into))

    def scores(self, held: Lists) -> Floats:
        """Float scores, shape (situations, MOST_RIVALS + 1), very low where there is no rival."""
        found = self.model.predict([held.features, held.masks], batch_size=512, verbose=0)[..., 0]
        return there_only(found, held)

    def keep(self) -> None:
        """Write the float weights in half precision."""
        WEIGHTS.mkdir(parents=True, exist_ok=True)
        kept = {f"w{i}": np.asarray(w).astype(np.float16) for i, w in enumerate(self.model.weights)}
        np.savez_compressed(WEIGHTS / "ranker.npz", **kept)


def there_only(scores: Floats, held: Lists) -> Floats:
    """Scores with those of rivals that are not there out of the question."""
    there = np.concatenate([held.masks[..., 0] > 0, np.ones((len(scores), 1), bool)], 1)
    return np.where(there, scores, -1e4).astype(np.float32)


def train(learned: Lists, *, epochs: int, seed: int = 23) -> Trained:
    """Train on situations; those that miss the wanted skill teach nothing.

    Args:
        learned: The situations.
        epochs: Passes over them.
        seed: Of the weights and of what is hidden.
    """
    keras.utils.set_random_seed(seed)
    learned = learned.only(learned.truth != MISSED)
    into = _inputs()
    model = keras.Model(into, _network(*into))
    batch = 128
    steps = epochs * len(learned.truth) // batch
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=4e-3, warmup_steps=steps // 20
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=_loss)
    rng = np.random.default_rng(seed)
    y = np.stack([learned.truth, learned.masks[..., 0].sum(-1)], -1).astype(np.float32)
    for epoch in range(epochs):
        x = _hidden(learned.features, rng)
        told = model.fit([x, learned.masks], y, batch_size=batch, epochs=1, verbose=0)
        LOG.info("epoch %d loss %.4f", epoch + 1, told.history["loss"][0])
    return Trained(model)


def _inputs(batch: int | None = None) -> list[Any]:
    return [
        keras.Input(batch_shape=(batch, MOST_RIVALS, WIDTH), name="features"),
        keras.Input(batch_shape=(batch, MOST_RIVALS, 1), name="mask"),
    ]


class _Bounds(keras.constraints.Constraint):  # type: ignore[misc]
    """Keeps the weights of every input between two bounds."""

    def __init__(self, low: Sequence[float], high: Sequence[float]) -> None:
        self._low = np.array(low, np.float32)[None, :, None]
        self._high = np.array(high, np.float32)[None, :, None]

    def __call__(self, w: Tensor) -> Tensor:
        """Weights of shape (1, inputs, units)."""
        return keras.ops.clip(w, self._low, self._high)


UP, DOWN, ANY, NONE = (0.0, np.inf), (-np.inf, 0.0), (-np.inf, np.inf), (0.0, 0.0)
"""How units may depend on an input: rise with it, fall with it, any way, not at all."""

Ways = Sequence[tuple[tuple[float, float], int]]
"""How units depend on the inputs, each way with the number of inputs that follow each other."""


def _units(count: int, inputs: Tensor, ways: Ways) -> Tensor:
    """A layer of units, for every rival alike."""
    bounds = [way for way, inputs_of in ways for _ in range(inputs_of)]
    low, high = zip(*bounds, strict=True)
    return layers.Conv1D(count, 1, kernel_constraint=_Bounds(low, high))(inputs)


def _network(features: Tensor, mask: Tensor) -> Tensor:
    """Scores of shape (batch, MOST_RIVALS + 1, 1); the last is that of "none of them"."""
    compared, free = EVIDENCE - OWN, WIDTH - EVIDENCE
    told = layers.ReLU()(_units(FREE_UNITS, features, [(NONE, EVIDENCE), (ANY, free)]))
    told = layers.Multiply()([told, mask])
    all_told = layers.GlobalMaxPooling1D(keepdims=True)(told)
    ahead = _units(compared, features, [(NONE, OWN), (UP, compared), (NONE, free)])

    # What a rival is compared with must be the others' own evidence alone. Were it relative
    # itself, it would fall as this rival rises, and a third one would gain by that.
    own = _units(OWN_UNITS, features, [(UP, OWN), (NONE, compared), (ANY, free)])
    own = layers.Multiply()([layers.ReLU(6.0)(own), mask])
    best = layers.GlobalMaxPooling1D(keepdims=True)(own)
    behind = layers.Subtract()([own, best])
    both, wide = layers.Concatenate()([own, behind, ahead, told]), 2 * OWN_UNITS + compared
    joint = layers.ReLU(6.0)(_units(JOINT_UNITS, both, [(UP, wide), (ANY, FREE_UNITS)]))
    deep = layers.Concatenate()([joint, both])
    scores = _units(1, deep, [(UP, JOINT_UNITS + wide), (ANY, FREE_UNITS)])

    around = layers.Concatenate()([best, all_told])
    lacking = layers.ReLU(6.0)(_units(JOINT_UNITS, around, [(DOWN, OWN_UNITS), (ANY, FREE_UNITS)]))
    lacking = layers.Concatenate()([lacking, all_told])
    none = _units(1, lacking, [(UP, JOINT_UNITS), (ANY, FREE_UNITS)])
    return layers.Concatenate(axis=1)([scores, none])


def _loss(truth: Tensor, scores: Tensor) -> Tensor:
    """Cross-entropy over rivals and "none"; truth holds the wanted one and their number."""
    there = tf.sequence_mask(tf.cast(truth[:, 1], tf.int32), MOST_RIVALS)
    there = tf.concat([there, tf.ones_like(there[:, :1])], 1)
    logits = tf.where(there, tf.reshape(scores, (-1, MOST_RIVALS + 1)), -1e4)
    wanted = tf.cast(truth[:, 0], tf.int32)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=wanted, logits=logits)


def _hidden(features: Floats, rng: np.random.Generator) -> Floats:
    """The features with some groups hidden, another choice for each situation."""
    found = features.copy()
    for name, columns in GROUPS.items():
        if name not in _NEVER_HIDDEN:
            rows = np.flatnonzero(rng.random(len(found)) < HIDDEN_GROUPS)
            found[rows[:, None], :, np.array(columns)] = 0.0
    return found
