"""How good scores of skills are, against the full truth."""

from dataclasses import dataclass

import numpy as np

from device.nlu.embedding import Floats
from export.routing.corpus import Bools, Ints


@dataclass(frozen=True, slots=True)
class Counted:
    """Skills that were predicted, of those that serve, over all requests together."""

    right: int
    found: int
    wanted: int

    @property
    def f1(self) -> float:
        """Micro F1."""
        return 2 * self.right / max(1, self.found + self.wanted)

    @property
    def precision(self) -> float:
        """Of what was predicted, the share that serves."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Of what serves, the share that was predicted."""
        return self.right / max(1, self.wanted)


def counted(probabilities: Floats, truth: Bools, threshold: float) -> Counted:
    """Count the skills with a probability of `threshold` and more, shapes (requests, skills).

    A request of which no skill gets there has its best one predicted: something is asked.
    """
    predicted = probabilities >= threshold
    predicted[np.arange(len(predicted)), probabilities.argmax(axis=1)] = True
    right, found = int((predicted & truth).sum()), int(predicted.sum())
    return Counted(right, found, int(truth.sum()))


def best_threshold(probabilities: Floats, truth: Bools) -> float:
    """The threshold with the highest micro F1, of a fixed row of 40 between 0.01 and 0.9."""
    tried = np.geomspace(0.01, 0.9, 40)
    return float(max(tried, key=lambda t: counted(probabilities, truth, float(t)).f1))


def top1(scores: Floats, truth: Bools) -> float:
    """Share of the requests whose best skill serves them."""
    return float(truth[np.arange(len(scores)), scores.argmax(axis=1)].mean())


def listed(scores: Floats, k: int) -> Ints:
    """The k best skills of each request, best first, shape (requests, k)."""
    some = np.argpartition(-scores, k, axis=1)[:, :k] if k < scores.shape[1] else None
    if some is None:
        return np.argsort(-scores, axis=1, kind="stable")
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def holding(lists: Ints, labels: Bools) -> float:
    """Share of the lists that hold one of the labels, shapes (requests, k), (requests, skills)."""
    return float(np.take_along_axis(labels, lists, axis=1).any(axis=1).mean())


def recall_at(lists: Ints, truth: Bools) -> float:
    """Of all skills that serve, the share that is on the lists."""
    return float(np.take_along_axis(truth, lists, axis=1).sum() / truth.sum())


def auroc(inside: Floats, outside: Floats) -> float:
    """Probability that a request in scope scores higher than one out of scope; ties count half."""
    both = np.concatenate([inside, outside])
    _, rank, times = np.unique(both, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks = (last - (times - 1) / 2)[rank]
    above = ranks[: len(inside)].sum() - len(inside) * (len(inside) + 1) / 2
    return float(above / (len(inside) * len(outside)))


def calibration_error(sure: Floats, right: Bools, bins: int = 15) -> float:
    """Expected calibration error of yes-or-no decisions, over equal bins (Guo et al., 2017)."""
    at = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(float(sure[at == b].mean()) - float(right[at == b].mean())) * float((at == b).mean())
        for b in range(bins)
        if (at == b).any()
    ]
    return float(sum(gaps))
