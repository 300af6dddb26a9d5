"""`python -m simulator.soundcheck`: what arrays and echo cancellation bring, and what they cost.

Pretend microphones and rooms; processor time is that of the machine it runs on.
"""

import sys
import time
from pathlib import Path

import numpy as np

from device.edges.beam import Beam
from device.edges.echo import Echo
from device.edges.recordings import read_whole
from simulator.acoustics import RATE_HZ, Sound, from_pcm, impulse_response, to_pcm
from simulator.soundcard import PretendCard

SOUNDS = Path(__file__).parent / "sounds"
SECONDS = 6
NOISE = 0.03
ROOMS = 5
SPACING_S = 1.5e-4
"""Between neighbours of the array, seen from the side: 5 cm of air."""


def speech() -> Sound:
    """Recordings of requests, one after another."""
    pcm = b"".join(read_whole(path) for path in sorted(SOUNDS.glob("*.ogg")))
    found = from_pcm(np.frombuffer(pcm, "<i2"))
    return np.resize(found, SECONDS * RATE_HZ)


def array(microphones: int, rate_hz: int) -> str:
    """Gain of an aimed array over its first microphone in noise, and over their plain mean."""
    random = np.random.default_rng(1)
    count = SECONDS * rate_hz
    at = np.arange(count) / rate_hz
    voice = np.interp(at, np.arange(SECONDS * RATE_HZ) / RATE_HZ, speech())
    spectrum, hz = np.fft.rfft(voice, 2 * count), np.fft.rfftfreq(2 * count, 1 / rate_hz)
    late = [np.exp(-2j * np.pi * hz * SPACING_S * n) for n in range(microphones)]
    clean = np.stack([np.fft.irfft(spectrum * turn)[:count] for turn in late], axis=1)
    noisy = (clean + NOISE * random.standard_normal(clean.shape)).astype(np.float32)
    beam, step = Beam(rate_hz, microphones), rate_hz // 50
    began = time.process_time()
    aimed = np.concatenate([beam.feed(noisy[i : i + step]) for i in range(0, count, step)])
    spent = (time.process_time() - began) / SECONDS
    half, end = count // 2, count - beam.latency
    wanted = clean[half:end, 0]
    found = {
        "one": noisy[half:end, 0],
        "mean": noisy[half:end].mean(axis=1),
        "aimed": aimed[half + beam.latency :],
    }
    db = {
        name: 10 * np.log10(np.sum(wanted**2) / np.sum((sound - wanted) ** 2))
        for name, sound in found.items()
    }
    return (
        f"| {microphones} at {rate_hz} Hz | {db['one']:.1f} | {db['mean']:.1f} "
        f"| {db['aimed']:.1f} | {100 * spent:.1f} % |"
    )


def echo() -> str:
    """How much softer the speaker hears itself, over several rooms, after the first 2 s."""
    softer, spent = [], 0.0
    for room in range(ROOMS):
        response = impulse_response(np.random.default_rng(room)) / 2
        levels = []
        for canceller in (None, Echo()):
            card = PretendCard(response, echo=canceller, jitter_s=0.003)
            card.play(to_pcm(speech()).tobytes(), rate_hz=RATE_HZ)
            quiet = np.random.default_rng(room).standard_normal(SECONDS * RATE_HZ) * 3e-4
            began = time.process_time()
            pcm = b"".join(card.hear(quiet.astype(np.float32)))
            spent += (time.process_time() - began) * (-1 if canceller is None else 1)
            heard = from_pcm(np.frombuffer(pcm, "<i2"))[2 * RATE_HZ :]
            levels.append(10 * np.log10(np.mean(heard**2)))
        softer.append(levels[0] - levels[1])
    cost = 100 * spent / (ROOMS * SECONDS)
    return f"| {ROOMS} rooms | {np.median(softer):.0f} dB | {min(softer):.0f} dB | {cost:.1f} % |"


def main() -> None:
    """Print both tables."""
    lines = [
        "| microphones | signal to noise: one, dB | their mean, dB | aimed, dB | of a core |",
        "| --- | --- | --- | --- | --- |",
        *(array(count, rate_hz) for count in (2, 4) for rate_hz in (16_000, 48_000)),
        "",
        "| echo | softer by (median) | at least | of a core while it talks |",
        "| --- | --- | --- | --- |",
        echo(),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
