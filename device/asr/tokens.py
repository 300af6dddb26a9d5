"""What both searches, over a graph and over free words, do with readings between words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.history import Entries

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

NEVER = np.float32(-1e30)
"""The score of what cannot be."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Entries laid out for the words that begin next: a row for each place, best first."""

    place: Int32Array | Int64Array
    """Shape (places,)."""
    score: Float32Array
    """Shape (places, alternatives); `NEVER` where there are fewer."""
    last: Int32Array
    """The sound that each ended with in this very step, else -1."""
    entry: Int64Array

    @staticmethod
    def of(entries: Entries, rank: Int32Array, first: int, alternatives: int) -> "Doors":
        """Lay entries out.

        Args:
            entries: In order of place and falling score.
            rank: Their rank at their place, below `alternatives`.
            first: Number of the first of them in the history.
            alternatives: Columns wanted.
        """
        place = entries.place[rank == 0]
        row = np.cumsum(rank == 0) - 1
        shape = (len(place), alternatives)
        score = np.full(shape, NEVER, np.float32)
        score[row, rank] = entries.score
        last = np.full(shape, -1, np.int32)
        last[row, rank] = entries.last
        entry = np.zeros(shape, np.int64)
        entry[row, rank] = np.arange(first, first + len(rank))
        return Doors(place, score, last, entry)

    def through(self, row: Int64Array, sound: Int32Array) -> tuple[Float32Array, Int64Array]:
        """Score and number of the best entry of each row that did not end with this very sound."""
        rank = (self.last[row] != sound[:, None]).argmax(axis=1)
        blocked = self.last[row, rank] == sound
        return np.where(blocked, NEVER, self.score[row, rank]), self.entry[row, rank]


def rows(first: Int32Array, count: Int32Array) -> tuple[Int64Array, Int64Array]:
    """Lay ranges one behind the other.

    Returns:
        For every element which range it is from, and the element.

    Example: first [5, 9], count [2, 1] -> [0, 0, 1] and [5, 6, 9]
    """
    row = np.repeat(np.arange(len(first)), count)
    ends = np.cumsum(count)
    return row, np.arange(len(row)) - (ends - count - first)[row]
