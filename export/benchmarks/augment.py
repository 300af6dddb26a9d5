"""More sentences from those at hand: other values in the same slots, requests joined.

Values are swapped among the slots of one kind ("fromloc.city_name" lends to "toloc.city_name"),
so that a model learns a slot by what stands around it and not by heart. Sentences are joined as
the Mix sets are (Qin et al., "AGIF: An adaptive graph-interactive framework for joint multiple
intent detection and slot filling", 2020).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from random import Random

from export.benchmarks.sentences import Sentence

JOIN = "join"
"""The slot that holds what stands between two requests."""
JOINERS = (("and",), ("and", "also"), ("and", "then"))
"""What stands before the last request of a Mix sentence."""
COMMA = (",",)
"""What stands between earlier ones."""

BORROWED = 0.3
"""Share of the drawn values that come from slots that hold the same kind of thing."""


def runs(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """The sentence cut at its slots: (first token, token after, slot or ""), covering it once."""
    cut: list[tuple[int, int, str]] = []
    for at, label in enumerate(labels):
        if cut and (label == "O" or label[0] == "I") and cut[-1][2] == label[2:]:
            cut[-1] = (cut[-1][0], at + 1, cut[-1][2])
        else:
            cut.append((at, at + 1, label[2:]))
    return cut


def kind(slot: str) -> str:
    """Slots of one kind take the same values: "fromloc.city_name" is a "city_name"."""
    return slot.rpartition(".")[2]


class Values:
    """What slots may hold."""

    def __init__(self, rows: Sequence[Sentence], alike: Collection[str] = ()) -> None:
        """Take the different values of each kind of slot.

        Args:
            rows: Where they are said.
            alike: Kinds of slots that lend each other values, such as titles of songs and books.
        """
        found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for row in rows:
            for start, stop, slot in runs(row.labels):
                if slot:
                    found[kind(slot)].add(row.tokens[start:stop])
        self._by_kind = {name: sorted(values) for name, values in found.items()}
        self._alike = frozenset(alike)
        self._lent = sorted({value for name in alike for value in found.get(name, ())})

    def drawn(self, slot: str, rng: Random) -> tuple[str, ...] | None:
        """A value for a slot, each as likely as any; None for a slot that nobody has filled."""
        name = kind(slot)
        if name in self._alike and self._lent and rng.random() < BORROWED:
            return rng.choice(self._lent)
        values = self._by_kind.get(name)
        return rng.choice(values) if values else None


def swapped(row: Sentence, values: Values, rng: Random, share: float = 0.5) -> Sentence:
    """The sentence with some values of its slots replaced by others of the same kind.

    Args:
        row: Any sentence.
        values: What slots may hold.
        rng: Where chance comes from.
        share: How many of the slots are replaced.
    """
    tokens: list[str] = []
    labels: list[str] = []
    for start, stop, slot in runs(row.labels):
        value = values.drawn(slot, rng) if slot and rng.random() < share else None
        if value is None:
            tokens += row.tokens[start:stop]
            labels += row.labels[start:stop]
        else:
            tokens += value
            labels += _marked(slot, len(value))
    return Sentence(tuple(tokens), tuple(labels), row.intents)


def joined(rows: Sequence[Sentence], rng: Random) -> Sentence:
    """Several requests in one breath: commas, then one of the joiners before the last.

    What stands between two requests is labelled as a slot, `JOIN`.
    """
    tokens: list[str] = []
    labels: list[str] = []
    for number, row in enumerate(rows):
        if number:
            joiner = rng.choice(JOINERS) if number + 1 == len(rows) else COMMA
            tokens += joiner
            labels += _marked(JOIN, len(joiner))
        tokens += row.tokens
        labels += row.labels
    intents = frozenset[str]().union(*(row.intents for row in rows))
    return Sentence(tuple(tokens), tuple(labels), intents)


def requests(labels: Sequence[str]) -> list[tuple[int, int]]:
    """Where the requests of a joined sentence stand: (first token, token after) of each."""
    joins = [(start, stop) for start, stop, slot in runs(labels) if slot == JOIN]
    starts = (0, *(stop for _, stop in joins))
    stops = (*(start for start, _ in joins), len(labels))
    return [(start, stop) for start, stop in zip(starts, stops, strict=True) if start < stop]


def _marked(slot: str, count: int) -> list[str]:
    return [f"B-{slot}", *[f"I-{slot}"] * (count - 1)]


class Mixer:
    """Makes sentences of a Mix set from single requests.

    In the Mix sets all intents are equally frequent; those of a sentence differ and stand in
    alphabetical order.
    """

    def __init__(self, rows: Sequence[Sentence], counts: Sequence[float]) -> None:
        """Take the requests.

        Args:
            rows: Single requests; those with several intents are left out.
            counts: Shares of sentences of one, two, three ... requests.
        """
        self._by_intent: dict[str, list[Sentence]] = defaultdict(list)
        for row in rows:
            if len(row.intents) == 1:
                self._by_intent[min(row.intents)].append(row)
        self._counts = counts

    def sentence(self, rng: Random) -> Sentence:
        """One sentence.

        Args:
            rng: Where chance comes from.
        """
        count = rng.choices(range(1, len(self._counts) + 1), weights=self._counts)[0]
        chosen = sorted(rng.sample(sorted(self._by_intent), min(count, len(self._by_intent))))
        return joined([rng.choice(self._by_intent[name]) for name in chosen], rng)
