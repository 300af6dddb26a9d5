"""Sentences of any length through a model of fixed length.

A sentence that fits is padded. A longer one goes through in windows that overlap by half;
each word takes its scores from the window in which it stands farthest from an edge.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from device.models import Run

Floats = npt.NDArray[np.float32]


def starts(count: int, length: int) -> list[int]:
    """Where the windows begin: [0] for a sentence that fits."""
    if count <= length:
        return [0]
    step = length // 2
    return [*range(0, count - length, step), count - length]


def windows(vectors: Floats, flags: Floats, length: int) -> list[tuple[Floats, Floats, Floats]]:
    """The model's inputs, one triple for each window.

    Args:
        vectors: Shape (words, size).
        flags: Shape (words, flags).
        length: Words that the model takes.

    Returns:
        Vectors, flags and mask of shapes (1, length, size), (1, length, flags), (1, length, 1).
    """
    made = []
    for at in starts(len(vectors), length):
        part = slice(at, min(at + length, len(vectors)))
        count = part.stop - part.start
        x = np.zeros((1, length, vectors.shape[1]), np.float32)
        f = np.zeros((1, length, flags.shape[1]), np.float32)
        m = np.zeros((1, length, 1), np.float32)
        x[0, :count], f[0, :count], m[0, :count] = vectors[part], flags[part], 1.0
        made.append((x, f, m))
    return made


def run_words(run: Run, vectors: Floats, flags: Floats, length: int) -> tuple[Floats, list[Floats]]:
    """Scores of every word, and the model's further outputs averaged over the windows.

    Args:
        run: The model.
        vectors: Shape (words, size), at least one word.
        flags: Shape (words, flags).
        length: Words that the model takes.

    Returns:
        Scores of shape (words, labels), and one array for each further output.
    """
    scores, further = run_windows(run, vectors, flags, length)
    return scores, [np.mean(output, axis=0) for output in further]


def run_windows(
    run: Run, vectors: Floats, flags: Floats, length: int
) -> tuple[Floats, list[Floats]]:
    """As `run_words`, with the further outputs of each window: shape (windows, ...)."""
    results = [run(arrays) for arrays in windows(vectors, flags, length)]
    count = len(vectors)
    scores = np.zeros((count, results[0][0].shape[-1]), np.float32)
    for word, window in enumerate(_nearest(count, length)):
        at = starts(count, length)[window]
        scores[word] = results[window][0][0, word - at]
    further = [np.stack([r[i][0] for r in results]) for i in range(1, len(results[0]))]
    return scores, further


def _nearest(count: int, length: int) -> Sequence[int]:
    """For each word the window in which it stands farthest from an edge."""
    begins = np.array(starts(count, length))
    words = np.arange(count)[:, None]
    before, after = words - begins, begins + min(length, count) - 1 - words
    chosen: list[int] = np.minimum(before, after).argmax(axis=1).tolist()
    return chosen
