"""Asleep until the wake word, then all ears for one request.

    Asleep  --the wake model fires-->  Doubting  --the phrase is really there-->  Awake
       ^                                  '--it is not, or not soon--> Asleep
       '---the request is over, or nobody speaks---------------------------------'

The wake model is small and listens all day; the check knows phonemes and runs only while in
doubt. Sound of the last seconds is kept for it. It also tells where the phrase ended, so that
what follows in one breath is heard from its first sound, without the phrase.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from device.audio.endpoint import Patience, Progress
from device.audio.listener import Heard, Listener
from device.audio.vad import Detector
from device.events import FRAME_MS, AudioFrame, Utterance, Wake
from device.stage import Stage

KEPT_MS = 2_000
"""Sound before a detection that is looked at once more: the phrase, and a little before it."""
DOUBT_MS = 500
"""How long after a detection the phrase may still come to its end: models fire up to 300 ms
late or a little early, and the check looks ahead."""
LEAD_IN_MS = 360
"""A rest of the phrase may be heard so long, the detector's own delay included; speech that goes
on past it is the request."""
LOOK_BACK_MS = 240
"""Where nothing tells where the phrase ended: sound before a detection that is listened to
once more. Somebody who does not pause is then in the midst of the next word."""
LATEST_MS = 500
"""How long before a detection its phrase may have ended. What is listened to begins there at the
earliest: a phrase of longer ago is another one, and its request would be over by now."""

Noticed = Wake | Heard
"""A `Wake`, then what the listener hears, up to and with one `Utterance`."""


class Ended(Protocol):
    """A phrase that was said."""

    @property
    def end_ms(self) -> int:
        """Where it ended, milliseconds since the stream opened."""
        ...


@dataclass(frozen=True, slots=True)
class Asleep:
    """Only the wake model listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubting:
    """The wake model has fired; the check listens too."""

    wake: Wake
    fired_ms: int
    """When the wake model fired, milliseconds since the stream opened."""


@dataclass(frozen=True, slots=True)
class Awake:
    """A request is being listened to."""


Phase = Asleep | Doubting | Awake


class Attention:
    """Stage that sends frames to the wake word while asleep, to the listener while awake.

    The two never run at once, so that sleeping costs only the wake word.
    """

    def __init__(
        self,
        wake_word: Stage[AudioFrame, Wake],
        detector: Detector,
        patience: Patience | None = None,
        *,
        check: Stage[AudioFrame, Ended] | None = None,
    ) -> None:
        """Join the stages.

        Args:
            wake_word: The wake model.
            detector: Voice activity.
            patience: When a request begins and ends.
            check: Tells whether and where the phrase ended; None believes the wake model.
        """
        self._wake_word = wake_word
        self._check = check
        self._patience = patience or Patience()
        self._listener = Listener(detector, self._patience)
        self._recent: deque[AudioFrame] = deque(maxlen=KEPT_MS // FRAME_MS)
        self._phase: Phase = Asleep()

    @property
    def awake(self) -> bool:
        """Whether a request is being listened to."""
        return isinstance(self._phase, Awake)

    def feed(self, item: AudioFrame, progress: Progress | None = None) -> list[Noticed]:
        """Take one frame.

        Args:
            item: The frame.
            progress: What the recognizer makes of the request so far.
        """
        if self.awake:
            return self._passed_on(self._listener.feed(item, progress))
        self._recent.append(item)
        wakes = self._wake_word.feed(item)
        if isinstance(self._phase, Doubting):
            return self._doubt(self._phase, [item])
        if not wakes:
            return []
        if self._check is None:
            begin_ms = item.start_ms + FRAME_MS - LOOK_BACK_MS
            return self._woken(wakes[0], begin_ms)
        self._check.reset()
        return self._doubt(Doubting(wake=wakes[0], fired_ms=item.start_ms), tuple(self._recent))

    def attend(self, patience_ms: int | None = None) -> None:
        """Listen from the next frame on, as after a question of one's own.

        Args:
            patience_ms: How long to wait for the first word; None as long as usual.
        """
        patience = self._patience
        if patience_ms is not None:
            patience = replace(patience, patience_ms=patience_ms)
        self._listen(patience)

    def finish(self) -> list[Noticed]:
        """The stream has ended, and with it the request, if one was being listened to."""
        return self._passed_on(self._listener.finish()) if self.awake else []

    def reset(self) -> None:
        """Fall asleep and forget everything."""
        self._wake_word.reset()
        self._listener.reset()
        self._recent.clear()
        self._phase = Asleep()

    def _doubt(self, doubt: Doubting, frames: Sequence[AudioFrame]) -> list[Noticed]:
        """Look for the phrase in these frames too."""
        assert self._check is not None
        ended = [one.end_ms for frame in frames for one in self._check.feed(frame)]
        if ended:
            return self._woken(doubt.wake, max(ended[-1], doubt.fired_ms - LATEST_MS))
        given_up = frames[-1].start_ms >= doubt.fired_ms + DOUBT_MS
        self._phase = Asleep() if given_up else doubt
        return []

    def _woken(self, wake: Wake, begin_ms: int) -> list[Noticed]:
        """Listen to the request from this moment on, which is past already."""
        behind = [frame for frame in self._recent if frame.start_ms >= begin_ms]
        self._listen(replace(self._patience, lead_in_ms=LEAD_IN_MS))
        return [wake, *(heard for frame in behind for heard in self.feed(frame))]

    def _listen(self, patience: Patience) -> None:
        self._listener.reset(patience)
        self._recent.clear()
        self._phase = Awake()

    def _passed_on(self, heard: list[Heard]) -> list[Noticed]:
        """Hand on what was heard, and fall asleep after the end of a request."""
        if heard and isinstance(heard[-1], Utterance):
            self._phase = Asleep()
            # It heard nothing meanwhile; what it remembers does not join on to what comes.
            self._wake_word.reset()
        return list(heard)
