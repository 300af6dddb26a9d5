"""One request out of the stream, handed on while it is being said."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.audio.endpoint import Over, Patience
from device.audio.framer import Framer
from device.audio.listener import PRE_ROLL_MS, Heard, Listener
from device.audio.vad import silero
from device.events import (
    FRAME_BYTES,
    FRAME_MS,
    RATE_HZ,
    AudioFrame,
    EndReason,
    SpeechStarted,
    Utterance,
)
from device.stage import each
from tests.audio.test_vad import spoken

SILENCE_SECOND = np.zeros(RATE_HZ, np.int16)


class Loudness:
    """A detector for tests: whatever is louder than 1,000 is speech."""

    def __call__(self, audio: bytes, /) -> float:
        return float(np.abs(np.frombuffer(audio, "<i2").astype(int)).max() > 1_000)

    def reset(self) -> None:
        """It remembers nothing."""


def heard_in(listener: Listener, pcm: bytes) -> list[Heard]:
    framer = Framer()
    heard = each(listener, framer.feed(pcm))
    return [*heard, *listener.finish()]


def sound(*parts: tuple[int, int]) -> bytes:
    """Sound given as (level, milliseconds)."""
    levels = [np.full(RATE_HZ * ms // 1_000, level, "<i2") for level, ms in parts]
    return b"".join(level.tobytes() for level in levels)


def check_order(heard: list[Heard]) -> Utterance:
    """One start, its frames without a gap, one utterance with the very same sound."""
    *before, last = heard
    assert isinstance(last, Utterance)
    if not last.pcm:
        assert before == []
        return last
    start, *frames = before
    assert isinstance(start, SpeechStarted)
    assert all(isinstance(frame, AudioFrame) for frame in frames)
    kept = [frame for frame in frames if isinstance(frame, AudioFrame)]
    assert start.start_ms == last.start_ms == kept[0].start_ms
    assert [b.start_ms - a.start_ms for a, b in pairwise(kept)] == [FRAME_MS] * (len(kept) - 1)
    assert b"".join(frame.pcm for frame in kept) == last.pcm
    return last


def test_a_request_comes_with_its_pre_roll_and_ends_by_silence() -> None:
    pcm = sound((0, 1_000), (5_000, 800), (0, 1_500))

    utterance = check_order(heard_in(Listener(Loudness()), pcm))

    assert utterance.reason is EndReason.SILENCE
    assert 1_000 - PRE_ROLL_MS - 40 <= utterance.start_ms <= 1_000 - PRE_ROLL_MS + 40
    length_ms = len(utterance.pcm) // 32
    assert length_ms == pytest.approx(PRE_ROLL_MS + 800 + 600, abs=60)
    assert sound((5_000, 800)) in utterance.pcm


def test_frames_are_handed_on_while_somebody_speaks() -> None:
    listener = Listener(Loudness())
    framer = Framer()

    before = each(listener, framer.feed(sound((0, 500))))
    during = each(listener, framer.feed(sound((5_000, 400))))

    assert before == []
    assert isinstance(during[0], SpeechStarted)
    assert len(during) > 20


def test_silence_gives_an_utterance_without_sound() -> None:
    listener = Listener(Loudness(), Patience(patience_ms=2_000))

    heard = each(listener, Framer().feed(sound((0, 3_000))))

    assert heard == [Utterance(pcm=b"", start_ms=2_000, reason=EndReason.SILENCE)]
    assert listener.finish() == []


def test_a_sound_of_a_minute_is_cut_at_the_longest_request() -> None:
    heard = heard_in(Listener(Loudness(), Patience(longest_ms=15_000)), sound((5_000, 60_000)))

    utterance = check_order(heard)

    assert utterance.reason is EndReason.TOO_LONG
    assert 15_000 <= len(utterance.pcm) // 32 <= 15_000 + PRE_ROLL_MS


def test_a_stream_that_ends_in_mid_word_ends_the_request() -> None:
    utterance = check_order(heard_in(Listener(Loudness()), sound((0, 100), (5_000, 500))))

    assert utterance.reason is EndReason.STREAM_END
    assert utterance.pcm.endswith(sound((5_000, 400)))


def test_nothing_is_heard_after_the_end_until_a_reset() -> None:
    listener = Listener(Loudness())
    request = sound((0, 400), (5_000, 800), (0, 700))
    first = each(listener, Framer().feed(request))

    deaf = each(listener, Framer().feed(request))
    listener.reset()
    again = each(listener, Framer().feed(request))

    assert deaf == []
    assert check_order(first) == check_order(again)


def test_the_pre_roll_of_a_request_holds_no_sound_from_before_the_reset() -> None:
    listener = Listener(Loudness())
    each(listener, Framer().feed(sound((700, 400))))

    listener.reset()
    utterance = check_order(heard_in(listener, sound((0, 100), (5_000, 500), (0, 700))))

    assert utterance.start_ms == 0
    assert utterance.pcm.startswith(sound((0, 100), (5_000, 500)))


@given(
    parts=st.lists(
        st.tuples(st.sampled_from([0, 0, 5_000]), st.integers(1, 90).map(lambda n: 20 * n)),
        max_size=8,
    ),
    cuts=st.lists(st.integers(0, FRAME_BYTES * 40), max_size=10),
)
def test_whatever_is_heard_comes_out_in_order_and_does_not_depend_on_the_cutting(
    parts: list[tuple[int, int]], cuts: list[int]
) -> None:
    pcm = sound((0, 0), *parts)
    edges = [2 * at for at in accumulate(cuts, initial=0) if 2 * at < len(pcm)] + [len(pcm)]
    patience = Patience(silence_ms=300, patience_ms=1_500, longest_ms=3_000)

    framer, listener = Framer(), Listener(Loudness(), patience)
    frames = each(framer, [pcm[a:b] for a, b in pairwise(edges)])
    cut = [*each(listener, frames), *listener.finish()]

    assert cut == heard_in(Listener(Loudness(), patience), pcm)
    check_order(cut)
    assert isinstance(listener.phase, Over)


def test_the_real_detector_keeps_a_whole_sentence_and_ends_soon_after_it() -> None:
    speech = spoken("turn on the kitchen light and set the bedroom thermostat to 21 degrees")
    pcm = np.concatenate([SILENCE_SECOND, speech, SILENCE_SECOND, SILENCE_SECOND]).tobytes()

    utterance = check_order(heard_in(Listener(silero()), pcm))

    loud = np.flatnonzero(np.abs(speech.astype(int)) > 500)
    first_ms = 1_000 + int(loud[0]) // 16
    last_ms = 1_000 + int(loud[-1]) // 16
    end_ms = utterance.start_ms + len(utterance.pcm) // 32
    assert utterance.reason is EndReason.SILENCE
    assert utterance.start_ms <= first_ms
    assert 400 <= end_ms - last_ms <= 900


def test_the_real_detector_hears_nothing_in_a_minute_of_noise() -> None:
    generator = np.random.default_rng(3)
    noise = generator.normal(scale=600, size=60 * RATE_HZ).astype("<i2").tobytes()

    utterance = check_order(heard_in(Listener(silero()), noise))

    assert utterance.pcm == b""
