"""Pretend rooms: noise, reverberation, microphones and levels, all made of arithmetic.

Used to make recordings harder, in tests and in training. Everything takes a generator and
gives the same sound for the same state of it; nothing here comes from a recording.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
FULL_SCALE = 32_768.0
_SPEECH_FRAME = RATE_HZ * 20 // 1000
_SPEECH_RANGE_DB = 30.0

Sound = npt.NDArray[np.float32]
"""Mono sound at RATE_HZ, 1.0 is full scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """How likely and how strong each hardship is."""

    room: float = 0.5
    """Probability of reverberation."""
    noise: float = 0.8
    """Probability of noise."""
    snr_db: tuple[float, float] = (12.0, 8.0)
    """Mean and spread of the ratio of speech to noise."""
    colour: float = 0.6
    """Probability of a microphone with a frequency response of its own."""
    level_dbfs: tuple[float, float] = (-30.0, 8.0)
    """Mean and spread of the level of speech."""
    clipping: float = 0.04
    """Probability that the loudest samples are cut off."""


def coloured_noise(samples: int, slope: float, random: np.random.Generator) -> Sound:
    """Noise whose power falls with frequency.

    Args:
        samples: Length.
        slope: Exponent of the fall: 0 white, 1 pink, 2 brown.
        random: Source of chance.

    Returns:
        Noise with a standard deviation of about 1.
    """
    size = _fast_length(samples)
    spectrum = np.fft.rfft(random.standard_normal(size).astype(np.float32))
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE_HZ), 30.0)
    noise = np.fft.irfft(spectrum * hz ** (-slope / 2.0), size)[:samples]
    return _unit(noise)


def babble(voices: Sequence[Sound], samples: int, random: np.random.Generator) -> Sound:
    """Several people talking at once, each from a random place of a recording."""
    mixed = np.zeros(samples, np.float32)
    for voice in voices:
        start = int(random.integers(len(voice)))
        turned = np.resize(np.roll(voice, -start), samples)
        mixed += _unit(turned) * np.float32(random.uniform(0.4, 1.0))
    return _unit(mixed)


def tones(samples: int, random: np.random.Generator) -> Sound:
    """Chords of harmonic notes with a beat, like music from another room."""
    time_s = np.arange(samples, dtype=np.float32) / RATE_HZ
    mixed = np.zeros(samples, np.float32)
    for _ in range(int(random.integers(2, 6))):
        beat_s = random.uniform(0.15, 0.8)
        notes = 110.0 * 2.0 ** (random.integers(0, 30, samples // int(beat_s * RATE_HZ) + 2) / 12)
        place = time_s / np.float32(beat_s)
        hz = notes[place.astype(np.int32)].astype(np.float32)
        phase = 2 * np.pi * np.cumsum(hz, dtype=np.float64) / RATE_HZ
        decay = np.exp(-np.float32(random.uniform(0.5, 5.0)) * (place % 1.0))
        for harmonic in range(1, int(random.integers(2, 6))):
            mixed += (np.sin(harmonic * phase) * decay / harmonic).astype(np.float32)
    return _unit(mixed)


def clatter(samples: int, random: np.random.Generator) -> Sound:
    """Dishes, steps and clicks: short resonant bursts over a soft hiss."""
    mixed = 0.05 * coloured_noise(samples, float(random.uniform(0, 2)), random)
    for _ in range(1 + int(samples / RATE_HZ * random.uniform(1.0, 6.0))):
        length = int(random.uniform(0.01, 0.35) * RATE_HZ)
        start = int(random.integers(max(1, samples - length)))
        time_s = np.arange(min(length, samples - start), dtype=np.float32) / RATE_HZ
        fade = np.exp(-time_s * np.float32(random.uniform(15, 150)))
        ring = sum(np.sin(2 * np.pi * random.uniform(300, 7000) * time_s) for _ in range(3))
        hiss = random.standard_normal(len(time_s))
        burst = (random.uniform(0, 1) * np.asarray(ring) + random.uniform(0, 1) * hiss) * fade
        mixed[start : start + len(time_s)] += (burst * random.uniform(0.1, 1.0)).astype(np.float32)
    return _unit(mixed)


def any_noise(samples: int, others: Sequence[Sound], random: np.random.Generator) -> Sound:
    """Noise of a random kind, of level 1.

    Args:
        samples: Length.
        others: Recordings of people for babble; without any there is none.
        random: Source of chance.
    """
    kind = random.random()
    if kind < 0.35:
        steady = coloured_noise(samples, float(random.uniform(-0.3, 2.2)), random)
        wave = 1 + random.uniform(0, 0.7) * np.sin(
            np.arange(samples) * (2 * np.pi * random.uniform(0.1, 3.0) / RATE_HZ)
        )
        return _unit(steady * wave.astype(np.float32))
    if kind < 0.55 and others:
        count = int(random.integers(1, min(5, len(others)) + 1))
        chosen = [others[at] for at in random.choice(len(others), count, replace=False)]
        return babble(chosen, samples, random)
    if kind < 0.7:
        return tones(samples, random)
    if kind < 0.88:
        return clatter(samples, random)
    steady = coloured_noise(samples, float(random.uniform(0, 2)), random)
    return _unit(clatter(samples, random) + np.float32(random.uniform(0.2, 1.5)) * steady)


def impulse_response(
    random: np.random.Generator, *, decay_s: float | None = None, direct_db: float | None = None
) -> Sound:
    """A made-up room: direct sound, a few early reflections, a decaying tail.

    The tail is noise with an exponential decay (Polack, 1988) that is faster for high
    frequencies, as walls and air swallow them first.

    Args:
        random: Source of chance.
        decay_s: How long sound takes to fall by 60 dB; None for what rooms have.
        direct_db: How much more energy comes directly than by reflections; None likewise.

    Returns:
        The response; its direct sound is the first sample and has the value 1.
    """
    decay_s = float(random.uniform(0.12, 0.8)) if decay_s is None else decay_s
    length = int(decay_s * RATE_HZ)
    time_s = np.arange(length, dtype=np.float32) / RATE_HZ
    fall = np.exp(-6.9 * time_s / decay_s)
    bright = random.standard_normal(length) * fall**1.7
    dark = coloured_noise(length, 2.0, random) * fall
    tail = (bright + random.uniform(0.3, 1.5) * dark).astype(np.float32)
    gap = int(random.uniform(0.002, 0.012) * RATE_HZ)
    tail[:gap] = 0.0
    for _ in range(int(random.integers(2, 8))):
        at = int(random.uniform(0.001, 0.03) * RATE_HZ)
        tail[min(at, length - 1)] += np.float32(random.uniform(-1, 1) * 4.0)
    direct_db = random.uniform(-10.0, 15.0) if direct_db is None else direct_db
    tail *= np.float32(10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2) + 1e-9))
    tail[0] = 1.0
    response: Sound = tail
    return response


def reverberate(sound: Sound, response: Sound) -> Sound:
    """Sound as it arrives in a room, as long as it was."""
    size = _fast_length(len(sound) + len(response))
    product = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    heard: Sound = np.fft.irfft(product, size)[: len(sound)].astype(np.float32)
    return heard


def through_microphone(sound: Sound, random: np.random.Generator) -> Sound:
    """Sound with a smooth random frequency response of +-8 dB, sometimes band-limited."""
    size = _fast_length(len(sound))
    hz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    points_hz = np.array([0, 150, 400, 1000, 2000, 3500, 5500, 8000])
    gain_db = np.interp(hz, points_hz, np.clip(random.normal(0, 3.5, len(points_hz)), -8, 8))
    if random.random() < 0.2:
        gain_db -= 24 * np.log2(np.maximum(hz / random.uniform(3800, 7000), 1.0))
    if random.random() < 0.4:
        gain_db -= 12 * np.log2(np.maximum(random.uniform(100, 300) / np.maximum(hz, 20), 1.0))
    shaped = np.fft.rfft(sound, size) * 10 ** (gain_db / 20)
    heard: Sound = np.fft.irfft(shaped, size)[: len(sound)].astype(np.float32)
    return heard


def speech_level(sound: Sound) -> float:
    """Root mean square of the parts of a recording where somebody speaks."""
    frames = sound[: len(sound) // _SPEECH_FRAME * _SPEECH_FRAME].reshape(-1, _SPEECH_FRAME)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1) if len(frames) else np.zeros(1)
    loud = power[power >= power.max() * 10 ** (-_SPEECH_RANGE_DB / 10)]
    return float(np.sqrt(loud.mean()))


def add_noise(speech: Sound, noise: Sound, snr_db: float) -> Sound:
    """Speech with noise at a given ratio to its level while somebody speaks.

    Raises:
        ValueError: The two are not of one length.
    """
    if len(speech) != len(noise):
        raise ValueError(f"speech of {len(speech)} samples, noise of {len(noise)}")
    loudness = float(np.sqrt(np.mean(noise.astype(np.float64) ** 2)))
    gain = speech_level(speech) / max(loudness, 1e-9) * 10 ** (-snr_db / 20)
    return speech + np.float32(gain) * noise


def perform(
    sound: Sound, scene: Scene, *, others: Sequence[Sound], random: np.random.Generator
) -> Sound:
    """A recording as a cheap microphone across a random room would have heard it.

    Args:
        sound: Somebody speaks, with whatever silence around it.
        scene: How hard it gets.
        others: Recordings of other people, for babble.
        random: Source of chance.

    Returns:
        Sound of the same length within -1 and 1.
    """
    if random.random() < scene.room:
        sound = reverberate(sound, impulse_response(random))
    if random.random() < scene.noise:
        snr_db = float(np.clip(random.normal(*scene.snr_db), -3, 40))
        noise = any_noise(len(sound), others, random)
        if random.random() < scene.room:
            noise = reverberate(noise, impulse_response(random))
        sound = add_noise(sound, noise, snr_db)
    if random.random() < scene.colour:
        sound = through_microphone(sound, random)
    level_dbfs = float(np.clip(random.normal(*scene.level_dbfs), -52, -12))
    sound = sound * np.float32(10 ** (level_dbfs / 20) / max(speech_level(sound), 1e-9))
    hiss = random.standard_normal(len(sound)).astype(np.float32)
    sound = sound + hiss * np.float32(10 ** (random.uniform(-90, -65) / 20))
    if random.random() < scene.clipping:
        sound = np.clip(sound * np.float32(random.uniform(3, 10)), -0.9, 0.9)
    return np.clip(sound, -1.0, 1.0)


def to_pcm(sound: Sound) -> npt.NDArray[np.int16]:
    """Sound as int16 samples."""
    scaled = np.rint(sound * np.float32(FULL_SCALE))
    samples: npt.NDArray[np.int16] = np.clip(scaled, -32_768, 32_767).astype(np.int16)
    return samples


def from_pcm(samples: npt.NDArray[np.int16]) -> Sound:
    """int16 samples as sound."""
    return samples.astype(np.float32) / np.float32(FULL_SCALE)


def _unit(sound: npt.NDArray[np.floating[Any]]) -> Sound:
    """Sound scaled to a standard deviation of 1."""
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    scaled: Sound = (sound / max(np.sqrt(power), 1e-9)).astype(np.float32)
    return scaled


def _fast_length(samples: int) -> int:
    """A length at or above `samples` with small factors, for the Fourier transform."""
    size = 1 << max(1, (samples - 1).bit_length())
    return 3 * size // 4 if 3 * size // 4 >= samples else size
