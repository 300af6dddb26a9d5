"""One drawn catalogue and everything that is the same for all arms on it."""

from dataclasses import dataclass

import numpy as np

from device.nlu.embedding import Floats
from export.routing.catalogue import Catalogue, Requests, loose
from export.routing.corpus import Bools, Corpus, Ints
from export.routing.grasp import Grasp, Words
from export.routing.metrics import listed
from export.routing.reranker import features
from export.routing.shortlister import Shortlister

K = 10
"""Skills on a shortlist."""
HONEST = (0.9, 0.02)
"""How often a skill declines what it does not serve, and what it does serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the first training, that of the baseline, found out for the other arms."""

    pseudo: Bools
    """Pseudo-labels of the labelled requests, shape (requests, skills)."""
    semi: Requests
    """Requests without a label that got one."""


class Ground:
    """One catalogue and everything that is the same for all arms."""

    def __init__(
        self, corpus: Corpus, vectors: Floats, words: Words, catalogue: Catalogue, seed: int
    ) -> None:
        self.vectors, self.catalogue, self.seed = vectors, catalogue, seed
        self._grasp = Grasp(words, catalogue.samples)
        self.unlabelled = catalogue.withheld.joined(loose(corpus, len(catalogue.chosen), seed))
        one = np.bincount(catalogue.train.label, minlength=catalogue.skills)
        self.often = (one / one.sum()).astype(np.float32)

    def inputs(self, requests: Requests, rows: Ints) -> tuple[Floats, Ints]:
        """What the shortlister takes."""
        return self.vectors[requests.at[rows]], self.catalogue.chosen[requests.owner[rows]]

    def scores(self, model: Shortlister, requests: Requests) -> Floats:
        """Scores of all skills."""
        blocks = np.array_split(np.arange(len(requests)), max(1, len(requests) // 2_000))
        return np.concatenate([model.scores(*self.inputs(requests, rows)) for rows in blocks])

    def labels(self, requests: Requests) -> Bools:
        """The one label of each request."""
        found = np.zeros((len(requests), self.catalogue.skills), bool)
        found[np.arange(len(requests)), requests.label] = True
        return found

    def declines(self, requests: Requests, choice: Ints) -> Ints:
        """Rows of the requests that the chosen skills say that they do not know."""
        rng = np.random.default_rng(self.seed + 7)
        serves = self.catalogue.serves[choice, requests.need]
        return np.flatnonzero(rng.random(len(choice)) < np.where(serves, HONEST[1], HONEST[0]))

    def features(self, requests: Requests, scores: Floats, lists: Ints) -> Floats:
        """Features of lists of skills."""
        sure, known = self._grasp.of(requests.at, lists)
        chosen = (
            (self.catalogue.chosen[requests.owner][:, None, :] == lists[:, :, None])
            .any(axis=2)
            .astype(np.float32)
        )
        of_lists = np.take_along_axis(scores, lists, axis=1)
        return features(of_lists, sure, known, chosen, self.catalogue.popularity[lists])


@dataclass(frozen=True, slots=True)
class Lists:
    """Shortlists with their features."""

    scores: Floats
    """Of all skills, shape (requests, skills)."""
    skills: Ints
    """Shape (requests, K)."""
    given: Floats
    """Shape (requests, K, features)."""


def lists(ground: Ground, model: Shortlister, requests: Requests) -> Lists:
    """What a shortlister hands to the re-ranker."""
    scores = ground.scores(model, requests)
    skills = listed(scores, K)
    return Lists(scores, skills, ground.features(requests, scores, skills))
