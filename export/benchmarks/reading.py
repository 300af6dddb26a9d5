"""From a model's scores to slots and intents, the same for float, int8 and timing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats
from export.benchmarks.augment import JOIN, requests
from export.benchmarks.scoring import Reading
from export.benchmarks.sentences import OUT_OF_SCOPE, Sentence

Scores = Callable[[Sequence[Sentence]], Sequence[Floats]]
"""A model: from sentences to scores of slots and of intents, the first axis counts sentences."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the two outputs of a model mean."""

    slots: tuple[str, ...]
    """ "O", "B-name", "I-name" ..."""
    intents: tuple[str, ...]
    """Of one request: single intents, or combinations joined by "#"."""

    def asked(self, intents: frozenset[str]) -> Floats:
        """What a sentence asks for as shares of `intents`, shape (intents,).

        A combination is a class of its own where the set has it; else its parts share alike.
        """
        one = joint(intents)
        names = [one] if one in self.intents else sorted(intents)
        shares = np.zeros(len(self.intents), np.float32)
        shares[[self.intents.index(name) for name in names]] = 1.0 / len(names)
        return shares


def labels_of(rows: Sequence[Sentence], *, joins: bool = False) -> Labels:
    """All labels of single requests, in alphabetical order behind "O".

    Args:
        rows: Single requests.
        joins: Whether the model also tells what stands between joined ones.
    """
    names = {label[2:] for row in rows for label in row.labels if label != "O"}
    names |= {JOIN} if joins else set()
    slots = ("O", *(f"{mark}-{name}" for name in sorted(names) for mark in "BI"))
    return Labels(slots, tuple(sorted({joint(row.intents) for row in rows})))


def joint(intents: frozenset[str]) -> str:
    """The intents of a sentence as one class."""
    return "#".join(sorted(intents))


def read_all(reader: "Reader", rows: Sequence[Sentence], scores: Scores) -> list[Reading]:
    """Read sentences: once whole, and where joins are found, each request once more by itself.

    Args:
        reader: Decodes the scores.
        rows: Sentences, of which only the words are looked at.
        scores: The model.

    Returns:
        One reading for each sentence; joins in them count as "O".
    """
    whole = reader.read_each(rows, scores)
    cuts = [requests(reading.labels) for reading in whole]
    single = [
        Sentence(row.tokens[start:stop], row.labels[start:stop], row.intents)
        for row, cut in zip(rows, cuts, strict=True)
        for start, stop in (cut if len(cut) > 1 else ())
    ]
    told = iter(reader.read_each(single, scores) if single else ())
    made: list[Reading] = []
    for reading, cut in zip(whole, cuts, strict=True):
        labels, intents = list(reading.labels), reading.intents
        if len(cut) > 1:
            parts = [next(told) for _ in cut]
            for (start, stop), part in zip(cut, parts, strict=True):
                labels[start:stop] = part.labels
            intents = frozenset[str]().union(*(part.intents for part in parts))
        plain = ("O" if label[2:] == JOIN else label for label in labels)
        made.append(Reading(tuple(plain), intents))
    return made


def truth(row: Sentence) -> Reading:
    """What a sentence says according to its set."""
    return Reading(row.labels, row.intents)


class Reader:
    """Decodes scores: Viterbi over well-formed label sequences, then the intents."""

    def __init__(
        self,
        labels: Labels,
        transitions: Floats,
        start: Floats,
        *,
        unsure: float = 0.0,
    ) -> None:
        """Take what was learned beside the graph.

        Args:
            labels: Meaning of the scores.
            transitions: Of the conditional random field, shape (slots, slots).
            start: Of its first label, shape (slots,).
            unsure: Probability below which the best intent counts as out of scope.
        """
        forbidden, never = bio_transitions(labels.slots)
        self._labels = labels
        self._transitions = np.asarray(transitions + forbidden, np.float32)
        self._start = np.asarray(start + never, np.float32)
        self._unsure = unsure

    def read_each(self, rows: Sequence[Sentence], scores: Scores) -> list[Reading]:
        """Each sentence as one request, with joins as slots."""
        slots, intents = scores(rows)
        found = zip(rows, slots, intents, strict=True)
        return [self.read(mine, asked, len(row.tokens)) for row, mine, asked in found]

    def read(self, slots: Floats, intents: Floats, count: int) -> Reading:
        """One request, or several as one.

        Args:
            slots: Shape (words of the graph, slots).
            intents: Shape (intents,).
            count: Tokens of the sentence; those that the graph does not hold become "O".
        """
        inside = min(count, len(slots))
        path = viterbi(slots[:inside], self._transitions, self._start)
        labels = [self._labels.slots[i] for i in path] + ["O"] * (count - inside)
        return Reading(tuple(labels), self.intents(intents))

    def intents(self, scores: Floats) -> frozenset[str]:
        """What one request asks for, from scores of shape (intents,)."""
        sure = softmax(scores)
        best = int(sure.argmax())
        name = OUT_OF_SCOPE if sure[best] < self._unsure else self._labels.intents[best]
        return frozenset(name.split("#"))
