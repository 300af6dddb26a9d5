"""Several microphones are aimed at who speaks, wherever that is and however the sound is cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.edges.beam import Beam
from device.edges.resampling import Float32Array


def heard(rate_hz: int, delays: list[float], *, noise: float, seed: int) -> Float32Array:
    """Two seconds of somebody speaking, as microphones hear it that many samples later."""
    random = np.random.default_rng(seed)
    count = 2 * rate_hz
    voice = np.convolve(random.standard_normal(count), np.ones(4) / 4, "same")
    voice *= 0.2 * (np.sin(np.arange(count) / rate_hz * 20) > 0)
    spectrum, turns = np.fft.rfft(voice, 2 * count), np.fft.rfftfreq(2 * count)
    channels = [
        np.fft.irfft(spectrum * np.exp(-2j * np.pi * turns * delay))[:count] for delay in delays
    ]
    sound = np.stack(channels, axis=1) + noise * random.standard_normal((count, len(delays)))
    found: Float32Array = sound.astype(np.float32)
    return found


def aimed(beam: Beam, sound: Float32Array, step: int) -> Float32Array:
    parts = [beam.feed(sound[i : i + step]) for i in range(0, len(sound), step)]
    return np.concatenate(parts)


def excess_db(sound: Float32Array, voice: Float32Array) -> float:
    wrong = sound - voice
    return float(10 * np.log10((voice**2).sum() / (wrong**2).sum()))


@settings(max_examples=8)
@given(
    rate_hz=st.sampled_from([16_000, 48_000]),
    others=st.lists(st.floats(-10, 10), min_size=1, max_size=5),
    seed=st.integers(0, 99),
)
def test_the_delays_of_any_array_are_found(rate_hz: int, others: list[float], seed: int) -> None:
    beam = Beam(rate_hz, 1 + len(others))

    aimed(beam, heard(rate_hz, [0.0, *others], noise=0.01, seed=seed), rate_hz // 50)

    assert beam.delays == pytest.approx([0.0, *others], abs=0.26)


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_four_microphones_hear_a_voice_in_noise_better_than_one_or_than_their_mean(
    rate_hz: int,
) -> None:
    delays = [0.0, 2.3, -1.7, 3.1]
    clean = heard(rate_hz, delays, noise=0.0, seed=5)[:, 0]
    noisy = heard(rate_hz, delays, noise=0.03, seed=5)
    beam = Beam(rate_hz, 4)

    found = aimed(beam, noisy, rate_hz // 50)[rate_hz + beam.latency :]

    end = 2 * rate_hz - beam.latency
    voice, one = clean[rate_hz:end], noisy[rate_hz:end, 0]
    assert excess_db(found, voice) > excess_db(one, voice) + 5
    assert excess_db(found, voice) > excess_db(noisy[rate_hz:end].mean(axis=1), voice) + 5


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 6_000), max_size=8), seed=st.integers(0, 9))
def test_as_much_comes_out_as_went_in_however_the_sound_is_cut(cuts: list[int], seed: int) -> None:
    sound = heard(16_000, [0.0, 1.0], noise=0.01, seed=seed)[:6_000]
    edges = [0, *sorted(cuts), len(sound)]
    beam = Beam(16_000, 2)

    for a, b in pairwise(edges):
        assert len(beam.feed(sound[a:b])) == b - a


def test_while_nobody_speaks_the_aim_stays() -> None:
    beam = Beam(16_000, 2)
    aimed(beam, heard(16_000, [0.0, 4.0], noise=0.01, seed=1), 320)
    before = beam.delays

    random = np.random.default_rng(2)
    aimed(beam, (0.01 * random.standard_normal((16_000, 2))).astype(np.float32), 320)

    assert np.array_equal(beam.delays, before)


def test_silence_and_a_single_microphone_stay_what_they_are() -> None:
    sound = heard(16_000, [0.0], noise=0.01, seed=3)
    beam = Beam(16_000, 1)
    late = aimed(beam, sound, 320)

    assert np.allclose(late[beam.latency :], sound[: -beam.latency, 0], atol=1e-3)
    assert not Beam(16_000, 3).feed(np.zeros((640, 3), np.float32)).any()
