"""The network that tagger and chunker share: word vectors, flags, convolutions both ways.

Built twice from the same layers: once with the look-up tables for training, once from
vectors for the device. Same-padded convolutions see both sides of a word; one global maximum
tells every word what kind of sentence it stands in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.errors import ModelError
from device.models import SHIPPED, read_manifest
from device.nlu.embedding import MOST_NGRAMS, load_table, ngrams
from export.quantize import WEIGHTS
from export.tagger.sizes import BUCKETS, SIZE

WIDTH = 72
KERNELS = (5, 5, 5, 5)
"""Words that each convolution sees; together they see eight to each side."""

Tensor = Any
Ints = np.ndarray[Any, np.dtype[np.int32]]
Floats = np.ndarray[Any, np.dtype[np.float32]]


@keras.saving.register_keras_serializable("inglenook")
class WordVectors(layers.Layer):  # type: ignore[misc]
    """Trainable look-up tables over the words of the training text.

    Word rows are dropped at random in training, so that n-grams learn to stand alone.
    """

    def __init__(
        self,
        grams: Ints,
        known: int,
        *,
        dropout: float | Floats,
        seed: int,
        size: int = SIZE,
        buckets: int = BUCKETS,
    ) -> None:
        """Take the training words.

        Args:
            grams: Shape (words, MOST_NGRAMS): n-gram rows of each training word, -1 for none.
                Row 0 is padding; rows 1 to `known` are those with a row of their own.
            known: Number of words with a row of their own.
            dropout: How often a word's row is dropped in training: one share for all words, or
                one for each row of `grams`.
            seed: Of the dropping.
            size: Values of a vector.
            buckets: Rows for n-grams.
        """
        super().__init__()
        self._grams = tf.constant(np.maximum(grams, 0), tf.int32)
        present = (grams >= 0).astype(np.float32)
        self._share = tf.constant(present / np.maximum(present.sum(1, keepdims=True), 1.0))
        self._known = known
        self._dropout = tf.constant(np.broadcast_to(np.float32(dropout), len(grams)))
        self._size = size
        self._buckets = buckets
        self._seeds = keras.random.SeedGenerator(seed)

    def build(self, _shape: object) -> None:
        start = keras.initializers.RandomNormal(stddev=0.1, seed=1)
        self.rows = self.add_weight(
            shape=(self._known + 1, self._size), initializer=start, name="rows"
        )
        self.gram_rows = self.add_weight(
            shape=(self._buckets, self._size), initializer=start, name="grams"
        )

    def call(self, ids: Tensor, training: bool = False) -> Tensor:
        own = tf.where(ids <= self._known, ids, 0)
        if training:
            drawn = keras.random.uniform(tf.shape(ids), seed=self._seeds)
            kept = drawn >= tf.gather(self._dropout, ids)
            own = tf.where(kept, own, 0)
        row = tf.gather(self.rows, own) * tf.cast(own > 0, tf.float32)[..., None]
        grams = tf.gather(self.gram_rows, tf.gather(self._grams, ids))
        share = tf.gather(self._share, ids)
        return row + tf.reduce_sum(grams * share[..., None], axis=-2)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Numbers of the training words."""

    ids: dict[str, int]
    grams: Ints
    known: tuple[str, ...]


def lexicon(words: Sequence[str], known: Sequence[str], buckets: int = BUCKETS) -> Lexicon:
    """Number the training words, known ones first; 0 is padding."""
    mine = set(known)
    order = [*known, *sorted(set(words) - mine)]
    grams = np.full((len(order) + 1, MOST_NGRAMS), -1, np.int32)
    for i, word in enumerate(order, 1):
        found = ngrams(word, buckets)
        grams[i, : len(found)] = found
    return Lexicon({word: i for i, word in enumerate(order, 1)}, grams, tuple(known))


def known_words(name: str) -> list[str]:
    """Words with a row of their own in the shipped model, in the order of their rows."""
    settings = read_manifest(SHIPPED / f"{name}.json").settings
    return list(load_table(SHIPPED, settings["table"], settings["table_sha256"]).words)


def restore(model: Any, name: str) -> None:  # noqa: ANN401
    """Go on from the float weights that were kept when the shipped model was made.

    What has grown keeps its start where it is new: labels at the end of a last axis, words at
    the end of a table.

    Raises:
        ModelError: They belong to another network.
    """
    with np.load(WEIGHTS / f"{name}.npz") as kept:
        arrays = [kept[key] for key in kept.files]
    shapes = [tuple(w.shape) for w in model.weights]
    if len(arrays) != len(shapes) or not all(map(_fits, arrays, shapes)):
        raise ModelError(f"the kept weights of the {name} belong to another network; train anew")
    for weight, array in zip(model.weights, arrays, strict=True):
        if "float" in str(weight.dtype):
            values = np.array(weight)
            values[tuple(slice(size) for size in array.shape)] = array
            weight.assign(values)


def _fits(array: Floats, shape: tuple[int, ...]) -> bool:
    """Whether an array is a weight of this shape, before it grew at the end."""
    table = array.ndim == len(shape) == 2 and array.shape[0] < shape[0]
    return (table or array.shape[:-1] == shape[:-1]) and array.shape[-1:] <= shape[-1:]


class Trunk:
    """The layers that both models share, applied to any length."""

    def __init__(
        self, dropout: float = 0.15, width: int = WIDTH, kernels: Sequence[int] = KERNELS
    ) -> None:
        self._into = layers.Conv1D(width, 1, name="into", activation="relu")
        self._convs = [
            layers.Conv1D(width, k, padding="same", activation="relu", name=f"conv{i}")
            for i, k in enumerate(kernels)
        ]
        self._told = layers.Dense(width, activation="relu", name="told")
        self._drop = layers.Dropout(dropout, seed=3)

    def __call__(self, vectors: Tensor, flags: Tensor, mask: Tensor) -> Tensor:
        """Features of each word, zero where the mask is, shape (batch, words, width)."""
        x = layers.Concatenate()([self._drop(vectors), flags])
        x = layers.Multiply()([self._into(x), mask])
        for i, conv in enumerate(self._convs):
            if i == len(self._convs) // 2:
                told = layers.GlobalMaxPooling1D(keepdims=True)(x)
                x = layers.Multiply()([layers.Add()([x, self._told(told)]), mask])
            y = layers.Multiply()([self._drop(conv(x)), mask])
            x = layers.Add()([x, y])
        return x


def batch_of(
    rows: Sequence[tuple[Sequence[str], Floats]], lexicon: Lexicon, length: int
) -> tuple[Ints, Floats, Floats]:
    """Sentences as arrays: word numbers, flags, mask; longer ones are cut."""
    flags_wide = rows[0][1].shape[1]
    ids = np.zeros((len(rows), length), np.int32)
    flags = np.zeros((len(rows), length, flags_wide), np.float32)
    mask = np.zeros((len(rows), length, 1), np.float32)
    for i, (words, found) in enumerate(rows):
        n = min(len(words), length)
        ids[i, :n] = [lexicon.ids.get(w, 0) for w in words[:n]]
        flags[i, :n] = found[:n]
        mask[i, :n] = 1.0
    return ids, flags, mask
