"""Whether somebody has just said one of a few phrases, told by the acoustic model.

Each way to say a phrase is a chain of phonemes with the transitions of connectionist temporal
classification; it may begin at any step (keyword spotting against a free loop of phonemes: Rose
and Paul, "A hidden Markov model based keyword recognition system", 1990). What counts is the
loss: by how much the chain is less likely than the likeliest sounds of the same time whatever
they say, for each of its phonemes. Foreign speech pays for every phoneme that differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.phonemes import BLANK
from device.asr.prior import corrections
from device.asr.trees import Sounds

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]

LONGEST_STEPS = 60
"""A phrase that takes longer was not said in one breath."""
_BLANK_PENALTY = 2.0
_PRIOR = 0.3
_NEVER = np.float32(-1e30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A phrase as it was heard, well or badly."""

    phrase: str
    start_step: int
    """Step of its first phoneme, counted from the reset."""
    end_step: int
    """First step after its last phoneme."""
    loss: float
    """Nats for each phoneme by which it is less likely than the likeliest sounds; 0 is best."""


class Spotter:
    """Stage from log probabilities of sounds to the best sighting that ends with them."""

    def __init__(self, phrases: Mapping[str, Sequence[Sounds]]) -> None:
        """Look out for phrases.

        Args:
            phrases: Each phrase with its ways to say it, as phoneme numbers.

        Raises:
            ValueError: There is nothing to look out for.
        """
        ways = [(phrase, way) for phrase, some in phrases.items() for way in some if way]
        if not ways:
            raise ValueError(f"no way to say any of {list(phrases)}")
        self._phrases = [phrase for phrase, _ in ways]
        self._lengths = np.array([len(way) for _, way in ways])
        shape = (len(ways), int(self._lengths.max()))
        # Shorter ways are filled up with blanks, which nothing enters from their ends.
        self._sounds = np.full(shape, BLANK, np.int32)
        for row, (_, way) in enumerate(ways):
            self._sounds[row, : len(way)] = way
        # CTC wants a blank between equal sounds.
        self._skips = np.ones(shape, dtype=bool)
        self._skips[:, 1:] = self._sounds[:, 1:] != self._sounds[:, :-1]
        self._corrections = corrections(_PRIOR)
        self._corrections[BLANK] -= np.float32(_BLANK_PENALTY)
        self._last = (np.arange(len(ways)), self._lengths - 1)
        self.reset()

    def feed(self, log_probs: Float32Array, /) -> list[Sighting]:
        """Take one step.

        Args:
            log_probs: Natural logarithms of shape (labels,), the blank first.

        Returns:
            The least loss among the phrases whose last phoneme may be this step's sound;
            nothing while it is too early for any.
        """
        scores = log_probs.astype(np.float32) + self._corrections
        scores -= scores.max()
        self._step(scores)
        self._steps += 1
        ends = self._sound[self._last]
        loss = -ends / self._lengths
        best = int(loss.argmin())
        if ends[best] <= _NEVER / 2:
            return []
        return [
            Sighting(
                phrase=self._phrases[best],
                start_step=int(self._sound_start[best, self._lengths[best] - 1]),
                end_step=self._steps,
                loss=float(loss[best]),
            )
        ]

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._steps = 0
        shape = self._sounds.shape
        self._sound = np.full(shape, _NEVER, np.float32)
        self._blank = np.full(shape, _NEVER, np.float32)
        self._sound_start = np.zeros(shape, np.int32)
        self._blank_start = np.zeros(shape, np.int32)

    def _step(self, scores: Float32Array) -> None:
        before = np.zeros_like(self._sound)
        start = np.full_like(self._sound_start, self._steps)
        # From the phoneme before: over a blank, or at once where the two differ.
        direct = np.where(self._skips[:, 1:], self._sound[:, :-1], _NEVER)
        over = self._blank[:, :-1]
        before[:, 1:] = np.maximum(direct, over)
        start[:, 1:] = np.where(
            direct >= over, self._sound_start[:, :-1], self._blank_start[:, :-1]
        )
        held = self._sound > before
        sound = np.where(held, self._sound, before) + scores[self._sounds]
        sound_start = np.where(held, self._sound_start, start)
        spoken = self._sound >= self._blank
        blank = np.where(spoken, self._sound, self._blank) + scores[BLANK]
        blank_start = np.where(spoken, self._sound_start, self._blank_start)
        sound[self._steps - sound_start >= LONGEST_STEPS] = _NEVER
        blank[self._steps - blank_start >= LONGEST_STEPS] = _NEVER
        self._sound, self._blank = np.maximum(sound, _NEVER), np.maximum(blank, _NEVER)
        self._sound_start, self._blank_start = sound_start, blank_start
