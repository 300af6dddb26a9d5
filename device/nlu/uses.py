"""What somebody wants with a taught name, from one pass of a small int8 model.

It reads the request with the stand-in in the name's place, told where that stands: whether it
should begin or end, whether it is asked if things stand so, whether that is for later, or whether
the words are about something else ("I love X", "forget X", "don't turn on X"). It marks how
long it should last ("for an hour", "until nine").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from device.errors import ModelError
from device.models import Manifest, Run
from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats, WordTable
from device.nlu.gazetteer import FLAGS
from device.nlu.windows import run_words
from device.nlu.words import Token


class Wish(StrEnum):
    """What somebody wants with a name."""

    SET = "set"
    LEAVE = "leave"
    ASK = "ask"
    LATER = "later"
    OTHER = "other"


WISHES = tuple(Wish)
"""In the order of the model's classes."""

LABELS = ("O", "B-lasting", "I-lasting")
"""Of a word."""

FEATURES = (*FLAGS, "taught")
"""Of a word: the home's flags, and whether it stands for the taught name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the model makes of a request."""

    wish: Wish
    confidence: float
    """0 to 1, calibrated."""
    lasting: tuple[tuple[int, int], ...]
    """Half-open token ranges that say how long."""


class Uses:
    """Reads what somebody wants with a name."""

    def __init__(self, run: Run, manifest: Manifest, table: WordTable) -> None:
        """Take the model.

        Args:
            run: From vectors, features and mask to word scores and class scores.
            manifest: Its settings.
            table: The word vectors it was trained with.

        Raises:
            ModelError: It was trained with other features.
        """
        settings = manifest.settings
        for name, known in (("features", FEATURES), ("wishes", WISHES)):
            if tuple(settings.get(name, ())) != known:
                raise ModelError(
                    f"model {manifest.name} was trained with other {name}; "
                    f"make it again with `python -m export teaching --only uses`"
                )
        self._run = run
        self._table = table
        self._length = manifest.inputs[0].shape[1]
        self._temperature = float(settings.get("temperature", 1.0))
        self._transitions, self._start = bio_transitions(LABELS)

    def read(
        self, tokens: Sequence[Token], flags: Floats, places: Sequence[tuple[int, int]]
    ) -> Use:
        """What somebody wants.

        Args:
            tokens: The request with stand-ins, at least one token.
            flags: The home's flags of them, shape (tokens, flags).
            places: Where the stand-ins are, as half-open token ranges.
        """
        vectors = self._table.vectors(tokens)
        scores, further = run_words(self._run, vectors, features(flags, places), self._length)
        sure = softmax(further[0], self._temperature)
        best = int(sure.argmax())
        return Use(
            wish=WISHES[best],
            confidence=float(sure[best]),
            lasting=_ranges([LABELS[i] for i in viterbi(scores, self._transitions, self._start)]),
        )


def features(flags: Floats, places: Sequence[tuple[int, int]]) -> Floats:
    """Flags and where the taught name stands, shape (tokens, len(FEATURES)).

    The stand-in's own flags are left out: it is a scene of no home.
    """
    taught = np.zeros((len(flags), 1), np.float32)
    kept = flags.copy()
    for start, stop in places:
        kept[start:stop] = 0.0
        taught[start:stop] = 1.0
    return np.concatenate([kept, taught], axis=1)


def _ranges(labels: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for at, label in enumerate(labels):
        if label.startswith("B-"):
            found.append((at, at + 1))
        elif label.startswith("I-") and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
    return tuple(found)
