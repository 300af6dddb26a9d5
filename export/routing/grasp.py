"""What each skill itself makes of a request: how sure its own understanding is, and how whole.

A skill knows nothing but its samples, so this is another source than the shortlister's labels:
the cosine of words and pairs of words, weighted by how rare they are, to the nearest sample, and
how much of the request's words (by rarity) its samples have at all, which stands for its slots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix, diags

from device.nlu.embedding import Floats
from export.routing.corpus import Ints

_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences as sparse rows of words and pairs of words."""

    cosines: csr_matrix
    """Rows of length 1, shape (sentences, terms)."""
    single: csr_matrix
    """Single words only, each with its rarity, shape (sentences, terms)."""


def words_of(texts: Sequence[str]) -> Words:
    """Count the terms of all sentences."""
    index: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    alone: list[bool] = []
    for row, text in enumerate(texts):
        tokens = text.split()
        terms = [(t, True) for t in tokens]
        terms += [(f"{a} {b}", False) for a, b in pairwise(tokens)]
        for term, one in dict(terms).items():
            rows.append(row)
            columns.append(index.setdefault(term, len(index)))
            alone.append(one)
    shape = (len(texts), len(index))
    at, mask = (np.array(rows), np.array(columns)), np.array(alone)
    often = np.bincount(columns, minlength=len(index))
    rare = np.log((1 + len(texts)) / (1 + often))[columns].astype(np.float32)
    whole = csr_matrix((rare, at), shape=shape)
    length = np.sqrt(np.asarray(whole.multiply(whole).sum(axis=1)).ravel())
    single = csr_matrix((rare[mask], (at[0][mask], at[1][mask])), shape=shape)
    return Words((diags(1.0 / np.maximum(length, 1e-6)) @ whole).tocsr(), single)


class Grasp:
    """What all skills of one catalogue make of all sentences."""

    def __init__(self, words: Words, samples: Sequence[Sequence[int]]) -> None:
        """Compare every sentence with every sample.

        Args:
            words: Of the whole corpus.
            samples: Numbers of each skill's samples; at least one.
        """
        flat = np.concatenate([np.array(some) for some in samples])
        starts = np.cumsum([0, *(len(some) for some in samples)])[:-1]
        skill_of = np.repeat(np.arange(len(samples)), [len(some) for some in samples])
        ones = np.ones(len(flat), np.float32)
        member = csr_matrix((ones, (skill_of, np.arange(len(flat)))))
        known = ((member @ (words.single[flat] > 0).astype(np.float32)) > 0).astype(np.float32)
        theirs, vocabulary = words.cosines[flat].T.tocsr(), known.T.tocsr()
        count = words.cosines.shape[0]
        self._sure = np.zeros((count, len(samples)), np.float16)
        self._known = np.zeros((count, len(samples)), np.float16)
        for start in range(0, count, _BLOCK):
            block = slice(start, start + _BLOCK)
            cosine = (words.cosines[block] @ theirs).toarray()
            self._sure[block] = np.maximum.reduceat(cosine, starts, axis=1)
            mine = words.single[block]
            whole = np.maximum(np.asarray(mine.sum(axis=1)), 1e-6)
            self._known[block] = (mine @ vocabulary).toarray() / whole

    def of(self, at: Ints, lists: Ints) -> tuple[Floats, Floats]:
        """Own confidence, and share of the words known, of the skills on lists.

        Args:
            at: Numbers of the requests.
            lists: Skills listed for each, shape (requests, k).

        Returns:
            Two arrays of shape (requests, k), 0 to 1.
        """
        rows = at[:, None]
        return self._sure[rows, lists].astype(np.float32), self._known[rows, lists].astype(
            np.float32
        )
