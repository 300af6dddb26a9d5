"""A sentence template as a graph of words, to which a sentence can be aligned.

hassil's templates cut words where they like ("auto[matic]", "candle[ ]light"). Here each edge is
one whole word or one slot, and every path from the first node to an end is a sentence. Nodes
are numbered along the paths: an edge only leads to a higher number. Readings are never listed, and
the size is bounded: a template that is larger is cut off, and says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Final, NamedTuple

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)

from device.nlu.inflection import stem
from device.nlu.words import plain

MOST_NODES: Final = 400
"""Of one template."""

MOST_EDGES: Final = 200
"""The same."""

_MOST_STEPS = 300
"""Ways on from one space to the next; a word may be cut into many pieces."""
_DEEPEST = 12
"""Rules within rules."""
_LONGEST_ORDER = 4
"""Parts in any order, of which so many may follow each other."""
_GAP = " "
_PIECES = re.compile(r"\s+|\S+")

_Move = tuple[str | ListReference | None, int]
"""A piece of text, a gap, a slot or nothing, and the node behind it."""

STOP_WORDS: Final = frozenset(
    str.split(
        "a an the my our your his her its their this that these those some any of for to in on at "
        "from with by as and or me i you we it us is are was were be am do does did can could will "
        "would shall should may might have has had so then there please just now like"
    )
)
"""Words that tell little about what is asked."""

STOP_COST: Final = 0.15
"""What such a word costs where another word costs 1."""


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """What it costs when a word of a template is not said."""
    return STOP_COST if word in STOP_WORDS else 1.0


@dataclass(frozen=True, slots=True)
class Slotted:
    """A list in a template, and the slot that takes its value."""

    name: str
    """Of the slot."""
    list: str
    span: tuple[int, int, int] | None = None
    """First, last and step of a range that is written in the template itself."""

    @staticmethod
    def of(found: ListReference) -> "Slotted":
        """The same as hassil has it; a capture fills no slot and has no name."""
        name = "" if found.is_capture else found.slot_name
        return Slotted(name, found.list_name, found.get_inline_range())


class Edge(NamedTuple):
    """One word or one slot of a template."""

    to: int
    """The node that it leads to."""
    missing: float
    """What it costs to leave it out."""
    word: str = ""
    """"" where it is a slot."""
    stem: str = ""
    slot: int = -1
    """Its place in `WordGraph.slots`; -1 where it is a word."""


@dataclass(frozen=True, slots=True)
class WordGraph:
    """One template."""

    edges: tuple[tuple[Edge, ...], ...]
    """By the node that they begin at."""
    ends: frozenset[int]
    slots: tuple[Slotted, ...]
    exact: bool
    """Whether it says no more and no less than the template: not where that is too large, or has
    parts in any order."""
    effort: int
    """Steps that it took to make."""

    @property
    def size(self) -> int:
        """Its edges."""
        return sum(map(len, self.edges))


def word_graph(template: Sentence, rules: Mapping[str, Sentence]) -> WordGraph:
    """Compile a template.

    Args:
        template: Parsed by hassil.
        rules: The expansion rules that it may call.
    """
    pieces = _Pieces(rules)
    end = pieces.weave(template.expression, pieces.node(), depth=0)
    return _Words(pieces.moves, end).graph(exact=pieces.exact)


class _Pieces:
    """A graph of pieces of text (Thompson, 1968): a move is a piece, a gap, a slot or nothing."""

    def __init__(self, rules: Mapping[str, Sentence]) -> None:
        self.moves: list[list[_Move]] = []
        self.exact = True
        self._rules = rules

    def node(self) -> int:
        self.moves.append([])
        return len(self.moves) - 1

    def weave(self, item: Expression, start: int, depth: int) -> int:
        """Add an expression after a node; gives the node behind it."""
        if len(self.moves) >= MOST_NODES or depth > _DEEPEST:
            self.exact = False
            return start
        match item:
            case TextChunk():
                for piece in _PIECES.findall(item.text):
                    start = self._move(_GAP if piece.isspace() else piece.lower(), start)
            case ListReference():
                start = self._move(item, start)
            case RuleReference() if item.rule_name in self._rules:
                start = self.weave(self._rules[item.rule_name].expression, start, depth + 1)
            case Alternative():
                start = self._either(item.items, start, depth)
            case Permutation():
                # Any part, several times over: more than the template says.
                self.exact = False
                for _ in item.items[:_LONGEST_ORDER]:
                    nothing = TextChunk("")
                    start = self._either([*item.items, nothing], start, depth)
                    start = self._move(_GAP, start)
            case Group():
                for part in item.items:
                    start = self.weave(part, start, depth)
        return start

    def _either(self, items: list[Expression], start: int, depth: int) -> int:
        ends = [self.weave(item, self._move(None, start), depth) for item in items]
        both = self.node()
        for end in ends:
            self.moves[end].append((None, both))
        return both

    def _move(self, what: str | ListReference | None, start: int) -> int:
        to = self.node()
        self.moves[start].append((what, to))
        return to


class _Words:
    """Joins pieces into words."""

    def __init__(self, moves: list[list[_Move]], end: int) -> None:
        self._moves = moves
        self._end = end
        self._out: dict[int, list[tuple[str | Slotted, int]]] = {}
        self._ends: set[int] = set()
        self._places: dict[Slotted, int] = {}
        self._room = MOST_EDGES
        self._sure = True
        self._steps = 0

    def graph(self, *, exact: bool) -> WordGraph:
        waiting = [0]
        while waiting:
            node = waiting.pop()
            if node in self._out:
                continue
            self._out[node] = []
            for what, to in self._from(node):
                if self._room == 0:
                    exact = False
                    break
                self._room -= 1
                waiting.append(to)
                self._join(node, what, to)
        slots = [what for out in self._out.values() for what, _ in out if not isinstance(what, str)]
        self._places = {slot: at for at, slot in enumerate(dict.fromkeys(slots))}
        before: dict[int, set[int]] = {node: set() for node in self._out}
        for node, out in self._out.items():
            for _, to in out:
                before[to].add(node)
        order = [*TopologicalSorter(before).static_order()]
        number = {node: at for at, node in enumerate(order)}
        # The first node is where sentences begin: everything leads from it.
        edges = (
            tuple(dict.fromkeys(self._edge(what, number[to]) for what, to in self._out[node]))
            for node in order
        )
        return WordGraph(
            edges=tuple(edges),
            ends=frozenset(number[node] for node in self._ends),
            slots=tuple(self._places),
            exact=exact and self._sure,
            effort=len(self._moves) + self._steps,
        )

    def _edge(self, what: str | Slotted, to: int) -> Edge:
        if isinstance(what, str):
            return Edge(to, weight(what), what, stem(what))
        return Edge(to, 1.0, slot=self._places[what])

    def _join(self, node: int, what: str | ListReference, to: int) -> None:
        """Add what stands between two spaces: "wi-fi" is two words."""
        words = plain(what).split() if isinstance(what, str) else [Slotted.of(what)]
        for word in words[:-1]:
            middle = -len(self._out)
            self._out[middle] = []
            self._out[node].append((word, middle))
            node = middle
        self._out[node].append((words[-1], to))

    def _from(self, start: int) -> Iterator[tuple[str | ListReference, int]]:
        """The words and slots that may come next, each with the node behind it."""
        stack = [(start, "")]
        seen = set(stack)
        while stack:
            if len(seen) > _MOST_STEPS:
                self._sure = False
                return
            self._steps += 1
            node, word = stack.pop()
            said = bool(plain(word))
            if node == self._end:
                if said:
                    yield word, node
                else:
                    self._ends.add(start)
            for what, to in self._moves[node]:
                if isinstance(what, ListReference) or what == _GAP:
                    if said:
                        yield word, node if what != _GAP else to
                        continue
                    if what != _GAP:
                        yield what, to
                        continue
                    after = (to, "")
                else:
                    after = (to, word + (what or ""))
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
