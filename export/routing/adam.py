"""Adam (Kingma and Ba, 2015) over named arrays, for models small enough for plain numpy."""

from collections.abc import Mapping

import numpy as np

from device.nlu.embedding import Floats

Weights = dict[str, Floats]

_FIRST, _SECOND, _TINY = 0.9, 0.99, 1e-8


class Adam:
    """Moves weights against their gradients."""

    def __init__(self, weights: Weights, *, decay: float = 0.0) -> None:
        """Take what is moved.

        Args:
            weights: Changed in place.
            decay: Share of a matrix that each step of rate 1 takes away; vectors keep theirs.
        """
        self._weights = weights
        self._decay = decay
        self._mean = {name: np.zeros_like(value) for name, value in weights.items()}
        self._square = {name: np.zeros_like(value) for name, value in weights.items()}
        self._steps = 0

    def step(self, gradients: Mapping[str, Floats], rate: float) -> None:
        """One step.

        Args:
            gradients: Of all weights.
            rate: Size of the step.
        """
        self._steps += 1
        scale = rate * np.sqrt(1 - _SECOND**self._steps) / (1 - _FIRST**self._steps)
        for name, gradient in gradients.items():
            mean, square, weight = self._mean[name], self._square[name], self._weights[name]
            mean += (1 - _FIRST) * (gradient - mean)
            square += (1 - _SECOND) * (gradient * gradient - square)
            weight -= np.float32(scale) * mean / (np.sqrt(square) + np.float32(_TINY))
            if self._decay and weight.ndim > 1:
                weight *= np.float32(1 - rate * self._decay)


def normal(rng: np.random.Generator, *shape: int, scale: float | None = None) -> Floats:
    """Weights to begin with, of the size that keeps a layer's output at that of its input."""
    made: Floats = rng.standard_normal(shape).astype(np.float32)
    made *= np.float32(scale if scale is not None else (2.0 / shape[0]) ** 0.5)
    return made


def sigmoid(values: Floats) -> Floats:
    """Probabilities, never quite 0 or 1."""
    made: Floats = 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
    return made
