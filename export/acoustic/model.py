"""The acoustic network: strictly causal separable convolutions, each block looking one step ahead.

A block is x[t - 1] + expand-and-squeeze(depthwise(x[t - 10 .. t])): its output belongs to the
step before its newest input, so N blocks answer N steps late, which is all the look-ahead
there is. The layout follows ConvNeXt (Liu and others, 2022) with batch normalization, which
disappears into the weights when the model is exported. A second answer halfway up is trained
beside the last one (intermediate CTC, Lee and Watanabe, 2021) and dropped on export.

Two forms share the weights. The training form, here, reads long rows of sound in PyTorch, whose
compiler makes a pass on two CPU cores more than twice as fast as XLA does; the streaming form, in
`export.acoustic.stream`, reads one step and carries the last inputs of each block as states.
Both begin with zeros in the past, so that they agree exactly.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from device.asr.phonemes import LABELS
from device.audio.features import FEATURES

CHANNELS = 192
EXPANDED = 1024
BLOCKS = 10
KERNEL = 11
AHEAD = 1
"""Steps that a block sees beyond the step that it answers for."""
LOOKAHEAD = BLOCKS * AHEAD
HALFWAY = 6
"""Blocks below the intermediate answer."""
NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.01

Arrays = dict[str, npt.NDArray[np.float32]]


class Block(nn.Module):  # type: ignore[misc]
    """One residual block."""

    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Parameter(torch.randn(KERNEL, CHANNELS) * KERNEL**-0.5)
        self.norm_in = nn.BatchNorm1d(CHANNELS, eps=NORM_EPSILON, momentum=NORM_MOMENTUM)
        self.expand = nn.Linear(CHANNELS, EXPANDED)
        self.squeeze = nn.Linear(EXPANDED, CHANNELS, bias=False)
        self.norm_out = nn.BatchNorm1d(CHANNELS, eps=NORM_EPSILON, momentum=NORM_MOMENTUM)
        nn.init.xavier_uniform_(self.expand.weight)
        nn.init.zeros_(self.expand.bias)
        nn.init.xavier_uniform_(self.squeeze.weight)
        nn.init.constant_(self.norm_out.weight, 0.3)

    def forward(self, hidden: Tensor) -> Tensor:
        rows, steps, channels = hidden.shape
        padded = functional.pad(hidden, (0, 0, KERNEL - 1, 0))
        # Shifted multiplications: the compiler fuses them; the convolution op it does not.
        mixed = sum(padded[:, at : at + steps] * self.depthwise[at] for at in range(KERNEL))
        branch = self.norm_in(mixed.reshape(rows * steps, channels))
        branch = self.squeeze(functional.relu(self.expand(branch)))
        branch = self.norm_out(branch).view(rows, steps, channels)
        return functional.pad(hidden, (0, 0, AHEAD, 0))[:, :steps] + branch


class Acoustic(nn.Module):  # type: ignore[misc]
    """The network over rows of sound.

    From features (rows, steps, FEATURES) to two tensors of logits (rows, steps, labels): the
    last answer, where that for step t stands at t + LOOKAHEAD, and the one halfway up, where it
    stands at t + HALFWAY * AHEAD.
    """

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(FEATURES, CHANNELS)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.halfway = nn.Linear(CHANNELS, len(LABELS))
        self.leave = nn.Linear(CHANNELS, len(LABELS))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.enter(features)
        early = hidden
        for number, block in enumerate(self.blocks, start=1):
            hidden = block(hidden)
            if number == HALFWAY:
                early = self.halfway(hidden)
        return self.leave(hidden), early


def losses(
    logits: Tensor, *, late: int, places: Tensor, targets: Tensor, steps: Tensor, counts: Tensor
) -> Tensor:
    """Connectionist temporal classification (Graves and others, 2006), for each phoneme.

    Args:
        logits: What the network gives, shape (rows, steps of a row, labels).
        late: Steps by which it answers late.
        places: Where each sentence begins when all rows are laid end to end, int64.
        targets: Phoneme numbers of each sentence, shape (sentences, most), zero behind the last.
        steps: Length of each sentence in steps, int64.
        counts: Length of each sentence in phonemes, int64.

    Returns:
        A scalar: nats lost for each phoneme of all sentences.
    """
    flat = logits.reshape(-1, logits.shape[-1])
    window = places[:, None] + torch.arange(int(steps.max()))[None] + late
    cut = flat[window.clamp(max=len(flat) - 1)]
    spread = functional.log_softmax(cut, dim=-1).transpose(0, 1)
    costs = functional.ctc_loss(
        spread, targets, steps, counts, reduction="none", zero_infinity=True
    )
    return costs.sum() / counts.sum()


def arrays(network: Acoustic) -> Arrays:
    """All weights under the names that `export.acoustic.weights` reads."""
    named: Arrays = {}
    for name, tensor in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            key, turn = _stored(name)
            array = tensor.detach().numpy()
            named[key] = np.array(array.T if turn else array, np.float32)
    return named


def restore(network: Acoustic, path: Path) -> None:
    """Read stored weights; those of a smaller network are grown into this one.

    What a smaller network lacks keeps its fresh values but is silent at first: new columns of
    `squeeze` and the branches of new blocks are zero, so that the grown network says what the
    small one said (Net2Net, Chen and others, 2016), some steps later.

    Raises:
        ValueError: The stored network is larger, or of another width.
    """
    with np.load(path) as file:
        stored = {name: file[name].astype(np.float32) for name in file.files}
    state = network.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        key, turn = _stored(name)
        if key not in stored:
            if ".norm_out." in name and not name.endswith("running_var"):
                tensor.zero_()
            continue
        value = torch.from_numpy(stored[key].T.copy() if turn else stored[key])
        if value.dim() != tensor.dim() or any(
            had > has for had, has in zip(value.shape, tensor.shape, strict=True)
        ):
            raise ValueError(f"{key} of {path} has shape {tuple(stored[key].shape)}")
        if name.endswith("squeeze.weight") and value.shape != tensor.shape:
            tensor.zero_()
        tensor[tuple(slice(size) for size in value.shape)] = value
    network.load_state_dict(state)


_LEAVES = {
    "weight": "kernel",
    "bias": "bias",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}
_NORM_LEAVES = _LEAVES | {"weight": "gamma", "bias": "beta"}


def _stored(name: str) -> tuple[str, bool]:
    """Stored name of a tensor, and whether it is stored transposed.

    Example: blocks.3.norm_in.weight -> norm_in_3/gamma, False
    """
    parts: list[Any] = name.split(".")
    if parts[0] != "blocks":
        return f"{parts[0]}/{_LEAVES[parts[1]]}", parts[1] == "weight"
    if parts[2] == "depthwise":
        return f"depthwise_{parts[1]}/kernel", False
    norm = parts[2].startswith("norm")
    leaf = (_NORM_LEAVES if norm else _LEAVES)[parts[3]]
    return f"{parts[2]}_{parts[1]}/{leaf}", not norm and parts[3] == "weight"
