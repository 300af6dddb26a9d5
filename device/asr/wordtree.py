"""All words of a language model as one prefix tree of their pronunciations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.trees import Pronouncer, Trees

Int32Array = npt.NDArray[np.int32]
Int8Array = npt.NDArray[np.int8]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTree:
    """Words that begin alike share the nodes of their first sounds; node 0 is a first sound."""

    words: tuple[str, ...]
    """Of the language model, those that nobody can pronounce included."""
    roots: int
    """The first sounds of all words are the nodes before this one."""
    sound: Int8Array
    """Shape (nodes,): index of the phoneme."""
    child_first: Int32Array
    """Shape (nodes,): first of the children, which are numbered in a row."""
    child_count: Int32Array
    exit_first: Int32Array
    """Shape (nodes + 1,): first of the words that end at each node."""
    exit_word: Int32Array
    ahead: Float32Array
    """Shape (nodes,): nats of the likeliest word that can still be said from a node on."""

    @property
    def nodes(self) -> int:
        """How many sounds there are in it."""
        return len(self.sound)


def word_tree(words: Sequence[str], costs: Float32Array, pronouncer: Pronouncer) -> WordTree:
    """Spell words in sounds.

    Args:
        words: As written; a name of several words may be one.
        costs: Nats of each word wherever it may stand, shape (len(words),).
        pronouncer: How they are said.
    """
    trees = Trees([pronouncer.sounds(word) for word in words])
    trees.number(range(len(words)))
    roots, count = trees.roots[0], np.array(trees.child_count, np.int32)
    first = np.array(trees.child_first, np.int32)
    exits = np.array(trees.exit_count, np.int64)
    exit_word = np.array(trees.exit_word, np.int32)
    ahead = np.full(len(count), np.inf, np.float32)
    np.minimum.at(ahead, np.repeat(np.arange(len(count)), exits), costs[exit_word])
    parent = np.repeat(np.arange(len(count)), count)
    # Breadth first: what is deeper has higher numbers, so each level is done before the one above.
    for begin, end in reversed(_levels(roots, count)):
        np.minimum.at(ahead, parent[begin - roots : end - roots], ahead[begin:end])
    return WordTree(
        words=tuple(words),
        roots=roots,
        sound=np.array(trees.sound, np.int8),
        child_first=first,
        child_count=count,
        exit_first=np.concatenate([[0], np.cumsum(exits)]).astype(np.int32),
        exit_word=exit_word,
        ahead=ahead,
    )


def _levels(roots: int, count: Int32Array) -> list[tuple[int, int]]:
    """First node and end of each level below the roots."""
    levels: list[tuple[int, int]] = []
    begin, end = 0, roots
    while begin < end:
        begin, end = end, end + int(count[begin:end].sum())
        levels.append((begin, end))
    return levels
