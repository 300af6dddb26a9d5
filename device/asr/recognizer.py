"""Stage from an utterance's sound, while it is being said, to what was said.

AudioFrame -> LogMel -> AcousticModel -> Decoder -> Hypothesis
"""

from collections.abc import Sequence
from math import exp
from typing import Protocol

import numpy as np
import numpy.typing as npt

from device.asr.acoustic import AcousticModel
from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.history import Path, Spoken
from device.asr.phonemes import LABELS
from device.asr.settings import Search, Trust
from device.audio.endpoint import Progress
from device.audio.features import STEP_MS, LogMel
from device.context import Sounds
from device.events import AudioFrame, Hypothesis, Word


class Competitor(Protocol):
    """What else may have been said: free words beside those of the graph.

    It hears the same log probabilities and is asked once the utterance is over.
    """

    def feed(self, log_probs: npt.NDArray[np.float32]) -> None:
        """Go on by one step; shape (labels,), natural logarithms, the blank first."""
        ...

    def finish(self) -> float:
        """Log probability of the best free words, on the scale of the decoder's paths."""
        ...

    def reset(self) -> None:
        """Begin a new utterance."""
        ...


class Recognizer:
    """Hears one utterance after the other; pure, and streaming."""

    def __init__(
        self,
        acoustic: AcousticModel,
        graph: Graph,
        *,
        search: Search | None = None,
        trust: Trust | None = None,
        competitor: Competitor | None = None,
        most: int = 5,
    ) -> None:
        """Put the stage together.

        Args:
            acoustic: From features to log probabilities of sounds.
            graph: What can be said.
            search: How widely to look.
            trust: How confidence is told.
            competitor: Takes its share of the confidence where free words fit better.
            most: Hypotheses wanted at most.
        """
        self._features = LogMel()
        self._acoustic = acoustic
        self._search = search or Search()
        self._decoder = Decoder(graph, self._search)
        self._trust = trust or Trust()
        self._competitor = competitor
        self._most = most
        self._rows: list[npt.NDArray[np.float32]] = []
        self._over: list[npt.NDArray[np.float32]] = []
        """Rows of the utterance that is over."""

    def use(self, graph: Graph) -> None:
        """Hear another graph from the next utterance on; an unfinished one is forgotten."""
        self._decoder = Decoder(graph, self._search)
        self.reset()

    def feed(self, item: AudioFrame | bytes, /) -> tuple[Hypothesis, ...]:
        """Take sound as it comes; nothing comes out before `finish`.

        Args:
            item: A frame, or any even number of bytes of the same kind of sound.
        """
        sound = item.pcm if isinstance(item, AudioFrame) else item
        for step in self._features.feed(sound):
            for row in self._acoustic.feed(step):
                self._hear(row)
        return ()

    def partial(self) -> str:
        """The best reading so far, whole words only."""
        return " ".join(self._decoder.texts(self._decoder.partial()))

    def progress(self) -> Progress:
        """Whether the utterance seems to be over; as of the model's look-ahead ago."""
        finished, end_step = self._decoder.ending()
        return Progress(finished=finished, standing_ms=(self._decoder.steps - end_step) * STEP_MS)

    def finish(self) -> tuple[Hypothesis, ...]:
        """The utterance is over.

        Returns:
            What was said, best first, no two alike; nothing where no sentence fits at all.
        """
        for row in self._acoustic.flush():
            self._hear(row)
        paths = self._decoder.finish(self._most)
        shares = self._shares(paths)
        hypotheses = tuple(self._hypothesis(at, paths, shares) for at in range(len(paths)))
        heard = self._rows
        self.reset()
        self._over = heard
        return hypotheses

    def sounds(self) -> Sounds:
        """What the utterance that `finish` ended was made of; gone with the next `reset`."""
        rows = np.array(self._over, "<f4").reshape(-1, len(LABELS))
        return Sounds(content=rows.tobytes(), labels=len(LABELS))

    def reset(self) -> None:
        """Forget the utterance."""
        self._rows, self._over = [], []
        self._features.reset()
        self._acoustic.reset()
        self._decoder.reset()
        if self._competitor is not None:
            self._competitor.reset()

    def _hear(self, row: npt.NDArray[np.float32]) -> None:
        self._rows.append(row)
        self._decoder.feed(row)
        if self._competitor is not None:
            self._competitor.feed(row)

    def _shares(self, paths: Sequence[Path]) -> npt.NDArray[np.float64]:
        """How the belief is shared out among the paths; the competitor has the rest."""
        scores = [path.score for path in paths]
        if self._competitor is not None:
            scores.append(self._competitor.finish())
        if not scores:
            return np.zeros(0)
        weights = np.exp(self._trust.rival_scale * (np.array(scores) - max(scores)))
        shares: npt.NDArray[np.float64] = (weights / weights.sum())[: len(paths)]
        return shares

    def _hypothesis(
        self, at: int, paths: Sequence[Path], shares: npt.NDArray[np.float64]
    ) -> Hypothesis:
        decoder, trust, path = self._decoder, self._trust, paths[at]
        spoken_steps = sum(said.end_step - said.start_step for said in path.words)
        loss = (decoder.free_score(0, decoder.steps) - path.score) / max(1, spoken_steps)
        texts = decoder.texts(path)
        words = tuple(
            word
            for text, one in zip(texts, path.words, strict=True)
            for word in self._words(text, one, _share_of(one, paths, shares))
        )
        score = float(shares[at]) * _logistic(trust.slope * (trust.middle - loss))
        return Hypothesis(text=" ".join(texts), score=score, words=words)

    def _words(self, text: str, said: Spoken, share: float) -> list[Word]:
        """The words of one step of the graph; a phrase is spread over its time by letters."""
        parts = text.split()
        ends = np.cumsum([len(part) for part in parts]) / sum(len(part) for part in parts)
        start_ms, length_ms = said.start_step * STEP_MS, (said.end_step - said.start_step) * STEP_MS
        edges = [start_ms, *(start_ms + round(length_ms * float(end)) for end in ends)]
        confidence = share * self._fit(said)
        return [
            Word(text=part, start_ms=edges[at], end_ms=edges[at + 1], confidence=confidence)
            for at, part in enumerate(parts)
        ]

    def _fit(self, said: Spoken) -> float:
        """How well the sound of a word fits, against the likeliest sounds there."""
        steps = max(1, said.end_step - said.start_step)
        loss = (self._decoder.free_score(said.start_step, said.end_step) - said.score) / steps
        return _logistic(self._trust.word_slope * (self._trust.word_middle - loss))


def _share_of(said: Spoken, paths: Sequence[Path], shares: npt.NDArray[np.float64]) -> float:
    """Belief in all paths that have this word at about this time (its posterior)."""
    return sum(
        float(share)
        for path, share in zip(paths, shares, strict=True)
        if any(
            other.word == said.word
            and other.start_step < said.end_step
            and said.start_step < other.end_step
            for other in path.words
        )
    )


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(value, -60.0), 60.0)))
