"""What each arm wants of the scores, as gradients with regard to them (log odds).

All are binary cross entropies, whose gradient is the probability less the target.
"""

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import sigmoid
from export.routing.corpus import Ints


def towards_targets(scores: Floats, targets: Floats) -> Floats:
    """Every skill towards its target, 0 to 1; shapes (requests, skills), mean over requests."""
    made: Floats = (sigmoid(scores) - targets) / np.float32(len(scores))
    return made


def distilled(targets: Floats, earlier: Floats, trust: float) -> Floats:
    """Targets mixed with what the earlier epochs predicted.

    Args:
        targets: Zeros and ones, shape (requests, skills).
        earlier: Mean of the probabilities of the earlier epochs.
        trust: How much of the mixture comes from them, 0 to 1.
    """
    made: Floats = (1.0 - np.float32(trust)) * targets + np.float32(trust) * earlier
    return made


def away_from(scores: Floats, declined: Ints, weight: float) -> Floats:
    """Away from the one skill that said that it does not know a request; the others are left.

    The loss is -log(1 - probability) ("Pseudo labeling and negative feedback learning", Kim and
    Kim, 2020): the surer the choice was, the stronger the push.

    Args:
        scores: Shape (requests, skills).
        declined: The skill of each request.
        weight: Of the loss against that of the labels.
    """
    made = np.zeros_like(scores)
    rows = np.arange(len(scores))
    made[rows, declined] = np.float32(weight) * sigmoid(scores[rows, declined]) / len(scores)
    return made
