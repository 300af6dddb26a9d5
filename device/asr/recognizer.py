"""Stage from an utterance's sound, while it is being said, to what was said.

AudioFrame -> LogMel -> AcousticModel -> Decoder -> Hypothesis
"""

from dataclasses import dataclass
from math import exp

import numpy as np
import numpy.typing as npt

from device.asr.acoustic import AcousticModel
from device.asr.decoder import Decoder, Search
from device.asr.graph import Graph
from device.asr.history import Path, Spoken
from device.audio.endpoint import Progress
from device.audio.features import STEP_MS, LogMel
from device.events import AudioFrame, Hypothesis, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """From log probabilities to a confidence, by logistic functions fitted on dev speech.

    What counts is the loss: how much less likely, for each step, the words are than the
    likeliest sounds whatever they say. Speech that nothing here can say has a great loss.
    """

    middle: float = 0.95
    """Loss in nats for each step of its words at which a sentence is as likely right as wrong."""
    slope: float = 8.0
    word_middle: float = 1.2
    word_slope: float = 4.0
    rival_scale: float = 0.5
    """How fast a rival sentence fades with its distance in nats."""


class Recognizer:
    """Hears one utterance after the other; pure, and streaming."""

    def __init__(
        self,
        acoustic: AcousticModel,
        graph: Graph,
        *,
        search: Search | None = None,
        trust: Trust | None = None,
        most: int = 5,
    ) -> None:
        """Put the stage together.

        Args:
            acoustic: From features to log probabilities of sounds.
            graph: What can be said.
            search: How widely to look.
            trust: How confidence is told.
            most: Hypotheses wanted at most.
        """
        self._features = LogMel()
        self._acoustic = acoustic
        self._search = search or Search()
        self._decoder = Decoder(graph, self._search)
        self._trust = trust or Trust()
        self._most = most

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
                self._decoder.feed(row)
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
            self._decoder.feed(row)
        paths = self._decoder.finish(self._most)
        rivals = np.array([path.score for path in paths])
        hypotheses = tuple(self._hypothesis(path, rivals) for path in paths)
        self.reset()
        return hypotheses

    def reset(self) -> None:
        """Forget the utterance."""
        self._features.reset()
        self._acoustic.reset()
        self._decoder.reset()

    def _hypothesis(self, path: Path, rivals: npt.NDArray[np.float64]) -> Hypothesis:
        decoder, trust = self._decoder, self._trust
        spoken_steps = sum(said.end_step - said.start_step for said in path.words)
        loss = (decoder.free_score(0, decoder.steps) - path.score) / max(1, spoken_steps)
        share = 1.0 / float(np.exp(trust.rival_scale * (rivals - path.score)).sum())
        texts = decoder.texts(path)
        words = tuple(
            word
            for text, one in zip(texts, path.words, strict=True)
            for word in self._words(text, one)
        )
        score = share * _logistic(trust.slope * (trust.middle - loss))
        return Hypothesis(text=" ".join(texts), score=score, words=words)

    def _words(self, text: str, said: Spoken) -> list[Word]:
        """The words of one step of the graph; a phrase is spread over its time by letters."""
        parts = text.split()
        ends = np.cumsum([len(part) for part in parts]) / sum(len(part) for part in parts)
        start_ms, length_ms = said.start_step * STEP_MS, (said.end_step - said.start_step) * STEP_MS
        edges = [start_ms, *(start_ms + round(length_ms * float(end)) for end in ends)]
        confidence = self._word_confidence(said)
        return [
            Word(text=part, start_ms=edges[at], end_ms=edges[at + 1], confidence=confidence)
            for at, part in enumerate(parts)
        ]

    def _word_confidence(self, said: Spoken) -> float:
        steps = max(1, said.end_step - said.start_step)
        loss = (self._decoder.free_score(said.start_step, said.end_step) - said.score) / steps
        return _logistic(self._trust.word_slope * (self._trust.word_middle - loss))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(value, -60.0), 60.0)))
