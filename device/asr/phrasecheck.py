"""Phrases in a stream of frames: the second look at a wake word, and words that interrupt.

Both run the acoustic model, the first only when the wake model believes to have heard its
phrase, the second only while the speaker itself makes a noise.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from device.asr.acoustic import AcousticModel, Float32Array
from device.asr.spotting import Spotter
from device.asr.trees import Sounds
from device.audio.features import STEP_MS, LogMel
from device.events import AudioFrame

STOP_WORDS = ("stop", "never mind", "cancel")
WAKE_LOSS = 2.6
"""Loss above which a wake phrase was not said, where the wake model says that it was: 99 of 100 dev
recordings of five phrases lose less than 1.8, 95 of 100 of other words more than 2.5."""
STOP_LOSS = 1.4
"""The same for words that interrupt. They are short, and nothing else has heard them."""
BETTER = 0.1
"""Nats by which a later end has to be better: a last sound that is held has ended before."""
LATE_MS = 120
"""By how much the acoustic model tells a sound after it is over: it sees little of what comes,
and CTC lets it wait. Better a rest of the phrase before a request than a request without its
first sound."""
SETTLED_STEPS = 3
"""A sighting counts once none so good has followed it for so long: the phrase has ended."""
_MOST_WAYS = 16
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*[,.!?]?")
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿ")
_FEWEST_SOUNDS, _MOST_SOUNDS = 4, 32
"""Fewer are in other words everywhere; more do not fit into the sound that is kept for a check."""


def ways(phrase: str, sounds: Callable[[str], Sequence[Sounds]]) -> tuple[Sounds, ...]:
    """Each way to say a phrase.

    Args:
        phrase: Words, or names of files such as "hey_jarvis".
        sounds: Ways to say a word, as phoneme numbers.

    Returns:
        Phoneme numbers; empty where a word has no sound.
    """
    words = [sounds(word) for word in phrase.lower().replace("_", " ").split()]
    joined = (tuple(sound for part in parts for sound in part) for parts in product(*words))
    return tuple(way for way, _ in zip(joined, range(_MOST_WAYS), strict=False) if way)


def doubt(phrase: str, sounds: Callable[[str], Sequence[Sounds]]) -> str | None:
    """Why a phrase is hardly what people say, so that it will not be found in their speech.

    Args:
        phrase: Words, as a wake model's file has them.
        sounds: Ways to say a word, as phoneme numbers.

    Returns:
        Half a sentence about the phrase; None where nothing is wrong with it.
    """
    for word in phrase.lower().replace("_", " ").split():
        if not sounds(word):
            return f"nobody knows how to say {word!r}"
        if not _WORD.fullmatch(word):
            return f"{word!r} is no word that people say"
        if len(word) > 1 and not set(word) & _VOWELS:
            return f"{word!r} would be read letter by letter"
    known = ways(phrase, sounds)
    if not known:
        return "it has no words"
    if min(map(len, known)) < _FEWEST_SOUNDS:
        return "it is too short to be told from other speech"
    if min(map(len, known)) > _MOST_SOUNDS:
        return "it is too long for the sound that is kept"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A phrase that has been said."""

    phrase: str
    end_ms: int
    """About where its last phoneme ended, milliseconds since the stream opened."""
    loss: float
    """Nats for each phoneme by which it is less likely than the likeliest sounds; 0 is best."""


class PhraseCheck:
    """Stage from frames to the phrases in them, each once it has ended."""

    def __init__(
        self,
        acoustic: AcousticModel,
        phrases: Mapping[str, Sequence[Sounds]],
        *,
        most_loss: float,
    ) -> None:
        """Look out for phrases.

        Args:
            acoustic: From features to log probabilities; this stage's own.
            phrases: Each phrase with its ways to say it.
            most_loss: Nats for each phoneme that a phrase may be less likely than whatever
                else these sounds might be.

        Raises:
            ValueError: There is no way to say any of them.
        """
        self._features = LogMel()
        self._acoustic = acoustic
        self._spotter = Spotter(phrases)
        self._most_loss = most_loss
        self._start_ms: int | None = None
        self._steps = 0
        self._best: Said | None = None
        self._best_step = 0

    def feed(self, item: AudioFrame, /) -> list[Said]:
        """Take one frame."""
        if self._start_ms is None:
            self._start_ms = item.start_ms
        rows = (row for step in self._features.feed(item.pcm) for row in self._acoustic.feed(step))
        return [found for row in rows for found in self._settled(row, self._start_ms)]

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._features.reset()
        self._acoustic.reset()
        self._spotter.reset()
        self._start_ms = None
        self._steps = 0
        self._best = None

    def _settled(self, row: Float32Array, start_ms: int) -> list[Said]:
        """The best sighting, once enough steps went by without as good a one."""
        self._steps += 1
        for one in self._spotter.feed(row):
            limit = self._most_loss if self._best is None else self._best.loss - BETTER
            if one.loss <= limit:
                end_ms = start_ms + self._steps * STEP_MS - LATE_MS
                self._best = Said(phrase=one.phrase, end_ms=end_ms, loss=one.loss)
                self._best_step = self._steps
        if self._best is None or self._steps - self._best_step < SETTLED_STEPS:
            return []
        found, self._best = self._best, None
        # What is left of the phrase is not to be found again.
        self._spotter.reset()
        return [found]
