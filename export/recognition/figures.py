"""What was heard, and the figures that are made of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.asr.recognizer import Recognizer
from device.events import RATE_HZ, Hypothesis
from export.recognition.spoken import Saying, plain_words

BINS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One sentence and what was heard."""

    text: str
    hypotheses: tuple[Hypothesis, ...]

    @property
    def best(self) -> str:
        """The best hypothesis; "" where there is none."""
        return self.hypotheses[0].text if self.hypotheses else ""

    @property
    def right(self) -> bool:
        """Whether the best hypothesis is the sentence, word for word."""
        return self.rank == 0

    @property
    def rank(self) -> int:
        """Place of the sentence among the hypotheses; -1 where it is none of them."""
        wanted = plain_words(self.text)
        places = [at for at, h in enumerate(self.hypotheses) if plain_words(h.text) == wanted]
        return places[0] if places else -1

    @property
    def score(self) -> float:
        """Confidence of the best hypothesis."""
        return self.hypotheses[0].score if self.hypotheses else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Words that were said, and how many of them went wrong; adds up."""

    wrong: int = 0
    said: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(wrong=self.wrong + other.wrong, said=self.said + other.said)

    @property
    def rate(self) -> float:
        """Errors for each word that was said."""
        return self.wrong / max(1, self.said)


def distance(found: Sequence[str], wanted: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions between two rows of words (Levenshtein, 1965).

    Example: "turn the light" and "turn on the lights" -> 2
    """
    row = list(range(len(wanted) + 1))
    for at, word in enumerate(found, start=1):
        before, row = row, [at]
        for place, other in enumerate(wanted, start=1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
    return row[-1]


def word_errors(found: str, wanted: str) -> Errors:
    """Errors of one sentence, numbers and words for them being the same."""
    said = plain_words(wanted)
    return Errors(wrong=distance(plain_words(found), said), said=len(said))


def heard(recognizer: Recognizer, sayings: Sequence[Saying]) -> tuple[list[Heard], float]:
    """Hear all sentences, one after the other.

    Returns:
        What was heard, and the seconds of computing that it took.
    """
    began = time.process_time()
    found = []
    for one in sayings:
        recognizer.feed(one.samples.astype("<i2").tobytes())
        found.append(Heard(text=one.text, hypotheses=recognizer.finish()))
    return found, time.process_time() - began


def seconds(sayings: Sequence[Saying]) -> float:
    """How long all sentences are together."""
    return sum(len(one.samples) for one in sayings) / RATE_HZ


def calibration(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidences lie from the share that is right.

    Args:
        pairs: Confidence, and whether it was right.

    Returns:
        Mean distance over equally filled bins, 0 to 1.
    """
    gaps = [abs(sure - right) * count for sure, right, count in reliability(pairs)]
    return sum(gaps) / max(1, len(pairs))


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Equally filled bins of confidence: mean confidence, share that is right, how many."""
    # By confidence alone: where confidences are equal, right and wrong stay mixed.
    ordered = sorted(pairs, key=lambda pair: pair[0])
    bins = np.array_split(np.array(ordered, dtype=float).reshape(-1, 2), BINS)
    return [
        (float(part[:, 0].mean()), float(part[:, 1].mean()), len(part))
        for part in bins
        if len(part)
    ]


def word_pairs(all_heard: Sequence[Heard]) -> list[tuple[float, bool]]:
    """Each recognized word's confidence, and whether that word was said about there."""
    pairs = []
    for one in all_heard:
        if not one.hypotheses:
            continue
        left = list(plain_words(one.text))
        for word in one.hypotheses[0].words:
            parts = plain_words(word.text)
            found = all(part in left for part in parts)
            if found:
                for part in parts:
                    left.remove(part)
            pairs.append((word.confidence, found))
    return pairs
