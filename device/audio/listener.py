"""From frames to one request's sound, handed on while it is being said."""

from collections import deque
from typing import assert_never

from device.audio.endpoint import (
    Evidence,
    Over,
    Patience,
    Phase,
    Progress,
    Speaking,
    Waiting,
    step,
)
from device.audio.loudness import Loudness
from device.audio.vad import Detector, VoiceActivity
from device.events import FRAME_MS, AudioFrame, EndReason, SpeechStarted, Utterance

PRE_ROLL_MS = 300
"""Sound before the beginning of speech that is handed on: soft first sounds lie there."""

Heard = SpeechStarted | AudioFrame | Utterance
"""What comes out, in this order: one `SpeechStarted`, its frames, one `Utterance`. When
nobody spoke, only an `Utterance` without sound."""


class Listener:
    """Stage that cuts one request out of the stream, then sleeps until `reset`.

    A recognizer takes the frames as they come; the `Utterance` at the end holds the same
    sound once more for whoever wants it whole.
    """

    def __init__(self, detector: Detector, patience: Patience | None = None) -> None:
        self._usual = patience or Patience()
        self._activity = VoiceActivity(detector)
        self._loudness = Loudness()
        self.reset()

    @property
    def phase(self) -> Phase:
        """Where listening is."""
        return self._phase

    def feed(self, item: AudioFrame, progress: Progress | None = None) -> list[Heard]:
        """Take one frame; after the end of a request nothing comes out until `reset`.

        Args:
            item: The frame.
            progress: What the recognizer makes of the frames it was handed so far.
        """
        if isinstance(self._phase, Over):
            return []
        (voiced,) = self._activity.feed(item)
        (sunk,) = self._loudness.feed(item)
        return self._follow(item, Evidence(speech=voiced.speech, sunk=sunk, progress=progress))

    def finish(self) -> list[Heard]:
        """The stream has ended, and with it the request, if there was one."""
        match self._phase:
            case Over():
                return []
            case Waiting():
                return [self._end(Over(spoken=False, reason=EndReason.STREAM_END))]
            case Speaking():
                return [self._end(Over(spoken=True, reason=EndReason.STREAM_END))]
            case _ as never:
                assert_never(never)

    def reset(self, patience: Patience | None = None) -> None:
        """Listen to a new request.

        Args:
            patience: How long to wait for this one; None as long as usual.
        """
        self._patience = patience or self._usual
        self._activity.reset()
        self._loudness.reset()
        kept_ms = PRE_ROLL_MS + max(self._patience.onset_ms, self._patience.lead_in_ms)
        self._recent: deque[AudioFrame] = deque(maxlen=kept_ms // FRAME_MS)
        self._spoken: list[AudioFrame] = []
        self._phase: Phase = Waiting()
        self._now_ms = 0

    def _follow(self, frame: AudioFrame, evidence: Evidence) -> list[Heard]:
        before = self._phase
        self._phase = step(before, evidence, self._patience)
        self._now_ms = frame.start_ms + FRAME_MS
        if isinstance(before, Waiting):
            self._recent.append(frame)
            if isinstance(self._phase, Speaking):
                kept_ms = PRE_ROLL_MS + self._phase.spoken_ms
                self._spoken = list(self._recent)[-(kept_ms // FRAME_MS) :]
                return [SpeechStarted(start_ms=self._spoken[0].start_ms), *self._spoken]
            return [self._end(self._phase)] if isinstance(self._phase, Over) else []
        self._spoken.append(frame)
        return [frame, self._end(self._phase)] if isinstance(self._phase, Over) else [frame]

    def _end(self, phase: Over) -> Utterance:
        self._phase = phase
        frames = self._spoken if phase.spoken else []
        return Utterance(
            pcm=b"".join(frame.pcm for frame in frames),
            start_ms=frames[0].start_ms if frames else self._now_ms,
            reason=phase.reason,
        )
