"""Adversarial domain training: features from which nobody can tell what is being coordinated.

A classifier of the domain reads the shared features; its gradient is turned round on the way
back, so that the features lose what is particular to list items or to rooms and keep what makes
a list (Ganin and Lempitsky, "Unsupervised domain adaptation by backpropagation", 2015; for
coordination Agarwal et al., SLT 2018). Nothing of it ships.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers

from export.chunker.texts import Row
from simulator.coordination import DOMAINS

Tensor = Any
Ints = npt.NDArray[np.int32]


@keras.saving.register_keras_serializable("inglenook")
class Reversal(layers.Layer):  # type: ignore[misc]
    """Gives what it takes; its gradient goes back with the opposite sign, times a strength."""

    def __init__(self, strength: float) -> None:
        super().__init__()
        self._strength = strength

    def call(self, inputs: Tensor) -> Tensor:
        strength = self._strength

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def turned(x: Tensor) -> tuple[Tensor, Any]:
            return tf.identity(x), lambda slope: -strength * slope

        return turned(inputs)


@keras.saving.register_keras_serializable("inglenook")
class DomainLoss(layers.Layer):  # type: ignore[misc]
    """How badly the domain is told from the features of a sentence.

    Only sentences whose coordination is of one domain count: the others would have the features
    hide whether anything is coordinated at all.
    """

    def __init__(self, strength: float) -> None:
        super().__init__()
        self._reversal = Reversal(strength)
        self._hidden = layers.Dense(48, activation="relu", name="hidden")
        self._domains = layers.Dense(len(DOMAINS), name="domains")

    def build(self, shapes: Sequence[tuple[int | None, ...]]) -> None:
        wide = shapes[0][-1]
        self._hidden.build((None, wide))
        self._domains.build((None, 48))

    def call(self, inputs: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """One loss for each sentence; inputs are features, mask, domain numbers (-1 for none)."""
        features, mask, domain = inputs
        words = tf.maximum(tf.reduce_sum(mask, axis=1), 1.0)
        pooled = tf.reduce_sum(features * mask, axis=1) / words
        # Of length 1: else the features escape by growing without bound.
        even = tf.math.l2_normalize(self._reversal(pooled), axis=-1, epsilon=1e-6)
        scores = self._domains(self._hidden(even))
        known = tf.cast(domain >= 0, tf.float32)
        wrong = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(domain, 0), scores)
        return wrong * known


def domains_of(rows: Sequence[Row]) -> Ints:
    """The number of each row's domain, -1 where it has none or several; shape (rows,)."""
    told = [DOMAINS.index(min(r.domains)) if len(r.domains) == 1 else -1 for r in rows]
    return np.array(told, np.int32)
