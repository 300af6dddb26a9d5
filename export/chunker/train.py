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
    Floats,
    Lexicon,
    Trunk,
    WordVectors,
    batch_of,
    known_words,
    lexicon,
    restore,
)
from export.tagger.sizes import SIZE
from export.tagger.texts import vocabulary
from simulator.coordination import LABELS

LOG = logging.getLogger(__name__)
WORDS = 44
"""Tokens that the shipped model takes at once."""
VOCABULARY = 6_000
BATCH = 64
ALIKE = 32
"""Batches that are sorted by length together, so that little is padding."""


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
    adversary: float = 0.05
    """Strength of the reversed gradient of the domain classifier; 0 for none."""
    subwords: bool = True
    """Whether the word table starts from subword vectors; else at random."""
    resume: bool = False
    """Whether training goes on from the shipped model, with its words and those that are new."""


@keras.saving.register_keras_serializable("inglenook")
class Crf(layers.Layer):  # type: ignore[misc]
    """Negative log-likelihood of a label sequence (Lafferty et al., 2001)."""

    def __init__(self, count: int = len(LABELS), *, chained: bool = True) -> None:
        """Take the number of labels.

        With `chained` off the transitions stay zero, and so each label is told alone.
        """
        super().__init__()
        self._count = count
        self._chained = chained

    def build(self, _shape: object) -> None:
        n, learned = self._count, {"initializer": "zeros", "trainable": self._chained}
        self.transitions = self.add_weight(shape=(n, n), name="transitions", **learned)
        self.start = self.add_weight(shape=(n,), name="start", **learned)

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
        steps = tf.transpose(scores[:, 1:], (1, 0, 2)), tf.transpose(real[:, 1:])[..., None]
        total = tf.foldl(self._onward, steps, initializer=self.start + scores[:, 0])
        return (tf.reduce_logsumexp(total, -1) - path) / tf.reduce_sum(real, -1)

    def _onward(self, total: Any, step: tuple[Any, Any]) -> Any:  # noqa: ANN401
        """The forward recursion by one word: summed scores of all paths to each label."""
        scores, there = step
        # A product sums over the labels before: one exp for a label instead of one for a pair.
        top = tf.stop_gradient(tf.reduce_max(total, -1, keepdims=True))
        through = top + tf.math.log(tf.matmul(tf.exp(total - top), tf.exp(self.transitions)))
        return there * (through + scores) + (1.0 - there) * total


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


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffled batches of sentences of about the same length, padded to the longest of each."""

    def __init__(self, rows: Sequence[Row], numbers: Lexicon, *, domains: bool) -> None:
        super().__init__()
        self._rows = [row for row in rows if len(row.tokens) <= WORDS]
        self._numbers = numbers
        self._domains = domains
        self._rng = np.random.default_rng(5)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Shuffle anew."""
        order = self._rng.permutation(len(self._rows))
        lengths = np.array([len(row.tokens) for row in self._rows])
        many = BATCH * ALIKE
        groups = [order[at : at + many] for at in range(0, len(order), many)]
        alike = np.concatenate([g[np.argsort(lengths[g], kind="stable")] for g in groups])
        batches = [alike[at : at + BATCH] for at in range(0, len(alike), BATCH)]
        self._batches = [batches[i] for i in self._rng.permutation(len(batches))]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[tuple[Any, ...], Floats]:
        rows = [self._rows[i] for i in self._batches[index]]
        length = max(2, *(len(row.tokens) for row in rows))
        x = batch_of([(_keys(r), r.flags) for r in rows], self._numbers, length)
        truth = np.full((len(rows), length), -1, np.int32)
        for i, row in enumerate(rows):
            truth[i, : len(row.labels)] = [LABELS.index(label) for label in row.labels]
        more = (domains_of(rows),) if self._domains else ()
        return (*x, truth, *more), np.zeros(len(rows), np.float32)


def train(rows: Sequence[Row], held: Sequence[Row], recipe: Recipe) -> Trained:
    """Train on `rows`; `held` only lends its words to the look-up (without rows of their own)."""
    keras.utils.set_random_seed(8)
    numbers = _lexicon(rows, held, recipe)
    vectors = WordVectors(numbers.grams, len(numbers.known), dropout=0.15, seed=12)
    trunk, crf = Trunk(), Crf(chained=recipe.crf)
    head = layers.Conv1D(len(LABELS), 1, name="labels")
    ids, flags, mask = _inputs(None)
    truth = keras.Input((None,), dtype="int32")
    features = trunk(vectors(ids), flags, mask)
    loss = crf([head(features), truth])
    inputs = [ids, flags, mask, truth]
    model = keras.Model(inputs, loss)
    if recipe.resume:
        vectors.rows.assign(np.zeros(vectors.rows.shape))
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
    _fit(trained, Batches(rows, numbers, domains=recipe.adversary > 0), recipe)
    return Trained(model, vectors, trunk, head, crf, numbers)


def _lexicon(rows: Sequence[Row], held: Sequence[Row], recipe: Recipe) -> Lexicon:
    counts = Counter(word for row in rows for word in _keys(row))
    words = sorted({w for row in (*rows, *held) for w in _keys(row)})
    known = known_words("chunker") if recipe.resume else []
    mine = set(known)
    known += [word for word in vocabulary(counts, VOCABULARY) if word not in mine]
    numbers = lexicon(words, known)
    if recipe.characters:
        return numbers
    return replace(numbers, grams=np.full_like(numbers.grams, -1))


def _fit(model: Any, batches: Batches, recipe: Recipe) -> None:  # noqa: ANN401
    steps = recipe.epochs * len(batches)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=recipe.rate, warmup_steps=steps // 10
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss=lambda _truth, loss: tf.reduce_mean(loss),
    )
    for epoch in range(recipe.epochs):
        told = model.fit(batches, epochs=1, verbose=0, shuffle=False)
        LOG.info("epoch %d loss %.4f", epoch + 1, told.history["loss"][0])


def _inputs(length: int | None) -> tuple[Any, Any, Any]:
    ids = keras.Input((length,), dtype="int32")
    return ids, keras.Input((length, len(FLAGS))), keras.Input((length, 1))


def _keys(row: Row) -> list[str]:
    return [shape(token) for token in row.tokens]
