"""Sentences as a net of text pieces, the form between templates and the automaton over words.

Nodes are shared (equal text before the same node is the same node), so a rule that is used a
hundred times before the same rest is there once, and the ends of all sentences are shared.
A node is one of

    Piece   text without spaces, then a node; pieces with no Space between them are one word
    Space   a gap between words
    Loose   a gap or none (after a list's value)
    Value   the beginning of a list's value: a word before it may go on into it, but no other
            list's value does, or there would be a word for each two of them
    Words   any one of a set of words, then a node
    Union   any of several nodes
    End     a whole sentence has been said
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hassil.util import PUNCTUATION_STR

from device.asr.slotkey import is_slot
from device.errors import GrammarError

_MOST_NODES = 400_000
_SIGN_COST = 4.0
"""Nats; a word is better than a sign that is said alike ("percent" than "%")."""
FORK = "\x01"
"""Behind a word: readings through it are not joined with those through the same word without
it. Joining "and" before another name with "and" before another request would copy the start of
all sentences for every place where a name may stand."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text without spaces."""

    text: str
    cost: float
    then: int


@dataclass(frozen=True, slots=True)
class Space:
    """A gap between words."""

    then: int


@dataclass(frozen=True, slots=True)
class Loose:
    """A gap between words, or none."""

    then: int


@dataclass(frozen=True, slots=True)
class Value:
    """The beginning of a list's value."""

    then: int


@dataclass(frozen=True, slots=True)
class Words:
    """Any one word of set number `number`."""

    number: int
    cost: float
    then: int


@dataclass(frozen=True, slots=True)
class Union:
    """Any of several nodes."""

    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class End:
    """The end of a sentence."""

    cost: float


Node = Piece | Space | Loose | Value | Words | Union | End


@dataclass(slots=True)
class Net:
    """The nodes, each once."""

    nodes: list[Node] = field(default_factory=list)
    sets: list[tuple[str, ...]] = field(default_factory=list)
    """Word sets that `Words` nodes point to."""
    start: int = -1
    sizes: dict[str, int] = field(default_factory=dict)
    """How many values stand behind each word for values of a list (`slot`)."""
    _known: dict[Node, int] = field(default_factory=dict)
    _sticky: dict[tuple[int, bool], bool] = field(default_factory=dict)
    _known_sets: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        """The number of this node, an equal one's if there is one."""
        number = self._known.get(node)
        if number is None:
            if len(self.nodes) >= _MOST_NODES:
                raise GrammarError(
                    f"the sentences need more than {_MOST_NODES} nodes; what may follow a rule "
                    "depends on too much that was said before it"
                )
            number = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return number

    def words(self, words: Iterable[str], *, cost: float, then: int) -> int:
        """A node for any one of these words."""
        key = tuple(sorted({word for word in words if word}))
        number = self._known_sets.get(key)
        if number is None:
            number = self._known_sets[key] = len(self.sets)
            self.sets.append(key)
        return self.add(Words(number, cost, then))

    def slot(self, key: str, then: int, *, size: int = 1) -> int:
        """A node for values of a list that are filled in later, each a word by itself.

        Args:
            key: The word that stands for them (`device.asr.slotkey`).
            then: The node after them.
            size: How many there are so far; together they are as likely as so many.
        """
        self.sizes[key] = max(size, self.sizes.get(key, 1))
        return self.add(Piece(key, 0.0, self.add(Space(then))))

    def size(self, number: int) -> int:
        """How many values a node stands for: one, but for a list's."""
        node = self.nodes[number]
        return self.sizes.get(node.text, 1) if isinstance(node, Piece) else 1

    def union(self, members: Iterable[int]) -> int:
        """A node for any of these; the node itself if it is only one."""
        unique = frozenset(members)
        return next(iter(unique)) if len(unique) == 1 else self.add(Union(unique))

    def promise(self) -> int:
        """The number of a union whose members come later (`fulfil`)."""
        self.nodes.append(Union(frozenset()))
        return len(self.nodes) - 1

    def fulfil(self, promised: int, members: Iterable[int]) -> None:
        """Say what a promised union stands for."""
        self.nodes[promised] = Union(frozenset(members) - {promised})

    def text(self, text: str, then: int, *, cost: float = 0.0) -> int:
        """Nodes for literal text; leading and trailing spaces count.

        Args:
            text: Words.
            then: The node after it.
            cost: Nats for the first word.
        """
        parts = text.lower().replace("_", " ").split(" ")
        first = next((at for at, part in enumerate(parts) if part), -1)
        for at in range(len(parts) - 1, -1, -1):
            part = parts[at].strip(PUNCTUATION_STR) if parts[at] else ""
            if part:
                own = at == first
                dearer = cost if own else 0.0
                if not any(letter.isalnum() for letter in part):
                    dearer += _SIGN_COST
                then = self.add(Piece(part, dearer, then))
            if at:
                then = self.add(Space(then))
        return then

    def forget(self, mark: int) -> None:
        """Take away the nodes from number `mark` on; no other may point to them."""
        del self.nodes[mark:]
        self._known = {node: number for node, number in self._known.items() if number < mark}
        self._sticky.clear()

    def leaves(self, start: int, then: int) -> tuple[set[int], bool]:
        """Where the first word may begin from a node on, before another node.

        Returns:
            Pieces, word sets and ends, and whether `then` can be reached without a word.
        """
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at == then:
                continue
            match self.nodes[at]:
                case Union(members=members):
                    waiting.extend(members)
                case Space(then=following) | Loose(then=following) | Value(then=following):
                    waiting.append(following)
                case _:
                    found.add(at)
        return found, then in seen

    def sticks(self, number: int, *, loose: bool) -> bool:
        """What `goes_on` tells, looked up once; for nets that are complete.

        Args:
            number: The node.
            loose: Whether the word is a list's value, or ends with one.
        """
        key = (number, loose)
        found = self._sticky.get(key)
        if found is None:
            found = self._sticky[key] = self.goes_on(number, loose=loose)
        return found

    def glue(self, number: int) -> frozenset[int]:
        """Where a word may go from a union: each member, less those that a gap leads to too.

        "candle[ ]light" is said like "candle light"; only that is kept.
        """
        node = self.nodes[number]
        assert isinstance(node, Union)
        gaps = (self.nodes[at] for at in node.members)
        return node.members - {gap.then for gap in gaps if isinstance(gap, Space)}

    def goes_on(self, number: int, *, loose: bool) -> bool:
        """Whether a word may go on into this node without a gap, as in "light[s]".

        Args:
            number: The node.
            loose: Whether the word is a list's value, or ends with one.
        """
        seen: set[tuple[int, bool]] = set()
        waiting = [(number, loose)]
        while waiting:
            at, behind_value = waiting.pop()
            if (at, behind_value) in seen:
                continue
            seen.add((at, behind_value))
            match self.nodes[at]:
                case Piece(text=text) if not is_slot(text):
                    return True
                case Union():
                    waiting.extend((member, behind_value) for member in self.glue(at))
                case Loose(then=then):
                    waiting.append((then, True))
                case Value(then=then) if not behind_value:
                    waiting.append((then, False))
                case _:
                    pass
        return False
