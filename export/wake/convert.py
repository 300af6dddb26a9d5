"""From trained weights to a streaming int8 `.tflite`, in a process of its own (tensorflow).

python -m export.wake.convert WEIGHTS.npz EXAMPLES.npz OUT.tflite

As in microWakeWord's own files, what the net remembers lies in resource variables inside the
file, int8 as well; features go in as int8 in steps of 26/255, the probability comes out as uint8.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from device.wake.microwakeword import FEATURES
from export.quantize import require
from export.wake.network import CHANNELS, FIRST_KERNEL, WINDOWS, Network, forward, read
from export.wake.scenes import QUANTUM

SAMPLES = 40
SEED = 20261121
PARITY_LIMIT = 1e-4
LOUDEST = 26.0
"""The largest feature that a microWakeWord model reads; ESPHome fixes the scale by it."""


class Streaming(tf.Module):  # type: ignore[misc]
    """The net one step at a time, remembering."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network
        sizes = [(FIRST_KERNEL - WINDOWS, FEATURES)]
        sizes += [(len(block.over_time) - 1, CHANNELS) for block in network.blocks]
        self._memories = [
            tf.Variable(tf.zeros((1, length, 1, width)), trainable=False, name=f"stream_{n}")
            for n, (length, width) in enumerate(sizes)
        ]

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[tf.TensorSpec((1, WINDOWS, FEATURES), name="features")]
    )
    def step(self, features: Any) -> Any:  # noqa: ANN401
        """From features of shape (1, WINDOWS, FEATURES) to a probability of shape (1, 1)."""
        network = self._network
        first, *memories = self._memories
        x = _joined(first, tf.reshape(features, (1, WINDOWS, 1, FEATURES)))
        x = tf.nn.conv2d(x, network.first[:, None], 1, "VALID") + network.first_bias
        x = tf.nn.relu(x)
        for memory, block in zip(memories, network.blocks, strict=True):
            kernel = block.over_time[:, None, :, None]
            x = tf.nn.depthwise_conv2d(_joined(memory, x), kernel, (1, 1, 1, 1), "VALID")
            x = tf.nn.relu(
                tf.nn.conv2d(x, block.over_channels[None, None], 1, "VALID") + block.bias
            )
        logit = tf.matmul(tf.reshape(x, (1, CHANNELS)), network.last) + network.last_bias
        return tf.sigmoid(logit)

    def forget(self) -> None:
        """Start anew."""
        for memory in self._memories:
            memory.assign(tf.zeros_like(memory))


def _joined(memory: Any, new: Any) -> Any:  # noqa: ANN401
    """What is remembered and what is new in a row; the end of it is remembered."""
    row = tf.concat([memory, new], axis=1)
    memory.assign(row[:, int(new.shape[1]) :])
    return row


def converted(network: Network, sounds: npt.NDArray[np.float32]) -> bytes:
    """The `.tflite` file.

    Args:
        network: The weights.
        sounds: To calibrate with, shape (sounds, windows, FEATURES).

    Raises:
        ModelError: The streaming form says other things than the net over a whole sound.
    """
    streaming = Streaming(network)
    steps = sounds.reshape(len(sounds), -1, 1, WINDOWS, FEATURES)
    streamed = np.array([streaming.step(step).numpy()[0, 0] for step in steps[0]])
    apart = np.abs(streamed - forward(network, sounds[0])).max()
    require("wake word, whole against streamed", float(apart), at_most=PARITY_LIMIT)
    streaming.forget()

    def calibration() -> Iterator[list[npt.NDArray[np.float32]]]:
        span = np.zeros((1, WINDOWS, FEATURES), np.float32)
        span[0, 0, 0] = LOUDEST
        yield [span]
        for step in steps.reshape(-1, 1, WINDOWS, FEATURES):
            yield [step]

    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(streaming, folder, signatures=streaming.step)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        # Otherwise the memories stay float, with a conversion at each use.
        converter._experimental_variable_quantization = True  # noqa: SLF001
        converter.representative_dataset = calibration
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.int8
        converter.inference_output_type = tf.uint8
        file: bytes = converter.convert()
    return file


def main(weights: Path, examples: Path, out: Path) -> None:
    """Convert."""
    with np.load(examples) as file:
        chosen = np.random.default_rng(SEED).choice(len(file["features"]), SAMPLES, replace=False)
        sounds = file["features"][np.sort(chosen)].astype(np.float32) * np.float32(QUANTUM)
    out.write_bytes(converted(read(weights), sounds))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
