"""Voice activity: every sample looked at once, and the real detector on real speech."""

import numpy as np
import soxr
from hypothesis import given
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.audio.vad import LOOK_BYTES, VoiceActivity, silero
from device.events import FRAME_BYTES, FRAME_SAMPLES, RATE_HZ, AudioFrame
from device.speech import espeak
from device.stage import each


class Ears:
    """A detector that remembers what it was given and answers with a running number."""

    def __init__(self) -> None:
        self.looks: list[bytes] = []

    def __call__(self, audio: bytes, /) -> float:
        assert len(audio) == LOOK_BYTES
        self.looks.append(audio)
        return len(self.looks) / 1_000

    def reset(self) -> None:
        self.looks.clear()


def frames_of(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> list[AudioFrame]:
    framer = Framer()
    return [*framer.feed(samples.astype("<i2").tobytes()), *framer.finish()]


def spoken(text: str) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    pcm, rate_hz = espeak.synthesize(text)
    heard: np.ndarray[tuple[int], np.dtype[np.int16]] = soxr.resample(
        np.frombuffer(pcm, "<i2"), rate_hz, RATE_HZ
    )
    return heard


@given(frames=st.integers(0, 40))
def test_every_sample_is_looked_at_once_and_in_order(frames: int) -> None:
    ears = Ears()
    ramp = np.arange(frames * FRAME_SAMPLES, dtype=np.int16)

    voiced = each(VoiceActivity(ears), frames_of(ramp))

    sound = ramp.astype("<i2").tobytes()
    looks = frames * FRAME_BYTES // LOOK_BYTES
    assert len(ears.looks) == looks
    assert b"".join(ears.looks) == sound[: looks * LOOK_BYTES]
    assert [v.frame for v in voiced] == frames_of(ramp)
    assert [v.speech for v in voiced] == [
        (i * FRAME_BYTES // LOOK_BYTES) / 1_000 for i in range(1, frames + 1)
    ]


def test_eight_frames_make_exactly_five_looks() -> None:
    ears = Ears()

    each(VoiceActivity(ears), frames_of(np.zeros(8 * FRAME_SAMPLES, np.int16)))

    assert len(ears.looks) == 5


def test_after_a_reset_old_sound_is_forgotten() -> None:
    ears = Ears()
    activity = VoiceActivity(ears)
    each(activity, frames_of(np.ones(FRAME_SAMPLES, np.int16)))

    activity.reset()
    each(activity, frames_of(np.zeros(8 * FRAME_SAMPLES, np.int16)))

    assert len(ears.looks) == 5
    assert not any(any(look) for look in ears.looks)


def test_the_real_detector_tells_speech_from_silence_noise_and_hum() -> None:
    generator = np.random.default_rng(5)
    second = np.arange(RATE_HZ) / RATE_HZ
    sounds = {
        "silence": np.zeros(RATE_HZ, np.int16),
        "noise": generator.normal(scale=800, size=RATE_HZ).astype(np.int16),
        "hum": (4_000 * np.sin(2 * np.pi * 100 * second)).astype(np.int16),
        "speech": spoken("turn on the kitchen light"),
    }
    activity = VoiceActivity(silero())

    shares = {}
    for name, sound in sounds.items():
        activity.reset()
        judged = [voiced.speech for voiced in each(activity, frames_of(sound))]
        assert judged
        shares[name] = float(np.mean(np.array(judged) > 0.5))

    assert shares["speech"] > 0.5
    assert shares["silence"] == shares["noise"] == shares["hum"] == 0.0


def test_the_real_detector_gives_the_same_answers_after_a_reset() -> None:
    activity = VoiceActivity(silero())
    frames = frames_of(spoken("is the front door locked"))

    first = each(activity, frames)
    activity.reset()

    assert each(activity, frames) == first
