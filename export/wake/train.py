"""Training, in a process of its own because it needs tensorflow.

python -m export.wake.train EXAMPLES.npz WEIGHTS.npz ROUNDS

A step's score is the mean of the latest probabilities, as the device takes it. Where the phrase is
said, its best step near the end counts (max pooling, Sun et al., 2016), all steps before it are
negatives; elsewhere the worst step counts as much as all together.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from device.wake.microwakeword import FEATURES
from export.wake.network import (
    CHANNELS,
    FIRST_KERNEL,
    KERNELS,
    SLIDING_WINDOW,
    STEPS,
    WINDOWS,
    Block,
    Network,
    write,
)
from export.wake.scenes import LONGEST, QUANTUM

LOG = logging.getLogger(__name__)
SEED = 20261121
BATCH = 64
RATE = 3e-3
_POSITIVES = 0.3
"""Share of a batch in which the phrase is said."""


def model() -> Any:  # noqa: ANN401
    """The net over a whole example, with normalization; features come in as real numbers."""
    keras.utils.set_random_seed(SEED)
    entry = keras.Input((LONGEST, 1, FEATURES))
    x = keras.layers.ZeroPadding2D(((FIRST_KERNEL - WINDOWS, 0), (0, 0)))(entry)
    x = keras.layers.Conv2D(CHANNELS, (FIRST_KERNEL, 1), (WINDOWS, 1), use_bias=False)(x)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.95)(x))
    for length in KERNELS:
        x = keras.layers.ZeroPadding2D(((length - 1, 0), (0, 0)))(x)
        x = keras.layers.DepthwiseConv2D((length, 1), use_bias=False)(x)
        x = keras.layers.Conv2D(CHANNELS, 1, use_bias=False)(x)
        x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.95)(x))
    x = keras.layers.Conv2D(1, 1, bias_initializer=keras.initializers.Constant(-2.0))(x)
    return keras.Model(entry, keras.layers.Reshape((STEPS,))(x))


def loss(logits: Any, first: Any, last: Any) -> Any:  # noqa: ANN401
    """Mean loss of a batch.

    Args:
        logits: Shape (batch, STEPS).
        first: First step in which the phrase may be noticed, shape (batch,); STEPS for never.
        last: Last such step.
    """
    probabilities = tf.pad(tf.sigmoid(logits), ((0, 0), (SLIDING_WINDOW - 1, 0)))
    means = tf.nn.avg_pool1d(probabilities[:, :, None], SLIDING_WINDOW, 1, "VALID")[:, :, 0]
    means = tf.clip_by_value(means, 1e-5, 1 - 1e-5)
    step = tf.range(STEPS)[None]
    first, last = first[:, None], last[:, None]
    noticed = tf.cast((step >= first) & (step <= last), tf.float32)
    said = tf.cast(first[:, 0] < STEPS, tf.float32)
    before = tf.cast(step < first, tf.float32)
    missed = -tf.math.log(tf.reduce_max(means * noticed, axis=1) + 1e-5) * said
    wrong = -tf.math.log(1 - means) * before
    return tf.reduce_mean(missed + tf.reduce_max(wrong, axis=1) + tf.reduce_mean(wrong, axis=1))


def masked(
    features: npt.NDArray[np.float32], random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """A batch with vocal tracts stretched, parts hidden (SpecAugment, Park, 2019)."""
    source = np.arange(FEATURES) * random.uniform(0.9, 1.12) + random.normal(0, 0.5)
    low = np.clip(np.floor(source).astype(int), 0, FEATURES - 2)
    share = np.clip(source - low, 0, 1).astype(np.float32)
    changed: npt.NDArray[np.float32] = (
        features[..., low] * (1 - share) + features[..., low + 1] * share
    )
    for one in changed:
        width, start = int(random.integers(0, 7)), int(random.integers(FEATURES))
        one[:, start : start + width] = 0
        width, start = int(random.integers(0, 15)), int(random.integers(len(one)))
        one[start : start + width] = 0
    return changed


def folded(trained: Any) -> Network:  # noqa: ANN401
    """The weights with the normalization in them."""
    kinds = keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.BatchNormalization
    first, norm, *rest = [layer for layer in trained.layers if isinstance(layer, kinds)]

    def scaling(norm: Any) -> tuple[Any, Any]:  # noqa: ANN401
        gamma, beta, mean, variance = (np.asarray(w) for w in norm.weights)
        scale = gamma / np.sqrt(variance + norm.epsilon)
        return scale, beta - mean * scale

    scale, first_bias = scaling(norm)
    blocks = []
    for time, across, after in zip(rest[:-1:3], rest[1:-1:3], rest[2:-1:3], strict=True):
        over_scale, bias = scaling(after)
        blocks.append(
            Block(
                over_time=np.asarray(time.kernel)[:, 0, :, 0],
                over_channels=np.asarray(across.kernel)[0, 0] * over_scale,
                bias=bias,
            )
        )
    return Network(
        first=np.asarray(first.kernel)[:, 0] * scale,
        first_bias=first_bias,
        blocks=tuple(blocks),
        last=np.asarray(rest[-1].kernel)[0, 0],
        last_bias=np.asarray(rest[-1].bias),
    )


def train(examples: Path, rounds: int) -> Network:
    """Learn from the examples in so many batches."""
    random = np.random.default_rng(SEED)
    with np.load(examples) as file:
        pixels, first, last = file["features"], file["first"], file["last"]
    said, other = np.flatnonzero(first < STEPS), np.flatnonzero(first >= STEPS)
    net = model()
    schedule = keras.optimizers.schedules.CosineDecay(
        RATE / 20, rounds * 4 // 5, warmup_target=RATE, warmup_steps=rounds // 5
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3)
    optimizer.build(net.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def learn(features: Any, first: Any, last: Any) -> Any:  # noqa: ANN401
        with tf.GradientTape() as tape:
            value = loss(net(features, training=True), first, last)
        gradients = tape.gradient(value, net.trainable_variables)
        optimizer.apply_gradients(zip(gradients, net.trainable_variables, strict=True))
        return value

    positives = round(_POSITIVES * BATCH)
    recent = 0.0
    for number in range(1, rounds + 1):
        rows = [random.choice(said, positives), random.choice(other, BATCH - positives)]
        at = np.concatenate(rows)
        batch = masked(pixels[at].astype(np.float32) * np.float32(QUANTUM), random)
        recent += float(learn(batch[:, :, None], first[at], last[at]))
        if number % 50 == 0:
            LOG.info("batch %d of %d: loss %.3f", number, rounds, recent / 50)
            recent = 0.0
    return folded(net)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(train(Path(sys.argv[1]), int(sys.argv[3])), Path(sys.argv[2]))
