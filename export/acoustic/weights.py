"""Trained weights without their batch normalization, and the network as plain arithmetic.

`forward` is the float reference that the int8 model is measured against. It needs numpy only,
so it can share a process with the TFLite runtime.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
NORM_EPSILON = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """A matrix and a bias."""

    kernel: Float32Array
    """Shape (inputs, outputs)."""
    bias: Float32Array
    """Shape (outputs,)."""

    def __call__(self, rows: Float32Array) -> Float32Array:
        product: Float32Array = rows @ self.kernel + self.bias
        return product


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One residual block with its normalization folded in."""

    depthwise: Float32Array
    """Shape (steps, channels), oldest step first."""
    depthwise_bias: Float32Array
    """Shape (channels,)."""
    expand: Dense
    squeeze: Dense


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All weights of the acoustic model."""

    enter: Dense
    blocks: tuple[Block, ...]
    leave: Dense
    ahead: int = 1
    """Steps that a block sees beyond the step that it answers for."""

    @property
    def lookahead(self) -> int:
        """Steps by which the answer comes later than the sound."""
        return len(self.blocks) * self.ahead

    @property
    def kernel_steps(self) -> int:
        """Steps that a block reads at once."""
        return len(self.blocks[0].depthwise)

    @property
    def channels(self) -> int:
        """Width of the residual stream."""
        return self.blocks[0].depthwise.shape[1]


def read(path: Path) -> Network:
    """Read weights that `export.acoustic.train.save` wrote and fold the normalization in.

    Raises:
        KeyError: The file holds another network.
    """
    with np.load(path) as file:
        raw = {name: file[name].astype(np.float32) for name in file.files}
    count = sum(name.startswith("depthwise_") for name in raw)
    return Network(
        enter=Dense(kernel=raw["enter/kernel"], bias=raw["enter/bias"]),
        blocks=tuple(_block(raw, number) for number in range(count)),
        leave=Dense(kernel=raw["leave/kernel"], bias=raw["leave/bias"]),
    )


def _block(raw: dict[str, Float32Array], number: int) -> Block:
    in_scale, in_shift = _norm(raw, f"norm_in_{number}")
    out_scale, out_shift = _norm(raw, f"norm_out_{number}")
    return Block(
        depthwise=raw[f"depthwise_{number}/kernel"] * in_scale,
        depthwise_bias=in_shift,
        expand=Dense(kernel=raw[f"expand_{number}/kernel"], bias=raw[f"expand_{number}/bias"]),
        squeeze=Dense(kernel=raw[f"squeeze_{number}/kernel"] * out_scale, bias=out_shift),
    )


def _norm(raw: dict[str, Float32Array], name: str) -> tuple[Float32Array, Float32Array]:
    """Batch normalization as one factor and one summand for each channel."""
    scale = raw[f"{name}/gamma"] / np.sqrt(raw[f"{name}/moving_variance"] + NORM_EPSILON)
    return scale, raw[f"{name}/beta"] - raw[f"{name}/moving_mean"] * scale


def forward(network: Network, features: Float32Array) -> Float32Array:
    """Logits of a whole sentence.

    Args:
        network: The weights.
        features: Shape (steps, FEATURES).

    Returns:
        Shape (steps, labels), look-ahead taken out.
    """
    hidden = network.enter(np.pad(features, ((0, network.lookahead), (0, 0))))
    for block in network.blocks:
        hidden = _through(block, hidden, ahead=network.ahead)
    logits: Float32Array = network.leave(hidden)[network.lookahead :]
    return logits


def _through(block: Block, hidden: Float32Array, *, ahead: int) -> Float32Array:
    kernel_steps, steps = len(block.depthwise), len(hidden)
    padded = np.pad(hidden, ((kernel_steps - 1, 0), (0, 0)))
    mixed = block.depthwise_bias + sum(
        padded[at : at + steps] * block.depthwise[at] for at in range(kernel_steps)
    )
    branch = block.squeeze(np.maximum(block.expand(mixed), 0))
    late = np.pad(hidden, ((ahead, 0), (0, 0)))[:steps]
    summed: Float32Array = late + branch
    return summed


def states_along(network: Network, features: Float32Array) -> list[Float32Array]:
    """What each block has read at every step of a sentence, to calibrate the int8 model with.

    Args:
        network: The weights.
        features: Shape (steps, FEATURES).

    Returns:
        For each block shape (steps, kernel_steps - 1, channels): its state before that step.
    """
    kept = network.kernel_steps - 1
    window = np.arange(len(features))[:, None] + np.arange(kept)
    hidden = network.enter(features)
    found: list[Float32Array] = []
    for block in network.blocks:
        found.append(np.pad(hidden, ((kept, 0), (0, 0)))[window])
        hidden = _through(block, hidden, ahead=network.ahead)
    return found
