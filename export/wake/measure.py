"""How often a wake model misses its phrase, and how often it wakes for nothing.

Everything is heard as the device hears it: its features, its runtime, its mean of probabilities.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.events import RATE_HZ
from device.wake.microwakeword import FEATURE_STEP_MS, WakeModel
from device.wake.wakeword import REFRACTORY_MS
from export.wake.scenes import features_of
from export.wake.sounds import Int16Array
from simulator.acoustics import add_noise, any_noise, from_pcm, to_pcm

CUTOFFS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
NOISE_SNR_DB = 10.0
_BEFORE = RATE_HZ
_BEHIND = RATE_HZ * 6 // 10
_HISS = 20.0

Scores = npt.NDArray[np.float64]


def scores(model: WakeModel, samples: Int16Array) -> Scores:
    """The model's mean of probabilities at each of its steps over a sound, from a fresh start."""
    features = features_of(samples)
    model.forget()
    steps = features[: len(features) // model.stride * model.stride]
    steps = steps.reshape(-1, model.stride, features.shape[1])
    probabilities = np.array([model.run(step) for step in steps])
    if len(probabilities) < model.window:
        return np.zeros(0)
    views = np.lib.stride_tricks.sliding_window_view(probabilities, model.window)
    means: Scores = views.mean(axis=1)
    return means


def alarms(found: Scores, cutoff: float, *, stride: int) -> int:
    """Detections among scores, each followed by a while that does not count.

    Example: alarms([0, .9, .9, 0], 0.5, stride=3) -> 1
    """
    deaf = REFRACTORY_MS // (FEATURE_STEP_MS * stride)
    count, at = 0, 0
    above = np.flatnonzero(found > cutoff)
    for step in above:
        if count == 0 or step >= at + deaf:
            count, at = count + 1, int(step)
    return count


def with_quiet(samples: Int16Array, random: np.random.Generator) -> Int16Array:
    """A recording with a soft hiss before and behind it."""
    hiss = random.normal(0, _HISS, _BEFORE + len(samples) + _BEHIND)
    hiss[_BEFORE : _BEFORE + len(samples)] += samples
    loud: Int16Array = np.clip(np.rint(hiss), -32768, 32767).astype(np.int16)
    return loud


def in_noise(samples: Int16Array, random: np.random.Generator) -> Int16Array:
    """A recording at NOISE_SNR_DB of made-up noise."""
    sound = from_pcm(samples)
    noise = any_noise(len(sound), [], random)
    return to_pcm(np.clip(add_noise(sound, noise, NOISE_SNR_DB), -1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a model made of one kind of sounds."""

    scores: tuple[Scores, ...]
    """One for each sound."""
    hours: float
    stride: int

    def woken(self, cutoff: float) -> float:
        """Share of the sounds that woke it."""
        return float(np.mean([alarms(one, cutoff, stride=self.stride) > 0 for one in self.scores]))

    def alarms(self, cutoff: float) -> int:
        """All detections."""
        return sum(alarms(one, cutoff, stride=self.stride) for one in self.scores)


def hear(model: WakeModel, sounds: Iterable[Int16Array], *, noisy: bool, seed: int) -> Heard:
    """Let a model listen.

    Args:
        model: The model.
        sounds: Recordings.
        noisy: Whether at NOISE_SNR_DB.
        seed: Of the noise.
    """
    random = np.random.default_rng(seed)
    found, samples = [], 0
    for sound in sounds:
        samples += len(sound)
        padded = with_quiet(sound, random)
        found.append(scores(model, in_noise(padded, random) if noisy else padded))
    return Heard(scores=tuple(found), hours=samples / RATE_HZ / 3600, stride=model.stride)


def choose_cutoff(heard: Sequence[Heard], *, alarms_per_hour: float) -> float:
    """The lowest cutoff with no more false alarms than wanted; the highest where none is so."""
    hours = sum(one.hours for one in heard)
    for cutoff in CUTOFFS:
        if sum(one.alarms(cutoff) for one in heard) <= alarms_per_hour * hours:
            return cutoff
    return CUTOFFS[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that a table is made of."""

    phrase: Heard
    phrase_in_noise: Heard
    speech: Heard
    speech_in_noise: Heard
    near_misses: Heard

    def table(self, cutoff: float) -> str:
        """Misses against false alarms at all cutoffs, the chosen one marked."""
        heads = (
            "cutoff | missed | missed in noise | near misses that woke it | false alarms an hour"
        )
        lines = [f"| {heads} |", "|---|---|---|---|---|"]
        for one in sorted({*CUTOFFS, cutoff}):
            count = self.speech.alarms(one) + self.speech_in_noise.alarms(one)
            hours = self.speech.hours + self.speech_in_noise.hours
            mark = " (chosen)" if one == cutoff else ""
            lines.append(
                f"| {one}{mark} | {1 - self.phrase.woken(one):.1%} "
                f"| {1 - self.phrase_in_noise.woken(one):.1%} "
                f"| {self.near_misses.woken(one):.1%} | {count / hours:.2f} ({count}) |"
            )
        return "\n".join(lines)
