"""The acoustic network: strictly causal separable convolutions, each block looking one step ahead.

A block is x[t - 1] + expand-and-squeeze(depthwise(x[t - 10 .. t])): its output belongs to the
step before its newest input, so N blocks answer N steps late, which is all the look-ahead
there is. The layout follows ConvNeXt (Liu and others, 2022) with batch normalization, which
disappears into the weights when the model is exported.

Two forms share the weights. The training form reads whole sentences; the streaming form,
in `export.acoustic.stream`, reads one step and carries the last inputs of each block as
states. Both begin with zeros in the past and read LOOKAHEAD steps of zeros at the end, so that
they agree exactly.
"""

from typing import Any

import keras
from keras import layers, ops

from device.asr.phonemes import LABELS
from device.audio.features import FEATURES

CHANNELS = 192
EXPANDED = 512
BLOCKS = 8
KERNEL = 11
AHEAD = 1
"""Steps that a block sees beyond the step that it answers for."""
LOOKAHEAD = BLOCKS * AHEAD
NORM_EPSILON = 1e-3


class CausalDepthwise(layers.Layer):  # type: ignore[misc]
    """Depthwise convolution over the last KERNEL steps, as shifted multiplications.

    On a CPU this is several times faster to train than the convolution op.
    """

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(
            shape=(KERNEL, shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=KERNEL**-0.5, seed=self._seed()),
            name="kernel",
        )

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        padded = ops.pad(inputs, [[0, 0], [KERNEL - 1, 0], [0, 0]])
        return sum(
            padded[:, at : at + 1 - KERNEL or None] * self.kernel[at] for at in range(KERNEL)
        )

    def _seed(self) -> int:
        return sum(map(ord, self.name))


class Delay(layers.Layer):  # type: ignore[misc]
    """The same sequence AHEAD steps later."""

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        return ops.pad(inputs, [[0, 0], [AHEAD, 0], [0, 0]])[:, :-AHEAD]


def training_form() -> keras.Model:
    """The network over whole sentences.

    Returns:
        A model from (sentences, steps, FEATURES) to logits (sentences, steps, labels); the
        answer for step t stands at t + LOOKAHEAD.
    """
    inputs = keras.Input((None, FEATURES), name="features")
    hidden = layers.Dense(CHANNELS, name="enter")(inputs)
    for number in range(BLOCKS):
        branch = CausalDepthwise(name=f"depthwise_{number}")(hidden)
        branch = layers.BatchNormalization(epsilon=NORM_EPSILON, name=f"norm_in_{number}")(branch)
        branch = layers.Dense(EXPANDED, activation="relu", name=f"expand_{number}")(branch)
        branch = layers.Dense(CHANNELS, use_bias=False, name=f"squeeze_{number}")(branch)
        branch = layers.BatchNormalization(
            epsilon=NORM_EPSILON,
            gamma_initializer=keras.initializers.Constant(0.3),
            name=f"norm_out_{number}",
        )(branch)
        hidden = layers.Add(name=f"add_{number}")([Delay(name=f"delay_{number}")(hidden), branch])
    logits = layers.Dense(len(LABELS), name="leave")(hidden)
    return keras.Model(inputs, logits, name="acoustic")


def loss(targets: Any, logits: Any) -> Any:  # noqa: ANN401
    """Connectionist temporal classification (Graves and others, 2006), for each phoneme.

    Args:
        targets: As `Batch.targets`.
        logits: What the training form gives, shape (sentences, steps, labels).

    Returns:
        One number for each sentence.
    """
    targets = ops.cast(targets, "int32")
    counts, steps = targets[:, 0], targets[:, 1]
    costs = ops.ctc_loss(targets[:, 2:], logits[:, LOOKAHEAD:], counts, steps, mask_index=0)
    return costs / ops.cast(counts, "float32")
