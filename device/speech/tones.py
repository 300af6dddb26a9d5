"""Short signals, made here: "I listen", "I heard you", "that went wrong", and a ring.

Each is a few soft sine notes with an octave above and a raised-cosine swell, so that no
edge clicks.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from device.speech.sound import Sound

RATE_HZ = 22_050
PEAK = 0.25
_SWELL_MS = 15
_OVERTONE = 0.2

Notes = tuple[tuple[float, int], ...]
"""Pitch in hertz (0 is a rest) and length in milliseconds, one after another."""

WAKE_NOTES: Notes = ((659.3, 70), (880.0, 110))
END_NOTES: Notes = ((880.0, 70), (659.3, 110))
ERROR_NOTES: Notes = ((311.1, 140), (0.0, 40), (233.1, 220))
RING_NOTES: Notes = ((880.0, 180), (0.0, 60), (880.0, 180), (0.0, 60), (1174.7, 320), (0.0, 700))


@lru_cache(maxsize=8)
def tone(notes: Notes) -> Sound:
    """Play notes on the speaker's own small instrument.

    Returns:
        Mono sound at RATE_HZ that begins and ends in silence.
    """
    samples = np.concatenate([np.zeros(0), *(_note(hz, ms) for hz, ms in notes)])
    return Sound(pcm=np.rint(samples * PEAK * 32_767).astype("<i2").tobytes(), rate_hz=RATE_HZ)


def wake_tone() -> Sound:
    """The wake word was heard; speak now."""
    return tone(WAKE_NOTES)


def end_tone() -> Sound:
    """The request has ended and is being understood."""
    return tone(END_NOTES)


def error_tone() -> Sound:
    """Something went wrong, or nothing was understood."""
    return tone(ERROR_NOTES)


def ring_tone() -> Sound:
    """One round of a timer or an alarm; to be repeated until somebody stops it."""
    return tone(RING_NOTES)


def _note(pitch_hz: float, length_ms: int) -> npt.NDArray[np.float64]:
    """One note, amplitude at most 1."""
    samples = RATE_HZ * length_ms // 1000
    if not pitch_hz:
        return np.zeros(samples)
    turns = 2 * np.pi * pitch_hz * np.arange(samples) / RATE_HZ
    swell = min(RATE_HZ * _SWELL_MS // 1000, samples // 2)
    edge = 0.5 - 0.5 * np.cos(np.pi * np.arange(swell) / swell)
    shape = np.concatenate([edge, np.ones(samples - 2 * swell), edge[::-1]])
    note: npt.NDArray[np.float64] = (np.sin(turns) + _OVERTONE * np.sin(2 * turns)) * shape
    return note / (1 + _OVERTONE)
