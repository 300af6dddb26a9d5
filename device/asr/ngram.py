"""A read-only back-off trigram model in two hashes of pairs, all queries at once.

A pair of words stands in a slot of the first hash; a triple is the pair (slot of its first two
words, third word) in the second. So a context is one number, nothing points anywhere, and a
word after a context takes one look for the triple and one for the pair, which is the next
context as well. Costs and back-off weights are bytes that point into codebooks (Federico and
Bertoldi, "How many bits are needed to store probabilities for phrase-based translation?", 2006).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from device.asr.pairhash import Ints, PairHash

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_CODES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A back-off model as plain arrays, in nats: what a table is made of.

    Each triple begins with a pair that is there; each pair that begins a triple has a back-off
    cost of its own.
    """

    costs: Floats
    """Of each word by itself, shape (words,)."""
    backoffs: Floats
    """What it costs to go on from a word as if nothing had been said, shape (words,)."""
    pairs: Ints
    """Words of each pair, shape (pairs, 2)."""
    pair_costs: Floats
    pair_backoffs: Floats
    triples: Ints
    """Words of each triple, shape (triples, 3)."""
    triple_costs: Floats


class Pairs(Protocol):
    """A set of pairs of numbers; `PairHash` is the one that ships."""

    buckets: npt.NDArray[Any]
    """All of it, as a file keeps it."""
    columns: int

    @property
    def slots(self) -> int: ...

    def find(self, rows: Ints, columns: Ints) -> Ints: ...


class MakesPairs(Protocol):
    """Makes such a set, and tells the slot of each pair."""

    def __call__(
        self, rows: Ints, columns: Ints, *, shape: tuple[int, int]
    ) -> tuple[Pairs, Ints]: ...


@dataclass(frozen=True, slots=True)
class Quantized:
    """Numbers as bytes."""

    codes: Bytes
    book: Floats
    """What each byte means, ascending; shape (256,) or less."""

    def at(self, index: Ints) -> Floats:
        """The numbers at these places."""
        return np.asarray(self.book[self.codes[index]])


class Ngrams:
    """What each word costs after each context.

    A context is a number: `nothing` when nothing is known of what was said, otherwise what
    `costs` gave.
    """

    def __init__(
        self,
        pairs: Pairs,
        triples: Pairs,
        *,
        singles: tuple[Quantized, Quantized],
        doubles: tuple[Quantized, Quantized],
        last: Quantized,
    ) -> None:
        """Take the hashes and the numbers that belong to their slots.

        Args:
            pairs: Pairs of a word or `nothing` and a word.
            triples: Pairs of a slot of `pairs`, plus 1, and a word.
            singles: Costs and back-off costs of single words; the last back-off is that of
                `nothing`.
            doubles: Costs by slot, and back-off costs by slot + 1; code 0 of a back-off stands
                for pairs that begin no triple, and for no pair.
            last: Costs of triples.
        """
        self._pairs = pairs
        self._triples = triples
        self._costs, self._backoffs = singles
        self._pair_costs, self._pair_backoffs = doubles
        self._triple_costs = last
        self.words = pairs.columns
        self.nothing = self.words
        self.contexts = (pairs.slots + 1) * (self.words + 1)
        """Contexts lie below it."""

    def after(self, word: int) -> int:
        """The context in which one word is known."""
        return word

    def depth(self, contexts: Ints) -> Ints:
        """How many words of each context make a difference, 0 to 2, shape (n,)."""
        pairs, previous = self._unpacked(contexts)
        return np.add(self._backoffs.at(previous) != 0, pairs > 0, dtype=np.int64)

    def costs(self, contexts: Ints, words: Ints) -> tuple[Floats, Ints]:
        """What words cost after contexts.

        Args:
            contexts: Shape (n,).
            words: One after each context, shape (n,).

        Returns:
            Nats, shape (n,), and the contexts after the words, shape (n,). A context that no
            longer makes a difference is left away, so that equal futures have equal numbers.
        """
        before, previous = self._unpacked(contexts)
        pairs = self._pairs.find(previous, words)
        triples = self._triples.find(before, words)
        one = self._costs.at(words) + self._backoffs.at(previous)
        two = np.where(pairs < 0, one, self._pair_costs.at(pairs)) + self._pair_backoffs.at(before)
        costs = np.where(triples < 0, two, self._triple_costs.at(triples))
        after = pairs + 1
        after *= self._pair_backoffs.codes[after] > 0
        return costs, after * (self.words + 1) + words

    def _unpacked(self, contexts: Ints) -> tuple[Ints, Ints]:
        """One more than the slot of the pair, or 0; the last word, or `nothing`."""
        pairs = contexts // (self.words + 1)
        return pairs, contexts - pairs * (self.words + 1)

    @classmethod
    def build(cls, counted: Counted, make: MakesPairs = PairHash.build) -> "Ngrams":
        """Make the tables.

        Args:
            counted: The model.
            make: Makes the sets of pairs.

        Raises:
            ValueError: A triple begins with a pair that is not there, something comes twice or
                there is too much of it.
        """
        words = len(counted.costs)
        pairs, at = make(*counted.pairs.T, shape=(words + 1, words))
        firsts = pairs.find(counted.triples[:, 0], counted.triples[:, 1])
        if (firsts < 0).any():
            raise ValueError(f"{int((firsts < 0).sum())} triples begin with pairs that are missing")
        triples, third = make(firsts + 1, counted.triples[:, 2], shape=(pairs.slots + 1, words))
        begins, nothing = np.isin(at, firsts), np.float32(0)
        return cls(
            pairs,
            triples,
            singles=(_quantized(counted.costs), _quantized(np.append(counted.backoffs, nothing))),
            doubles=(
                _spread(_quantized(counted.pair_costs), at, pairs.slots),
                _spread(_marked(counted.pair_backoffs, begins), at + 1, pairs.slots + 1),
            ),
            last=_spread(_quantized(counted.triple_costs), third, triples.slots),
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as plain arrays, for a file."""
        found: dict[str, npt.NDArray[Any]] = {
            "pairs": self._pairs.buckets, "triples": self._triples.buckets
        }  # fmt: skip
        for name, numbers in self._numbers().items():
            found |= {f"{name}_codes": numbers.codes, f"{name}_book": numbers.book}
        return found

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Ngrams":
        """The model whose `arrays` these are.

        Raises:
            KeyError: One is missing.
            ValueError: They do not fit together.
        """

        def numbers(name: str, count: int) -> Quantized:
            codes, book = arrays[f"{name}_codes"], arrays[f"{name}_book"]
            if codes.shape != (count,) or (count and codes.max() >= len(book)):
                raise ValueError(f"{name} has {codes.shape[0]} codes, {count} wanted")
            return Quantized(codes, book)

        words = len(arrays["costs_codes"])
        pairs = PairHash(arrays["pairs"], rows=words + 1, columns=words)
        triples = PairHash(arrays["triples"], rows=pairs.slots + 1, columns=words)
        return cls(
            pairs,
            triples,
            singles=(numbers("costs", words), numbers("backoffs", words + 1)),
            doubles=(
                numbers("pair_costs", pairs.slots), numbers("pair_backoffs", pairs.slots + 1)
            ),
            last=numbers("triple_costs", triples.slots),
        )  # fmt: skip

    @property
    def bytes(self) -> int:
        """Memory of all arrays."""
        return sum(array.nbytes for array in self.arrays().values())

    def _numbers(self) -> dict[str, Quantized]:
        return {
            "costs": self._costs,
            "backoffs": self._backoffs,
            "pair_costs": self._pair_costs,
            "pair_backoffs": self._pair_backoffs,
            "triple_costs": self._triple_costs,
        }


def _quantized(numbers: Floats, codes: int = _CODES) -> Quantized:
    """Numbers as codes of their quantiles' means; exact where there are few different ones."""
    different, which = np.unique(np.asarray(numbers, np.float32), return_inverse=True)
    if len(different) <= codes:
        book = different if len(different) else np.zeros(1, np.float32)
        return Quantized(which.astype(np.uint8), book)
    # Half of the codes in equal steps, for rare extremes; half where the numbers are many.
    ordered, half = np.sort(numbers), codes // 2
    often = ordered[np.linspace(0, len(ordered) - 1, codes - half).astype(np.int64)]
    edges = np.sort(np.append(often, np.linspace(ordered[0], ordered[-1], half)))
    which = np.searchsorted((edges[1:] + edges[:-1]) / 2, numbers)
    counts = np.bincount(which, minlength=codes)
    sums = np.bincount(which, weights=numbers, minlength=codes)
    book = np.where(counts > 0, sums / np.maximum(counts, 1), edges).astype(np.float32)
    return Quantized(which.astype(np.uint8), book)


def _marked(numbers: Floats, kept: npt.NDArray[np.bool_]) -> Quantized:
    """Like `_quantized`, with code 0 meaning 0.0 for those that are not kept."""
    inner = _quantized(numbers[kept], _CODES - 1)
    codes = np.zeros(len(numbers), np.uint8)
    codes[kept] = inner.codes + 1
    return Quantized(codes, np.append(np.float32(0), inner.book))


def _spread(numbers: Quantized, slots: Ints, count: int) -> Quantized:
    """The same numbers at their slots."""
    codes = np.zeros(count, np.uint8)
    codes[slots] = numbers.codes
    return Quantized(codes, numbers.book)
