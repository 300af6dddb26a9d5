"""From sound to hypotheses: the wake word, one request's sound, recognition while it is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from device.asr.graph import Graph
from device.asr.phrasecheck import Said
from device.audio.endpoint import Progress
from device.audio.framer import Framer
from device.context import Sounds
from device.events import AudioFrame, Hypothesis, SpeechStarted, Utterance, Wake
from device.stage import Stage
from device.wake.attention import Attention


class Recognizing(Protocol):
    """What turns one request's frames into text."""

    def feed(self, item: AudioFrame, /) -> object: ...

    def progress(self) -> Progress: ...

    def finish(self) -> tuple[Hypothesis, ...]: ...

    def sounds(self) -> Sounds: ...

    def reset(self, *, openly: bool = False) -> None: ...

    def use(self, graph: Graph) -> None: ...


class NoWakeWord:
    """Hears no wake word: recordings are requests from the start."""

    def feed(self, item: AudioFrame, /) -> Sequence[Wake]:
        """Nothing."""
        return ()

    def reset(self) -> None:
        """Nothing is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request, as it was heard."""

    hypotheses: tuple[Hypothesis, ...]
    """Best first; empty when nothing was said or nothing could be recognized."""

    utterance: Utterance
    wake: Wake | None
    sounds: Sounds | None = None
    """Which sounds of speech it was made of; None when nothing was said or nothing listens yet."""


Noticed = Wake | Said | Heard
"""What comes out: the wake word, a word that interrupts, a request."""


class Hearing:
    """Stage from PCM blocks to wake words, words that interrupt, and heard requests."""

    def __init__(
        self,
        attention: Attention,
        recognizes: Callable[[Graph], Recognizing],
        *,
        stop_words: Stage[AudioFrame, Said] | None = None,
    ) -> None:
        """Join the stages; nothing can be recognized before the first `use`.

        Args:
            attention: The wake word, then one request's sound.
            recognizes: Makes the recognizer of the first graph.
            stop_words: Hears the words that interrupt; asked only while `interruptible`.
        """
        self._framer = Framer()
        self._attention = attention
        self._recognizes = recognizes
        self._recognizer: Recognizing | None = None
        self._stop_words = stop_words
        self._interruptible = False
        self._wake: Wake | None = None

    @property
    def attentive(self) -> bool:
        """Whether a request is being listened to."""
        return self._attention.awake

    def attend(self, patience_ms: int | None = None, *, openly: bool = False) -> None:
        """Listen to a request now, without the wake word.

        Args:
            patience_ms: How long to wait for its first word; None as long as usual.
            openly: Whether it may be in any words, as the answer to an open question.
        """
        self._start_over(openly=openly)
        self._attention.attend(patience_ms)

    def interruptible(self, now: bool) -> None:
        """Say whether the speaker makes a noise that a word like "stop" should end."""
        if now and not self._interruptible and self._stop_words is not None:
            self._stop_words.reset()
        self._interruptible = now

    def feed(self, item: bytes) -> list[Noticed]:
        """Take sound in blocks of any length.

        Args:
            item: Little-endian int16 mono PCM at 16 kHz, any even number of bytes.

        Returns:
            What the block completed, oldest first.

        Raises:
            AudioError: The block splits a sample.
        """
        return [found for frame in self._framer.feed(item) for found in self._listen(frame)]

    def again(self, utterance: Utterance, wake: Wake | None, *, openly: bool) -> Heard:
        """Recognize the sound of one request that was cut out of the stream before.

        Args:
            utterance: The sound.
            wake: The wake word before it.
            openly: As in `attend`.
        """
        self.reset()
        self._start_over(openly=openly)
        self._wake = wake
        if self._recognizer is not None:
            for frame in Framer().feed(utterance.pcm):
                self._recognizer.feed(frame)
        heard = self._heard(utterance)
        self.reset()
        return heard

    def use(self, graph: Graph) -> None:
        """Hear these words from now on; a request that is being said is forgotten."""
        if self._recognizer is None:
            self._recognizer = self._recognizes(graph)
        else:
            self._recognizer.use(graph)

    def finish(self) -> list[Noticed]:
        """The sound has ended, and with it the request, if there was one."""
        out = [found for frame in self._framer.finish() for found in self._listen(frame)]
        self._framer.reset()
        return out + self._take(self._attention.finish())

    def reset(self) -> None:
        """Forget everything heard so far and wait for the wake word."""
        self._framer.reset()
        self._attention.reset()
        self._start_over()
        self._wake = None

    def _listen(self, frame: AudioFrame) -> list[Noticed]:
        """One frame to everything that listens now."""
        if self._attention.awake:
            progress = None if self._recognizer is None else self._recognizer.progress()
            return self._take(self._attention.feed(frame, progress))
        out = self._take(self._attention.feed(frame))
        if self._interruptible and self._stop_words is not None and not self._attention.awake:
            out += self._stop_words.feed(frame)
        return out

    def _take(
        self, noticed: Sequence[Wake | SpeechStarted | AudioFrame | Utterance]
    ) -> list[Noticed]:
        """Stream frames to the recognizer; at the end of the request ask it what was said."""
        out: list[Noticed] = []
        for item in noticed:
            match item:
                case Wake():
                    self._wake = item
                    self._start_over()
                    out.append(item)
                case AudioFrame() if self._recognizer is not None:
                    self._recognizer.feed(item)
                case Utterance():
                    out.append(self._heard(item))
                    self._start_over()
                    self._wake = None
        return out

    def _heard(self, utterance: Utterance) -> Heard:
        if self._recognizer is None or not utterance.pcm:
            return Heard(hypotheses=(), utterance=utterance, wake=self._wake)
        hypotheses = self._recognizer.finish()
        sounds = self._recognizer.sounds()
        return Heard(hypotheses=hypotheses, utterance=utterance, wake=self._wake, sounds=sounds)

    def _start_over(self, *, openly: bool = False) -> None:
        if self._recognizer is not None:
            self._recognizer.reset(openly=openly)
