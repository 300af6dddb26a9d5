"""From a model's scores to slots and intents, the same for float, int8 and timing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats
from export.benchmarks.scoring import Reading
from export.benchmarks.sentences import OUT_OF_SCOPE, Sentence

MOST = 3
"""Tokens that must agree, on average, that an intent was asked for."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the two outputs of a model mean."""

    slots: tuple[str, ...]
    """ "O", "B-name", "I-name" ..."""
    intents: tuple[str, ...]
    """Single intents, or combinations joined by "#" where a sentence has one class."""
    several: bool
    """Whether each token tells its intents by itself and a sentence has any number of them."""


def labels_of(rows: Sequence[Sentence], *, several: bool) -> Labels:
    """All labels of sentences, in alphabetical order behind "O"."""
    names = {label[2:] for row in rows for label in row.labels if label != "O"}
    slots = ("O", *(f"{mark}-{name}" for name in sorted(names) for mark in "BI"))
    if several:
        return Labels(slots, tuple(sorted({i for row in rows for i in row.intents})), several)
    return Labels(slots, tuple(sorted({joint(row.intents) for row in rows})), several)


def joint(intents: frozenset[str]) -> str:
    """The intents of a sentence as one class."""
    return "#".join(sorted(intents))


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
        threshold: float = 0.0,
        unsure: float = 0.0,
    ) -> None:
        """Take what was learned beside the graph.

        Args:
            labels: Meaning of the scores.
            transitions: Of the conditional random field, shape (slots, slots).
            start: Of its first label, shape (slots,).
            threshold: Score from which an intent is asked for, where there are several.
            unsure: Probability below which the best intent counts as out of scope.
        """
        forbidden, never = bio_transitions(labels.slots)
        self._labels = labels
        self._transitions = np.asarray(transitions + forbidden, np.float32)
        self._start = np.asarray(start + never, np.float32)
        self._threshold = threshold
        self._unsure = unsure

    def read(self, slots: Floats, intents: Floats, count: int) -> Reading:
        """One sentence.

        Args:
            slots: Shape (words of the graph, slots).
            intents: Shape (words of the graph, intents) where there are several, else (intents,).
            count: Tokens of the sentence; those that the graph does not hold become "O".
        """
        inside = min(count, len(slots))
        path = viterbi(slots[:inside], self._transitions, self._start)
        labels = [self._labels.slots[i] for i in path] + ["O"] * (count - inside)
        return Reading(tuple(labels), self.intents(intents, count))

    def intents(self, scores: Floats, count: int) -> frozenset[str]:
        """The intents of a sentence of `count` tokens, from scores as `read` takes them."""
        names = self._labels.intents
        if self._labels.several:
            agreed = np.sort(scores[:count], axis=0)[-MOST:].mean(axis=0)
            asked = np.flatnonzero(agreed > self._threshold)
            return frozenset(names[i] for i in (asked if len(asked) else [agreed.argmax()]))
        sure = softmax(scores)
        best = int(sure.argmax())
        return frozenset((OUT_OF_SCOPE if sure[best] < self._unsure else names[best]).split("#"))
