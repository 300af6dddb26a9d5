"""A list-wise re-ranker over the shortlist, as in HypRank (Kim et al., 2018), in plain numpy.

Each hypothesis is seen beside the others: a hidden layer for each, the mean and the maximum of
these over the list beside every one of them, a second layer, and a score; a straight path from
the features keeps what the shortlister knew already. (HypRank reads the list with a bidirectional
LSTM; what is pooled here does not depend on the order of the list, as in the shipped ranker.)
"""

from dataclasses import dataclass

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import Weights, normal

FEATURES = (
    "score", "gap", "sure", "sure gap", "known", "known gap", "chosen", "popular",
)  # fmt: skip
"""Of a hypothesis: the shortlister's score and its gap to the best; how sure the skill itself is,
how much of the words it knows (`grasp`), and their gaps; whether the owner chose it; log of its
popularity."""
HIDDEN = 32


def features(
    scores: Floats, sure: Floats, known: Floats, chosen: Floats, popular: Floats
) -> Floats:
    """Features of lists, from arrays of shape (requests, k) to (requests, k, FEATURES)."""

    def gap(values: Floats) -> Floats:
        made: Floats = values - values.max(axis=1, keepdims=True)
        return made

    columns = (scores, gap(scores), sure, gap(sure), known, gap(known), chosen, np.log(popular))
    made: Floats = np.stack(columns, axis=2).astype(np.float32)
    return made


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the way back needs of the way there."""

    given: Floats
    first: Floats
    top: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    beside: Floats
    second: Floats


class Reranker:
    """Weights, the way to the scores, and the way back to the gradients."""

    def __init__(self, sample: Floats, seed: int) -> None:
        """Begin.

        Args:
            sample: Features to learn the usual sizes from, shape (lists, k, FEATURES).
            seed: Of the weights.
        """
        rng = np.random.default_rng(seed)
        flat = sample.reshape(-1, sample.shape[2])
        self._middle = flat.mean(axis=0)
        self._spread = np.maximum(flat.std(axis=0), 1e-3)
        straight = np.zeros((len(FEATURES), 1), np.float32)
        straight[0] = 1.0
        self.weights: Weights = {
            "first": normal(rng, len(FEATURES), HIDDEN),
            "first bias": np.zeros(HIDDEN, np.float32),
            "second": normal(rng, 3 * HIDDEN, HIDDEN),
            "second bias": np.zeros(HIDDEN, np.float32),
            "last": normal(rng, HIDDEN, 1, scale=0.05),
            "straight": straight,
            "bias": np.zeros(1, np.float32),
        }

    def scores(self, given: Floats) -> Floats:
        """A score (log odds) for each hypothesis, shape (lists, k)."""
        return self.forward(given)[0]

    def forward(self, given: Floats) -> tuple[Floats, _Passed]:
        """Scores, and what `gradients` needs."""
        w = self.weights
        given = (given - self._middle) / self._spread
        first = np.maximum(given @ w["first"] + w["first bias"], 0.0)
        top = first.argmax(axis=1)
        highest = np.take_along_axis(first, top[:, None, :], axis=1)
        mean = first.mean(axis=1, keepdims=True)
        shape = first.shape
        beside = np.concatenate(
            [first, np.broadcast_to(mean, shape), np.broadcast_to(highest, shape)], axis=2
        )
        second = np.maximum(beside @ w["second"] + w["second bias"], 0.0)
        scores = (second @ w["last"] + given @ w["straight"])[:, :, 0] + w["bias"]
        return scores, _Passed(given, first, top, beside, second)

    def gradients(self, passed: _Passed, towards: Floats) -> Weights:
        """Gradients of all weights from that of the scores, shape (lists, k)."""
        w = self.weights
        back = towards[:, :, None]
        to_second = (back @ w["last"].T) * (passed.second > 0)
        to_beside = to_second @ w["second"].T
        own, mean, highest = np.split(to_beside, 3, axis=2)
        to_first = own + mean.sum(axis=1, keepdims=True) / passed.first.shape[1]
        at = passed.top[:, None, :]
        more = np.take_along_axis(to_first, at, axis=1) + highest.sum(axis=1, keepdims=True)
        np.put_along_axis(to_first, at, more, axis=1)
        to_first = to_first * (passed.first > 0)
        return {
            "first": _product(passed.given, to_first),
            "first bias": to_first.sum(axis=(0, 1)),
            "second": _product(passed.beside, to_second),
            "second bias": to_second.sum(axis=(0, 1)),
            "last": _product(passed.second, back),
            "straight": _product(passed.given, back),
            "bias": np.array([towards.sum()], np.float32),
        }


def _product(values: Floats, gradient: Floats) -> Floats:
    made: Floats = values.reshape(-1, values.shape[2]).T @ gradient.reshape(-1, gradient.shape[2])
    return made
