"""Three seconds in a pretend room, as features: with the phrase in them, or with anything else.

The features are those of the device's own stage. The room is there some time before they begin,
so that the audio front end knows its noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from device.audio.framer import Framer
from device.events import RATE_HZ
from device.stage import each
from device.wake.features import MicroFeatures
from device.wake.microwakeword import FEATURE_STEP_MS, FEATURES
from export.wake.network import STEP_MS, STEPS, WINDOWS
from export.wake.sounds import Int16Array
from simulator.acoustics import Scene, Sound, any_noise, from_pcm, perform, to_pcm

QUANTUM = 26 / 255
"""Features are kept as uint8 in the steps in which microWakeWord models read them."""
LONGEST = STEPS * WINDOWS
"""Windows of features in an example."""
_BEFORE_MS = 700
_TOTAL = (LONGEST * FEATURE_STEP_MS + _BEFORE_MS + 40) * RATE_HZ // 1000
_EARLY_MS = 90
_LATE_MS = 330
"""The phrase may be noticed from so long before its end to so long after it."""
_SPEED = (0.84, 1.2)
HARD = Scene(room=0.5, noise=0.75, snr_db=(13.0, 8.0), level_dbfs=(-30.0, 8.0))

UInt8Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Three seconds to learn from."""

    features: UInt8Array
    """Shape (LONGEST, FEATURES), in steps of QUANTUM."""
    first: int
    """The first step in which the phrase may be noticed; STEPS where it is not said."""
    last: int
    """The last such step."""


def features_of(samples: Int16Array) -> npt.NDArray[np.float32]:
    """What the device's stage makes of a sound, shape (windows, FEATURES)."""
    frames = Framer().feed(samples.astype("<i2").tobytes())
    return np.stack(each(MicroFeatures(), frames)).reshape(-1, FEATURES)


def example_with(
    phrase: Int16Array, *, around: Sequence[Sound], random: np.random.Generator
) -> Example:
    """The phrase somewhere in a scene, at times with speech close before or behind it.

    Args:
        phrase: Without silence around it.
        around: Other people, for babble and for what is said before and behind.
        random: Source of chance.
    """
    said = _at_another_speed(phrase, random)[: 2 * RATE_HZ]
    end = int(random.uniform(len(said) + _BEFORE_MS * 16 + RATE_HZ // 5, _TOTAL - RATE_HZ // 2))
    sound = np.zeros(_TOTAL, np.float32)
    _talk(sound, slice(0, end - len(said)), around, random, likely=0.25)
    _talk(sound, slice(end, _TOTAL), around, random, likely=0.4)
    sound[end - len(said) : end] = said / max(float(np.abs(said).max()), 1e-4) * 0.4
    end_ms = end * 1000 // RATE_HZ - _BEFORE_MS
    return Example(
        features=_heard(sound, around, random),
        first=max(0, (end_ms - _EARLY_MS) // STEP_MS),
        last=min(STEPS - 1, (end_ms + _LATE_MS) // STEP_MS),
    )


def example_without(
    samples: Int16Array, *, around: Sequence[Sound], random: np.random.Generator
) -> Example:
    """Three seconds of anything but the phrase."""
    sound = np.zeros(_TOTAL, np.float32)
    said = _at_another_speed(samples, random)
    if len(said) > _TOTAL:
        at = int(random.integers(len(said) - _TOTAL))
        sound[:] = said[at : at + _TOTAL]
    else:
        room = _TOTAL - len(said)
        at = int(random.integers(min(room, _BEFORE_MS * 16), room + 1)) if room else 0
        sound[at : at + len(said)] = said
        _talk(sound, slice(at + len(said), _TOTAL), around, random, likely=0.3)
    return Example(features=_heard(sound, around, random), first=STEPS, last=STEPS)


def example_of_noise(*, around: Sequence[Sound], random: np.random.Generator) -> Example:
    """Three seconds in which nobody speaks to anybody."""
    sound = any_noise(_TOTAL, around, random) * np.float32(10 ** random.uniform(-3.5, -0.8))
    return Example(features=_pixels(to_pcm(sound)), first=STEPS, last=STEPS)


def _at_another_speed(samples: Int16Array, random: np.random.Generator) -> Sound:
    """Faster and higher, or slower and lower."""
    sound: Sound = soxr.resample(
        from_pcm(samples), RATE_HZ * random.uniform(*_SPEED), RATE_HZ, quality="MQ"
    )
    return sound


def _talk(
    sound: Sound,
    where: slice,
    around: Sequence[Sound],
    random: np.random.Generator,
    *,
    likely: float,
) -> None:
    """Fill a part of a sound with somebody's speech, after a short pause, at times."""
    pause = int(random.uniform(0.02, 0.4) * RATE_HZ)
    length = where.stop - where.start - 2 * pause
    if not around or length <= 0 or random.random() >= likely:
        return
    other = around[int(random.integers(len(around)))]
    at = int(random.integers(max(1, len(other) - length)))
    part = other[at : at + length]
    loud = 0.4 / max(float(np.abs(part).max()), 1e-4)
    sound[where.start + pause : where.start + pause + len(part)] = part * np.float32(loud)


def _heard(sound: Sound, around: Sequence[Sound], random: np.random.Generator) -> UInt8Array:
    return _pixels(to_pcm(perform(sound, HARD, others=around, random=random)))


def _pixels(samples: Int16Array) -> UInt8Array:
    features = features_of(samples)[-LONGEST:]
    assert len(features) == LONGEST
    steps: UInt8Array = np.clip(np.rint(features / QUANTUM), 0, 255).astype(np.uint8)
    return steps
