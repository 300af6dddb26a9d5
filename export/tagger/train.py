"""Training of the tagger: intent, slots and what is not for the speaker, in one pass."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.models import SHIPPED, read_manifest
from device.nlu.gazetteer import FLAGS
from device.nlu.words import shape
from export.subwords import vectors_for
from export.tagger.encoder import (
    Lexicon,
    Trunk,
    WordVectors,
    batch_of,
    known_words,
    lexicon,
    restore,
)
from export.tagger.sizes import SIZE
from export.tagger.texts import Example, vocabulary

LOG = logging.getLogger(__name__)

TRAIN_WORDS = 26
"""Tokens of a training sentence; longer ones are left out."""
DEVICE_WORDS = 32
"""Tokens that the shipped model takes at once."""
VOCABULARY = 6_000
WIDTH = 96

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Labels:
    """What the two outputs mean."""

    slots: tuple[str, ...]
    intents: tuple[str, ...]


@dataclass(slots=True)
class Trained:
    """The training model and the parts of it that ship."""

    model: Any
    vectors: WordVectors
    trunk: Trunk
    heads: tuple[Any, ...]
    lexicon: Lexicon
    labels: Labels

    def device_model(self) -> Any:  # noqa: ANN401
        """The part that ships: vectors, flags and mask in, logits out."""
        into = _inputs(DEVICE_WORDS, batch=1)
        return keras.Model(into, _heads(self.trunk(*into), into[2], self.heads))

    def logits(self, rows: Sequence[Example], length: int = DEVICE_WORDS) -> tuple[Floats, Floats]:
        """Float outputs for sentences: slots (n, length, labels), intents (n, intents)."""
        x = batch_of([(_keys(r), r.flags) for r in rows], self.lexicon, length)
        ids = keras.Input((length,), dtype="int32")
        flags, mask = keras.Input((length, len(FLAGS))), keras.Input((length, 1))
        features = self.trunk(self.vectors(ids), flags, mask)
        whole = keras.Model([ids, flags, mask], _heads(features, mask, self.heads))
        slots, intents = whole.predict(list(x), batch_size=256, verbose=0)
        return slots, intents


def labels_of(rows: Sequence[Example]) -> Labels:
    """All labels, "O" first, then in alphabetical order."""
    slots = {label[2:] for row in rows for label in row.labels if label != "O"}
    bio = [f"{mark}-{slot}" for slot in sorted(slots) for mark in "BI"]
    return Labels(("O", *bio), tuple(sorted({row.intent for row in rows})))


def train(
    rows: Sequence[Example],
    held: Sequence[Example],
    *,
    epochs: int,
    rate: float = 2.5e-3,
    resume: bool = False,
) -> Trained:
    """Train on `rows`; `held` only lends its words to the look-up (without rows of their own).

    Args:
        rows: Training sentences.
        held: Sentences that will be measured.
        epochs: Passes over `rows`.
        rate: Highest learning rate; it rises for a tenth of the time and falls to zero.
        resume: Go on from the shipped model, with its words and labels; labels that came
            since begin from nothing.
    """
    keras.utils.set_random_seed(7)
    rows = [row for row in rows if len(row.tokens) <= TRAIN_WORDS]
    counts = Counter(word for row in rows for word in _keys(row))
    labels = _widened(_shipped_labels(), labels_of(rows)) if resume else labels_of(rows)
    known = known_words("tagger") if resume else vocabulary(counts, VOCABULARY)
    words = [w for row in (*rows, *held) for w in _keys(row)]
    numbers = lexicon(list(set(words)), known)
    vectors = WordVectors(numbers.grams, len(numbers.known), dropout=0.12, seed=11)
    trunk = Trunk(width=WIDTH)
    heads = (
        layers.Conv1D(len(labels.slots), 1, name="slots"),
        layers.Dense(96, activation="relu", name="told_intent"),
        layers.Dense(len(labels.intents), name="intents"),
    )
    ids = keras.Input((TRAIN_WORDS,), dtype="int32")
    flags, mask = keras.Input((TRAIN_WORDS, len(FLAGS))), keras.Input((TRAIN_WORDS, 1))
    model = keras.Model([ids, flags, mask], _heads(trunk(vectors(ids), flags, mask), mask, heads))
    if resume:
        restore(model, "tagger")
    else:
        rows_at_first, grams_at_first = vectors_for(numbers.known)
        vectors.rows.assign(np.concatenate([np.zeros((1, SIZE), np.float32), rows_at_first]))
        vectors.gram_rows.assign(grams_at_first)
    x, y = _arrays(rows, numbers, labels)
    batch = 192
    steps = epochs * len(rows) // batch
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=rate, warmup_steps=steps // 10
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss=[_slot_loss, keras.losses.SparseCategoricalCrossentropy(from_logits=True)],
        loss_weights=[1.0, 0.5],
    )
    for epoch in range(epochs):
        told = model.fit(list(x), y, batch_size=batch, initial_epoch=0, epochs=1, verbose=0)
        LOG.info("epoch %d loss %.4f", epoch + 1, told.history["loss"][0])
    return Trained(model, vectors, trunk, heads, numbers, labels)


def _shipped_labels() -> Labels:
    manifest = read_manifest(SHIPPED / "tagger.json")
    return Labels(manifest.labels, tuple(manifest.settings["intents"]))


def _widened(shipped: Labels, said: Labels) -> Labels:
    """The shipped labels in their order, then those that came since."""
    slots = [label for label in said.slots if label not in shipped.slots]
    intents = [intent for intent in said.intents if intent not in shipped.intents]
    return Labels((*shipped.slots, *slots), (*shipped.intents, *intents))


def _inputs(length: int, batch: int) -> list[Any]:
    return [
        keras.Input(batch_shape=(batch, length, SIZE), name="words"),
        keras.Input(batch_shape=(batch, length, len(FLAGS)), name="flags"),
        keras.Input(batch_shape=(batch, length, 1), name="mask"),
    ]


def _heads(features: Any, _mask: Any, heads: tuple[Any, ...]) -> list[Any]:  # noqa: ANN401
    slots, told, intents = heads
    return [slots(features), intents(told(layers.GlobalMaxPooling1D()(features)))]


def _slot_loss(truth: Any, logits: Any) -> Any:  # noqa: ANN401
    """Cross-entropy over the real words; -1 marks padding."""
    real = tf.cast(truth >= 0, tf.float32)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.maximum(tf.cast(truth, tf.int32), 0), logits=logits
    )
    return tf.reduce_sum(loss * real, -1) / tf.maximum(tf.reduce_sum(real, -1), 1.0)


def _arrays(
    rows: Sequence[Example], numbers: Lexicon, labels: Labels
) -> tuple[tuple[Any, Any, Any], list[Any]]:
    slot, intent = ({n: i for i, n in enumerate(x)} for x in (labels.slots, labels.intents))
    x = batch_of([(_keys(r), r.flags) for r in rows], numbers, TRAIN_WORDS)
    truth = np.full((len(rows), TRAIN_WORDS), -1, np.int32)
    for i, row in enumerate(rows):
        truth[i, : len(row.labels)] = [slot[label] for label in row.labels]
    return x, [truth, np.array([intent[r.intent] for r in rows], np.int32)]


def _keys(row: Example) -> list[str]:
    return [shape(token) for token in row.tokens]
