"""The speaker does not hear itself, and hears people through its own voice (pretend rooms)."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.edges.echo import TAIL_S, Echo
from device.edges.resampling import to_pcm
from device.wake.microwakeword import load_microwakeword
from device.wake.wakeword import WakeWord
from simulator.acoustics import RATE_HZ, Sound, impulse_response
from simulator.soundcard import PretendCard

pytest.importorskip("pywebrtc_audio", reason="pywebrtc-audio is not installed")
SOUNDS = Path(__file__).parent.parent / "sounds"
OTHERS = ("alexa", "hey_jarvis", "hey_mycroft")


def voice(*names: str) -> Sound:
    parts = [soundfile.read(SOUNDS / f"{name}.flac", dtype="float32")[0] for name in names]
    return np.concatenate(parts)


def silence(seconds: float) -> Sound:
    noise = np.random.default_rng(1).standard_normal(round(seconds * RATE_HZ))
    return (3e-4 * noise).astype(np.float32)


def response(seed: int, *, gain: float = 0.5) -> Sound:
    """From the loudspeaker to the microphone beside it: the room is at least 8 dB below."""
    found = impulse_response(np.random.default_rng(seed))
    found[1:] *= min(1.0, 0.4 / float(np.linalg.norm(found[1:])))
    return (gain * found).astype(np.float32)


def long_reply() -> Sound:
    """Nine seconds of somebody else's voice."""
    return voice(*(f"{word}.slt" for word in OTHERS), *(f"{word}.rms" for word in OTHERS))


def heard(card: PretendCard, near: Sound) -> Sound:
    pcm = b"".join(card.hear(near))
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32_768


def level_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


def detections(card: PretendCard, near: Sound) -> list[int]:
    """When "okay nabu" was heard, milliseconds."""
    framer, wake = Framer(), WakeWord(load_microwakeword("okay_nabu"))
    frames = (frame for block in card.hear(near) for frame in framer.feed(block))
    return [found.start_ms for frame in frames for found in wake.feed(frame)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_echo_of_a_reply_is_taken_out(seed: int) -> None:
    reply = long_reply()
    loud, quiet = (
        PretendCard(response(seed), echo=echo, jitter_s=0.003) for echo in (None, Echo())
    )
    for card in (loud, quiet):
        card.play(to_pcm(reply), rate_hz=RATE_HZ)

    with_echo = heard(loud, silence(6))[2 * RATE_HZ :]
    without = heard(quiet, silence(6))[2 * RATE_HZ :]

    assert level_db(without) < level_db(with_echo) - 15


def test_the_speaker_is_not_woken_by_its_own_voice_but_by_people_who_interrupt_it() -> None:
    reply = np.concatenate([voice("hey_mycroft.slt", "alexa.rms"), voice("okay_nabu.slt")])
    own_s = (len(reply) - len(voice("okay_nabu.slt"))) / RATE_HZ
    person = 0.6 * voice("okay_nabu.rms")
    near = silence(own_s + 4)
    near[2 * RATE_HZ : 2 * RATE_HZ + len(person)] += person

    def woken(echo: Echo | None, spoken: Sound) -> list[int]:
        card = PretendCard(response(4), echo=echo)
        card.play(to_pcm(reply), rate_hz=RATE_HZ)
        return detections(card, spoken)

    itself = woken(None, silence(own_s + 4))
    somebody = woken(Echo(), near)

    assert itself, "without cancellation it wakes itself: else this test proves nothing"
    assert itself[0] > 1_000 * own_s
    assert len(somebody) == 1
    assert 2_000 < somebody[0] < 2_000 + 1_000 * len(person) / RATE_HZ


def test_without_a_sound_from_the_loudspeaker_nothing_is_changed() -> None:
    spoken = voice("hey_jarvis.awb")

    echo, pcm = Echo(), to_pcm(spoken)
    blocks = [pcm[i : i + 640] for i in range(0, len(pcm), 640)]
    found = b"".join(echo.cancel(block, at_s=0.02 * i) for i, block in enumerate(blocks))

    assert found == pcm


def test_long_after_a_reply_nothing_is_changed_either() -> None:
    card = PretendCard(response(5), echo=Echo())
    card.play(to_pcm(voice("alexa.slt")), rate_hz=RATE_HZ)
    heard(card, silence(3 + TAIL_S))
    spoken = voice("hey_jarvis.awb")

    found = heard(card, spoken)

    assert np.allclose(found, spoken[: len(found)], atol=1e-4)


@settings(max_examples=15)
@given(
    cuts=st.lists(st.integers(0, 16_000), max_size=10),
    begins=st.lists(st.floats(-1.0, 2.0), max_size=4),
    rates=st.lists(st.sampled_from([16_000, 44_100, 48_000]), min_size=1, max_size=3),
)
def test_no_sound_is_lost_however_it_is_cut_and_whatever_is_played_when(
    cuts: list[int], begins: list[float], rates: list[int]
) -> None:
    echo = Echo()
    for i, begin in enumerate(begins):
        rate_hz = rates[i % len(rates)]
        echo.played(np.full(rate_hz // 10, 0.1, np.float32), rate_hz=rate_hz, at_s=begin)
    sound = np.zeros(16_000, "<i2")
    edges = [0, *sorted(cuts), len(sound)]

    found = [echo.cancel(sound[a:b].tobytes(), at_s=a / RATE_HZ) for a, b in pairwise(edges)]
    found.append(echo.cancel(b"", at_s=100.0))

    assert len(b"".join(found)) == 2 * len(sound)
