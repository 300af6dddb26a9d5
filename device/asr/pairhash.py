"""A read-only set of pairs of numbers, each found in about one look at memory.

A pair is one number `row * columns + column`. Multiplied with a constant modulo a prime it is
spread over 0..prime-1, one to one; what is left of it after the division by the number of
buckets is its bucket, the quotient is kept in the bucket. Bucket and quotient give the pair
back, so nothing that was not put in is ever found (Cleary, 1984). A bucket is four quotients of
15 bits, each with a bit that says whether the pair is in its first or its second place, in one
aligned 64-bit word: one load reads it, and it never lies in two cache lines. A pair stands in
its second place only where the first is full (cuckoo hashing; Pagh and Rodler, 2004), so a look
at the first usually decides.

After "Rescore in a flash: compact, cache efficient hashing data structures for n-gram language
models" (Strimel, Rastrow, Tiwari, Pierard and Webb, Interspeech 2020), whose aims it shares:
lossless, compact, few accesses. There is no loop over queries; numpy does all of them at once.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Buckets = npt.NDArray[np.uint64]

LANES = 4
"""Pairs in a bucket."""
FILLED = 0.8
"""Share of the places that hold a pair. Fuller tables need more second looks."""
_QUOTIENTS = 2**15 - 1
"""Quotients that a lane can hold; the last pattern marks an empty lane."""
_EMPTY = 0xFFFF
_LARGEST = 2**32
_SPREAD = 1_640_531_527
_ONES = np.uint64(0x0001_0001_0001_0001)
_TOPS = np.uint64(0x8000_8000_8000_8000)
_LANE_TOPS = np.array([2**15, 2**31, 2**47, 2**63], np.uint64)
_FIRST = _ONES + _ONES
"""A quotient times this is its lane in a first place, in all lanes."""
_FULL = np.uint64(_EMPTY << 48)
"""Buckets below it have no empty lane; lanes are filled from the lowest."""
_ROUNDS = 400


class PairHash:
    """Finds pairs, by their slots: numbers that stay the same as long as the table lives."""

    def __init__(self, buckets: Buckets, *, rows: int, columns: int) -> None:
        """Take what `build` or a file gave.

        Args:
            buckets: Four lanes of 16 bits in each.
            rows: First numbers of pairs lie below it.
            columns: Second numbers lie below it.

        Raises:
            ValueError: There are too many possible pairs, or too few buckets to tell them apart.
        """
        if not 0 < rows * columns < _LARGEST:
            raise ValueError(f"{rows} x {columns} pairs; there must be 1 to {_LARGEST - 1}")
        self.buckets = buckets
        self.rows = rows
        self.columns = columns
        self._prime = _prime_from(rows * columns)
        if len(buckets) < _fewest(self._prime):
            raise ValueError(f"{len(buckets)} buckets cannot tell {rows} x {columns} pairs apart")

    @property
    def slots(self) -> int:
        """Slots lie below it; as many places as there are for pairs."""
        return LANES * len(self.buckets)

    def find(self, rows: Ints, columns: Ints) -> Ints:
        """Where pairs stand.

        Args:
            rows: First numbers, shape (n,).
            columns: Second numbers, shape (n,).

        Returns:
            Slots, shape (n,); -1 for a pair that is not there.
        """
        first, quotients = self._homes(rows, columns)
        held = self.buckets[first]
        same = _same(held, quotients.view(np.uint64) * _FIRST)
        slots = np.full(len(rows), -1)
        hits = np.flatnonzero(same)
        slots[hits] = first[hits] * LANES + _lane(same[hits])
        again = np.flatnonzero((same == 0) & (held < _FULL))
        if len(again):
            quotients = quotients[again]
            second = self._partner(first[again], quotients)
            same = _same(self.buckets[second], quotients.view(np.uint64) * _FIRST + _ONES)
            hits = np.flatnonzero(same)
            slots[again[hits]] = second[hits] * LANES + _lane(same[hits])
        return slots

    def looks(self, rows: Ints, columns: Ints) -> Ints:
        """How many buckets `find` reads for each of these pairs, 1 or 2, shape (n,)."""
        first, quotients = self._homes(rows, columns)
        held = self.buckets[first]
        missed = _same(held, quotients.view(np.uint64) * _FIRST) == 0
        return np.where(missed & (held < _FULL), 2, 1)

    @classmethod
    def build(cls, rows: Ints, columns: Ints, *, shape: tuple[int, int]) -> tuple["PairHash", Ints]:
        """Make a table; the same pairs in the same order give the same table.

        Args:
            rows: First numbers, shape (n,).
            columns: Second numbers, shape (n,); no pair comes twice.
            shape: How many first and second numbers there may be.

        Returns:
            The table, and the slot of each pair, shape (n,).

        Raises:
            ValueError: A number is out of range, a pair comes twice or there are too many pairs.
        """
        keys = rows * shape[1] + columns
        inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        if not inside.all() or len(np.unique(keys)) != len(keys):
            raise ValueError(f"pairs must lie within {shape} and come once each")
        for count in _sizes(len(keys), shape):
            empty = np.full(count, np.iinfo(np.uint64).max, np.uint64)
            table = cls(empty, rows=shape[0], columns=shape[1])
            if (slots := table._place(rows, columns)) is not None:
                return table, slots
        raise AssertionError("a table with more room was always enough")

    def _homes(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """The first bucket of each pair and its quotient."""
        spread = (rows * self.columns + columns) * (_SPREAD % self._prime or 1)
        spread -= spread // self._prime * self._prime
        quotients = spread // len(self.buckets)
        return spread - quotients * len(self.buckets), quotients

    def _partner(self, buckets: Ints, quotients: Ints) -> Ints:
        """The other bucket of pairs that may stand in these; its own partner is this one."""
        count = len(self.buckets)
        other = (quotients + 1) * 7_919 - buckets
        return np.asarray(other - other // count * count)

    def _place(self, rows: Ints, columns: Ints) -> Ints | None:
        """Put all pairs in, many at a time; None where they did not fit."""
        random = np.random.default_rng(len(rows))
        first, quotients = self._homes(rows, columns)
        homes = np.stack([first, self._partner(first, quotients)])
        owner = np.full((len(self.buckets), LANES), -1, np.int64)
        free = np.full(len(self.buckets), LANES)
        waiting, side = np.arange(len(rows)), np.zeros(len(rows), np.int64)
        for _ in range(_ROUNDS):
            if not len(waiting):
                break
            order = np.argsort(homes[side[waiting], waiting], kind="stable")
            waiting = waiting[order]
            wanted = homes[side[waiting], waiting]
            turn = np.arange(len(wanted)) - np.searchsorted(wanted, wanted)
            fits = turn < free[wanted]
            owner[wanted[fits], LANES - free[wanted[fits]] + turn[fits]] = waiting[fits]
            np.subtract.at(free, wanted[fits], 1)
            # The first of those that found their bucket full takes somebody's place there.
            late, full = waiting[~fits], wanted[~fits]
            leads = np.append(True, full[1:] != full[:-1])[: len(full)]
            lane = random.integers(LANES, size=int(leads.sum()))
            evicted = owner[full[leads], lane]
            owner[full[leads], lane] = late[leads]
            waiting = np.concatenate([late[~leads], evicted])
            side[waiting] ^= 1
        if len(waiting):
            return None
        slots = np.empty(len(rows), np.int64)
        held = np.flatnonzero(owner >= 0)
        slots[owner.flat[held]] = held
        lanes = np.full(self.slots, _EMPTY, "<u2")
        lanes[slots] = quotients << 1 | side
        self.buckets[:] = lanes.view("<u8")
        return slots


def _same(held: Buckets, wanted: Buckets) -> Buckets:
    """Above zero where a lane holds what is wanted in all lanes; its lowest bit is that lane's."""
    differ = held ^ wanted
    # A lane without a difference borrows, and gets its top bit (Warren, Hacker's Delight).
    return (differ - _ONES) & ~differ & _TOPS


def _lane(same: Buckets) -> Ints:
    """The lane of the lowest bit."""
    lowest = same & (~same + np.uint64(1))
    return np.searchsorted(_LANE_TOPS, lowest)


def _sizes(pairs: int, shape: tuple[int, int]) -> Iterator[int]:
    """Numbers of buckets to try, each with more room."""
    count = max(1, _fewest(_prime_from(shape[0] * shape[1])), int(np.ceil(pairs / LANES / FILLED)))
    while True:
        yield count
        count += 1 + count // 16


def _fewest(prime: int) -> int:
    return -(-prime // _QUOTIENTS)


def _prime_from(number: int) -> int:
    """The smallest prime above a number."""
    candidate = number + 1
    while not _is_prime(candidate):
        candidate += 1
    return candidate


def _is_prime(number: int) -> bool:
    divisors = np.arange(2, int(number**0.5) + 1)
    return number > 1 and bool((number % divisors != 0).all())
