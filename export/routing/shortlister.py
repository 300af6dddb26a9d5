"""A shortlister that is trained: one score for each skill, with attention to an owner's skills.

As in "Efficient large-scale neural domain classification with personalized attention" (Kim et al.,
2018), on sentences that the shipped encoder has read already: a hidden layer; attention of the
request over the skills that the owner chose, whose summary joins it; a score for each skill, with
a bonus for the chosen ones. Every skill is a decision of its own (sigmoid), as labels in plenty
need it ("Pseudo labeling and negative feedback learning for large-scale multi-label domain
classification", Kim and Kim, 2020).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from device.nlu.embedding import Floats
from export.routing.adam import Weights, normal
from export.routing.corpus import UNKNOWN, Ints

HIDDEN, KEY = 128, 32
_NEVER = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the way back needs of the way there."""

    vectors: Floats
    chosen: Ints
    hidden: Floats
    query: Floats
    keys: Floats
    weights: Floats
    joined: Floats


class Shortlister:
    """Weights, the way to the scores, and the way back to the gradients."""

    def __init__(self, size: int, often: Floats, seed: int) -> None:
        """Begin.

        Args:
            size: Values of a request's vector.
            often: Share of the labels that each skill has, shape (skills,); where its score
                starts.
            seed: Of the weights.
        """
        rng = np.random.default_rng(seed)
        skills = len(often)
        bias = np.log(np.clip(often, 1e-5, 0.5)).astype(np.float32)
        self.weights: Weights = {
            "hidden": normal(rng, size, HIDDEN),
            "hidden bias": np.zeros(HIDDEN, np.float32),
            "query": normal(rng, HIDDEN, KEY, scale=0.1),
            "key": normal(rng, skills, KEY, scale=0.3),
            "skill": normal(rng, HIDDEN + KEY, skills, scale=0.05),
            "skill bias": bias,
            "bonus": np.zeros(1, np.float32),
        }
        self.skills = skills

    def scores(self, vectors: Floats, chosen: Ints) -> Floats:
        """A score (log odds) for each request and skill.

        Args:
            vectors: Shape (requests, size).
            chosen: Skills of each request's owner, shape (requests, most), UNKNOWN for none.
        """
        return self.forward(vectors, chosen)[0]

    def forward(self, vectors: Floats, chosen: Ints) -> tuple[Floats, _Passed]:
        """Scores, and what `gradients` needs."""
        w = self.weights
        hidden = np.maximum(vectors @ w["hidden"] + w["hidden bias"], 0.0)
        query = hidden @ w["query"]
        there = chosen != UNKNOWN
        keys = w["key"][chosen]
        attention = np.einsum("bmk,bk->bm", keys, query)
        attention = np.where(there, attention, _NEVER)
        weights = np.exp(attention - attention.max(axis=1, keepdims=True)) * there
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), np.float32(1e-9))
        summary = np.einsum("bm,bmk->bk", weights, keys)
        joined = np.concatenate([hidden, summary], axis=1)
        scores = joined @ w["skill"] + w["skill bias"]
        rows, columns = np.nonzero(there)
        scores[rows, chosen[rows, columns]] += w["bonus"][0]
        return scores, _Passed(vectors, chosen, hidden, query, keys, weights, joined)

    def gradients(self, passed: _Passed, towards: Floats) -> Weights:
        """Gradients of all weights from that of the scores, shape (requests, skills)."""
        w = self.weights
        back = towards @ w["skill"].T
        to_hidden, to_summary = back[:, :HIDDEN], back[:, HIDDEN:]
        to_weights = np.einsum("bmk,bk->bm", passed.keys, to_summary)
        mean = (passed.weights * to_weights).sum(axis=1, keepdims=True)
        to_attention = passed.weights * (to_weights - mean)
        to_query = np.einsum("bm,bmk->bk", to_attention, passed.keys)
        to_keys = (
            passed.weights[:, :, None] * to_summary[:, None, :]
            + to_attention[:, :, None] * passed.query[:, None, :]
        )
        to_hidden = (to_hidden + to_query @ w["query"].T) * (passed.hidden > 0)
        rows, columns = np.nonzero(passed.chosen != UNKNOWN)
        told = passed.chosen[rows, columns]
        return {
            "hidden": passed.vectors.T @ to_hidden,
            "hidden bias": to_hidden.sum(axis=0),
            "query": passed.hidden.T @ to_query,
            "key": _gathered(told, to_keys[rows, columns], self.skills),
            "skill": passed.joined.T @ towards,
            "skill bias": towards.sum(axis=0),
            "bonus": np.array([towards[rows, told].sum()], np.float32),
        }


def _gathered(skills: Ints, gradients: Floats, count: int) -> Floats:
    """Sum of the gradients of each skill, shape (count, KEY)."""
    ones = np.ones(len(skills), np.float32)
    at = csr_matrix((ones, (skills, np.arange(len(skills)))), shape=(count, len(skills)))
    return np.asarray(at @ gradients, np.float32)
