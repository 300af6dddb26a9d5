"""Several back-off models as one: static interpolation (SRILM's `ngram -mix-lm`).

Each n-gram that one of the models has gets the weighted mean of the probabilities that all of
them give it; back-off costs are computed anew, so that everything sums to 1 again.
"""

from collections.abc import Sequence

import numpy as np

from device.asr.kneserney import Doubles
from device.asr.ngram import Counted, Floats
from device.asr.pairhash import Ints
from export.language.plain import SortedNgrams

_ROUNDS = 30


def mixed(models: Sequence[Counted], weights: Doubles, *, least: float = 0.0) -> Counted:
    """Interpolate.

    Args:
        models: Over the same words.
        weights: One for each, summing to 1.
        least: Triples that gain less than this, in nats per thousand words, are left out
            (Stolcke, "Entropy-based pruning of backoff language models", 1998, without the
            change of the back-off weight).
    """
    words = len(models[0].costs)
    parts = [SortedNgrams(model) for model in models]
    pairs = np.unique(np.concatenate([model.pairs for model in models]), axis=0)
    triples = np.unique(np.concatenate([model.triples for model in models]), axis=0)
    costs = _mean([model.costs for model in models], weights)
    pair_costs = _mean([part.after_one(*pairs.T) for part in parts], weights)
    triple_costs = _mean([part.after_two(*triples.T) for part in parts], weights)
    backoffs = _backoffs(pairs[:, 0], words, pair_costs, costs[pairs[:, 1]])
    keys = pairs[:, 0] * words + pairs[:, 1]
    begins = np.searchsorted(keys, triples[:, 0] * words + triples[:, 1])
    shorter = pair_costs[np.searchsorted(keys, triples[:, 1] * words + triples[:, 2])]
    if least > 0:
        context = np.exp(-costs[triples[:, 0]] - pair_costs[begins])
        gain = 1e3 * context * np.exp(-triple_costs) * np.abs(shorter - triple_costs)
        kept = gain >= least
        triples, triple_costs = triples[kept], triple_costs[kept]
        begins, shorter = begins[kept], shorter[kept]
    return Counted(
        costs=costs,
        backoffs=backoffs,
        pairs=pairs,
        pair_costs=pair_costs,
        pair_backoffs=_backoffs(begins, len(pairs), triple_costs, shorter),
        triples=triples,
        triple_costs=triple_costs,
    )


def best_weights(models: Sequence[Counted], said: Sequence[Sequence[Ints]]) -> Doubles:
    """Weights that make held-out words likeliest (expectation maximization).

    Args:
        models: Over the same words.
        said: Sets of triples of words in a row as three arrays; each set counts alike.
    """
    parts = [SortedNgrams(model) for model in models]
    sets = [np.exp(-np.stack([part.after_two(*rows) for part in parts])) for rows in said]
    weights = np.full(len(models), 1 / len(models))
    for _ in range(_ROUNDS):
        shares = [weights[:, None] * each for each in sets]
        weights = np.mean([(s / s.sum(axis=0)).mean(axis=1) for s in shares], axis=0)
    return weights


def _mean(costs: Sequence[Floats], weights: Doubles) -> Floats:
    """Nats of the weighted mean of probabilities."""
    mean = sum(w * np.exp(-c.astype(np.float64)) for w, c in zip(weights, costs, strict=True))
    return np.asarray(-np.log(np.asarray(mean)), np.float32)


def _backoffs(contexts: Ints, number: int, costs: Floats, shorter: Floats) -> Floats:
    """What is left for words that a context was not seen with, over what they have without it."""

    def left(nats: Floats) -> Doubles:
        taken = np.bincount(contexts, np.exp(-nats.astype(np.float64)), minlength=number)
        return np.asarray(np.maximum(1 - taken, 1e-9))

    return np.asarray(np.log(left(shorter)) - np.log(left(costs)), np.float32)
