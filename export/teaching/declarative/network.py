"""The network: what a sentence declares, what a preference is about, which words say it."""

from typing import Any

import keras
import numpy as np
from keras import layers

from export.encoder.sizes import LENGTH, OUT, SIZE
from export.teaching.sizes import Rows

WIDTH = 128
LEXICAL = 256
"""Units that look at one word alone: "gloomy" is light and "clammy" is moisture anywhere."""
HIDDEN_WORDS = 0.05
"""Share of the words that training hides."""
NOISE = 0.2
"""Noise on the values of words, in their standard deviations: near words mean nearly the same."""


def network(labels: int, topics: int, marks: int) -> Any:  # noqa: ANN401
    """Words, mask and the encoder's vector -> logits of labels, marks and topics.

    Same-padded convolutions read the words; their greatest and mean values stand beside what each
    word tells alone, and beside the sentence's vector.

    Args:
        labels: What a sentence can declare.
        topics: What a preference can be about.
        marks: What a word of a preference can be.

    Returns:
        A model with outputs of shapes (batch, labels), (batch, LENGTH, marks), (batch, topics).
    """
    words = keras.Input((LENGTH, SIZE), name="words")
    mask = keras.Input((LENGTH, 1), name="mask")
    vector = keras.Input((OUT,), name="vector")
    lexical = layers.Conv1D(LEXICAL, 1, activation="relu")(words)
    lexical = layers.Multiply()([lexical, mask])
    x = layers.Conv1D(WIDTH, 1)(lexical)
    for kernel in (3, 3, 5):
        y = layers.SeparableConv1D(WIDTH, kernel, padding="same", activation="relu")(x)
        x = layers.Multiply()([layers.Add()([x, layers.Dropout(0.15)(y)]), mask])
    most = layers.GlobalMaxPooling1D()(x)
    mean = layers.GlobalAveragePooling1D()(x)
    sentence = layers.Dropout(0.2)(vector)
    alone = layers.GlobalMaxPooling1D()(lexical)
    whole = layers.Concatenate()([most, mean, alone, sentence])
    told = layers.Dense(WIDTH, activation="relu")(layers.Dropout(0.2)(whole))
    around = layers.Conv1D(WIDTH, 3, padding="same", activation="relu")(x)
    return keras.Model(
        [words, mask, vector],
        [
            layers.Dense(labels)(told),
            layers.Conv1D(marks, 1)(around),
            layers.Dense(topics)(told),
        ],
    )


def hidden(rows: Rows, rng: np.random.Generator) -> Rows:
    """The same rows with some words hidden, and all of them blurred."""
    words, mask, vector = rows.inputs
    kept = mask * (rng.random(mask.shape) >= HIDDEN_WORDS)
    deviation = np.float32(NOISE * np.sqrt((words**2).sum() / (mask.sum() * words.shape[-1])))
    blurred = words + deviation * rng.standard_normal(words.shape, dtype=np.float32)
    return Rows((np.asarray(blurred * kept, np.float32), mask, vector), rows.truths)
