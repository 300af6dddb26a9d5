"""Decoding of label scores into one best sequence of labels.

The scores come from an int8 model; the transitions of the linear-chain conditional random
field (Lafferty et al., 2001) are learned with it and kept in its manifest. The recursion has
data-dependent steps that an int8 graph cannot express, so it runs here.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FORBIDDEN = -1e4
"""Score of a transition that must not happen."""

Floats = npt.NDArray[np.float32]


def viterbi(
    scores: Floats, transitions: Floats, start: Floats | None = None
) -> npt.NDArray[np.int64]:
    """The labels with the highest sum of scores and transitions.

    Args:
        scores: Shape (words, labels).
        transitions: Shape (labels, labels), from row to column.
        start: Score of each label in first place, shape (labels,); none counts as zeros.

    Returns:
        One label for each word, shape (words,).
    """
    count = len(scores)
    if count == 0:
        return np.zeros(0, np.int64)
    total = scores[0] + (start if start is not None else np.float32(0))
    back = np.zeros((count, scores.shape[1]), np.int64)
    for at in range(1, count):
        through = total[:, None] + transitions
        back[at] = through.argmax(axis=0)
        total = through.max(axis=0) + scores[at]
    best = np.zeros(count, np.int64)
    best[-1] = int(total.argmax())
    for at in range(count - 1, 0, -1):
        best[at - 1] = back[at, best[at]]
    return best


def bio_transitions(labels: Sequence[str]) -> tuple[Floats, Floats]:
    """Transitions and starts that allow exactly the well-formed BIO sequences.

    Args:
        labels: "O", "B-name", "I-name" ...

    Returns:
        `transitions` and `start` for `viterbi`: 0 where allowed, FORBIDDEN elsewhere.
    """
    size = len(labels)
    transitions = np.zeros((size, size), np.float32)
    start = np.zeros(size, np.float32)
    for column, label in enumerate(labels):
        if not label.startswith("I-"):
            continue
        start[column] = FORBIDDEN
        for row, before in enumerate(labels):
            if before[2:] != label[2:] or before == "O":
                transitions[row, column] = FORBIDDEN
    return transitions, start


def softmax(scores: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities along the last axis."""
    scaled = scores / np.float32(temperature)
    grown = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True), np.float32)
