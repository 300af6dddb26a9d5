"""Counts of words in a row, made into a back-off trigram model.

Modified Kneser-Ney smoothing, interpolated (Chen and Goodman, "An empirical study of smoothing
techniques for language modeling", 1999). The general model is trained with it, and the speaker
counts with it what can be said in its home.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from device.asr.ngram import Counted, Floats
from device.asr.pairhash import Ints

Doubles = npt.NDArray[np.float64]


def kneser_ney(sentences: Iterable[Sequence[int]], words: int, boundary: int) -> Counted:
    """Count and smooth.

    Args:
        sentences: Numbers of words.
        words: All numbers lie below it; each gets a probability, seen or not.
        boundary: The word that stands before and after each sentence, and in none.

    Returns:
        A model in which the probabilities of all words after any context sum to 1.
    """
    stream = [boundary]
    for sentence in sentences:
        if len(sentence):
            stream += sentence
            stream.append(boundary)
    said = np.asarray(stream, np.int64)
    rows = np.stack([said[:-2], said[1:-1], said[2:]], axis=1) if len(said) > 2 else _none(3)
    triples, counts = _counted(rows[rows[:, 1] != boundary], words)
    pairs, seen = _counted(np.stack([said[:-1], said[1:]], axis=1), words)
    # Below the longest n-grams it counts in how many contexts a word was seen, not how often.
    contexts = np.bincount(_index(pairs, triples[:, 1:], words), minlength=len(pairs))
    pair_counts = np.where(pairs[:, 0] == boundary, seen, contexts)
    word_counts = np.bincount(pairs[:, 1], minlength=words)

    shares, left = _discounted(word_counts, np.zeros(words, np.int64), 1)
    single = shares + left[0] / words
    shares, left = _discounted(pair_counts, pairs[:, 0], words)
    double = shares + left[pairs[:, 0]] * single[pairs[:, 1]]
    begins = _index(pairs, triples[:, :2], words)
    shares, left_pairs = _discounted(counts, begins, len(pairs))
    triple = shares + left_pairs[begins] * double[_index(pairs, triples[:, 1:], words)]
    return Counted(
        costs=_nats(single),
        backoffs=_nats(left),
        pairs=pairs,
        pair_costs=_nats(double),
        pair_backoffs=_nats(left_pairs),
        triples=triples,
        triple_costs=_nats(triple),
    )


def _discounted(counts: Ints, groups: Ints, number: int) -> tuple[Doubles, Doubles]:
    """Shares of counts within their groups after discounting, and what is left for the others.

    Args:
        counts: Above zero where something was seen.
        groups: The context of each count.
        number: How many contexts there are; one without counts leaves everything.
    """
    ones, twos, threes, fours = (max(int((counts == n).sum()), 1) for n in range(1, 5))
    rest = ones / (ones + 2 * twos)
    discounts = [1 - 2 * rest * twos / ones, 2 - 3 * rest * threes / twos]
    discounts.append(3 - 4 * rest * fours / threes)
    # Few counts give wild estimates; half of a count is a usual one.
    usable = [d if 0 < d < n else n / 2 for n, d in enumerate(discounts, 1)]
    off = np.array([0.0, *usable])[np.minimum(counts, 3)]
    totals = np.bincount(groups, weights=counts, minlength=number)
    taken = np.bincount(groups, weights=off, minlength=number)
    left = np.where(totals > 0, taken / np.maximum(totals, 1), 1.0)
    return (counts - off) / np.maximum(totals, 1)[groups], left


def _counted(rows: Ints, words: int) -> tuple[Ints, Ints]:
    """Different rows in order, and how often each comes."""
    keys, counts = np.unique(_keys(rows, words), return_counts=True)
    columns = [keys // words**power % words for power in range(rows.shape[1])]
    return np.stack(columns[::-1], axis=1), counts


def _index(pairs: Ints, wanted: Ints, words: int) -> Ints:
    """Where pairs stand among all, which are in order."""
    return np.searchsorted(_keys(pairs, words), _keys(wanted, words))


def _keys(rows: Ints, words: int) -> Ints:
    keys = np.zeros(len(rows), np.int64)
    for column in rows.T:
        keys = keys * words + column
    return keys


def _none(columns: int) -> Ints:
    return np.zeros((0, columns), np.int64)


def _nats(probabilities: Doubles) -> Floats:
    return np.asarray(-np.log(np.maximum(probabilities, 1e-30)), np.float32)
