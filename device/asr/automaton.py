"""A small automaton over whole words, and how it is made smaller.

Moore's partition refinement (1956), with hashed signatures over flat arrays, joins states from
which the same can be said.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.net import FORK
from device.errors import GrammarError

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]

_SEED = 0x9E37_79B9_7F4A_7C15


@dataclass(frozen=True, slots=True, kw_only=True)
class WordAutomaton:
    """States and their arcs, arcs of a state side by side and in order of words.

    State 0 is the start.
    """

    words: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    """Word sets; an arc with number len(words) + n is any one word of set n."""
    arc_first: Int32Array
    """Shape (states + 1,): where the arcs of each state begin."""
    arc_word: Int32Array
    """Shape (arcs,): a word or a set. Words of a state differ (`FORK` tells readings apart)
    but may be in its sets as well."""
    arc_target: Int32Array
    arc_cost: Float32Array
    """Nats, 0 or more."""
    final_cost: Float32Array
    """Shape (states,): nats for ending here; infinite where nothing may end."""

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.final_cost)

    @property
    def arcs(self) -> int:
        """How many arcs there are."""
        return len(self.arc_word)

    def accepts(self, words: Iterable[str]) -> bool:
        """Whether these words are a whole sentence."""
        states = {0}
        for word in words:
            wanted = {at for at, known in enumerate(self.words) if known.rstrip(FORK) == word}
            wanted |= {len(self.words) + at for at, some in enumerate(self.sets) if word in some}
            states = {
                int(self.arc_target[at])
                for state in states
                for at in range(self.arc_first[state], self.arc_first[state + 1])
                if self.arc_word[at] in wanted
            }
        return any(bool(np.isfinite(self.final_cost[state])) for state in states)


def alive(whole: WordAutomaton) -> WordAutomaton:
    """Leave out states from which no sentence can be ended.

    Raises:
        GrammarError: The start is one of them.
    """
    sources = _sources(whole)
    alive = np.isfinite(whole.final_cost)
    while True:
        grown = alive.copy()
        grown[sources[alive[whole.arc_target]]] = True
        if (grown == alive).all():
            break
        alive = grown
    if not alive[0]:
        raise GrammarError("no sentence can be said: a list that all need may be empty")
    if alive.all():
        return whole
    kept = alive[sources] & alive[whole.arc_target]
    number = np.cumsum(alive) - 1
    return _assembled(
        whole, number[sources[kept]], whole.arc_word[kept],
        number[whole.arc_target[kept]], whole.arc_cost[kept], whole.final_cost[alive],
    )  # fmt: skip


def minimized(whole: WordAutomaton) -> WordAutomaton:
    """Join states from which the same words at the same costs can be said."""
    sources = _sources(whole)
    _, classes = np.unique(whole.final_cost, return_inverse=True)
    said = _mixed(
        whole.arc_word.astype(np.uint64) * np.uint64(1 << 32)
        + whole.arc_cost.view(np.uint32).astype(np.uint64)
    )
    count = 0
    while classes.max() + 1 > count:
        count = int(classes.max()) + 1
        arcs = _mixed(said + classes[whole.arc_target].astype(np.uint64))
        sums = np.zeros(whole.states, dtype=np.uint64)
        has_arcs = np.diff(whole.arc_first) > 0
        if len(arcs):
            sums[has_arcs] = np.add.reduceat(arcs, whole.arc_first[:-1][has_arcs])
        signature = _mixed(sums + classes.astype(np.uint64))
        _, classes = np.unique(signature, return_inverse=True)
    _, first = np.unique(classes, return_index=True)
    # The start keeps number 0; other classes are numbered as they first appear.
    order = np.argsort(first)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    kept = np.isin(sources, first)
    return _assembled(
        whole, number[classes[sources[kept]]], whole.arc_word[kept],
        number[classes[whole.arc_target[kept]]], whole.arc_cost[kept],
        whole.final_cost[first[order]],
    )  # fmt: skip


def _sources(whole: WordAutomaton) -> Int64Array:
    return np.repeat(np.arange(whole.states), np.diff(whole.arc_first))


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble (splitmix64), so that sums of the results tell multisets apart."""
    mixed = values + np.uint64(_SEED)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return mixed ^ (mixed >> np.uint64(31))


def _assembled(
    whole: WordAutomaton,
    sources: Int64Array,
    arc_word: Int32Array,
    arc_target: Int64Array,
    arc_cost: Float32Array,
    final_cost: Float32Array,
) -> WordAutomaton:
    """Order the arcs by state and word, each once."""
    order = np.lexsort((arc_target, arc_cost, arc_word, sources))
    row = np.stack([sources[order], arc_word[order], arc_target[order]])
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(row) != 0).any(axis=0)
    order = order[first]
    counts = np.bincount(sources[order], minlength=len(final_cost))
    return WordAutomaton(
        words=whole.words,
        sets=whole.sets,
        arc_first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        arc_word=arc_word[order].astype(np.int32),
        arc_target=arc_target[order].astype(np.int32),
        arc_cost=arc_cost[order].astype(np.float32),
        final_cost=final_cost.astype(np.float32),
    )
