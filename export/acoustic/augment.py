"""One recording, made harder: speed, rooms, noise and microphones, then features.

The sound-level part is made once for each copy of the data; `shake` varies the features
again each time a batch is drawn.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import soxr

from device.audio.features import CLIP, FEATURES, HOPS, MELS, RATE_HZ, SCALE_DB, whole
from simulator.acoustics import Scene, Sound, from_pcm, perform, to_pcm

QUANTUM = CLIP / 127
"""Features are kept as int8 in these steps."""
_PADDING_S = (0.1, 0.6)
_SPEED = (0.87, 1.15)
_NOISY = 0.4
"""Share of sentences that get new noise each time."""
_NOISE_BELOW_DB = (0.0, 28.0)
"""Level of that noise below the usual level of a band while somebody speaks."""


def hard_copy(
    samples: npt.NDArray[np.int16],
    scene: Scene,
    *,
    others: Sequence[Sound],
    random: np.random.Generator,
) -> npt.NDArray[np.int8]:
    """Features of a recording played at a random speed in a random scene.

    Args:
        samples: Mono sound at RATE_HZ.
        scene: How hard it gets.
        others: Recordings of other people, for babble.
        random: Source of chance.

    Returns:
        Shape (steps, FEATURES), in steps of QUANTUM.
    """
    sound = from_pcm(samples)
    if random.random() < 0.8:
        sound = soxr.resample(sound, RATE_HZ * random.uniform(*_SPEED), RATE_HZ, quality="MQ")
    before, after = (int(random.uniform(*_PADDING_S) * RATE_HZ) for _ in range(2))
    padded = np.pad(sound, (before, after))
    features = whole(to_pcm(perform(padded, scene, others=others, random=random)))
    steps: npt.NDArray[np.int8] = np.rint(features / QUANTUM).astype(np.int8)
    return steps


def shake(
    features: npt.NDArray[np.float32], random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Vary features once more: vocal tract, tilt, noise, and masks (SpecAugment, Park, 2019).

    Args:
        features: Shape (steps, FEATURES).
        random: Source of chance.

    Returns:
        The same shape.
    """
    bands = features.reshape(-1, MELS)
    source = np.arange(MELS) * random.uniform(0.88, 1.14) + random.normal(0, 0.4)
    low = np.clip(np.floor(source).astype(int), 0, MELS - 2)
    share = np.clip(source - low, 0, 1).astype(np.float32)
    bands = bands[:, low] * (1 - share) + bands[:, low + 1] * share
    ramp = np.linspace(-1, 1, MELS, dtype=np.float32)
    bands += random.normal(0, 0.12) * ramp + random.normal(0, 0.1)
    if random.random() < _NOISY:
        bands = _with_noise(bands, random)
    mean = bands.mean(axis=0)
    for _ in range(2):
        width, start = int(random.integers(0, 9)), int(random.integers(MELS))
        bands[:, start : start + width] = mean[start : start + width]
    for _ in range(1 + len(features) // 70):
        width, start = int(random.integers(0, 7)), int(random.integers(len(features)))
        bands[HOPS * start : HOPS * (start + width)] = mean
    clipped = np.clip(bands, -CLIP, CLIP).reshape(-1, FEATURES)
    shaken: npt.NDArray[np.float32] = clipped.astype(np.float32)
    return shaken


def _with_noise(
    bands: npt.NDArray[np.float32], random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Add the power of a noise with a smooth random spectrum that slowly swells and ebbs."""
    hops = len(bands)
    points = np.linspace(0, MELS - 1, 6)
    colour_db = np.interp(np.arange(MELS), points, random.normal(0, 6, 6))
    beats = np.linspace(0, hops, 3 + hops // 60)
    swell_db = np.interp(np.arange(hops), beats, random.normal(0, 3, len(beats)))
    flutter_db = random.normal(0, 4, (hops, MELS))
    noise_db = colour_db + swell_db[:, None] + flutter_db - random.uniform(*_NOISE_BELOW_DB)
    bels = np.float32(SCALE_DB / 10 * np.log2(10))
    noise = (noise_db * np.log2(10) / 10).astype(np.float32)
    louder: npt.NDArray[np.float32] = np.logaddexp2(bands * bels, noise) / bels
    return louder
