"""Sound cards through the real PortAudio, on a virtual ALSA card that is made of files.

PortAudio looks for cards once, when it is loaded, so that each test has its own process.
The virtual card is as fast as the machine: it never waits for real time.
"""

import importlib.util
import os
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.edges.playback import Playback
from device.edges.portaudio import formats
from device.edges.resampling import Float32Array, Resampler, from_pcm, mono, to_pcm
from device.edges.wavloudspeaker import WavLoudspeaker
from device.errors import AudioError

ROOT = Path(__file__).parent.parent.parent
CARD = """
pcm.rig {{ type file slave.pcm {{ type null }} file {out} infile {inp} format raw }}
pcm.!default {{ type plug slave.pcm rig }}
"""
BEGIN = """
import time
import numpy as np
from device.edges.portaudio import cards
from device.edges.soundcard import CardLoudspeaker, CardMicrophone
from device.errors import AudioError

def complaint(make):
    try:
        make()
    except AudioError as error:
        print(error)
    else:
        raise SystemExit("no complaint")
"""


def portaudio_works() -> bool:
    if importlib.util.find_spec("sounddevice") is None or not sys.platform.startswith("linux"):
        return False
    run = subprocess.run([sys.executable, "-c", "import sounddevice"], capture_output=True)
    return run.returncode == 0


needs_portaudio = pytest.mark.skipif(
    not portaudio_works(), reason="PortAudio (Debian package libportaudio2) is not installed"
)


def run(code: str, **environment: str) -> list[str]:
    """Run code in a process of its own; its lines."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + code],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def card(tmp_path: Path) -> dict[str, str]:
    """A stereo card that hears 440 Hz on the left channel (at 44.1 kHz), nothing on the right."""
    tone = 8_000 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
    np.stack([tone, np.zeros_like(tone)], axis=1).astype("<i2").tofile(tmp_path / "in.raw")
    config = tmp_path / "asound.conf"
    config.write_text(CARD.format(out=tmp_path / "out.raw", inp=tmp_path / "in.raw"))
    return {"ALSA_CONFIG_PATH": str(config)}


@needs_portaudio
def test_a_microphone_hears_at_its_own_rate_and_gives_16_khz(card: dict[str, str]) -> None:
    lines = run(
        """
for channel in (None, 0, 1):
    microphone = CardMicrophone("rig", channel=channel)
    sound = b"".join(microphone.read(1_000) for _ in range(60))
    microphone.close()
    samples = np.frombuffer(sound, "<i2").astype(float)
    pitch_hz = np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples)
    print(microphone.rate_hz, len(samples), round(pitch_hz), round(np.abs(samples[2000:]).max()))
""",
        **card,
    )

    heard = [[int(word) for word in line.split()] for line in lines]
    both, left, right = heard
    assert both[0] == left[0] == 44_100
    assert 60 * 320 - 800 < both[1] <= 60 * 320
    assert abs(both[2] - 440) <= 2
    assert abs(left[2] - 440) <= 2
    assert both[3] == pytest.approx(4_000, rel=0.08)
    assert left[3] == pytest.approx(8_000, rel=0.08)
    assert right[3] == 0


@needs_portaudio
def test_sound_that_nobody_reads_is_lost_and_counted(card: dict[str, str]) -> None:
    (overruns,) = run(
        """
microphone = CardMicrophone()
for _ in range(200):
    time.sleep(0.05)
    if microphone.overruns:
        break
print(microphone.overruns)
microphone.close()
""",
        **card,
    )

    assert int(overruns) > 0


@needs_portaudio
def test_a_microphone_that_stops_is_gone(card: dict[str, str]) -> None:
    (line,) = run(
        """
microphone = CardMicrophone()
microphone.read(1_000)
microphone.close()
def drain():
    while True:
        microphone.read(10)
complaint(drain)
""",
        **card,
    )

    assert line == "microphone default is gone; is it unplugged?"


@needs_portaudio
def test_a_loudspeaker_plays_falls_silent_and_plays_again(
    card: dict[str, str], tmp_path: Path
) -> None:
    lines = run(
        """
loudspeaker = CardLoudspeaker("rig")
tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)).astype("<i2").tobytes()
def wait():
    for _ in range(1_000):
        if not loudspeaker.playing:
            return
        time.sleep(0.01)
    raise SystemExit("it plays for ever")
for _ in range(3):
    loudspeaker.play(tone, rate_hz=22_050)
    wait()
loudspeaker.play(b"", rate_hz=22_050)
print(loudspeaker.playing)
loudspeaker.play(tone * 600, rate_hz=22_050)
print(loudspeaker.playing)
loudspeaker.stop()
print(loudspeaker.playing)
loudspeaker.play(tone, rate_hz=22_050)
wait()
loudspeaker.close()
""",
        **card,
    )

    played = np.fromfile(tmp_path / "out.raw", "<f4").reshape(-1, 2) * 32_768
    assert lines == ["False", "True", "False"]
    assert len(played) > 3 * 44_100
    assert np.array_equal(played[:, 0], played[:, 1])
    first = played[:44_100, 0]
    assert np.abs(first).max() == pytest.approx(8_000, rel=0.05)
    assert np.argmax(np.abs(np.fft.rfft(first))) == 440


@needs_portaudio
def test_no_sound_card_is_one_clear_sentence_each() -> None:
    lines = run(
        """
if cards("input") or cards("output"):
    raise SystemExit(print("some"))
complaint(CardMicrophone)
complaint(CardLoudspeaker)
complaint(lambda: CardMicrophone("respeaker"))
complaint(lambda: CardLoudspeaker(7))
"""
    )

    if lines == ["some"]:
        pytest.skip("this machine has a sound card")
    assert lines[0] == lines[2] == "no microphone found; plug one in"
    assert lines[1] == lines[3] == "no loudspeaker found; plug one in"


@needs_portaudio
def test_a_card_or_channel_that_is_not_there_is_named_beside_what_is(card: dict[str, str]) -> None:
    lines = run(
        """
complaint(lambda: CardMicrophone("respeaker"))
complaint(lambda: CardLoudspeaker(77))
complaint(lambda: CardMicrophone("rig", channel=5_000))
""",
        **card,
    )

    assert lines[0] == "no microphone 'respeaker' found; there are: rig, default"
    assert lines[1] == "no loudspeaker 77 found; there are: rig, default"
    assert lines[2].startswith("microphone rig has no channel 5000, only 0 to ")


@needs_portaudio
def test_a_card_that_is_plugged_in_later_is_found(card: dict[str, str], tmp_path: Path) -> None:
    plugged = tmp_path / "asound.conf"
    config = plugged.read_text()
    plugged.write_text(config.replace("rig", "other"))

    lines = run(
        f"""
from pathlib import Path
loudspeaker = CardLoudspeaker("other")
def play():
    loudspeaker.play(bytes(3_200), rate_hz=16_000)
    for _ in range(1_000):
        if not loudspeaker.playing:
            return
        time.sleep(0.01)
    raise SystemExit("it plays for ever")
play()
complaint(lambda: CardMicrophone("rig"))
play()
time.sleep(1.1)
Path({str(plugged)!r}).write_text({config.replace("rig", "other") + config!r})
microphone = CardMicrophone("rig")
print(microphone.name, microphone.read(1_000) is not None)
play()
complaint(lambda: CardMicrophone("third"))
print(microphone.read(1_000) is not None)
microphone.close()
loudspeaker.close()
""",
        **card,
    )

    assert lines[0].startswith("no microphone 'rig' found; there are: other")
    assert lines[1] == "rig True"
    assert lines[2].startswith("no microphone 'third' found; there are: other")
    assert lines[3] == "True"


def test_without_portaudio_the_package_to_install_is_named(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")\n')

    lines = run(
        "complaint(CardMicrophone)\ncomplaint(CardLoudspeaker)",
        PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}",
    )

    assert len(lines) == 2
    assert all("install the Debian package libportaudio2" in line for line in lines)


def test_a_card_is_first_opened_as_it_likes_best() -> None:
    array = {"max_input_channels": 6, "default_samplerate": 48_000.0}
    server = {"max_input_channels": 128, "default_samplerate": 44_100.0}

    assert list(formats("input", array, wanted=1))[:3] == [(48_000, 6), (48_000, 1), (44_100, 6)]
    assert next(formats("input", array, wanted=6)) == (48_000, 6)
    assert next(formats("input", server, wanted=1)) == (44_100, 2)
    assert next(formats("input", server, wanted=5)) == (44_100, 5)


@given(
    samples=arrays.arrays(np.float32, st.integers(0, 3_000), elements=st.floats(-1, 1, width=32)),
    cuts=st.lists(st.integers(0, 3_000), max_size=6),
    from_hz=st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]),
    to_hz=st.sampled_from([16_000, 44_100, 48_000]),
)
def test_resampled_sound_does_not_depend_on_the_blocks(
    samples: Float32Array, cuts: list[int], from_hz: int, to_hz: int
) -> None:
    edges = [0, *sorted(min(cut, len(samples)) for cut in cuts), len(samples)]
    whole, cut = Resampler(from_hz, to_hz), Resampler(from_hz, to_hz)

    once = whole.feed(samples) + whole.finish()
    blocks = [cut.feed(samples[a:b]) for a, b in pairwise(edges)]
    pieces = b"".join(blocks) + cut.finish()

    assert len(pieces) == len(once)
    difference = from_pcm(pieces) - from_pcm(once)
    assert np.abs(difference).max(initial=0.0) <= 2 / 32_768
    assert len(once) // 2 == pytest.approx(len(samples) * to_hz / from_hz, abs=2)


@given(pcm=st.binary(max_size=400).map(lambda block: block[: len(block) // 2 * 2]))
def test_pcm_survives_the_way_through_real_numbers(pcm: bytes) -> None:
    assert to_pcm(from_pcm(pcm)) == pcm


@given(
    block=arrays.arrays(
        np.float32,
        st.tuples(st.integers(0, 50), st.integers(1, 6)),
        elements=st.floats(-1, 1, width=32),
    ),
    number=st.integers(0, 5),
)
def test_channels_are_picked_or_mixed(block: Float32Array, number: int) -> None:
    channel = number % block.shape[1]

    assert np.array_equal(mono(block, channel), block[:, channel])
    assert np.allclose(mono(block), block.mean(axis=1), atol=1e-6)


class Playing(RuleBasedStateMachine):
    """Sounds that begin at any time are summed; nothing is lost, nothing is left over."""

    def __init__(self) -> None:
        super().__init__()
        self.playback = Playback()
        self.expected = np.zeros(0)

    @rule(length=st.integers(0, 60), level=st.sampled_from([-1.0, -0.3, 0.25, 0.75]))
    def a_sound_begins(self, length: int, level: float) -> None:
        sound = np.full(length, level, np.float32)
        self.playback.add(sound)
        longest = max(length, len(self.expected))
        padded = np.zeros(longest)
        padded[: len(self.expected)] += self.expected
        padded[:length] += sound
        self.expected = padded

    @rule(count=st.integers(0, 40))
    def the_card_asks(self, count: int) -> None:
        wanted = np.zeros(count)
        now = self.expected[:count]
        wanted[: len(now)] = now
        assert np.allclose(self.playback.take(count), np.clip(wanted, -1, 1), atol=1e-5)
        self.expected = self.expected[count:]

    @rule()
    def somebody_says_stop(self) -> None:
        self.playback.clear()
        self.expected = np.zeros(0)

    @invariant()
    def it_is_silent_only_when_all_is_played(self) -> None:
        assert self.playback.silent == (len(self.expected) == 0)


TestPlaying = Playing.TestCase
TestPlaying.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_replies_are_written_to_a_file_one_after_another(tmp_path: Path) -> None:
    path = tmp_path / "replies.wav"
    loudspeaker = WavLoudspeaker(path)

    loudspeaker.play(b"\1\0" * 22_050, rate_hz=22_050)
    loudspeaker.stop()
    loudspeaker.play(b"\2\0" * 16_000, rate_hz=16_000)

    with wave.open(str(path)) as file:
        assert file.getframerate() == 22_050
        assert file.getnframes() == pytest.approx(2 * 22_050, abs=2)
    loudspeaker.close()
    assert path.stat().st_size > 88_000


def test_a_file_without_a_reply_is_not_left_behind(tmp_path: Path) -> None:
    loudspeaker = WavLoudspeaker(tmp_path / "replies.wav")

    loudspeaker.close()

    assert not (tmp_path / "replies.wav").exists()


def test_a_file_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"replies\.wav cannot be written: No such file"):
        WavLoudspeaker(tmp_path / "missing" / "replies.wav")
