"""From sound to hypotheses: the wake word, one request's sound, recognition while it is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from device.asr.graph import Graph
from device.audio.framer import Framer
from device.events import AudioFrame, Hypothesis, SpeechStarted, Utterance, Wake
from device.wake.attention import Attention


class Recognizing(Protocol):
    """What turns one request's frames into text."""

    def feed(self, item: AudioFrame, /) -> object: ...

    def finish(self) -> tuple[Hypothesis, ...]: ...

    def reset(self) -> None: ...

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


class Hearing:
    """Stage from PCM blocks to wake words and heard requests."""

    def __init__(self, attention: Attention, recognizes: Callable[[Graph], Recognizing]) -> None:
        """Join the stages; nothing can be recognized before the first `use`.

        Args:
            attention: The wake word, then one request's sound.
            recognizes: Makes the recognizer of the first graph.
        """
        self._framer = Framer()
        self._attention = attention
        self._recognizes = recognizes
        self._recognizer: Recognizing | None = None
        self._wake: Wake | None = None

    @property
    def attentive(self) -> bool:
        """Whether a request is being listened to."""
        return self._attention.awake

    def attend(self) -> None:
        """Listen to a request now, without the wake word."""
        self._start_over()
        self._attention.attend()

    def feed(self, item: bytes) -> list[Wake | Heard]:
        """Take sound in blocks of any length.

        Args:
            item: Little-endian int16 mono PCM at 16 kHz, any even number of bytes.

        Returns:
            What the block completed, oldest first.

        Raises:
            AudioError: The block splits a sample.
        """
        out: list[Wake | Heard] = []
        for frame in self._framer.feed(item):
            out += self._take(self._attention.feed(frame))
        return out

    def use(self, graph: Graph) -> None:
        """Hear these words from now on; a request that is being said is forgotten."""
        if self._recognizer is None:
            self._recognizer = self._recognizes(graph)
        else:
            self._recognizer.use(graph)

    def finish(self) -> list[Wake | Heard]:
        """The sound has ended, and with it the request, if there was one."""
        out: list[Wake | Heard] = []
        for frame in self._framer.finish():
            out += self._take(self._attention.feed(frame))
        self._framer.reset()
        return out + self._take(self._attention.finish())

    def reset(self) -> None:
        """Forget everything heard so far and wait for the wake word."""
        self._framer.reset()
        self._attention.reset()
        self._start_over()
        self._wake = None

    def _take(
        self, noticed: Sequence[Wake | SpeechStarted | AudioFrame | Utterance]
    ) -> list[Wake | Heard]:
        """Stream frames to the recognizer; at the end of the request ask it what was said."""
        out: list[Wake | Heard] = []
        for item in noticed:
            match item:
                case Wake():
                    self._wake = item
                    self._start_over()
                    out.append(item)
                case AudioFrame() if self._recognizer is not None:
                    self._recognizer.feed(item)
                case Utterance():
                    hypotheses = self._recognized() if item.pcm else ()
                    self._start_over()
                    out.append(Heard(hypotheses=hypotheses, utterance=item, wake=self._wake))
                    self._wake = None
        return out

    def _recognized(self) -> tuple[Hypothesis, ...]:
        return () if self._recognizer is None else self._recognizer.finish()

    def _start_over(self) -> None:
        if self._recognizer is not None:
            self._recognizer.reset()
