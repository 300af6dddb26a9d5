"""From a net of text pieces to an automaton over whole words.

The subset construction (Rabin and Scott, 1959) joins readings that begin alike, so that "turn
on the ..." of sixty sentences is walked once.

The same walk makes a language model: every template is as likely as every other, so is each of
its alternatives, and an optional part is said half of the time. What a state is made of has
weights (those of the way on which it was found first), and a word costs the logarithm of its
share of them. On top come the costs that the net itself asks for.
"""

from collections import deque
from collections.abc import Mapping
from math import exp, inf, log

import numpy as np

from device.asr.automaton import WordAutomaton, alive, minimized
from device.asr.net import End, Loose, Net, Piece, Space, Union, Value, Words
from device.asr.slotkey import is_slot
from device.errors import GrammarError

_Spelling = tuple[str, float, int]
"""A word so far, its cost, and the node after it."""
_Arc = tuple[int, float, float, int]
"""A word, its cost, its share of the piece that it begins with, and the node after it."""
_Weights = Mapping[int, float]

_COST_STEP = 0.25
"""Nats."""

MOST_STATES = 100_000
_MOST_ARCS = 2_000_000
_MOST_SPELLINGS = 5_000
"""Words that one place may glue together from pieces; beyond it, pieces are words."""


def automaton(net: Net, *, language: float = 0.0, most_states: int = MOST_STATES) -> WordAutomaton:
    """Turn a net into the automaton of its sentences, trimmed and minimized.

    Args:
        net: The sentences.
        language: How much the language model counts, 0 for not at all.
        most_states: States that may be needed.

    Raises:
        GrammarError: No sentence can be said, or far too many states are needed.
    """
    return minimized(alive(_Subsets(net, language).build(most_states)))


class _Subsets:
    """The subset construction over words; a word set is a letter of its own."""

    def __init__(self, net: Net, language: float) -> None:
        self._net = net
        self._language = language
        self._closures: dict[int, _Weights] = {}
        self._spelled: dict[int, list[_Arc]] = {}
        self._words: dict[str, int] = {}
        self._sizes: dict[int, int] = {}
        """How many values each word that stands for a list's values stands for."""
        self._states: dict[frozenset[int], int] = {}
        self._after: dict[frozenset[int], int] = {}
        self._waiting: deque[_Weights] = deque()
        """What the states that have no arcs yet are made of; others need it no more."""
        self._arc_word: list[int] = []
        self._arc_target: list[int] = []
        self._arc_cost: list[float] = []

    def build(self, most_states: int) -> WordAutomaton:
        self._state({self._net.start: 1.0})
        final: list[float] = []
        first = [0]
        while self._waiting:
            final.append(self._expand(self._waiting.popleft()))
            first.append(len(self._arc_word))
            if len(self._states) > most_states or first[-1] > _MOST_ARCS:
                raise GrammarError(
                    f"the sentences need more than {most_states} states or {_MOST_ARCS} arcs"
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

    def _state(self, targets: _Weights) -> int:
        """The state for these nodes, a new one if need be."""
        among = frozenset(targets)
        known = self._after.get(among)
        if known is not None:
            return known
        leaves = frozenset().union(*(self._closure(target) for target in targets))
        number = self._states.get(leaves)
        if number is None:
            number = self._states[leaves] = len(self._states)
            self._waiting.append(self._joined(targets))
        self._after[among] = number
        return number

    def _joined(self, targets: _Weights) -> _Weights:
        """What may come next after any of these nodes."""
        if len(targets) == 1:
            (target,) = targets
            return self._closure(target)
        weights: dict[int, float] = {}
        for target, weight in targets.items():
            for leaf, share in self._closure(target).items():
                weights[leaf] = weights.get(leaf, 0.0) + weight * share
        return weights

    def _expand(self, weights: _Weights) -> float:
        """Write the arcs of a state; return the cost of ending in it.

        Set n is written as -1 - n until the number of words is known.
        """
        arcs: dict[int, tuple[float, dict[int, float]]] = {}
        sets: list[tuple[Words, float]] = []
        ending, end_weight = inf, 0.0
        spelled = self._spelled
        for number, weight in weights.items():
            arrivals = spelled.get(number)
            if arrivals is None:
                node = self._net.nodes[number]
                if isinstance(node, End):
                    ending = min(ending, node.cost)
                    end_weight += weight
                    continue
                if isinstance(node, Words):
                    sets.append((node, weight))
                    continue
                arrivals = self._spellings(number)
            for word, cost, share, then in arrivals:
                _put(arcs, word, cost, then, weight * share)
        shares = {word: sum(targets.values()) for word, (_, targets) in arcs.items()}
        total = end_weight + sum(weight for _, weight in sets) + sum(shares.values())
        for node, weight in sets:
            count = len(self._net.sets[node.number])
            cost = node.cost + self._rarity(weight, total * count)
            self._write(-1 - node.number, self._state({node.then: 1.0}), cost)
        for word, (cost, targets) in arcs.items():
            rarity = self._rarity(shares[word], total * self._sizes.get(word, 1))
            self._write(word, self._state(targets), cost + rarity)
        return ending + self._rarity(end_weight, total) if ending < inf else inf

    def _rarity(self, share: float, total: float) -> float:
        """Cost of what is said so seldom; in steps, so that like states stay like."""
        if not self._language or share <= 0.0:
            return 0.0
        return round(-self._language * log(share / total) / _COST_STEP) * _COST_STEP

    def _write(self, word: int, target: int, cost: float) -> None:
        self._arc_word.append(word)
        self._arc_target.append(target)
        self._arc_cost.append(cost)

    def _closure(self, number: int) -> _Weights:
        """The pieces, word sets and ends that may begin the next word, with their shares."""
        found = self._closures.get(number)
        if found is not None:
            return found
        closure: dict[int, float] = {}
        seen: set[int] = set()
        waiting = [(number, 1.0)]
        while waiting:
            at, share = waiting.pop()
            node = self._net.nodes[at]
            if isinstance(node, Piece | Words | End):
                closure[at] = closure.get(at, 0.0) + share
            elif at not in seen:
                seen.add(at)
                waiting.extend(self._members(node, share))
        self._closures[number] = closure
        return closure

    def _members(
        self, node: Union | Space | Loose | Value, share: float
    ) -> list[tuple[int, float]]:
        """What a node stands for, and how its share falls to them."""
        if not isinstance(node, Union):
            return [(node.then, share)]
        sizes = [(member, self._net.size(member)) for member in node.members]
        total = sum(size for _, size in sizes)
        return [(member, share * size / total) for member, size in sizes]

    def _spellings(self, number: int) -> list[_Arc]:
        """The words that begin with a piece: pieces are glued until a gap comes."""
        found = self._spelled.get(number)
        if found is not None:
            return found
        piece = self._net.nodes[number]
        assert isinstance(piece, Piece)
        done: list[_Spelling] = []
        waiting = [((piece.text, piece.cost, piece.then), False)]
        seen: set[tuple[_Spelling, bool]] = set()
        while waiting:
            arc, loose = waiting.pop()
            text, cost, at = arc
            if (arc, loose) in seen:
                continue
            seen.add((arc, loose))
            if len(seen) > _MOST_SPELLINGS:
                # Too many ways to glue: let every piece be a word.
                done = [(piece.text, piece.cost, piece.then)]
                break
            if not self._net.sticks(at, loose=loose):
                done.append(arc)
                continue
            match self._net.nodes[at]:
                case Union():
                    members = self._net.glue(at)
                    waiting.extend(((text, cost, member), loose) for member in members)
                case Piece(text=more, cost=dearer, then=then) if not is_slot(more):
                    waiting.append(((text + more, cost + dearer, then), False))
                case Loose(then=then):
                    done.append((text, cost, then))
                    waiting.append(((text, cost, then), True))
                case Value(then=then):
                    waiting.append(((text, cost, then), loose))
        number_of = self._words.setdefault
        ways = dict.fromkeys(done)
        arcs = [
            (number_of(text, len(self._words)), cost, exp(-cost) / len(ways), then)
            for text, cost, then in ways
        ]
        if is_slot(piece.text):
            self._sizes[arcs[0][0]] = self._net.size(number)
        self._spelled[number] = arcs
        return arcs


def _put(
    arcs: dict[int, tuple[float, dict[int, float]]], word: int, cost: float, then: int, share: float
) -> None:
    known = arcs.get(word)
    if known is None:
        arcs[word] = (cost, {then: share})
        return
    targets = known[1]
    targets[then] = targets.get(then, 0.0) + share
    if cost < known[0]:
        arcs[word] = (cost, targets)
