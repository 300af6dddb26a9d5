"""What confidences should be: the logistic functions of `Trust`, fitted on dev speech.

Each sound is heard against its own grammar, and every `FOREIGN`th against all that can be said to a
home, which is always wrong: the more can be said, the better something of it fits by chance. The
weights make what was right and wrong likeliest (logistic regression; Platt, "Probabilistic outputs
for support vector machines", 1999).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from device.asr.belief import fit, loss, shares, spoken_steps
from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.history import Path, Spoken
from device.asr.settings import Search, Trust
from export.recognition.spoken import plain_words

FOREIGN = 2
"""Sounds heard against their own grammar for each one heard against a home's; each comes in three
conditions one after the other, so that a multiple of three would take one condition only."""
MOST = 5
_LEAST = 1e-4
"""Nothing is surer than this is from certain, so that one example cannot rule."""

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence or a word that was recognized."""

    beliefs: tuple[float, ...]
    """Log probability of each reading."""
    among: tuple[bool, ...]
    """Which readings hold it."""
    lost: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What was recognized, and whether it was right."""

    sentences: tuple[Example, ...]
    words: tuple[Example, ...]


def examples(graph: Graph, search: Search, log_probs: Float32Array, text: str) -> Examples:
    """What the best reading of a sound is worth.

    Args:
        graph: What could be said.
        search: How the graph is searched.
        log_probs: The sound, shape (steps, labels).
        text: What was said.
    """
    decoder = Decoder(graph, search)
    decoder.feed(log_probs)
    paths = decoder.finish(MOST)
    if not paths:
        return Examples(sentences=(), words=())
    best, beliefs = paths[0], tuple(path.score for path in paths)
    found, wanted = plain_words(" ".join(decoder.texts(best))), plain_words(text)
    free = decoder.free_score(0, decoder.steps)
    sentence = Example(
        beliefs=beliefs,
        among=tuple(at == 0 for at in range(len(paths))),
        lost=loss(free, best.score, spoken_steps(best)),
        right=found == wanted,
    )
    return Examples(
        sentences=(sentence,), words=tuple(_words(decoder, paths, beliefs, list(wanted)))
    )


def _words(
    decoder: Decoder, paths: Sequence[Path], beliefs: tuple[float, ...], left: list[str]
) -> Iterator[Example]:
    """The words of the best path; `left` are those that were said and not yet found."""
    for said, text in zip(paths[0].words, decoder.texts(paths[0]), strict=True):
        parts = plain_words(text)
        right = all(part in left for part in parts)
        if right:
            for part in parts:
                left.remove(part)
        free = decoder.free_score(said.start_step, said.end_step)
        yield Example(
            beliefs=beliefs,
            among=tuple(any(_alike(said, other) for other in path.words) for path in paths),
            lost=loss(free, said.score, said.end_step - said.start_step),
            right=right,
        )


def _alike(one: Spoken, other: Spoken) -> bool:
    together = other.start_step < one.end_step and one.start_step < other.end_step
    return other.word == one.word and together


def surprise(some: Sequence[Example], rival_scale: float, *, middle: float, slope: float) -> float:
    """Nats by which what was right and wrong surprises, for each example."""
    return _Table(some).surprise(rival_scale, middle=middle, slope=slope)


class _Table:
    """Examples as arrays."""

    def __init__(self, some: Sequence[Example]) -> None:
        most = max((len(one.beliefs) for one in some), default=1)
        self._beliefs = np.full((len(some), most), -np.inf)
        self._among = np.zeros((len(some), most), dtype=bool)
        for row, one in enumerate(some):
            self._beliefs[row, : len(one.beliefs)] = one.beliefs
            self._among[row, : len(one.among)] = one.among
        self._lost = np.array([one.lost for one in some])
        self._right = np.array([one.right for one in some], dtype=bool)

    def surprise(self, rival_scale: float, *, middle: float, slope: float) -> float:
        """What `surprise` tells."""
        share = (shares(self._beliefs, rival_scale) * self._among).sum(axis=1)
        sure = np.clip(share * fit(self._lost, middle=middle, slope=slope), _LEAST, 1.0 - _LEAST)
        return float(-np.log(np.where(self._right, sure, 1.0 - sure)).mean())


def fitted(found: Examples, start: Trust | None = None) -> Trust:
    """The trust that is least surprised: first over sentences, then over words.

    Args:
        found: What was right and what was wrong.
        start: Where to begin.
    """
    trust = start or Trust()
    sentences, words = _Table(found.sentences), _Table(found.words)

    def of_sentences(values: Sequence[float]) -> float:
        return sentences.surprise(abs(values[0]), middle=values[1], slope=abs(values[2]))

    first = [trust.rival_scale, trust.middle, trust.slope]
    scale, middle, slope = minimize(of_sentences, first, method="Nelder-Mead").x

    def of_words(values: Sequence[float]) -> float:
        return words.surprise(abs(scale), middle=values[0], slope=abs(values[1]))

    first = [trust.word_middle, trust.word_slope]
    word_middle, word_slope = minimize(of_words, first, method="Nelder-Mead").x
    return Trust(
        middle=round(float(middle), 3),
        slope=round(abs(float(slope)), 2),
        word_middle=round(float(word_middle), 3),
        word_slope=round(abs(float(word_slope)), 2),
        rival_scale=round(abs(float(scale)), 3),
    )
