"""Muon (Jordan and others, 2024): momentum made orthogonal, for matrices of one shape.

PyTorch's own does the same in bfloat16, one matrix after the other, which on a CPU costs as
much as the whole forward and backward pass; here all matrices go through one batched product in
float32.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the polynomial that drives all singular values towards 1."""
_ROUNDS = 5


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest matrices whose singular values are about 1, by Newton-Schulz iteration.

    Args:
        matrices: Shape (count, rows, columns), rows <= columns.

    Returns:
        The same shape; singular values between about 0.7 and 1.2.
    """
    a, b, c = _COEFFICIENTS
    scaled = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    # Every round is a polynomial of the small square, so the long matrix is touched only twice.
    square = scaled @ scaled.mT
    eye = torch.eye(square.shape[-1])
    turn = eye.expand_as(square)
    for _ in range(_ROUNDS):
        step = a * eye + b * square + c * square @ square
        turn = step @ turn
        square = step @ square @ step
    return turn @ scaled


class Muon(torch.optim.Optimizer):  # type: ignore[misc]
    """Gradient descent along orthogonal momentum.

    The step is scaled like AdamW's (Liu and others, 2025), so that both take one rate.
    """

    def __init__(
        self, matrices: Iterable[Tensor], *, weight_decay: float, momentum: float = 0.95
    ) -> None:
        """Matrices may lie (rows <= columns) or stand, all of the same two sides."""
        super().__init__(matrices, {"lr": 0.0, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def step(self, closure: Any = None) -> None:  # noqa: ANN401
        for group in self.param_groups:
            keep, rate = group["momentum"], group["lr"]
            lying = []
            for weight in group["params"]:
                speed = self.state[weight].setdefault("speed", torch.zeros_like(weight))
                speed.lerp_(weight.grad, 1 - keep)
                ahead = weight.grad.lerp(speed, keep)
                lying.append(ahead if weight.shape[0] <= weight.shape[1] else ahead.T)
            scale = 0.2 * max(lying[0].shape) ** 0.5
            for weight, turned in zip(group["params"], orthogonal(torch.stack(lying)), strict=True):
                weight.mul_(1 - rate * group["weight_decay"])
                lies = weight.shape[0] <= weight.shape[1]
                weight.sub_(turned if lies else turned.T, alpha=rate * scale)
