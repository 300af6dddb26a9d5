"""Sentence and word errors, speed, rejection and calibration of a recognizer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.asr.recognizer import Recognizer
from device.events import RATE_HZ, Hypothesis
from export.recognition.spoken import Saying, plain_words

_BINS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One sentence and what was heard."""

    text: str
    hypotheses: tuple[Hypothesis, ...]

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

    @property
    def errors(self) -> int:
        """Words inserted, deleted or replaced in the best hypothesis (Levenshtein, 1965)."""
        best = self.hypotheses[0].text if self.hypotheses else ""
        return distance(plain_words(best), plain_words(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on one set of sentences."""

    sentences: tuple[Heard, ...]
    computing: float
    """Seconds of computing for each second of sound."""

    @property
    def right(self) -> float:
        """Share of sentences heard word for word."""
        return float(np.mean([one.right for one in self.sentences]))

    @property
    def among_first(self) -> float:
        """Share of sentences that are one of the hypotheses."""
        return float(np.mean([one.rank >= 0 for one in self.sentences]))

    @property
    def word_errors(self) -> float:
        """Word errors for each word that was said."""
        words = sum(len(plain_words(one.text)) for one in self.sentences)
        return sum(one.errors for one in self.sentences) / words


def distance(found: Sequence[str], wanted: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions between two sequences of words.

    Example: "turn the light" and "turn on the lights" -> 2
    """
    row = list(range(len(wanted) + 1))
    for at, word in enumerate(found, start=1):
        before, row = row, [at]
        for place, other in enumerate(wanted, start=1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
    return row[-1]


def measure(recognizer: Recognizer, sayings: Sequence[Saying]) -> Figures:
    """Hear all sentences, one after the other."""
    began = time.process_time()
    heard = []
    for one in sayings:
        recognizer.feed(one.samples.astype("<i2").tobytes())
        heard.append(Heard(text=one.text, hypotheses=recognizer.finish()))
    spent = time.process_time() - began
    seconds = sum(len(one.samples) for one in sayings) / RATE_HZ
    return Figures(sentences=tuple(heard), computing=spent / seconds)


def calibration(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidences lie from the share that is right.

    Args:
        pairs: Confidence, and whether it was right.

    Returns:
        Mean distance over equally filled bins, 0 to 1.
    """
    ordered = sorted(pairs)
    bins = np.array_split(np.array(ordered, dtype=float), _BINS)
    gaps = [abs(part[:, 0].mean() - part[:, 1].mean()) * len(part) for part in bins if len(part)]
    return float(sum(gaps) / len(ordered))


def word_pairs(figures: Figures) -> list[tuple[float, bool]]:
    """Each recognized word's confidence, and whether that word was said about there."""
    pairs = []
    for one in figures.sentences:
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
