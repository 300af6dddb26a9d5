"""The same model in plain sorted arrays: pairs and triples as sorted numbers, found by bisection.

Training builds on it, and the hash is compared with it. As ARPA text the model goes to other
programs.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from device.asr.ngram import Counted, Floats
from device.asr.pairhash import Ints


class SortedPairs:
    """Pairs as sorted 32-bit numbers: what `PairHash` is compared with. Slots are places."""

    def __init__(self, keys: npt.NDArray[np.uint32], columns: int) -> None:
        """Take keys in order."""
        self.buckets = keys
        self.columns = columns

    @property
    def slots(self) -> int:
        """Slots lie below it."""
        return max(len(self.buckets), 1)

    def find(self, rows: Ints, columns: Ints) -> Ints:
        """Slots of pairs, -1 for those that are not there, shape (n,)."""
        at, found = _find(self.buckets, (rows * self.columns + columns).astype(np.uint32))
        return np.where(found, at, -1)

    @classmethod
    def build(
        cls, rows: Ints, columns: Ints, *, shape: tuple[int, int]
    ) -> tuple["SortedPairs", Ints]:
        """Make a table and tell the slot of each pair."""
        keys = rows * shape[1] + columns
        order = np.argsort(keys)
        return cls(keys[order].astype(np.uint32), shape[1]), np.argsort(order)


class SortedNgrams:
    """What each word costs after two others, in float32."""

    def __init__(self, counted: Counted) -> None:
        """Sort.

        Args:
            counted: The model.
        """
        self._words = len(counted.costs)
        self._counted = counted
        pairs, triples = _keys(counted.pairs, self._words), _keys(counted.triples, self._words)
        by_pair, by_triple = np.argsort(pairs), np.argsort(triples)
        self._pairs, self._triples = pairs[by_pair], triples[by_triple]
        self._pair_costs = counted.pair_costs[by_pair]
        self._pair_backoffs = counted.pair_backoffs[by_pair]
        self._triple_costs = counted.triple_costs[by_triple]

    def after_one(self, before: Ints, words: Ints) -> Floats:
        """Nats of words after single words, all of shape (n,)."""
        at, found = _find(self._pairs, before * self._words + words)
        backed = self._counted.costs[words] + self._counted.backoffs[before]
        return _choose(found, self._pair_costs, at, backed)

    def after_two(self, first: Ints, second: Ints, words: Ints) -> Floats:
        """Nats of words after two words, all of shape (n,)."""
        pair = first * self._words + second
        at, found = _find(self._triples, pair * self._words + words)
        before, known = _find(self._pairs, pair)
        backoff = _choose(known, self._pair_backoffs, before, np.zeros(len(words), np.float32))
        return _choose(found, self._triple_costs, at, self.after_one(second, words) + backoff)


def plain_bytes(counted: Counted) -> int:
    """Memory of the smallest plain arrays that can be searched, with the hash's bytes for costs.

    A trie: for each word where its pairs begin, for each pair its second word and where its
    triples begin, for each triple its third word; numbers in the fewest whole bytes.
    """
    words, pairs, triples = len(counted.costs), len(counted.pairs), len(counted.triples)
    word, begin_pair, begin_triple = (
        int(np.ceil(np.log2(max(n, 2) + 1) / 8)) for n in (words, pairs, triples)
    )
    return (
        words * (2 + begin_pair) + pairs * (2 + word + begin_triple) + triples * (1 + word)
    )  # fmt: skip


def write_arpa(path: Path, counted: Counted, words: list[str], boundary: int) -> None:
    """Write the model as ARPA text.

    Args:
        path: A new file.
        counted: The model.
        words: As text, without spaces.
        boundary: The word that stands for the start and the end of a sentence; it becomes two.
    """

    def first(word: int) -> str:
        return "<s>" if word == boundary else words[word]

    def last(word: int) -> str:
        return "</s>" if word == boundary else words[word]

    ln10 = float(np.log(10))
    lines = ["\\data\\", f"ngram 1={len(words) + 2}", f"ngram 2={len(counted.pairs)}"]
    lines += [f"ngram 3={len(counted.triples)}", "", "\\1-grams:", "-99\t<unk>"]
    for word, (cost, backoff) in enumerate(zip(counted.costs, counted.backoffs, strict=True)):
        lines.append(f"{-cost / ln10:.6f}\t{last(word)}\t{-backoff / ln10:.6f}")
    lines.append(f"-99\t<s>\t{-counted.backoffs[boundary] / ln10:.6f}")
    lines += ["", "\\2-grams:"]
    rows = zip(counted.pairs, counted.pair_costs, counted.pair_backoffs, strict=True)
    for (one, two), cost, backoff in rows:
        lines.append(f"{-cost / ln10:.6f}\t{first(one)} {last(two)}\t{-backoff / ln10:.6f}")
    lines += ["", "\\3-grams:"]
    for (one, two, three), cost in zip(counted.triples, counted.triple_costs, strict=True):
        text = f"{first(one)} {words[two]} {last(three)}"
        lines.append(f"{-cost / ln10:.6f}\t{text}")
    path.write_text("\n".join([*lines, "", "\\end\\", ""]), encoding="utf-8")


def _keys(ngrams: Ints, words: int) -> Ints:
    key = np.zeros(len(ngrams), np.int64)
    for column in ngrams.T:
        key = key * words + column
    return key


def _find(keys: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Where wanted keys stand in sorted ones, and whether they do."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _choose(found: npt.NDArray[np.bool_], numbers: Floats, at: Ints, otherwise: Floats) -> Floats:
    chosen = numbers[at] if len(numbers) else otherwise
    return np.where(found, chosen, otherwise).astype(np.float32)
