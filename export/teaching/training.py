"""One training loop for the small networks of teaching, and their way to int8.

Rows are arrays: inputs as the device gives them, and one array of labels for each output, with
UNTOLD where a row says nothing about it (padding, or a row that was made for the other output).
The weights of the epoch that is best on the rows kept aside are the ones that are taken.

    model = words_model(vectors=40, flags=60, labels=7, classes=5, seed=17)
    trained(model, learned, tuning, epochs=8, name="gap", resume=False)
    with converted(model, learned, label) as made:
        scores = made.run(held.inputs)
        require(...)
        made.write(finished_label, folder)
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from device.nlu.embedding import Floats
from export.quantize import WEIGHTS, Label, quantized, run_shipped, write_model
from export.tagger.candidate import keep
from export.tagger.encoder import Trunk, restore
from export.teaching.sizes import LENGTH, UNTOLD, Rows

LOG = logging.getLogger(__name__)

CALIBRATING = 400
"""Rows that the quantizer looks at."""


def words_inputs(*, vectors: int, flags: int, batch: int | None = None) -> list[Any]:
    """Inputs as `device.nlu.windows.windows` makes them: vectors, flags and mask of the words."""
    return [
        keras.Input(batch_shape=(batch, LENGTH, vectors), name="words"),
        keras.Input(batch_shape=(batch, LENGTH, flags), name="flags"),
        keras.Input(batch_shape=(batch, LENGTH, 1), name="mask"),
    ]


def words_network(
    into: Sequence[Any],
    *,
    labels: int,
    classes: int,
    width: int = 64,
    kernels: Sequence[int] = (5, 5, 5),
    dropout: float = 0.15,
) -> list[Any]:
    """A label for each word and a class for the whole, over the trunk that the tagger has.

    Args:
        into: As `words_inputs` gives them.
        labels: Labels of words.
        classes: Classes of sentences; 0 for none.
        width: Units of each convolution.
        kernels: Words that each convolution sees.
        dropout: Share of the values that training leaves out.

    Returns:
        Logits of shapes (batch, LENGTH, labels) and, with classes, (batch, classes).
    """
    features = Trunk(dropout=dropout, width=width, kernels=kernels)(*into)
    marks = layers.Conv1D(labels, 1)(features)
    if not classes:
        return [marks]
    told = layers.Dense(width, activation="relu")(layers.GlobalMaxPooling1D()(features))
    return [marks, layers.Dense(classes)(told)]


def words_model(
    *, vectors: int, flags: int, labels: int, classes: int, width: int, seed: int
) -> Any:  # noqa: ANN401
    """The same as a network of its own, ready to be trained.

    Args:
        vectors: Values of a word's vector.
        flags: Further features of a word.
        labels: Labels of words.
        classes: Classes of sentences.
        width: Units of each convolution.
        seed: Of the first weights.
    """
    keras.utils.set_random_seed(seed)
    into = words_inputs(vectors=vectors, flags=flags)
    return keras.Model(into, words_network(into, labels=labels, classes=classes, width=width))


def trained(
    model: Any,  # noqa: ANN401
    learned: Rows,
    tuning: Rows,
    *,
    name: str,
    epochs: int,
    resume: bool = False,
    rate: float = 3e-3,
    batch: int = 128,
    seed: int = 7,
    weights: Sequence[float] | None = None,
    vary: Callable[[Rows, np.random.Generator], Rows] | None = None,
) -> None:
    """Train a network and keep its float weights, in half precision, in export/weights.

    Args:
        model: Its outputs are logits, in the order of `Rows.truths`. Build it after
            `keras.utils.set_random_seed`.
        learned: Rows to learn from.
        tuning: Rows by which the best epoch is chosen; never those of the figures.
        name: Of the model.
        epochs: Passes; 0 leaves it as it is.
        resume: Begin with the kept weights.
        rate: Highest learning rate; it rises for a twentieth of the time and falls to zero.
        batch: Rows of a step.
        seed: Of the order of rows, and of what `vary` does.
        weights: How much each output counts; alike by default.
        vary: Gives other rows in each epoch, such as with some features hidden.

    Raises:
        ModelError: The kept weights belong to another network.
    """
    keras.utils.set_random_seed(seed)
    if resume:
        restore(model, name)
    if epochs:
        steps = epochs * len(learned) // batch
        schedule = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps), warmup_target=rate, warmup_steps=max(1, steps // 20)
        )
        optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0)
        shares = [1.0] * len(learned.truths) if weights is None else list(weights)
        model.compile(optimizer=optimizer, loss=[told_loss] * len(shares), loss_weights=shares)
        _best(model, learned, tuning, epochs, batch, vary, np.random.default_rng(seed))
    keep(name, model.weights, WEIGHTS)


def _best(
    model: Any,  # noqa: ANN401
    learned: Rows,
    tuning: Rows,
    epochs: int,
    batch: int,
    vary: Callable[[Rows, np.random.Generator], Rows] | None,
    rng: np.random.Generator,
) -> None:
    least, best = np.inf, model.get_weights()
    for epoch in range(epochs):
        rows = vary(learned, rng) if vary else learned
        told = model.fit(
            list(rows.inputs), list(rows.truths), batch_size=batch, epochs=1, verbose=0
        )
        found = model.evaluate(
            list(tuning.inputs), list(tuning.truths), batch_size=512, verbose=0, return_dict=True
        )
        LOG.info("epoch %d loss %.4f aside %.4f", epoch + 1, told.history["loss"][0], found["loss"])
        if found["loss"] < least:
            least, best = found["loss"], model.get_weights()
    model.set_weights(best)


def told_loss(truth: Any, logits: Any) -> Any:  # noqa: ANN401
    """Mean cross-entropy over all that is told; truth has one axis less than the logits."""
    wanted = tf.cast(tf.reshape(truth, tf.shape(logits)[:-1]), tf.int32)
    told = tf.cast(wanted > UNTOLD, tf.float32)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.maximum(wanted, 0), logits=logits
    )
    return tf.reduce_sum(loss * told) / tf.maximum(tf.reduce_sum(told), 1.0)


@dataclass(frozen=True, slots=True)
class Converted:
    """An int8 model that is not shipped yet."""

    folder: Path
    name: str
    tflite: bytes

    def run(self, inputs: Sequence[Floats]) -> list[Floats]:
        """Outputs for rows, in the runtime that ships; the first axis counts the rows."""
        single = [array[:, None] for array in inputs]
        return [found[:, 0] for found in run_shipped(self.folder, self.name, single)]

    def write(self, label: Label, folder: Path) -> None:
        """Ship it."""
        write_model(self.tflite, label, folder=folder)


@contextmanager
def converted(model: Any, rows: Rows, label: Label) -> Iterator[Converted]:  # noqa: ANN401
    """A trained network as the speaker runs it, in a folder that goes away afterwards.

    Args:
        model: The network, for any batch.
        rows: Rows to calibrate with, some of which are taken.
        label: What is known before it is measured.
    """
    into = [keras.Input(batch_shape=(1, *i.shape[1:]), name=i.name) for i in model.inputs]
    chosen = range(0, len(rows), max(1, len(rows) // CALIBRATING))
    samples = [[array[i : i + 1] for array in rows.inputs] for i in chosen]
    tflite = quantized(keras.Model(into, model(into)), samples)
    with tempfile.TemporaryDirectory() as scratch:
        write_model(tflite, label, folder=Path(scratch))
        yield Converted(Path(scratch), label.name, tflite)
