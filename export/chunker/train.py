"""Training of the chunker: a linear-chain CRF over the shared encoder."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.nlu.gazetteer import FLAGS
from device.nlu.words import shape
from export.chunker.texts import Row
from export.tagger.encoder import (
    SIZE,
    Floats,
    Lexicon,
    Trunk,
    WordVectors,
    batch_of,
    known_words,
    lexicon,
    restore,
)
from export.tagger.texts import vocabulary
from simulator.coordination import LABELS

LOG = logging.getLogger(__name__)
WORDS = 44
"""Tokens that the shipped model takes at once."""
TRAIN_WORDS = 30
"""Tokens of a training sentence; longer ones are left out."""
VOCABULARY = 4_500


@keras.saving.register_keras_serializable("inglenook")
class Crf(layers.Layer):  # type: ignore[misc]
    """Negative log-likelihood of a label sequence (Lafferty et al., 2001)."""

    def __init__(self, count: int = len(LABELS)) -> None:
        """Take the number of labels."""
        super().__init__()
        self._count = count

    def build(self, _shape: object) -> None:
        n = self._count
        self.transitions = self.add_weight(shape=(n, n), initializer="zeros", name="transitions")
        self.start = self.add_weight(shape=(n,), initializer="zeros", name="start")

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        """One loss for each sentence; inputs are scores, labels (-1 pads)."""
        scores, truth = inputs
        real = tf.cast(truth >= 0, tf.float32)
        truth = tf.maximum(truth, 0)
        onehot = tf.one_hot(truth, self._count)
        path = tf.reduce_sum(tf.reduce_sum(scores * onehot, -1) * real, -1)
        path += tf.reduce_sum(self.start * onehot[:, 0], -1)
        moves = tf.gather_nd(self.transitions, tf.stack([truth[:, :-1], truth[:, 1:]], -1))
        path += tf.reduce_sum(moves * real[:, 1:], -1)
        total = self.start + scores[:, 0]
        moving = tf.exp(self.transitions)
        for at in range(1, scores.shape[1]):
            # A product sums over the labels before: one exp for a label instead of one for a pair.
            top = tf.stop_gradient(tf.reduce_max(total, -1, keepdims=True))
            through = top + tf.math.log(tf.matmul(tf.exp(total - top), moving))
            there = real[:, at : at + 1]
            total = there * (through + scores[:, at]) + (1.0 - there) * total
        return (tf.reduce_logsumexp(total, -1) - path) / tf.reduce_sum(real, -1)


@dataclass(slots=True)
class Trained:
    """The training model and the parts of it that ship."""

    model: Any
    vectors: WordVectors
    trunk: Trunk
    head: Any
    crf: Crf
    lexicon: Lexicon

    def device_model(self) -> Any:  # noqa: ANN401
        """The part that ships: vectors, flags and mask in, label scores out."""
        into = [
            keras.Input(batch_shape=(1, WORDS, SIZE), name="words"),
            keras.Input(batch_shape=(1, WORDS, len(FLAGS)), name="flags"),
            keras.Input(batch_shape=(1, WORDS, 1), name="mask"),
        ]
        return keras.Model(into, self.head(self.trunk(*into)))

    def scores(self, rows: Sequence[Row]) -> Floats:
        """Float scores of sentences, shape (n, WORDS, labels)."""
        ids, flags, mask = _inputs(WORDS)
        model = keras.Model(
            [ids, flags, mask], self.head(self.trunk(self.vectors(ids), flags, mask))
        )
        x = batch_of([(_keys(r), r.flags) for r in rows], self.lexicon, WORDS)
        found: Floats = model.predict(list(x), batch_size=256, verbose=0)
        return found


def train(
    rows: Sequence[Row],
    held: Sequence[Row],
    *,
    epochs: int,
    rate: float = 3e-3,
    resume: bool = False,
) -> Trained:
    """Train on `rows`; `held` only lends its words to the look-up (without rows of their own).

    With `resume` it goes on from the shipped model, with its words.
    """
    keras.utils.set_random_seed(8)
    rows = [row for row in rows if len(row.tokens) <= TRAIN_WORDS]
    counts = Counter(word for row in rows for word in _keys(row))
    words = {w for row in (*rows, *held) for w in _keys(row)}
    numbers = lexicon(
        sorted(words), known_words("chunker") if resume else vocabulary(counts, VOCABULARY)
    )
    vectors = WordVectors(numbers.grams, len(numbers.known), dropout=0.15, seed=12)
    trunk, head, crf = Trunk(), layers.Conv1D(len(LABELS), 1, name="labels"), Crf()
    ids, flags, mask = _inputs(TRAIN_WORDS)
    truth = keras.Input((TRAIN_WORDS,), dtype="int32")
    loss = crf([head(trunk(vectors(ids), flags, mask)), truth])
    model = keras.Model([ids, flags, mask, truth], loss)
    if resume:
        restore(model, "chunker")
    x = batch_of([(_keys(r), r.flags) for r in rows], numbers, TRAIN_WORDS)
    y = np.full((len(rows), TRAIN_WORDS), -1, np.int32)
    for i, row in enumerate(rows):
        y[i, : len(row.labels)] = [LABELS.index(label) for label in row.labels]
    batch = 128
    steps = epochs * len(rows) // batch
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=rate, warmup_steps=steps // 10
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss=lambda _truth, nll: tf.reduce_mean(nll),
    )
    nothing = np.zeros(len(rows), np.float32)
    for epoch in range(epochs):
        told = model.fit([*x, y], nothing, batch_size=batch, epochs=1, verbose=0)
        LOG.info("epoch %d loss %.4f", epoch + 1, told.history["loss"][0])
    return Trained(model, vectors, trunk, head, crf, numbers)


def _inputs(length: int) -> tuple[Any, Any, Any]:
    ids = keras.Input((length,), dtype="int32")
    return ids, keras.Input((length, len(FLAGS))), keras.Input((length, 1))


def _keys(row: Row) -> list[str]:
    return [shape(token) for token in row.tokens]
