"""Whether the sound has sunk back to what it is between the words.

A voice detector does not tell the owner from a television. Loudness does: the request is the
loudest there is near the microphone, or the owner comes closer. The level of speech is a high
quantile of the last seconds, that of the background the softest stretch among them; the sound
counts as sunk in the lower half between the two.
"""

from collections import deque

import numpy as np

from device.events import FRAME_MS, AudioFrame

_SMOOTH_FRAMES = 160 // FRAME_MS
_SOFT_FRAMES = 300 // FRAME_MS
"""Gaps between words of one sentence are rarely longer and silent."""
_SPEECH_FRAMES = 2_000 // FRAME_MS
_BACKGROUND_FRAMES = 3_000 // FRAME_MS
_QUANTILE = 0.8
_SHARE = 0.5
LEAST_SPAN_DB = 5.0
"""Where speech and background are closer than this, loudness tells nothing."""


class Loudness:
    """Stage from frames to whether each has sunk back to the background."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque(maxlen=_SOFT_FRAMES)
        self._levels_db: deque[float] = deque(maxlen=_SPEECH_FRAMES)
        self._soft_db: deque[float] = deque(maxlen=_BACKGROUND_FRAMES)

    def feed(self, item: AudioFrame, /) -> list[bool]:
        """Take one frame; gives one answer, no before there is enough to compare with."""
        samples = item.samples.astype(np.float32)
        self._powers.append(float(samples @ samples) / len(samples) + 1.0)
        recent = list(self._powers)
        level_db = _decibels(recent[-_SMOOTH_FRAMES:])
        self._levels_db.append(level_db)
        if len(recent) < _SOFT_FRAMES:
            return [False]
        self._soft_db.append(_decibels(recent))
        speech_db = sorted(self._levels_db)[int(_QUANTILE * (len(self._levels_db) - 1))]
        background_db = min(self._soft_db)
        span_db = speech_db - background_db
        return [span_db >= LEAST_SPAN_DB and level_db < background_db + _SHARE * span_db]

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._powers.clear()
        self._levels_db.clear()
        self._soft_db.clear()


def _decibels(powers: list[float]) -> float:
    """Mean power in decibels above one step of the sample range."""
    return 10.0 * float(np.log10(sum(powers) / len(powers)))
