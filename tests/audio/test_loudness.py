"""Whether the sound has sunk back to the background."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.audio.loudness import Loudness
from device.events import FRAME_MS, RATE_HZ
from device.stage import each

Float64Array = npt.NDArray[np.float64]


def noise(level: float, ms: int, seed: int) -> Float64Array:
    """Noise of a standard deviation in steps of 16 bits."""
    return np.random.default_rng(seed).normal(0, level, RATE_HZ * ms // 1000)


def sunk(sound: Float64Array) -> list[bool]:
    return each(Loudness(), Framer().feed(np.clip(sound, -32768, 32767).astype("<i2").tobytes()))


def talk(level: float, background: float, gain: float = 1.0) -> Float64Array:
    """A second of background, two of words with gaps of 100 ms, two of background."""
    words = [noise(part, 100 + 200 * (part > 0), 5) for part in (level, 0, level, 0, level, level)]
    spoken = np.concatenate([np.zeros(RATE_HZ), *words, np.zeros(2 * RATE_HZ)])
    heard: Float64Array = spoken + noise(background, 1000 * len(spoken) // RATE_HZ, 6)
    return heard * gain


def test_speech_is_not_sunk_and_what_is_left_after_it_is() -> None:
    sound = talk(3_000, 600)
    answers = sunk(sound)
    last_word = (len(sound) - 2 * RATE_HZ) // (RATE_HZ * FRAME_MS // 1000)

    assert not any(answers[60:last_word])
    assert all(answers[last_word + 10 : last_word + 50])


@given(gain=st.floats(0.05, 3.0))
def test_how_loud_everything_is_does_not_matter(gain: float) -> None:
    assert np.mean(np.array(sunk(talk(3_000, 600))) == sunk(talk(3_000, 600, gain))) > 0.98


@given(level=st.sampled_from([0.0, 1.0, 30.0, 3_000.0]), seed=st.integers(0, 5))
def test_loudness_that_never_changes_tells_nothing(level: float, seed: int) -> None:
    assert not any(sunk(noise(level, 2_000, seed)))


def test_a_reset_forgets_the_levels() -> None:
    stage = Loudness()
    frames = Framer().feed(talk(3_000, 600).astype("<i2").tobytes())
    first = each(stage, frames)
    stage.reset()

    assert each(stage, frames) == first
