"""Frames do not depend on how the sound arrived."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.errors import AudioError
from device.events import FRAME_BYTES, FRAME_MS, FRAME_SAMPLES

EDGES = [0, 1, FRAME_SAMPLES - 1, FRAME_SAMPLES, FRAME_SAMPLES + 1, 3 * FRAME_SAMPLES]


@st.composite
def sound_in_blocks(draw: st.DrawFn) -> list[bytes]:
    """One rising ramp of samples, cut where framers go wrong: at and beside frame edges."""
    lengths = draw(st.lists(st.sampled_from(EDGES) | st.integers(0, 2 * FRAME_SAMPLES), max_size=8))
    ramp = np.arange(sum(lengths)).astype("<i2").tobytes()
    return [ramp[2 * a : 2 * b] for a, b in pairwise(accumulate(lengths, initial=0))]


@given(blocks=sound_in_blocks())
def test_frames_do_not_depend_on_how_the_sound_was_cut(blocks: list[bytes]) -> None:
    sound = b"".join(blocks)
    framer = Framer()

    frames = [frame for block in blocks for frame in framer.feed(block)]

    assert frames == Framer().feed(sound)
    assert len(frames) == len(sound) // FRAME_BYTES
    assert b"".join(frame.pcm for frame in frames) == sound[: len(frames) * FRAME_BYTES]
    assert [frame.start_ms for frame in frames] == [i * FRAME_MS for i in range(len(frames))]


@given(blocks=sound_in_blocks())
def test_the_end_of_the_stream_loses_no_sample(blocks: list[bytes]) -> None:
    sound = b"".join(blocks)
    framer = Framer()
    frames = [frame for block in blocks for frame in framer.feed(block)]

    frames += framer.finish()

    heard = b"".join(frame.pcm for frame in frames)
    assert heard[: len(sound)] == sound
    assert not any(heard[len(sound) :])
    assert len(heard) - len(sound) < FRAME_BYTES
    assert framer.finish() == []


@given(blocks=sound_in_blocks())
def test_after_a_reset_the_framer_is_as_new(blocks: list[bytes]) -> None:
    framer = Framer()
    framer.feed(b"\1\0" * 500)

    framer.reset()

    sound = b"".join(blocks)
    assert framer.feed(sound) == Framer().feed(sound)


def test_one_frame_and_a_half() -> None:
    framer = Framer()

    (first,) = framer.feed(b"\1\0" * 480)
    (second,) = framer.feed(b"\2\0" * 160)

    assert first.start_ms == 0
    assert second.start_ms == 20
    assert second.pcm == b"\1\0" * 160 + b"\2\0" * 160


def test_a_block_that_splits_a_sample_is_refused_and_nothing_is_taken() -> None:
    framer = Framer()
    framer.feed(b"\1\0" * 100)

    with pytest.raises(AudioError, match="block of 3 bytes splits"):
        framer.feed(b"\1\0\1")

    (frame,) = framer.feed(b"\2\0" * 220)
    assert frame.pcm == b"\1\0" * 100 + b"\2\0" * 220
