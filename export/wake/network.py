"""The net of a wake word, as folded float weights, and what it says about a whole sound.

Each 30 ms, three windows of features: a convolution over five windows, then blocks of a depthwise
causal convolution over time and one over channels, then one number. This is the shape of
microWakeWord's MixedNet (Ahrendt, 2024; after MixConv, Tan and Le, 2019) with one kernel a block.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from device.wake.microwakeword import FEATURE_STEP_MS, FEATURES

WINDOWS = 3
"""Windows of features in a step."""
STEP_MS = WINDOWS * FEATURE_STEP_MS
STEPS = 99
"""Steps of an example to learn from."""
FIRST_KERNEL = 5
SLIDING_WINDOW = 5
"""Steps in the mean of probabilities that the device takes."""
KERNELS = (5, 9, 13, 17)
"""Steps that the blocks look at; together 1.2 s."""
CHANNELS = 64

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A depthwise convolution over time, then one over channels, then a rectifier."""

    over_time: Float32Array
    """Shape (kernel, CHANNELS)."""
    over_channels: Float32Array
    """Shape (CHANNELS, CHANNELS), from and to."""
    bias: Float32Array
    """Shape (CHANNELS,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All weights, the normalization of the training folded into them."""

    first: Float32Array
    """Shape (FIRST_KERNEL, FEATURES, CHANNELS)."""
    first_bias: Float32Array
    """Shape (CHANNELS,)."""
    blocks: tuple[Block, ...]
    last: Float32Array
    """Shape (CHANNELS, 1)."""
    last_bias: Float32Array
    """Shape (1,)."""


def write(network: Network, path: Path) -> None:
    """Keep a network in a file."""
    parts = {
        f"{n}_{name}": getattr(block, name)
        for n, block in enumerate(network.blocks)
        for name in ("over_time", "over_channels", "bias")
    }
    np.savez(
        path,
        first=network.first,
        first_bias=network.first_bias,
        last=network.last,
        last_bias=network.last_bias,
        **parts,
    )


def read(path: Path) -> Network:
    """A network from a file that `write` made."""
    with np.load(path) as file:
        blocks = tuple(
            Block(
                over_time=file[f"{n}_over_time"],
                over_channels=file[f"{n}_over_channels"],
                bias=file[f"{n}_bias"],
            )
            for n in range(len(KERNELS))
        )
        return Network(
            first=file["first"],
            first_bias=file["first_bias"],
            blocks=blocks,
            last=file["last"],
            last_bias=file["last_bias"],
        )


def forward(network: Network, features: Float32Array) -> Float32Array:
    """Probabilities that the phrase has just been said, with silence before the sound.

    Args:
        network: The weights.
        features: Shape (steps * WINDOWS, FEATURES).

    Returns:
        Shape (steps,).
    """
    behind = FIRST_KERNEL - WINDOWS
    padded = np.pad(features, ((behind, 0), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (FIRST_KERNEL, FEATURES))
    taken = views[::WINDOWS, 0]
    x = np.maximum(np.einsum("tkf,kfc->tc", taken, network.first) + network.first_bias, 0)
    for block in network.blocks:
        length = len(block.over_time)
        padded = np.pad(x, ((length - 1, 0), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(padded, length, axis=0)
        mixed = np.einsum("tck,kc->tc", seen, block.over_time)
        x = np.maximum(mixed @ block.over_channels + block.bias, 0)
    logits = x @ network.last + network.last_bias
    probabilities: Float32Array = (1 / (1 + np.exp(-logits[:, 0]))).astype(np.float32)
    return probabilities
