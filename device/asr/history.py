"""What the decoder remembers: who stood at which place between words, and how they came there.

At every step each place keeps the few best entries with different words behind them, best
first. An entry knows the word that ended there and the entry that this word left from, so the
entries are a lattice of words, and the n best sentences come out of it by a best-first search
(as in Schwartz and Austin, "A comparison of several approximate algorithms for finding
multiple N-best sentence hypotheses", 1991: word times depend on the words just around).
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]

NO_WORD = -1
"""The entry at the start of all sentences."""

_MOST_POPS = 4_000
_FIRST_ROOM = 4_096
_HASH_FACTOR = 0x9E37_79B9_7F4A_7C15


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One word of a path."""

    word: int
    start_step: int
    end_step: int
    """First step after it."""
    score: float
    """Log probability of its sounds, costs included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One reading from the start to a place."""

    words: tuple[Spoken, ...]
    score: float
    """Log probability with all costs."""


@dataclass(slots=True)
class Entries:
    """Several entries side by side, arrays of one length."""

    place: Int32Array | Int64Array
    """Where they stand: a place of the graph, or a context of the language model."""
    score: Float32Array
    word: Int32Array
    origin: Int64Array
    """The entry that the word left from; -1 at the start."""
    end_step: Int32Array
    """First step after the word."""
    end_score: Float32Array
    """Score when the word ended."""
    last: Int32Array
    """The sound that ended the word in this very step, else -1: CTC wants a blank between
    equal sounds."""
    hash: Int64Array
    """Of all words up to here."""

    def chosen(self, which: npt.NDArray[np.bool_] | Int64Array) -> "Entries":
        """Some of them."""
        return Entries(
            self.place[which], self.score[which], self.word[which], self.origin[which],
            self.end_step[which], self.end_score[which], self.last[which], self.hash[which],
        )  # fmt: skip

    @staticmethod
    def joined(first: "Entries", second: "Entries") -> "Entries":
        """Both, one behind the other."""
        join = np.concatenate
        return Entries(
            join([first.place, second.place]), join([first.score, second.score]),
            join([first.word, second.word]), join([first.origin, second.origin]),
            join([first.end_step, second.end_step]), join([first.end_score, second.end_score]),
            join([first.last, second.last]), join([first.hash, second.hash]),
        )  # fmt: skip


def start_entries(places: Int32Array | Int64Array, costs: Float32Array) -> Entries:
    """Nothing has been said yet, at these places, which cost something to begin in."""
    count = len(places)
    return Entries(
        place=places,
        score=-costs,
        word=np.full(count, NO_WORD, np.int32),
        origin=np.full(count, -1, np.int64),
        end_step=np.zeros(count, np.int32),
        end_score=np.zeros(count, np.float32),
        last=np.full(count, -1, np.int32),
        hash=np.zeros(count, np.int64),
    )


def extended_hash(hashes: Int64Array, words: Int32Array) -> Int64Array:
    """Hash of the words behind `hashes` followed by `words`."""
    mixed = (hashes.view(np.uint64) + words.astype(np.uint64) + np.uint64(1)) * np.uint64(
        _HASH_FACTOR
    )
    return (mixed ^ (mixed >> np.uint64(29))).view(np.int64)


def best_of_each_place(entries: Entries, most: int) -> tuple[Entries, Int32Array]:
    """Sort by place, keep the `most` best with different words at each, and a spare one.

    The spare one is the best that did not end with the sound of the very best: a word said in
    two ways ends in two sounds, and the next one may begin with either of them.

    Returns:
        The entries in order of place and falling score, and their rank at their place, at most
        `most`.
    """
    order = np.lexsort((-entries.score, entries.place))
    order = order[_firsts(entries.place[order], entries.hash[order], entries.last[order])]
    place, last = entries.place[order], entries.last[order]
    _, starts, number = np.unique(place, return_index=True, return_inverse=True)
    wanted = _firsts(place, entries.hash[order])
    wanted &= _ranks(place, wanted) < most
    other = np.flatnonzero(last != last[starts][number])
    wanted[other[_firsts(place[other])]] = True
    kept = order[wanted]
    return entries.chosen(kept), _ranks(entries.place[kept], np.ones(len(kept), dtype=bool))


def _firsts(*keys: Int32Array | Int64Array) -> npt.NDArray[np.bool_]:
    """Which elements are the first with these keys."""
    order = np.lexsort(keys)
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    found = np.zeros(len(order), dtype=bool)
    found[order[new]] = True
    return found


def _ranks(place: Int32Array | Int64Array, counted: npt.NDArray[np.bool_]) -> Int32Array:
    """How many of those that count stand before each one at its place, which are in order."""
    before: Int64Array = np.cumsum(counted) - counted
    starts = np.flatnonzero(np.diff(place, prepend=place[:1] - 1) != 0)
    sizes = np.diff(np.append(starts, len(place)))
    return (before - np.repeat(before[starts], sizes)).astype(np.int32)


class History:
    """All entries of an utterance, in the order in which they were recorded."""

    def __init__(self) -> None:
        self._count = 0
        self._step = np.empty(_FIRST_ROOM, np.int32)
        self._score = np.empty(_FIRST_ROOM, np.float32)
        self._end_score = np.empty(_FIRST_ROOM, np.float32)
        self._end_step = np.empty(_FIRST_ROOM, np.int32)
        self._word = np.empty(_FIRST_ROOM, np.int32)
        self._origin = np.empty(_FIRST_ROOM, np.int64)
        self._hash = np.empty(_FIRST_ROOM, np.int64)
        self._worse = np.empty(_FIRST_ROOM, np.int32)

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0

    def record(self, entries: Entries, rank: Int32Array, step: int) -> int:
        """Keep the entries of one step.

        Args:
            entries: In order of place and falling score.
            rank: Their rank at their place.
            step: The first step that may follow them.

        Returns:
            The number of the first; the others follow.
        """
        first, count = self._count, len(rank)
        while first + count > len(self._step):
            self._grow()
        span = slice(first, first + count)
        self._step[span] = step
        self._score[span] = entries.score
        self._end_score[span] = entries.end_score
        self._end_step[span] = entries.end_step
        self._word[span] = entries.word
        self._origin[span] = entries.origin
        self._hash[span] = entries.hash
        ends = np.flatnonzero(np.append(rank[1:], 0) == 0)
        self._worse[span] = np.repeat(ends, np.diff(np.append(-1, ends))) - np.arange(count)
        self._count = first + count
        return first

    def _grow(self) -> None:
        for name in self.__dict__:
            if name != "_count":
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.empty_like(old)]))

    def hashes(self, entries: Int64Array) -> Int64Array:
        """The words behind these entries, hashed."""
        return self._hash[entries]

    def path(self, entry: int, *, score: float) -> Path:
        """The best way to an entry."""
        chain = []
        while self._word[entry] != NO_WORD:
            chain.append(entry)
            entry = int(self._origin[entry])
        return Path(words=tuple(self._said(at) for at in reversed(chain)), score=score)

    def _said(self, entry: int) -> Spoken:
        origin = int(self._origin[entry])
        return Spoken(
            word=int(self._word[entry]),
            start_step=int(self._step[origin]),
            end_step=int(self._end_step[entry]),
            score=float(self._end_score[entry] - self._score[origin]),
        )

    def best_paths(self, ends: Int64Array, scores: Float32Array) -> Iterator[Path]:
        """The ways to some entries, best first, those of equal words not left out.

        Args:
            ends: Entries where the sentence may end.
            scores: Score of each with the cost of ending.
        """
        # Score, tie break, entry, and the entries after it as a linked list.
        heap: list[tuple[float, int, int, object]] = [
            (-float(score), at, int(entry), None)
            for at, (entry, score) in enumerate(zip(ends, scores, strict=True))
        ]
        heapq.heapify(heap)
        pushed = len(heap)
        for _ in range(_MOST_POPS):
            if not heap:
                return
            cost, _, entry, after = heapq.heappop(heap)
            if self._word[entry] == NO_WORD:
                yield Path(words=self._unlinked(after), score=-cost)
                continue
            origin = int(self._origin[entry])
            for other in range(origin, origin + 1 + int(self._worse[origin])):
                loss = float(self._score[origin] - self._score[other])
                pushed += 1
                heapq.heappush(heap, (cost + loss, pushed, other, (entry, other, after)))

    def _unlinked(self, after: object) -> tuple[Spoken, ...]:
        words: list[Spoken] = []
        while isinstance(after, tuple):
            entry, origin, after = after
            words.append(
                Spoken(
                    word=int(self._word[entry]),
                    start_step=int(self._step[origin]),
                    end_step=max(int(self._end_step[entry]), int(self._step[origin])),
                    score=float(self._end_score[entry] - self._score[int(self._origin[entry])]),
                )
            )
        return tuple(words)
