"""Real numbers to the integers of a quantized model, and back."""

from typing import Any

import numpy as np
import numpy.typing as npt


def quantize(
    values: npt.NDArray[np.floating[Any]], *, scale: float, zero_point: int
) -> npt.NDArray[np.int8]:
    """Write real values the way an int8 model reads them.

    Values the model cannot express saturate at -128 or 127 instead of wrapping.

    Args:
        values: Any shape.
        scale: Size of one integer step, in the unit of `values`; above zero.
        zero_point: The integer that stands for 0.0, -128 to 127.

    Returns:
        Integers of the same shape as `values`.

    Raises:
        ValueError: `scale` is not above zero.
    """
    if not scale > 0:
        raise ValueError(f"scale must be above zero, got {scale}")
    steps = np.rint(values / scale) + zero_point
    quantized: npt.NDArray[np.int8] = np.clip(steps, -128, 127).astype(np.int8)
    return quantized


def dequantize(
    steps: npt.NDArray[np.integer[Any]], *, scale: float, zero_point: int
) -> npt.NDArray[np.float32]:
    """Read the integers of a quantized model as real values.

    Args:
        steps: Any shape, int8 or uint8.
        scale: Size of one integer step; above zero.
        zero_point: The integer that stands for 0.0.

    Returns:
        float32 of the same shape as `steps`.

    Raises:
        ValueError: `scale` is not above zero.
    """
    if not scale > 0:
        raise ValueError(f"scale must be above zero, got {scale}")
    wide = steps.astype(np.int32) - zero_point
    return (wide * np.float32(scale)).astype(np.float32)
