import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.audio.features import (
    CLIP,
    FEATURES,
    FLOOR_DB,
    HIGHEST_HZ,
    HOP_SAMPLES,
    LOWEST_HZ,
    MELS,
    RATE_HZ,
    SPAN_SAMPLES,
    STEP_SAMPLES,
    LogMel,
    mel_bands,
    spectrum_db,
    whole,
)
from device.errors import AudioError

EDGES = [0, 1, HOP_SAMPLES, STEP_SAMPLES - 1, STEP_SAMPLES, SPAN_SAMPLES, SPAN_SAMPLES + 1]


def speech_like(seed: int, samples: int, gain: float = 1.0) -> npt.NDArray[np.int16]:
    """Noise in bursts, so that the level rises and falls as in speech."""
    random = np.random.default_rng(seed)
    bursts = np.repeat(random.uniform(0, 1, samples // 1600 + 1) ** 2, 1600)[:samples]
    sound = random.standard_normal(samples) * bursts * 3000 * gain
    spoken: npt.NDArray[np.int16] = np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
    return spoken


@st.composite
def cut_sound(draw: st.DrawFn) -> list[npt.NDArray[np.int16]]:
    """Sound of up to half a second, cut at and beside the edges of steps."""
    sizes = st.sampled_from(EDGES) | st.integers(0, 3 * STEP_SAMPLES)
    lengths = draw(st.lists(sizes, max_size=10))
    sound = speech_like(draw(st.integers(0, 99)), sum(lengths))
    return np.split(sound, np.cumsum(lengths)[:-1]) if lengths else []


@given(blocks=cut_sound(), as_bytes=st.booleans())
@settings(max_examples=150, deadline=None)
def test_streamed_steps_have_the_very_bits_of_the_whole_recording(
    blocks: list[npt.NDArray[np.int16]], as_bytes: bool
) -> None:
    sound = np.concatenate([np.zeros(0, np.int16), *blocks])
    stage = LogMel()

    steps = [
        step
        for block in blocks
        for step in stage.feed(block.astype("<i2").tobytes() if as_bytes else block)
    ]

    expected = whole(sound)
    assert len(steps) == len(expected) == max(0, (len(sound) - SPAN_SAMPLES) // STEP_SAMPLES + 1)
    assert all(step.dtype == np.float32 and step.shape == (FEATURES,) for step in steps)
    assert [step.tobytes() for step in steps] == [step.tobytes() for step in expected]


def test_a_step_comes_with_the_last_sample_it_looks_at_and_not_before() -> None:
    sound = speech_like(1, SPAN_SAMPLES)
    stage = LogMel()

    assert stage.feed(sound[:-1]) == []
    assert len(stage.feed(sound[-1:])) == 1


@given(gain_db=st.floats(-9, 9), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_louder_microphone_changes_little(gain_db: float, seed: int) -> None:
    plain, louder = (
        whole(speech_like(seed, RATE_HZ, gain)) for gain in (1.0, 10 ** (gain_db / 20))
    )

    assert np.std(plain) > 0.3
    assert np.abs(plain - louder).mean() < 0.12


def test_each_tone_is_loudest_in_the_band_around_its_pitch() -> None:
    edges_mel = np.linspace(
        2595 * np.log10(1 + LOWEST_HZ / 700), 2595 * np.log10(1 + HIGHEST_HZ / 700), MELS + 2
    )
    centres_hz = 700 * (10 ** (edges_mel / 2595) - 1)[1:-1]
    time_s = np.arange(RATE_HZ // 4) / RATE_HZ

    for band in range(3, MELS, 6):
        tone = np.rint(8000 * np.sin(2 * np.pi * centres_hz[band] * time_s)).astype(np.int16)
        found = int(spectrum_db(tone).mean(axis=(0, 1)).argmax())
        assert abs(found - band) <= 1, f"{centres_hz[band]:.0f} Hz is loudest in band {found}"


def test_every_band_hears_something() -> None:
    assert (mel_bands().sum(axis=0) > 0).all()


def test_silence_and_the_loudest_sound_stay_in_range() -> None:
    square = np.tile(np.array([32767] * 8 + [-32768] * 8, np.int16), 1000)

    for sound in (np.zeros(16_000, np.int16), square):
        features = whole(sound)
        assert len(features) > 0
        assert np.isfinite(features).all()
        assert np.abs(features).max() <= CLIP


def test_after_reset_the_same_sound_gives_the_same_steps() -> None:
    sound = speech_like(3, RATE_HZ // 2)
    stage = LogMel()
    first = np.stack(stage.feed(sound))
    stage.feed(sound[:777])

    stage.reset()

    assert stage.level_db == FLOOR_DB
    assert np.array_equal(np.stack(stage.feed(sound)), first)


def test_the_level_rises_at_once_and_sinks_slowly() -> None:
    stage = LogMel()
    stage.feed(speech_like(5, RATE_HZ))
    loud_db = stage.level_db

    stage.feed(np.zeros(RATE_HZ // 2, np.int16))

    assert FLOOR_DB < stage.level_db < loud_db
    assert loud_db - stage.level_db < 15


def test_half_a_sample_is_refused_and_loses_nothing() -> None:
    sound = speech_like(6, SPAN_SAMPLES).astype("<i2").tobytes()
    stage = LogMel()
    stage.feed(sound[:800])

    with pytest.raises(AudioError, match="3 bytes splits"):
        stage.feed(b"abc")

    assert len(stage.feed(sound[800:])) == 1
