"""From an automaton over words to a flat graph over sounds, ready for the decoder.

A place is a point between words: a state of the automaton, or a hub, where the words of one
set begin (numbers, shopping items) that all lead to the same state. The words of a place form
a prefix tree of their pronunciations. Trees of equal word sets are built once and copied with
arrays, so ten thousand places take no longer than the few hundred different sets among them.
A node is one sound, its children lie side by side, and a word that ends at a node has an exit
there to the place that follows. Links lead from places to hubs without a sound.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.automaton import WordAutomaton
from device.asr.copies import Copies, bounds
from device.asr.copies import copies as lay_out
from device.asr.net import FORK
from device.asr.slotkey import is_slot
from device.asr.trees import Pronouncer, Trees

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Int8Array = npt.NDArray[np.int8]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What may be said, as sounds; place 0 is the start."""

    words: tuple[str, ...]
    root_first: Int32Array
    """Shape (places + 1,): first root of each place in `root_node`."""
    root_node: Int32Array
    """The first sounds of the words that begin at a place."""
    link_first: Int32Array
    """Shape (places + 1,): first link of each place in `link_place`."""
    link_place: Int32Array
    """The hubs of a place; hubs have none."""
    link_cost: Float32Array
    """Nats."""
    entry_cost: Float32Array
    """Shape (places,): the least cost of the words that begin here, paid on entry."""
    final_cost: Float32Array
    """Shape (places,): nats for ending here; infinite where nothing may end."""
    sound: Int8Array
    """Shape (nodes,): index of the phoneme."""
    child_first: Int32Array
    """Shape (nodes,): first of the children, which are numbered in a row."""
    child_count: Int32Array
    exit_first: Int32Array
    """Shape (nodes + 1,): first exit of each node."""
    exit_word: Int32Array
    exit_target: Int32Array
    """Place after the word."""
    exit_cost: Float32Array
    """Nats beyond what was paid on entry."""
    opening_place: Int32Array
    """Where new values of a list may begin (`device.asr.slots`)."""
    opening_word: Int32Array
    """The word that stands for them, which is never said itself."""
    opening_target: Int32Array
    """Place after the value."""
    opening_cost: Float32Array
    """Nats."""

    @property
    def places(self) -> int:
        """How many places between words there are."""
        return len(self.entry_cost)

    @property
    def nodes(self) -> int:
        """How many sounds there are in it."""
        return len(self.sound)

    @property
    def bytes(self) -> int:
        """Memory of its arrays."""
        arrays = (
            self.root_first, self.root_node, self.link_first, self.link_place, self.link_cost,
            self.entry_cost,
            self.final_cost, self.sound, self.child_first, self.child_count, self.exit_first,
            self.exit_word, self.exit_target, self.exit_cost, self.opening_place,
            self.opening_word, self.opening_target, self.opening_cost,
        )  # fmt: skip
        return sum(array.nbytes for array in arrays)


def graph(automaton: WordAutomaton, pronouncer: Pronouncer) -> Graph:
    """Spell an automaton in sounds.

    Words that nobody can pronounce are left out.
    """
    words, sets = _words(automaton)
    trees = Trees([() if is_slot(word) else pronouncer.sounds(word) for word in words])
    listed = automaton.arc_word >= len(automaton.words)
    growing = np.isin(automaton.arc_word, [at for at, word in enumerate(words) if is_slot(word)])
    hubs, links, link_count = _hubs(automaton, listed)
    plain = np.diff(np.concatenate([[0], np.cumsum(~listed)])[automaton.arc_first])
    # Sets come after words among the arcs of a state.
    first, arc_word = automaton.arc_first.tolist(), automaton.arc_word.tolist()
    tree_of = [
        trees.number(arc_word[first[state] : first[state] + count])
        for state, count in enumerate(plain.tolist())
    ]
    tree_of += [trees.number(sets[number]) for number in hubs.word]
    copies = lay_out(trees, np.array(tree_of, dtype=np.int64))
    exit_target, arc_cost = _ways_out(automaton, hubs, trees, copies)
    kept = _told_apart(words, copies, exit_target, arc_cost)
    exit_target, arc_cost = exit_target[kept], arc_cost[kept]
    exit_place, exit_node = copies.exit_place[kept], copies.exit_node[kept]
    entry_cost = np.full(len(tree_of), np.inf)
    np.minimum.at(entry_cost, exit_place, arc_cost)
    entry_cost[~np.isfinite(entry_cost)] = 0.0
    hub_count = len(hubs.word)
    return Graph(
        words=tuple(words),
        root_first=bounds(copies.roots),
        root_node=copies.root_node.astype(np.int32),
        link_first=bounds(np.concatenate([link_count, np.zeros(hub_count, dtype=np.int64)])),
        link_place=links.place,
        link_cost=links.cost,
        entry_cost=entry_cost.astype(np.float32),
        final_cost=np.concatenate(
            [automaton.final_cost, np.full(hub_count, np.inf, dtype=np.float32)]
        ),
        sound=copies.sound,
        child_first=copies.child_first.astype(np.int32),
        child_count=copies.child_count.astype(np.int32),
        exit_first=bounds(np.bincount(exit_node, minlength=len(copies.sound))),
        exit_word=copies.exit_word[kept].astype(np.int32),
        exit_target=exit_target.astype(np.int32),
        exit_cost=(arc_cost - entry_cost[exit_place]).astype(np.float32),
        opening_place=_sources(automaton, growing).astype(np.int32),
        opening_word=automaton.arc_word[growing],
        opening_target=automaton.arc_target[growing],
        opening_cost=automaton.arc_cost[growing],
    )


@dataclass(frozen=True, slots=True)
class _Hubs:
    word: Int64Array
    """Number of the word set."""
    target: Int64Array


@dataclass(frozen=True, slots=True)
class _Links:
    place: Int32Array
    cost: Float32Array


def _words(automaton: WordAutomaton) -> tuple[list[str], list[list[int]]]:
    """All words as written, those of the sets behind the others, and the sets as numbers."""
    words = [word.rstrip(FORK) for word in automaton.words]
    index = {word: number for number, word in reversed(list(enumerate(words)))}
    sets: list[list[int]] = []
    for some in automaton.sets:
        for word in some:
            if word not in index:
                index[word] = len(words)
                words.append(word)
        sets.append([index[word] for word in some])
    return words, sets


def _sources(automaton: WordAutomaton, chosen: npt.NDArray[np.bool_]) -> Int64Array:
    """The states that some arcs leave from."""
    return np.searchsorted(automaton.arc_first, np.flatnonzero(chosen), side="right") - 1


def _hubs(
    automaton: WordAutomaton, listed: npt.NDArray[np.bool_]
) -> tuple[_Hubs, _Links, Int64Array]:
    """A hub for each set and state that it leads to; the links there, and each state's number."""
    arcs = np.flatnonzero(listed)
    state = _sources(automaton, listed)
    rows = np.stack([automaton.arc_word[arcs] - len(automaton.words), automaton.arc_target[arcs]])
    unique, hub = np.unique(rows, axis=1, return_inverse=True)
    links = _Links((automaton.states + hub.reshape(-1)).astype(np.int32), automaton.arc_cost[arcs])
    return _Hubs(unique[0], unique[1]), links, np.bincount(state, minlength=automaton.states)


def _ways_out(
    automaton: WordAutomaton, hubs: _Hubs, trees: Trees, copies: Copies
) -> tuple[Int64Array, npt.NDArray[np.float64]]:
    """Where each exit leads, and what its arc costs."""
    place = copies.exit_place
    from_hub = place >= automaton.states
    arcs = automaton.arc_first[np.where(from_hub, 0, place)] + copies.exit_at
    arcs[from_hub] = 0
    hub = np.where(from_hub, place - automaton.states, 0)
    if not len(hubs.word):
        return automaton.arc_target[arcs].astype(np.int64), automaton.arc_cost[arcs].astype(float)
    target = np.where(from_hub, hubs.target[hub], automaton.arc_target[arcs])
    return target.astype(np.int64), np.where(from_hub, 0.0, automaton.arc_cost[arcs])


def _told_apart(
    words: list[str], copies: Copies, target: Int64Array, cost: npt.NDArray[np.float64]
) -> Int64Array:
    """Of words that sound alike and lead to the same place, the exit of only one.

    Returns:
        Indices of the exits kept, in order. Plain words go before digits and signs.
    """
    odd = np.array([(not word[:1].isalpha(), -len(word)) for word in words]).reshape(-1, 2)
    rank = np.lexsort((odd[:, 1], odd[:, 0])).argsort()
    node = copies.exit_node
    crowded = np.zeros(len(node), dtype=bool)
    crowded[1:] = np.diff(node) == 0
    crowded[:-1] |= crowded[1:]
    some = np.flatnonzero(crowded)
    order = some[np.lexsort((rank[copies.exit_word[some]], cost[some], target[some], node[some]))]
    again = np.zeros(len(order), dtype=bool)
    again[1:] = (np.diff(node[order]) == 0) & (np.diff(target[order]) == 0)
    kept = np.ones(len(node), dtype=bool)
    kept[order[again]] = False
    return np.flatnonzero(kept)
