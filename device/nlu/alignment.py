"""How a sentence goes onto a template that it does not match word for word.

The cheapest way to make one from the other, word by word (Levenshtein, 1966; onto a graph as in
Wagner and Seiferas, 1978): words that are in both cost nothing, words that are only in one cost
what they tell. Open slots take what stands between their neighbours.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from device.nlu.inflection import stem
from device.nlu.listwords import Found
from device.nlu.wordgraph import STOP_COST, STOP_WORDS, Edge, Slotted, WordGraph

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


Values = Mapping[Slotted, Mapping[int, Sequence[Found]] | None]
"""By slot, then by their first word, the values in the sentence; None for an open slot."""

INFINITE: Final = float("inf")
"""Of what is not possible."""

_Back = tuple[int, int, Edge | None, Found | None]
"""Word and node before, what was passed between (nothing: a word of the sentence left out)."""


def align(graph: WordGraph, said: Said, values: Values, limit: float) -> Alignment | None:
    """Find the cheapest way, or None where all cost `limit` and more.

    Steps are bounded by words x edges, for open slots times words again.
    """
    length = len(said.words)
    nodes = len(graph.edges)
    costs = [[INFINITE] * nodes for _ in range(length + 1)]
    back: list[list[_Back | None]] = [[None] * nodes for _ in range(length + 1)]
    left_out, opened = _prices(said)
    costs[0][0] = 0.0

    def reach(at: int, node: int, cost: float, way: _Back) -> None:
        if cost < costs[at][node]:
            costs[at][node] = cost
            back[at][node] = way

    for at in range(length + 1):
        row = costs[at]
        for node, out in enumerate(graph.edges):
            cost = row[node]
            if cost >= limit:
                continue
            if at < length:
                reach(at + 1, node, cost + left_out[at], (at, node, None, None))
            for edge in out:
                reach(at, edge.to, cost + edge.missing, (at, node, edge, None))
                if at == length:
                    continue
                if edge.slot is None:
                    if said.words[at] == edge.word:
                        reach(at + 1, edge.to, cost, (at, node, edge, None))
                    elif said.stems[at] == edge.stem:
                        reach(at + 1, edge.to, cost + _INFLECTED, (at, node, edge, None))
                    continue
                found = values.get(edge.slot, {})
                if found is not None:
                    for one in found.get(at, ()):
                        reach(one.stop, edge.to, cost, (at, node, edge, one))
                    continue
                total = cost
                if node and not _held(back[at][node], at):
                    total += _LOOSE
                for stop in range(at + 1, length + 1):
                    total += opened[stop - 1]
                    reach(stop, edge.to, total, (at, node, edge, None))
    end = min(graph.ends, key=costs[length].__getitem__, default=0)
    cost = costs[length][end]
    if cost >= limit or not graph.ends:
        return None
    return _way(back, length, end, cost)


def _prices(said: Said) -> tuple[list[float], list[float]]:
    """What each word costs left out, and in an open slot."""
    left_out: list[float] = []
    opened: list[float] = []
    for word, carrier in zip(said.words, said.carrier, strict=True):
        stop = word in STOP_WORDS
        left_out.append(_CARRIER if carrier else STOP_COST if stop else _LEFT_OUT)
        opened.append(_OPEN_CARRIER if carrier else _OPEN_STOP if stop else _OPEN)
    return left_out, opened


def _held(way: _Back | None, at: int) -> bool:
    """Whether what comes before is known: a word or a value of the template."""
    return way is not None and way[2] is not None and way[0] < at


def _way(back: Sequence[Sequence[_Back | None]], at: int, node: int, cost: float) -> Alignment:
    pieces: list[Piece] = []
    missing: list[str] = []
    empty = 0
    while (way := back[at][node]) is not None:
        before, from_node, edge, found = way
        if edge is not None and before < at:
            pieces.append(Piece(before, at, edge, found))
        elif edge is not None and edge.slot is None:
            missing.append(edge.word)
        elif edge is not None:
            empty += 1
        at, node = before, from_node
    return Alignment(cost, tuple(reversed(pieces)), tuple(reversed(missing)), empty)


def least(graph_words: frozenset[str], known: Container[int], said: Said, *, opens: bool) -> float:
    """What aligning to a template costs at least.

    Args:
        graph_words: Stems of its words.
        known: Words of the sentence where a value of one of its lists stands.
        said: The sentence.
        opens: Whether it has an open slot.
    """
    total = 0.0
    for at, one in enumerate(said.stems):
        if at not in known and one not in graph_words:
            stop = said.words[at] in STOP_WORDS
            out = _CARRIER if said.carrier[at] else STOP_COST if stop else _LEFT_OUT
            total += min(out, _OPEN_STOP if stop else _OPEN) if opens else out
    return total
