"""How a sentence goes onto a template that it does not match word for word.

The cheapest way to make one from the other, word by word (Levenshtein, 1966; onto a graph as in
Wagner and Seiferas, 1978): words that are in both cost nothing, words that are only in one cost
what they tell. Open slots take what stands between their neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from device.nlu.inflection import stem
from device.nlu.listwords import Found
from device.nlu.wordgraph import STOP_COST, STOP_WORDS, Edge, WordGraph

MOST_WORDS: Final = 40
"""Words of a sentence that are looked at."""

_INFLECTED = 0.05
"""A word of the template with another ending."""
_LEFT_OUT = 1.1
"""A word of the sentence that the template does not have."""
_CARRIER = 0.02
"""The same for words that people put around any request."""
_OPEN = 0.35
"""A word that an open slot takes; less than leaving it out, more than knowing it."""
_OPEN_STOP = 0.05
_OPEN_CARRIER = 0.6
_LINK = 0.2
"""What an open slot pays for beginning with such a word: "spelling of necessary"."""
_LINKS = frozenset({"of", "for", "to", "about", "with", "that", "is", "are"})
_LOOSE = 0.8
"""What an open slot pays for beginning where nothing known stands before it."""

_BEFORE = (
    *("please", "hey", "hi", "hello", "ok", "okay", "so", "um", "uh", "well", "and", "now", "just"),
    *("can you", "could you", "would you", "will you", "can i", "could i", "may i", "can we"),
    *("could we", "i want you to", "i would like you to", "i'd like you to", "would you mind"),
    *("go ahead and", "do me a favor and", "be so kind and", "i need you to", "let's", "let us"),
    *("i want to", "i would like to", "i'd like to", "i wanna", "you", "kindly"),
)
_AFTER = (
    *("please", "for me", "for us", "thanks", "thank you", "thanks a lot", "would you", "will you"),
    *("could you", "can you", "if you can", "if you could", "if you would", "if possible", "then"),
    *("okay", "ok", "right now", "now", "right away", "if you don't mind", "won't you", "to me"),
)
"""What people say around any request."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as the alignment reads it."""

    words: tuple[str, ...]
    """In lower case, without marks."""
    stems: tuple[str, ...]
    carrier: tuple[bool, ...]
    """Whether a word belongs to what people say around any request."""

    @staticmethod
    def of(words: Sequence[str], skipped: Sequence[str]) -> "Said":
        """Words with what is around them told apart.

        Args:
            words: The sentence's.
            skipped: Further phrases that the sentence files say may stand around any request.
        """
        words = tuple(words[:MOST_WORDS])
        first = _run(words, [p.split() for p in (*_BEFORE, *skipped)])
        turned = [p.split()[::-1] for p in (*_AFTER, *skipped)]
        last = len(words) - _run(words[::-1], turned)
        carrier = tuple(i < first or i >= last for i in range(len(words)))
        return Said(words, tuple(map(stem, words)), carrier)

    def content(self, at: int) -> bool:
        """Whether a word tells something of what is asked."""
        return not self.carrier[at] and self.words[at] not in STOP_WORDS


def _run(words: Sequence[str], phrases: Sequence[Sequence[str]]) -> int:
    """How many words at the beginning are such phrases, one after the other."""
    at = 0
    while at < len(words):
        fits = (len(p) for p in phrases if p and tuple(words[at : at + len(p)]) == tuple(p))
        length = max(fits, default=0)
        if not length:
            break
        at += length
    return at


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the way: words of the sentence that are a word of the template or fill a slot."""

    start: int
    stop: int
    edge: Edge
    found: Found | None = None
    """Of a slot: the value; None for an open one."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest way."""

    cost: float
    pieces: tuple[Piece, ...]
    """In order; words of the sentence between them are left out."""
    missing: tuple[str, ...]
    """Words of the template that are not said."""
    empty: int = 0
    """Slots on the way that nothing fills."""


Values = Sequence[Mapping[int, Sequence[Found]] | None]
"""By slot, then by their first word, the values in the sentence; None for an open slot."""

INFINITE: Final = float("inf")
"""Of what is not possible."""

_Back = tuple[int, int, Edge | None, Found | None]
"""Word and node before, what was passed between (nothing: a word of the sentence left out)."""


def align(graph: WordGraph, said: Said, values: Values, limit: float) -> Alignment | None:
    """Find the cheapest way, or None where all cost `limit` and more.

    It takes steps in proportion to words x edges.
    """
    length = len(said.words)
    nodes = len(graph.edges)
    costs = [[INFINITE] * nodes for _ in range(length + 1)]
    back: list[list[_Back | None]] = [[None] * nodes for _ in range(length + 1)]
    left_out, opened = prices(said)
    costs[0][0] = 0.0
    runs: dict[tuple[int, Edge], tuple[float, int]] = {}
    """Open slots that take words just now: what that costs, and their first word."""
    for at in range(length + 1):
        row, ways = costs[at], back[at]
        for (node, edge), (before, start) in runs.items():
            cost = before + opened[at - 1]
            runs[node, edge] = cost, start
            if cost < row[edge.to]:
                row[edge.to], ways[edge.to] = cost, (start, node, edge, None)
        last = at == length
        word, root = ("", "") if last else (said.words[at], said.stems[at])
        following, after = (row, ways) if last else (costs[at + 1], back[at + 1])
        for node, out in enumerate(graph.edges):
            cost = row[node]
            if cost >= limit:
                continue
            if not last and cost + left_out[at] < following[node]:
                following[node] = cost + left_out[at]
                after[node] = (at, node, None, None)
            for edge in out:
                to = edge.to
                if cost + edge.missing < row[to]:
                    row[to], ways[to] = cost + edge.missing, (at, node, edge, None)
                if last:
                    continue
                if edge.slot < 0:
                    if root == edge.stem:
                        total = cost if word == edge.word else cost + _INFLECTED
                        if total < following[to]:
                            following[to], after[to] = total, (at, node, edge, None)
                    continue
                found = values[edge.slot]
                if found is None:
                    total = cost + (_LINK if word in _LINKS else 0.0)
                    if node and not _held(back, said, at, node):
                        total += _LOOSE
                    if total < runs.get((node, edge), (INFINITE, 0))[0]:
                        runs[node, edge] = total, at
                    continue
                for one in found.get(at, ()):
                    if cost < costs[one.stop][to]:
                        costs[one.stop][to] = cost
                        back[one.stop][to] = (at, node, edge, one)
    end = min(graph.ends, key=costs[length].__getitem__, default=0)
    cost = costs[length][end]
    if cost >= limit or not graph.ends:
        return None
    return _way(back, length, end, cost)


@lru_cache(maxsize=4)
def prices(said: Said) -> tuple[list[float], list[float]]:
    """What each word costs left out, and in an open slot."""
    left_out: list[float] = []
    opened: list[float] = []
    for word, carrier in zip(said.words, said.carrier, strict=True):
        stop = word in STOP_WORDS
        left_out.append(_CARRIER if carrier else STOP_COST if stop else _LEFT_OUT)
        opened.append(_OPEN_CARRIER if carrier else _OPEN_STOP if stop else _OPEN)
    return left_out, opened


def _held(back: Sequence[Sequence[_Back | None]], said: Said, at: int, node: int) -> bool:
    """Whether what comes before is a word or a value of the template, but for stop words."""
    while (way := back[at][node]) is not None:
        before, node, edge, _ = way
        if edge is None and said.words[before] not in STOP_WORDS:
            return False
        if edge is not None:
            return before < at
        at = before
    return False


def _way(back: Sequence[Sequence[_Back | None]], at: int, node: int, cost: float) -> Alignment:
    pieces: list[Piece] = []
    missing: list[str] = []
    empty = 0
    while (way := back[at][node]) is not None:
        before, from_node, edge, found = way
        if edge is not None and before < at:
            pieces.append(Piece(before, at, edge, found))
        elif edge is not None and edge.slot < 0:
            missing.append(edge.word)
        elif edge is not None:
            empty += 1
        at, node = before, from_node
    return Alignment(cost, tuple(reversed(pieces)), tuple(reversed(missing)), empty)
