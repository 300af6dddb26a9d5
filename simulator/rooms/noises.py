"""Noises of a home, made of arithmetic and of synthetic voices; nothing comes from a recording.

A noise is one or several sources of level 1, each for a place of its own.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import yaml

from simulator import voices
from simulator.acoustics import RATE_HZ, Sound, clatter, coloured_noise, from_pcm, tones

TELEVISION = Path(__file__).parent / "television.yaml"
_TALKERS = 5
_PAUSE_S = (0.15, 0.9)
_PANES = 4
"""How many places rain is heard from."""


def kitchen(samples: int, random: np.random.Generator) -> list[Sound]:
    """Dishes and steps, a tap that runs, a fridge that hums; at two places."""
    time_s = np.arange(samples) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 50 * n * time_s) / n for n in (1, 2, 3, 4))
    tap = coloured_noise(samples, 0.3, random) * _gate(samples, random, on_s=3.0, off_s=4.0)
    fridge = 0.15 * np.asarray(hum) + 0.1 * coloured_noise(samples, 2.0, random)
    return [clatter(samples, random), np.asarray(0.4 * tap + fridge, np.float32)]


def babble(samples: int, random: np.random.Generator) -> list[Sound]:
    """A company that talks, everybody at a place of their own."""
    gains = random.uniform(0.5, 1.0, _TALKERS)
    return [np.float32(gain) * _talk(samples, random) for gain in gains]


def music(samples: int, random: np.random.Generator) -> list[Sound]:
    """Chords with a beat from one place."""
    beat = clatter(samples, random)
    return [tones(samples, random) + np.float32(0.3) * beat]


def television(samples: int, random: np.random.Generator) -> list[Sound]:
    """Somebody talks on television, with music underneath, out of a small loudspeaker."""
    played = _talk(samples, random) + np.float32(0.2) * tones(samples, random)
    spectrum, hz = np.fft.rfft(played), np.fft.rfftfreq(samples, 1 / RATE_HZ)
    spectrum *= (hz > 180) & (hz < 7_000)
    return [np.fft.irfft(spectrum, samples).astype(np.float32)]


def rain(samples: int, random: np.random.Generator) -> list[Sound]:
    """Rain on windows: a rush, and drops that are heard one by one."""
    return [_window(samples, random) for _ in range(_PANES)]


def _window(samples: int, random: np.random.Generator) -> Sound:
    swell = 1 + 0.3 * np.sin(
        2 * np.pi * random.uniform(0.05, 0.2) * np.arange(samples) / RATE_HZ
        + random.uniform(0, 2 * np.pi)
    )
    rush = coloured_noise(samples, 0.6, random) * swell
    drops = np.zeros(samples)
    for start in random.integers(0, samples, max(1, 25 * samples // RATE_HZ)):
        time_s = np.arange(min(400, samples - start)) / RATE_HZ
        ring = np.sin(2 * np.pi * random.uniform(800, 4_000) * time_s) * np.exp(-300 * time_s)
        drops[start : start + len(time_s)] += random.exponential(1.5) * ring
    return np.asarray(rush + drops, np.float32)


NOISES: Mapping[str, Callable[[int, np.random.Generator], list[Sound]]] = {
    "kitchen": kitchen,
    "babble": babble,
    "music": music,
    "tv": television,
    "rain": rain,
}
"""Name of a noise -> what makes so many samples of it."""


@cache
def sentences() -> tuple[str, ...]:
    """What is said on television."""
    found: list[str] = yaml.safe_load(TELEVISION.read_text(encoding="utf-8"))
    return tuple(found)


def _talk(samples: int, random: np.random.Generator) -> Sound:
    """Somebody talks without an end, from the middle of a sentence on; of level 1."""
    voice = voices.choose(random)
    pieces: list[Sound] = []
    length, skipped = 0, int(random.integers(RATE_HZ))
    while length < samples + skipped:
        said = _said(str(random.choice(sentences())), voice)
        pause = np.zeros(int(random.uniform(*_PAUSE_S) * RATE_HZ), np.float32)
        pieces += [said, pause]
        length += len(said) + len(pause)
    talk = np.concatenate(pieces)[skipped : skipped + samples]
    return talk / np.float32(max(float(np.sqrt(np.mean(np.square(talk)))), 1e-9))


@lru_cache(maxsize=64)
def _said(text: str, voice: voices.Voice) -> Sound:
    sound = from_pcm(voices.speak(text, voice))
    sound.setflags(write=False)
    return sound


def _gate(samples: int, random: np.random.Generator, *, on_s: float, off_s: float) -> Sound:
    """1 while something runs, 0 while it does not, with soft edges."""
    found = np.zeros(samples, np.float32)
    at, runs = 0, bool(random.random() < 0.5)
    while at < samples:
        length = 1 + int(random.exponential(on_s if runs else off_s) * RATE_HZ)
        found[at : at + length] = runs
        at, runs = at + length, not runs
    edge = RATE_HZ // 20
    return np.convolve(found, np.full(edge, 1 / edge, np.float32), mode="same")[:samples]
