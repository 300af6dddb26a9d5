"""Asleep until the wake word, then all ears for one request."""

from collections import deque
from dataclasses import replace

from device.audio.endpoint import Patience
from device.audio.listener import Heard, Listener
from device.audio.vad import Detector
from device.events import FRAME_MS, AudioFrame, Utterance, Wake
from device.stage import Stage

LOOK_BACK_MS = 240
"""Sound before a detection that is listened to once more: models fire up to 300 ms after
the end of the phrase, when somebody who does not pause is in the midst of the next word."""
LEAD_IN_MS = LOOK_BACK_MS + 200
"""The phrase itself may be heard so long; speech that goes on past it is the request."""

Noticed = Wake | Heard
"""A `Wake`, then what the listener hears, up to and with one `Utterance`."""


class Attention:
    """Stage that sends frames to the wake word while asleep, to the listener while awake.

    The two never run at once, so that sleeping costs only the wake word.
    """

    def __init__(
        self,
        wake_word: Stage[AudioFrame, Wake],
        detector: Detector,
        patience: Patience | None = None,
    ) -> None:
        self._wake_word = wake_word
        self._listener = Listener(detector, replace(patience or Patience(), lead_in_ms=LEAD_IN_MS))
        self._recent: deque[AudioFrame] = deque(maxlen=LOOK_BACK_MS // FRAME_MS)
        self._awake = False

    @property
    def awake(self) -> bool:
        """Whether a request is being listened to."""
        return self._awake

    def feed(self, item: AudioFrame) -> list[Noticed]:
        """Take one frame."""
        if self._awake:
            return self._passed_on(self._listener.feed(item))
        self._recent.append(item)
        wakes = self._wake_word.feed(item)
        if not wakes:
            return []
        recent = list(self._recent)
        self.attend()
        return [*wakes, *(heard for frame in recent for heard in self.feed(frame))]

    def attend(self) -> None:
        """Listen from the next frame on, as after the wake word or a question of one's own."""
        self._listener.reset()
        self._recent.clear()
        self._awake = True

    def finish(self) -> list[Noticed]:
        """The stream has ended, and with it the request, if one was being listened to."""
        return self._passed_on(self._listener.finish()) if self._awake else []

    def reset(self) -> None:
        """Fall asleep and forget everything."""
        self._wake_word.reset()
        self._listener.reset()
        self._recent.clear()
        self._awake = False

    def _passed_on(self, heard: list[Heard]) -> list[Noticed]:
        """Hand on what was heard, and fall asleep after the end of a request."""
        if heard and isinstance(heard[-1], Utterance):
            self._awake = False
            # It heard nothing meanwhile; what it remembers does not join on to what comes.
            self._wake_word.reset()
        return list(heard)
