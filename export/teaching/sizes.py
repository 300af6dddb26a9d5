"""What is learned, as arrays; told without the network's tensorflow."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from device.nlu.embedding import Floats

UNTOLD = -1
"""The label of what does not count."""
LENGTH = 32
"""Tokens that the networks over words take at once, on the device and in training."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is learned or measured; the first axis of every array counts the rows."""

    inputs: tuple[Floats, ...]
    truths: tuple[Ints, ...]
    """One for each output: shape (rows,), or (rows, tokens) for labels of words."""

    def __len__(self) -> int:
        return len(self.truths[0])

    def only(self, chosen: npt.NDArray[Any]) -> "Rows":
        """Some of the rows, by number or by a mask."""
        return Rows(tuple(a[chosen] for a in self.inputs), tuple(a[chosen] for a in self.truths))
