"""Training of the model of references: every candidate scored beside the others."""

import logging
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.nlu.candidates import MOST
from device.nlu.embedding import Floats
from device.nlu.situation import GROUPS, WIDTH
from export.quantize import WEIGHTS
from export.referents.texts import Arrays

LOG = logging.getLogger(__name__)

UNITS = 64
HIDDEN_GROUPS = 0.08
"""Chance that a group of features is hidden in training, so that the model can do without."""

_SHARED = ("deed", "words", "topic", "breadth")
"""Groups that are never hidden: what was asked, and what a candidate is."""


@dataclass(slots=True)
class Trained:
    """The network."""

    model: Any

    def device_model(self) -> Any:  # noqa: ANN401
        """The network for one request at a time."""
        into = _inputs(batch=1)
        return keras.Model(into, self.model(into))

    def scores(self, held: Arrays) -> Floats:
        """Float scores of all candidates, very low where there is none."""
        found = self.model.predict([held.features, held.masks], batch_size=512, verbose=0)[..., 0]
        return np.where(held.masks[..., 0] > 0, found, -1e4).astype(np.float32)

    def keep(self) -> None:
        """Write the float weights in half precision."""
        WEIGHTS.mkdir(parents=True, exist_ok=True)
        kept = {f"w{i}": np.asarray(w).astype(np.float16) for i, w in enumerate(self.model.weights)}
        np.savez_compressed(WEIGHTS / "referents.npz", **kept)


def train(learned: Arrays, *, epochs: int, seed: int = 21) -> Trained:
    """Train on situations.

    Args:
        learned: The situations.
        epochs: Passes over them.
        seed: Of the weights and of what is hidden.
    """
    keras.utils.set_random_seed(seed)
    into = _inputs()
    model = keras.Model(into, _network(*into))
    batch = 128
    steps = epochs * len(learned.truth) // batch
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=3e-3, warmup_steps=steps // 20
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
        keras.Input(batch_shape=(batch, MOST, WIDTH), name="features"),
        keras.Input(batch_shape=(batch, MOST, 1), name="mask"),
    ]


def _network(features: Any, mask: Any) -> Any:  # noqa: ANN401
    """Scores of shape (batch, MOST, 1)."""
    x = layers.Multiply()([layers.Conv1D(UNITS, 1, activation="relu")(features), mask])
    x = layers.Multiply()([layers.Conv1D(UNITS, 1, activation="relu")(x), mask])
    others = layers.GlobalMaxPooling1D(keepdims=True)(x)
    y = layers.Add()([x, layers.Dense(UNITS, activation="relu")(others)])
    y = layers.Conv1D(UNITS, 1, activation="relu")(y)
    y = layers.Add()([x, layers.Dropout(0.1, seed=5)(y)])
    return layers.Conv1D(1, 1)(layers.Conv1D(UNITS // 2, 1, activation="relu")(y))


def _loss(truth: Any, scores: Any) -> Any:  # noqa: ANN401
    """Cross-entropy over the candidates; truth holds the right one and their number."""
    count = tf.cast(truth[:, 1], tf.int32)
    there = tf.sequence_mask(count, MOST)
    logits = tf.where(there, tf.reshape(scores, (-1, MOST)), -1e4)
    right = tf.cast(truth[:, 0], tf.int32)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=right, logits=logits)


def _hidden(features: Floats, rng: np.random.Generator) -> Floats:
    """The features with some groups of context hidden, another choice for each situation."""
    found = features.copy()
    for name, columns in GROUPS.items():
        if name not in _SHARED:
            rows = np.flatnonzero(rng.random(len(found)) < HIDDEN_GROUPS)
            found[rows[:, None], :, np.array(columns)] = 0.0
    return found
