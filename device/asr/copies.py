"""Prefix trees laid out once for every place that begins with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.trees import Trees

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Int8Array = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Copies:
    """Every place's own copy of its tree."""

    roots: Int64Array
    """Roots of each place."""
    root_node: Int64Array
    sound: Int8Array
    child_first: Int64Array
    child_count: Int64Array
    exit_node: Int64Array
    exit_place: Int64Array
    """Place where the word began."""
    exit_at: Int64Array
    exit_word: Int64Array


def copies(trees: Trees, tree_of: Int64Array) -> Copies:
    """Lay out a tree for each place.

    Args:
        trees: The trees.
        tree_of: Shape (places,): the number of each place's tree.
    """
    places = np.arange(len(tree_of))
    node_first = np.array(trees.node_first)
    nodes, base = blocks(node_first, tree_of)
    owner = np.repeat(places, np.diff(node_first)[tree_of])
    roots = np.array(trees.roots, dtype=np.int64)[tree_of]
    root_place = np.repeat(places, roots)
    root_base = np.concatenate([[0], np.cumsum(roots)])[root_place]
    exits, _ = blocks(np.array(trees.exit_first), tree_of)
    exit_count = np.array(trees.exit_count, dtype=np.int64)[nodes]
    return Copies(
        roots=roots,
        root_node=np.arange(len(root_place)) - root_base + base[root_place],
        sound=np.array(trees.sound, dtype=np.int8)[nodes],
        child_first=np.array(trees.child_first, dtype=np.int64)[nodes] + base[owner],
        child_count=np.array(trees.child_count, dtype=np.int64)[nodes],
        exit_node=np.repeat(np.arange(len(nodes)), exit_count),
        exit_place=np.repeat(owner, exit_count),
        exit_at=np.array(trees.exit_at, dtype=np.int64)[exits],
        exit_word=np.array(trees.exit_word, dtype=np.int64)[exits],
    )


def bounds(counts: Int64Array) -> Int32Array:
    """Where each of some rows begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def blocks(first: Int64Array, chosen: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Lay blocks of a common array one behind the other.

    Args:
        first: Shape (blocks + 1,): where each block begins.
        chosen: The blocks wanted, in order, repeats allowed.

    Returns:
        The index of every element wanted, and where each chosen block begins among them.

    Example: first [0, 2, 5], chosen [1, 0, 1] -> [2, 3, 4, 0, 1, 2, 3, 4] and [0, 3, 5]
    """
    sizes = np.diff(first)[chosen]
    base = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return np.arange(sizes.sum()) - np.repeat(base - first[chosen], sizes), base
