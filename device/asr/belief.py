"""From log probabilities to confidences: how well sound fits words, and who else might be right."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from device.asr.history import Path

_CERTAIN = 60.0
"""Beyond it the logistic function is 0 or 1."""

Number = TypeVar("Number", float, npt.NDArray[np.float64])


def loss(free: float, score: float, steps: int) -> float:
    """Nats for each step by which the likeliest sounds, whatever they say, are likelier.

    Args:
        free: Log probability of the likeliest sounds.
        score: Log probability of the words.
        steps: Steps in which words are said.
    """
    return (free - score) / max(1, steps)


def spoken_steps(path: Path) -> int:
    """Steps in which a path's words are said."""
    return sum(said.end_step - said.start_step for said in path.words)


def fit(lost: Number, *, middle: float, slope: float) -> Number:
    """Share of what loses so much that is right, 0 to 1: a logistic function.

    Args:
        lost: What `loss` tells.
        middle: Where it is one half.
        slope: How steeply it falls.
    """
    odds: Number = np.exp(np.clip(slope * (middle - lost), -_CERTAIN, _CERTAIN))
    return odds / (1.0 + odds)


def shares(beliefs: npt.ArrayLike, rival_scale: float) -> npt.NDArray[np.float64]:
    """How belief is shared out among readings.

    Args:
        beliefs: Log probability of each, at least one, along the last axis.
        rival_scale: How fast a rival fades with its distance in nats.

    Returns:
        The same shape, 1 together.
    """
    scaled = rival_scale * np.asarray(beliefs, np.float64)
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    found: npt.NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
    return found
