import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.acoustics import (
    RATE_HZ,
    Scene,
    Sound,
    add_noise,
    any_noise,
    coloured_noise,
    from_pcm,
    impulse_response,
    perform,
    reverberate,
    speech_level,
    to_pcm,
)


def bursts(seed: int, samples: int = RATE_HZ) -> Sound:
    """Half a second of noise in the middle of silence, as a word would be."""
    sound = np.zeros(samples, np.float32)
    middle = slice(samples // 4, 3 * samples // 4)
    sound[middle] = np.random.default_rng(seed).standard_normal(samples)[middle] * 0.1
    return sound


def level_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2)))


@given(snr_db=st.floats(-5, 40), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_noise_comes_at_the_ratio_that_was_asked_for(snr_db: float, seed: int) -> None:
    speech = bursts(seed)
    noise = coloured_noise(len(speech), 1.0, np.random.default_rng(seed + 1))

    added = add_noise(speech, noise, snr_db) - speech

    ratio_db = 20 * np.log10(speech_level(speech)) - level_db(added)
    assert ratio_db == pytest.approx(snr_db, abs=0.05)


def test_the_level_of_speech_does_not_count_the_silence_around_it() -> None:
    speech = bursts(1)

    assert speech_level(np.pad(speech, 3 * RATE_HZ)) == pytest.approx(
        speech_level(speech), rel=0.05
    )


def test_noise_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="noise of 7"):
        add_noise(bursts(0), np.zeros(7, np.float32), 10.0)


@given(seed=st.integers(0, 10_000), samples=st.integers(1_000, 30_000))
@settings(max_examples=60, deadline=None)
def test_a_scene_keeps_the_length_and_repeats_with_its_seed(seed: int, samples: int) -> None:
    sound, others = bursts(seed, samples), [bursts(seed + 1), bursts(seed + 2)]
    heard, again, other = (
        perform(sound, Scene(), others=others, random=np.random.default_rng(s))
        for s in (seed, seed, seed + 1)
    )

    assert heard.dtype == np.float32
    assert len(heard) == samples
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 1.0
    assert np.array_equal(heard, again)
    assert not np.array_equal(heard, other)


@pytest.mark.parametrize("seed", range(25))
def test_every_kind_of_noise_has_level_one(seed: int) -> None:
    noise = any_noise(8_000, [bursts(1)], np.random.default_rng(seed))

    assert level_db(noise) == pytest.approx(0.0, abs=0.1)


def test_brown_noise_lies_lower_than_white_noise() -> None:
    def share_below_500_hz(slope: float) -> float:
        noise = coloured_noise(RATE_HZ, slope, np.random.default_rng(0))
        power = np.abs(np.fft.rfft(noise)) ** 2
        return float(power[:500].sum() / power.sum())

    white, pink, brown = map(share_below_500_hz, (0.0, 1.0, 2.0))

    assert white == pytest.approx(500 / 8000, abs=0.02)
    assert white < pink < brown


@pytest.mark.parametrize("seed", range(10))
def test_a_room_starts_with_the_direct_sound_and_dies_away(seed: int) -> None:
    response = impulse_response(np.random.default_rng(seed))
    energy = np.cumsum(response[::-1].astype(np.float64) ** 2)[::-1]

    assert response[0] == 1.0
    assert energy[int(0.9 * len(energy))] < 1e-2 * energy[0]


def test_a_room_without_walls_changes_nothing() -> None:
    sound = bursts(3)

    heard = reverberate(sound, np.array([1.0, 0.0, 0.0], np.float32))

    assert np.abs(heard - sound).max() < 1e-5


@given(samples=st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50))
def test_samples_survive_the_way_to_sound_and_back(samples: list[int]) -> None:
    pcm = np.array(samples, np.int16)

    assert np.array_equal(to_pcm(from_pcm(pcm)), pcm)


def test_sound_beyond_full_scale_is_cut_off_and_does_not_wrap() -> None:
    assert to_pcm(np.array([1.5, -1.5], np.float32)).tolist() == [32_767, -32_768]
