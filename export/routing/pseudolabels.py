"""Pseudo-labels: skills that a training itself prefers to the label, again and again.

As in "Pseudo labeling and negative feedback learning for large-scale multi-label domain
classification" (Kim and Kim, 2020): a skill that was ranked above the known label in `r` epochs
one after the other becomes a label too, at most `p` of them for a request.
"""

import numpy as np
import numpy.typing as npt

from device.nlu.embedding import Floats
from export.routing.corpus import Bools, Ints

MOST, EPOCHS = 2, 4
"""p and r of the paper."""


class Streaks:
    """For each request, how many epochs in a row each skill was ranked above its label."""

    def __init__(
        self, labels: Ints, skills: int, *, most: int = MOST, epochs: int = EPOCHS
    ) -> None:
        """Begin to count.

        Args:
            labels: The known label of each request.
            skills: How many skills there are.
            most: Labels that a request may get, p.
            epochs: Epochs in a row that it takes, r.
        """
        self._labels = labels
        self._most, self._epochs = most, epochs
        self._now: npt.NDArray[np.int8] = np.zeros((len(labels), skills), np.int8)
        self._longest = self._now.copy()
        self._last: Floats = np.zeros((len(labels), skills), np.float16)

    def see(self, rows: Ints, scores: Floats) -> None:
        """Take the scores of some requests in this epoch; each request once in an epoch.

        Args:
            rows: Which requests.
            scores: Shape (rows, skills).
        """
        known = scores[np.arange(len(rows)), self._labels[rows]]
        above = scores > known[:, None]
        streak = np.where(above, np.minimum(self._now[rows] + 1, self._epochs), 0).astype(np.int8)
        self._now[rows] = streak
        self._longest[rows] = np.maximum(self._longest[rows], streak)
        self._last[rows] = scores

    def labels(self) -> Bools:
        """Which skills became labels, shape (requests, skills).

        Of more than `most`, those with the highest scores in the last epoch.
        """
        able = self._longest >= self._epochs
        return best_of(able, self._last, self._most)


def best_of(able: Bools, scores: Floats, most: int) -> Bools:
    """Of what is able, the `most` with the highest scores in each row; the first of equals."""
    ranked = np.where(able, scores.astype(np.float32), -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :most]
    found = np.zeros(able.shape, bool)
    np.put_along_axis(found, order, values=True, axis=1)
    return found & able


class Firsts:
    """For requests without a label: the skill that stays on top, epoch after epoch."""

    def __init__(self, count: int, *, sure: float, epochs: int = EPOCHS) -> None:
        """Begin to count.

        Args:
            count: Requests.
            sure: Probability that the first must have each time.
            epochs: Epochs in a row that it takes.
        """
        self._sure, self._epochs = sure, epochs
        self._first = np.full(count, -1, np.int64)
        self._streak = np.zeros(count, np.int64)

    def see(self, probabilities: Floats) -> None:
        """Take the probabilities of all requests in this epoch, shape (requests, skills)."""
        first = probabilities.argmax(axis=1)
        sure = probabilities.max(axis=1) >= self._sure
        again = sure & (first == self._first)
        self._streak = np.where(again, self._streak + 1, sure.astype(np.int64))
        self._first = np.where(sure, first, -1)

    def labels(self) -> Ints:
        """The label of each request, -1 for none."""
        return np.where(self._streak >= self._epochs, self._first, -1)
