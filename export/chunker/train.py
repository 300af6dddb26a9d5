"""Training of the chunker: a linear-chain CRF over the shared encoder."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.nlu.gazetteer import FLAGS
from device.nlu.words import shape
from export.chunker.adversary import DomainLoss, domains_of
from export.chunker.texts import Row
from export.subwords import subwords
from export.tagger.encoder import (
    SIZE,
    Floats,
    Ints,
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
VOCABULARY = 6_000
WIDTH = 96
KERNELS = (5, 5, 5, 5, 5, 5)
"""Words that each convolution sees; together they see twelve to each side."""
BATCH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a chunker is trained with; each part can be left out to see what it is worth."""

    epochs: int
    rate: float = 3e-3
    """Highest learning rate."""
    characters: bool = True
    """Whether words have their n-grams besides their row."""
    crf: bool = True
    """Whether the labels are a linear-chain CRF; else each word's label is told alone."""
    adversary: float = 0.1
    """Strength of the reversed gradient of the domain classifier; 0 for none."""
    subwords: bool = True
    """Whether the word table starts from subword vectors; else at random."""
    resume: bool = False
    """Whether training goes on from the shipped model, with its words."""


@keras.saving.register_keras_serializable("inglenook")
class Crf(layers.Layer):  # type: ignore[misc]
    """Negative log-likelihood of a label sequence (Lafferty et al., 2001)."""

    def __init__(self, *, chained: bool = True) -> None:
        """With `chained` off the transitions stay zero, and so each label is told alone."""
        super().__init__()
        self._chained = chained

    def build(self, _shape: object) -> None:
        n, learned = len(LABELS), {"initializer": "zeros", "trainable": self._chained}
        self.transitions = self.add_weight(shape=(n, n), name="transitions", **learned)
        self.start = self.add_weight(shape=(n,), name="start", **learned)

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        """One loss for each sentence; inputs are scores, labels (-1 pads)."""
        scores, truth = inputs
        real = tf.cast(truth >= 0, tf.float32)
        truth = tf.maximum(truth, 0)
        onehot = tf.one_hot(truth, len(LABELS))
        path = tf.reduce_sum(tf.reduce_sum(scores * onehot, -1) * real, -1)
        path += tf.reduce_sum(self.start * onehot[:, 0], -1)
        moves = tf.gather_nd(self.transitions, tf.stack([truth[:, :-1], truth[:, 1:]], -1))
        path += tf.reduce_sum(moves * real[:, 1:], -1)
        total = self.start + scores[:, 0]
        for at in range(1, scores.shape[1]):
            through = tf.reduce_logsumexp(total[:, :, None] + self.transitions, axis=1)
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


def train(rows: Sequence[Row], held: Sequence[Row], recipe: Recipe) -> Trained:
    """Train on `rows`; `held` only lends its words to the look-up (without rows of their own)."""
    keras.utils.set_random_seed(8)
    rows = [row for row in rows if len(row.tokens) <= TRAIN_WORDS]
    numbers = _lexicon(rows, held, recipe)
    vectors = WordVectors(numbers.grams, len(numbers.known), dropout=0.15, seed=12)
    trunk, crf = Trunk(width=WIDTH, kernels=KERNELS), Crf(chained=recipe.crf)
    head = layers.Conv1D(len(LABELS), 1, name="labels")
    ids, flags, mask = _inputs(TRAIN_WORDS)
    truth = keras.Input((TRAIN_WORDS,), dtype="int32")
    features = trunk(vectors(ids), flags, mask)
    loss = crf([head(features), truth])
    inputs = [ids, flags, mask, truth]
    model = keras.Model(inputs, loss)
    if recipe.resume:
        restore(model, "chunker")
    elif recipe.subwords:
        learned = subwords()
        vectors.rows.assign(np.concatenate([np.zeros((1, SIZE)), learned.rows_of(numbers.known)]))
        vectors.gram_rows.assign(learned.grams)
    trained = model
    if recipe.adversary:
        domain = keras.Input((), dtype="int32")
        inputs.append(domain)
        trained = keras.Model(inputs, loss + DomainLoss(recipe.adversary)([features, mask, domain]))
    x = [*batch_of([(_keys(r), r.flags) for r in rows], numbers, TRAIN_WORDS), _truth(rows)]
    _fit(trained, [*x, domains_of(rows)][: len(inputs)], recipe)
    return Trained(model, vectors, trunk, head, crf, numbers)


def _lexicon(rows: Sequence[Row], held: Sequence[Row], recipe: Recipe) -> Lexicon:
    counts = Counter(word for row in rows for word in _keys(row))
    words = sorted({w for row in (*rows, *held) for w in _keys(row)})
    known = known_words("chunker") if recipe.resume else vocabulary(counts, VOCABULARY)
    numbers = lexicon(words, known)
    if recipe.characters:
        return numbers
    return replace(numbers, grams=np.full_like(numbers.grams, -1))


def _truth(rows: Sequence[Row]) -> Ints:
    """Numbers of the labels, -1 after the end; shape (rows, TRAIN_WORDS)."""
    y = np.full((len(rows), TRAIN_WORDS), -1, np.int32)
    for i, row in enumerate(rows):
        y[i, : len(row.labels)] = [LABELS.index(label) for label in row.labels]
    return y


def _fit(model: Any, x: Sequence[Any], recipe: Recipe) -> None:  # noqa: ANN401
    count = len(x[0])
    steps = recipe.epochs * count // BATCH
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=recipe.rate, warmup_steps=steps // 10
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss=lambda _truth, loss: tf.reduce_mean(loss),
    )
    nothing = np.zeros(count, np.float32)
    for epoch in range(recipe.epochs):
        told = model.fit(list(x), nothing, batch_size=BATCH, epochs=1, verbose=0)
        LOG.info("epoch %d loss %.4f", epoch + 1, told.history["loss"][0])


def _inputs(length: int) -> tuple[Any, Any, Any]:
    ids = keras.Input((length,), dtype="int32")
    return ids, keras.Input((length, len(FLAGS))), keras.Input((length, 1))


def _keys(row: Row) -> list[str]:
    return [shape(token) for token in row.tokens]
