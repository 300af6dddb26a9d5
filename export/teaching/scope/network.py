"""The network: words, what is known of each, and the vector of the whole -> the scope."""

from typing import Any

import keras
import numpy as np
from keras import layers

from export.encoder.sizes import LENGTH, OUT, SIZE
from export.teaching.sizes import Rows

WIDTH = 80
LEXICAL = 160
"""Units that look at one word alone: "nope" is a no anywhere."""
HIDDEN_WORDS = 0.08
"""Share of the words that training hides."""
NOISE = 0.1
"""Noise on the values of words, in their standard deviations: near words mean nearly the same."""


def network(scopes: int, flags: int) -> Any:  # noqa: ANN401
    """Words, mask, flags and the encoder's vector -> logits of the scopes.

    Args:
        scopes: How many there are.
        flags: Further features of a word.

    Returns:
        A model with one output of shape (batch, scopes).
    """
    words = keras.Input((LENGTH, SIZE), name="words")
    mask = keras.Input((LENGTH, 1), name="mask")
    known = keras.Input((LENGTH, flags), name="flags")
    vector = keras.Input((OUT,), name="vector")
    both = layers.Concatenate()([words, known])
    lexical = layers.Conv1D(LEXICAL, 1, activation="relu")(both)
    lexical = layers.Multiply()([lexical, mask])
    x = layers.Conv1D(WIDTH, 1)(lexical)
    for kernel in (2, 3, 5):
        y = layers.Conv1D(WIDTH, kernel, padding="same", activation="relu")(x)
        x = layers.Multiply()([layers.Add()([x, layers.Dropout(0.2)(y)]), mask])
    whole = layers.Concatenate()(
        [
            layers.GlobalMaxPooling1D()(x),
            layers.GlobalAveragePooling1D()(x),
            layers.GlobalMaxPooling1D()(lexical),
            layers.GlobalMaxPooling1D()(known),
            layers.Dropout(0.2)(vector),
        ]
    )
    told = layers.Dense(WIDTH, activation="relu")(layers.Dropout(0.3)(whole))
    return keras.Model([words, mask, known, vector], [layers.Dense(scopes)(told)])


def hidden(rows: Rows, rng: np.random.Generator) -> Rows:
    """The same rows with some words hidden, and all of them blurred."""
    words, mask, flags, vector = rows.inputs
    kept = mask * (rng.random(mask.shape) >= HIDDEN_WORDS)
    squares = np.square(words, dtype=np.float32).sum()
    spread = np.sqrt(squares / (mask.sum(dtype=np.float32) * words.shape[-1]))
    blurred = words + NOISE * spread * rng.standard_normal(words.shape, dtype=np.float32)
    return Rows((np.asarray(blurred * kept, np.float16), mask, flags, vector), rows.truths)
