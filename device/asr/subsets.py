"""From a net of text pieces to an automaton over whole words.

The subset construction (Rabin and Scott, 1959) joins readings that begin alike, so that "turn
on the ..." of sixty sentences is walked once. Costs are kept as the least of the readings
joined: they are small preferences, not a language model.
"""

import numpy as np

from device.asr.automaton import WordAutomaton, alive, minimized
from device.asr.net import End, Loose, Net, Piece, Space, Union, Words
from device.errors import GrammarError

_Spelling = tuple[str, float, int]
_Arc = tuple[int, float, int]

_MOST_STATES = 100_000
_MOST_ARCS = 2_000_000
_MOST_SPELLINGS = 5_000
"""Words that one place may glue together from pieces; beyond it, pieces are words."""


def automaton(net: Net) -> WordAutomaton:
    """Turn a net into the automaton of its sentences, trimmed and minimized.

    Raises:
        GrammarError: No sentence can be said, or far too many states are needed.
    """
    return minimized(alive(_Subsets(net).build()))


class _Subsets:
    """The subset construction over words; a word set is a letter of its own."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._closures: dict[int, frozenset[int]] = {}
        self._spelled: dict[int, list[_Arc]] = {}
        self._words: dict[str, int] = {}
        self._states: dict[frozenset[int], int] = {}
        self._after: dict[int, int] = {}
        self._order: list[frozenset[int]] = []
        self._arc_word: list[int] = []
        self._arc_target: list[int] = []
        self._arc_cost: list[float] = []

    def build(self) -> WordAutomaton:
        self._state({self._net.start})
        final: list[float] = []
        first = [0]
        while len(final) < len(self._order):
            final.append(self._expand(self._order[len(final)]))
            first.append(len(self._arc_word))
            if len(self._order) > _MOST_STATES or first[-1] > _MOST_ARCS:
                raise GrammarError(
                    f"the sentences need more than {_MOST_STATES} states or {_MOST_ARCS} arcs"
                )
        arc_word = np.array(self._arc_word, dtype=np.int32)
        return WordAutomaton(
            words=tuple(self._words),
            sets=tuple(self._net.sets),
            arc_first=np.array(first, dtype=np.int32),
            arc_word=np.where(arc_word < 0, len(self._words) - 1 - arc_word, arc_word),
            arc_target=np.array(self._arc_target, dtype=np.int32),
            arc_cost=np.array(self._arc_cost, dtype=np.float32),
            final_cost=np.array(final, dtype=np.float32),
        )

    def _state(self, targets: set[int]) -> int:
        """The state for these nodes, a new one if need be."""
        if len(targets) == 1:
            (target,) = targets
            known = self._after.get(target)
            if known is None:
                known = self._after[target] = self._numbered(self._closure(target))
            return known
        return self._numbered(frozenset().union(*(self._closure(target) for target in targets)))

    def _numbered(self, key: frozenset[int]) -> int:
        number = self._states.get(key)
        if number is None:
            number = self._states[key] = len(self._order)
            self._order.append(key)
        return number

    def _expand(self, key: frozenset[int]) -> float:
        """Write the arcs of a state; return the cost of ending in it.

        Set n is written as -1 - n until the number of words is known.
        """
        arcs: dict[int, tuple[float, set[int]]] = {}
        ending = float("inf")
        for number in key:
            node = self._net.nodes[number]
            if isinstance(node, End):
                ending = min(ending, node.cost)
            elif isinstance(node, Words):
                self._write(-1 - node.number, self._state({node.then}), node.cost)
            else:
                for word, cost, then in self._spellings(number):
                    _put(arcs, word, cost, then)
        for word, (cost, targets) in arcs.items():
            self._write(word, self._state(targets), cost)
        return ending

    def _write(self, word: int, target: int, cost: float) -> None:
        self._arc_word.append(word)
        self._arc_target.append(target)
        self._arc_cost.append(cost)

    def _closure(self, number: int) -> frozenset[int]:
        """The pieces, word sets and ends that may come next at the beginning of a word."""
        found = self._closures.get(number)
        if found is not None:
            return found
        seen: set[int] = set()
        leaves: set[int] = set()
        waiting = [number]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            match self._net.nodes[at]:
                case Union(members=members):
                    waiting.extend(members)
                case Space(then=then) | Loose(then=then):
                    waiting.append(then)
                case _:
                    leaves.add(at)
        closure = self._closures[number] = frozenset(leaves)
        return closure

    def _spellings(self, number: int) -> list[_Arc]:
        """The words that begin with a piece: pieces are glued until a gap comes."""
        found = self._spelled.get(number)
        if found is not None:
            return found
        piece = self._net.nodes[number]
        assert isinstance(piece, Piece)
        done: list[_Spelling] = []
        waiting: list[_Spelling] = [(piece.text, piece.cost, piece.then)]
        seen: set[_Spelling] = set()
        while waiting:
            arc = waiting.pop()
            text, cost, at = arc
            if arc in seen:
                continue
            seen.add(arc)
            if len(seen) > _MOST_SPELLINGS:
                # Too many ways to glue: let every piece be a word.
                done = [(piece.text, piece.cost, piece.then)]
                break
            if not self._net.sticks(at):
                done.append(arc)
                continue
            match self._net.nodes[at]:
                case Union():
                    waiting.extend((text, cost, member) for member in self._net.glue(at))
                case Piece(text=more, cost=dearer, then=then):
                    waiting.append((text + more, cost + dearer, then))
                case Loose(then=then):
                    done.append((text, cost, then))
                    waiting.append((text, cost, then))
        number_of = self._words.setdefault
        arcs = [
            (number_of(text, len(self._words)), cost, then)
            for text, cost, then in dict.fromkeys(done)
        ]
        self._spelled[number] = arcs
        return arcs


def _put(arcs: dict[int, tuple[float, set[int]]], word: int, cost: float, then: int) -> None:
    known = arcs.get(word)
    if known is None:
        arcs[word] = (cost, {then})
    else:
        known[1].add(then)
        if cost < known[0]:
            arcs[word] = (cost, known[1])
