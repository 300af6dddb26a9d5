"""Trains the general language model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.asr.kneserney import Doubles, kneser_ney
from device.asr.ngram import Counted
from device.asr.pairhash import Ints
from device.asr.samples import Sentence
from device.asr.symbols import CLASSES, OTHER
from export.language.mix import best_weights, mixed
from export.language.texts import Corpora, household_words

_READ_OFTEN = 4
"""Times that a word of read speech must come to be known."""


@dataclass(frozen=True, slots=True)
class Made:
    """A trained model."""

    words: tuple[str, ...]
    """Words and classes; the last but one is `OTHER`, the last the boundary."""
    counted: Counted
    weights: Doubles
    """Of the corpora."""

    def numbers(self, sentences: Sequence[Sentence]) -> list[list[int]]:
        """Sentences as numbers; words that are not known as that of `OTHER`."""
        return numbered(sentences, self.words)


def train(corpora: Corpora, tuning: Sequence[Sequence[Sentence]], *, least: float) -> Made:
    """Train one model for each corpus and join them.

    Args:
        corpora: What to learn from.
        tuning: Sets of sentences that decide how much each corpus counts, each set alike.
        least: See `mixed`.
    """
    words = vocabulary(corpora)
    boundary = len(words) - 1
    models = [kneser_ney(numbered(part, words), len(words), boundary) for part in corpora.parts()]
    said = [triples(numbered(part, words), boundary) for part in tuning]
    weights = best_weights(models, said)
    return Made(words, mixed(models, weights, least=least), weights)


def vocabulary(corpora: Corpora) -> tuple[str, ...]:
    """Words that come more than once, and those that open parts are recognized by."""
    requests, household, english = (
        Counter(word for sentence in part for word in sentence) for part in corpora.parts()
    )
    both = requests + household
    known = {word for word, count in both.items() if count > 1 or word in english}
    known |= {word for word, count in english.items() if count >= _READ_OFTEN}
    known |= household_words() | set(CLASSES)
    return (*sorted(known - {OTHER}), OTHER, "")


def numbered(sentences: Sequence[Sentence], words: Sequence[str]) -> list[list[int]]:
    """Sentences as numbers of words."""
    number = {word: at for at, word in enumerate(words)}
    other = number[OTHER]
    return [[number.get(word, other) for word in sentence] for sentence in sentences]


def triples(sentences: Sequence[Sequence[int]], boundary: int) -> tuple[Ints, Ints, Ints]:
    """All words of sentences that have two before them, the start included, in three arrays."""
    rows = [
        row
        for sentence in sentences
        for said in ([boundary, *sentence, boundary],)
        for row in zip(said, said[1:], said[2:], strict=False)
    ]
    first, second, third = np.array(rows, np.int64).reshape(-1, 3).T
    return first, second, third
