"""Signals and volume."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.speech.sound import Sound
from device.speech.tones import PEAK, RATE_HZ, end_tone, error_tone, ring_tone, tone, wake_tone

ALL = {"wake": wake_tone(), "end": end_tone(), "error": error_tone(), "ring": ring_tone()}


def samples_of(sound: Sound) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.frombuffer(sound.pcm, dtype="<i2").astype(np.int32)


@pytest.mark.parametrize("name", ALL)
def test_a_signal_is_short_and_never_clicks_or_clips(name: str) -> None:
    samples = samples_of(ALL[name])

    assert 100 < ALL[name].ms < 1_600
    assert 0.5 * PEAK * 32_767 < np.abs(samples).max() <= PEAK * 32_767 + 1
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    assert np.abs(np.diff(samples)).max() < 0.6 * PEAK * 32_767


def test_the_signals_differ() -> None:
    assert len({sound.pcm for sound in ALL.values()}) == len(ALL)


def test_a_note_has_its_pitch() -> None:
    samples = samples_of(tone(((440.0, 500),)))

    peak_hz = np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples)

    assert peak_hz == pytest.approx(440.0, abs=4.0)


@given(
    values=st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50),
    volume=st.integers(0, 100),
)
def test_a_lower_volume_is_never_louder_and_never_wraps(values: list[int], volume: int) -> None:
    sound = Sound(pcm=np.array(values, "<i2").tobytes(), rate_hz=16_000)

    softer = samples_of(sound.at_volume(volume))

    assert np.all(np.abs(softer) <= np.abs(values))
    assert np.all(softer * np.array(values) >= 0)
    assert sound.at_volume(100) == sound
    assert not samples_of(sound.at_volume(0)).any()


@pytest.mark.parametrize("volume", [-1, 101])
def test_a_volume_beyond_the_scale_is_refused(volume: int) -> None:
    with pytest.raises(ValueError, match=f"got {volume}"):
        Sound(pcm=b"\0\0", rate_hz=16_000).at_volume(volume)
