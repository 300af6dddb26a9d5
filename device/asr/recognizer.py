"""Stage from an utterance's sound, while it is being said, to what was said.

AudioFrame -> LogMel -> AcousticModel -> Decoder -> Hypothesis
                                      '-> Dictation, when what the graph says fits badly

Speech outside the graph is not forced into it: free words are looked for in the same
probabilities, and where they fit better by a margin they go first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from device.asr.acoustic import AcousticModel
from device.asr.belief import fit, loss, shares, spoken_steps
from device.asr.decoder import Decoder
from device.asr.dictation import Dictation
from device.asr.freewords import FreeWords
from device.asr.graph import Graph
from device.asr.history import Path, Spoken
from device.asr.phonemes import LABELS
from device.asr.settings import Dictating, Search, Trust
from device.asr.spelling import as_said
from device.audio.endpoint import Progress
from device.audio.features import STEP_MS, LogMel
from device.context import Sounds
from device.events import AudioFrame, Hypothesis, Word

MOST_STEPS = 60_000 // STEP_MS
"""Steps of an utterance that are kept; in what is longer no free words are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to understand the sound, of the graph or in free words."""

    texts: tuple[str, ...]
    """The words as written."""
    path: Path
    belief: float
    """Log probability of the path, less what free words must be better by."""
    fit: float
    """How well the sound fits, 0 to 1."""

    @property
    def said(self) -> tuple[str, ...]:
        """The plain words that are spoken."""
        return tuple(chain.from_iterable(map(as_said, self.texts)))


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a reading."""

    text: str
    start_ms: int
    end_ms: int
    fit: float
    """How well the sound of its word or phrase fits, 0 to 1."""


class Recognizer:
    """Hears one utterance after the other; pure, and streaming."""

    def __init__(
        self,
        acoustic: AcousticModel,
        graph: Graph,
        *,
        search: Search | None = None,
        trust: Trust | None = None,
        free: Callable[[], FreeWords | None] | None = None,
        dictating: Dictating | None = None,
        most: int = 5,
    ) -> None:
        """Put the stage together.

        Args:
            acoustic: From features to log probabilities of sounds.
            graph: What can be said.
            search: How widely to look.
            trust: How confidence is told.
            free: Gives the words for speech that the graph has no sentence for; asked only when
                they are wanted, and None while they are not ready.
            dictating: How free words are searched and when they are believed.
            most: Hypotheses wanted at most.
        """
        self._features = LogMel()
        self._acoustic = acoustic
        self._search = search or Search()
        self._decoder = Decoder(graph, self._search)
        self._trust = trust or Trust()
        self._free = free
        self._dictating = dictating or Dictating()
        self._dictation: tuple[FreeWords, Dictation] | None = None
        self._most = most
        self._openly = False
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
        readings = self._readings()
        believed = self._shares(readings)
        spread = [self._parts(reading) for reading in readings]
        found = [
            self._hypothesis(at, readings[at], spread, believed) for at in range(len(readings))
        ]
        found.sort(key=lambda hypothesis: -hypothesis.score)
        heard = self._rows
        self.reset()
        self._over = heard
        return tuple(found[: self._most])

    def sounds(self) -> Sounds:
        """What the utterance that `finish` ended was made of; gone with the next `reset`."""
        rows = np.array(self._over, "<f4").reshape(-1, len(LABELS))
        return Sounds(content=rows.tobytes(), labels=len(LABELS))

    def reset(self, *, openly: bool = False) -> None:
        """Forget the utterance.

        Args:
            openly: Whether the next one may be in any words, as the answer to an open question.
        """
        self._openly = openly
        self._rows, self._over = [], []
        self._features.reset()
        self._acoustic.reset()
        self._decoder.reset()

    def _hear(self, row: npt.NDArray[np.float32]) -> None:
        if len(self._rows) < MOST_STEPS:
            self._rows.append(row)
        self._decoder.feed(row)

    def _readings(self) -> list[_Reading]:
        """What the graph says, and free words where they are wanted; no two said alike."""
        trust, dictating = self._trust, self._dictating
        found = {}
        for path in self._decoder.finish(self._most):
            sure = float(fit(self._loss(path), middle=trust.middle, slope=trust.slope))
            texts = self._decoder.texts(path)
            one = _Reading(texts=texts, path=path, belief=path.score, fit=sure)
            found[one.said] = one
        best = next(iter(found.values()), None)
        if self._openly or best is None or self._loss(best.path) > dictating.misfit:
            handicap = dictating.open_margin if self._openly else dictating.margin
            for texts, path in self._dictated():
                sure = float(
                    fit(self._loss(path), middle=dictating.free_middle, slope=dictating.free_slope)
                )
                belief = path.score - handicap
                one = _Reading(texts=texts, path=path, belief=belief, fit=sure)
                found.setdefault(one.said, one)
        return list(found.values())

    def _dictated(self) -> list[tuple[tuple[str, ...], Path]]:
        """The best readings in free words; none where nobody knows any."""
        words = None if self._free is None else self._free()
        if words is None or self._decoder.steps > len(self._rows):
            return []
        if self._dictation is None or self._dictation[0] is not words:
            dictation = Dictation(
                words.tree, words.language, search=self._search, dictating=self._dictating
            )
            self._dictation = (words, dictation)
        dictation = self._dictation[1]
        for row in self._rows:
            dictation.feed(row)
        found = [(dictation.texts(path), path) for path in dictation.finish(self._most)]
        dictation.reset()
        return found

    def _shares(self, readings: Sequence[_Reading]) -> npt.NDArray[np.float64]:
        """How the belief is shared out among the readings."""
        if not readings:
            return np.zeros(0)
        return shares([reading.belief for reading in readings], self._trust.rival_scale)

    def _loss(self, path: Path) -> float:
        """Nats for each step of its words by which the likeliest sounds are likelier."""
        free = self._decoder.free_score(0, self._decoder.steps)
        return loss(free, path.score, spoken_steps(path))

    def _hypothesis(
        self,
        at: int,
        reading: _Reading,
        spread: Sequence[Sequence[_Part]],
        believed: npt.NDArray[np.float64],
    ) -> Hypothesis:
        words = tuple(
            Word(
                text=part.text,
                start_ms=part.start_ms,
                end_ms=part.end_ms,
                confidence=_share_of(part, spread, believed) * part.fit,
            )
            for part in spread[at]
        )
        score = float(believed[at]) * reading.fit
        return Hypothesis(text=" ".join(reading.texts), score=score, words=words)

    def _parts(self, reading: _Reading) -> list[_Part]:
        """The words of a reading; those of a phrase are spread over its time by letters."""
        found: list[_Part] = []
        for text, said in zip(reading.texts, reading.path.words, strict=True):
            words = text.split()
            ends = np.cumsum([len(word) for word in words]) / sum(len(word) for word in words)
            start_ms = said.start_step * STEP_MS
            length_ms = (said.end_step - said.start_step) * STEP_MS
            edges = [start_ms, *(start_ms + round(length_ms * float(end)) for end in ends)]
            fits = self._fit(said)
            found += [_Part(*one, fits) for one in zip(words, edges, edges[1:], strict=False)]
        return found

    def _fit(self, said: Spoken) -> float:
        """How well the sound of a word fits, against the likeliest sounds there."""
        free = self._decoder.free_score(said.start_step, said.end_step)
        lost = loss(free, said.score, said.end_step - said.start_step)
        return float(fit(lost, middle=self._trust.word_middle, slope=self._trust.word_slope))


def _share_of(
    part: _Part, spread: Sequence[Sequence[_Part]], believed: npt.NDArray[np.float64]
) -> float:
    """Belief in all readings that have this word at about this time (its posterior)."""
    return sum(
        float(share)
        for others, share in zip(spread, believed, strict=True)
        if any(
            one.text == part.text and one.start_ms < part.end_ms and part.start_ms < one.end_ms
            for one in others
        )
    )
