"""Training of the utterance encoder: close to the teacher, and intents apart.

Three losses on every batch: the angle to the teacher's vector in fewer dimensions; the teacher's
similarities between the sentences of the batch ("Relational knowledge distillation", Park et
al., 2019, over softmax rows); and sentences of one intent nearer to each other than to others
("Supervised contrastive learning", Khosla et al., 2020).
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.nlu.embedding import Floats
from export.encoder.sizes import BUCKETS, LAYERS, LENGTH, OUT, ROWS, SIZE, WIDTH, words_of
from export.encoder.teacher import Taught
from export.encoder.texts import Labelled
from export.tagger.encoder import Ints, Lexicon, WordVectors, known_words, lexicon, restore

LOG = logging.getLogger(__name__)

BATCH = 512
DROPPED = 0.15
"""Share of the words whose own row is left out, so that n-grams learn to stand alone."""
NEAR = 0.05
"""Temperature of the similarities in a batch."""
APART = 0.1
"""Temperature of the contrast between intents."""
SUPERVISED = 0.2
"""Weight of that contrast."""

Tensor = Any


@dataclass(slots=True)
class Trained:
    """The network and the words it knows."""

    model: Any
    """From word numbers to a vector of length 1."""
    head: Any
    """From word vectors and mask to a vector of any length."""
    vectors: WordVectors
    lexicon: Lexicon

    def device_model(self) -> Any:  # noqa: ANN401
        """The network for one sentence, from word vectors."""
        into = _inputs(batch=1)
        return keras.Model(into, self.head(into))


@dataclass(slots=True)
class Encoding:
    """Layers from word vectors to a sentence's vector."""

    def __call__(self, words: Tensor, mask: Tensor) -> Tensor:
        """Shape (batch, OUT)."""
        x = layers.Multiply()([layers.Conv1D(WIDTH, 1, activation="relu")(words), mask])
        for number in range(LAYERS):
            y = layers.Conv1D(WIDTH, 3, padding="same", activation="relu", name=f"conv{number}")(x)
            y = layers.Multiply()([layers.Dropout(0.1, seed=3)(y), mask])
            x = layers.Add()([x, y])
        # Weights of the words: those beyond the end get none. Keras would make a bias of a sum
        # of these shapes, which the converter refuses.
        told = layers.Conv1D(1, 1, use_bias=False)(x)
        beyond = layers.Rescaling(-12.0)(mask)
        share = layers.Softmax(axis=1)(layers.Subtract()([told, beyond]))
        whole = layers.Concatenate()([x, words])
        mean = layers.GlobalAveragePooling1D()(layers.Multiply()([whole, share]))
        most = layers.GlobalMaxPooling1D()(x)
        return layers.Dense(OUT)(layers.Concatenate()([mean, most]))


def train(
    taught: Taught,
    rows: Sequence[Labelled],
    *,
    epochs: int,
    rate: float,
    resume: bool = False,
    seed: int = 11,
) -> Trained:
    """Train on the teacher's vectors and on labelled sentences.

    Args:
        taught: Sentences with the teacher's vectors.
        rows: Labelled sentences; those of held-out domains are left out.
        epochs: Passes over the sentences.
        rate: Highest learning rate.
        resume: Whether to go on from the kept weights.
        seed: Of weights, order and dropping.
    """
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    texts = [words_of(text) for text in taught.texts]
    words = _lexicon(texts, known_words("encoder") if resume else None, taught.words)
    vectors = WordVectors(
        words.grams, len(words.known), dropout=DROPPED, seed=seed, size=SIZE, buckets=BUCKETS
    )
    into = keras.Input((LENGTH,), dtype="int32")
    mask = keras.Input((LENGTH, 1))
    given = _inputs()
    head = keras.Model(given, Encoding()(*given))
    model = keras.Model([into, mask], layers.UnitNormalization()(head([vectors(into), mask])))
    axes = _axes(taught.vectors)
    _start(vectors, words, taught, axes)
    if resume:
        restore(model, "encoder")
    target = _unit(taught.vectors @ axes[:, :OUT])
    at = {text: i for i, text in enumerate(taught.texts)}
    intents = {name: i for i, name in enumerate(sorted({r.intent for r in rows if not r.held}))}
    label = np.full(len(texts), -1, np.int32)
    for row in rows:
        if not row.held and row.text in at:
            label[at[row.text]] = intents[row.intent]
    ids, masks = _arrays(texts, words)
    steps = max(1, epochs * (len(texts) // BATCH))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=rate, warmup_steps=steps // 20
    )
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(model.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def step(i: Tensor, m: Tensor, t: Tensor, full: Tensor, y: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            found = model([i, m], training=True)
            loss = _loss(found, t, full, y)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    for epoch in range(epochs):
        order = rng.permutation(len(texts))
        total = 0.0
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            full = taught.vectors[batch]
            total += float(step(ids[batch], masks[batch], target[batch], full, label[batch]))
        LOG.info("encoder, pass %d of %d, loss %.4f", epoch + 1, epochs, total * BATCH / len(order))
    return Trained(model, head, vectors, words)


def _inputs(batch: int | None = None) -> list[Any]:
    return [
        keras.Input(batch_shape=(batch, LENGTH, SIZE), name="words"),
        keras.Input(batch_shape=(batch, LENGTH, 1), name="mask"),
    ]


def _lexicon(
    texts: Sequence[Sequence[str]], known: Sequence[str] | None, common: Sequence[str]
) -> Lexicon:
    """Words of the texts, the most useful or those that were known with rows of their own."""
    counts = Counter(word for text in texts for word in text)
    if known is not None:
        return lexicon(list(counts), known, BUCKETS)
    rank = {word: i for i, word in enumerate(common)}
    useful = sorted(
        (w for w, n in counts.items() if n >= 3),
        key=lambda w: rank.get(w, len(rank)) - 40 * min(counts[w], 400),
    )
    return lexicon(list(counts), sorted(useful[:ROWS]), BUCKETS)


def _axes(vectors: Floats) -> Floats:
    """The teacher's directions in the order of how much they tell, shape (384, 384)."""
    values, axes = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    return np.asarray(axes[:, np.argsort(-values)], np.float32)


def _start(vectors: WordVectors, words: Lexicon, taught: Taught, axes: Floats) -> None:
    """Begin each word's row with what the teacher makes of the word alone."""
    alone = {t: v for t, v in zip(taught.texts, taught.vectors, strict=True) if " " not in t}
    rows = np.zeros((len(words.known) + 1, SIZE), np.float32)
    for i, word in enumerate(words.known, 1):
        if word in alone:
            rows[i] = alone[word] @ axes[:, :SIZE]
    rows *= 0.3 / max(float(rows.std()), 1e-6)
    vectors.rows.assign(rows)


def _arrays(texts: Sequence[Sequence[str]], words: Lexicon) -> tuple[Ints, Floats]:
    """Word numbers, shape (texts, LENGTH), and masks, shape (texts, LENGTH, 1)."""
    ids = np.zeros((len(texts), LENGTH), np.int32)
    mask = np.zeros((len(texts), LENGTH, 1), np.float32)
    for i, text in enumerate(texts):
        ids[i, : len(text)] = [words.ids[word] for word in text]
        mask[i, : len(text)] = 1.0
    return ids, mask


def _loss(found: Tensor, target: Tensor, full: Tensor, label: Tensor) -> Tensor:
    angle = tf.reduce_mean(1.0 - tf.reduce_sum(found * target, axis=1))
    itself = -1e4 * tf.eye(tf.shape(found)[0])
    theirs = tf.nn.softmax(tf.matmul(full, full, transpose_b=True) / NEAR + itself)
    ours = tf.matmul(found, found, transpose_b=True)
    near = tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(theirs, ours / NEAR + itself)
        + tf.reduce_sum(theirs * tf.math.log(theirs + 1e-9), axis=1)
    )
    known = tf.cast(label >= 0, tf.float32)
    same = tf.cast(label[:, None] == label[None], tf.float32) * known[:, None] * known[None]
    same *= 1.0 - tf.eye(tf.shape(found)[0])
    others = -1e4 * (1.0 - known[None])
    log_share = tf.nn.log_softmax(ours / APART + itself + others)
    count = tf.reduce_sum(same, axis=1)
    pulled = -tf.reduce_sum(same * log_share, axis=1) / tf.maximum(count, 1.0)
    has = tf.cast(count > 0, tf.float32)
    apart = tf.reduce_sum(pulled * has) / tf.maximum(tf.reduce_sum(has), 1.0)
    return 2.0 * angle + near + SUPERVISED * apart


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
