"""Recordings of any kind, and every way in which a file can be wrong."""

import io
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from device.edges.recordings import raw_blocks, read_blocks, read_whole, write_wav
from device.errors import AudioError
from device.events import RATE_HZ

Float32Array = npt.NDArray[np.float32]
TONE_HZ = 440.0


def tone(rate_hz: int, seconds: float = 1.0, channels: int = 1) -> Float32Array:
    """Half as loud as can be, shape (samples, channels)."""
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    wave = (0.5 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.float32)
    return np.repeat(wave[:, None], channels, axis=1)


def samples_of(pcm: bytes) -> npt.NDArray[np.int32]:
    return np.frombuffer(pcm, "<i2").astype(np.int32)


def pitch_hz(samples: npt.NDArray[np.int32]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples))


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(
    ("ending", "subtype"),
    [("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "FLOAT"), ("flac", "PCM_16"), ("ogg", "VORBIS")],
)
def test_any_rate_and_channel_count_is_read(
    tmp_path: Path, ending: str, subtype: str, rate_hz: int, channels: int
) -> None:
    path = tmp_path / f"tone.{ending}"
    soundfile.write(path, tone(rate_hz, channels=channels), rate_hz, subtype=subtype)

    samples = samples_of(read_whole(path))

    assert len(samples) == pytest.approx(RATE_HZ, abs=32)
    assert pitch_hz(samples) == pytest.approx(TONE_HZ, abs=2)
    middle = samples[4_000:12_000]
    # Vorbis takes the deep channel of six for what it is, and keeps no treble of it.
    exact = 0.2 if (subtype, channels) == ("VORBIS", 6) else 0.05
    assert np.abs(middle).max() == pytest.approx(16_384, rel=exact)


def test_opus_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tone.ogg"
    soundfile.write(path, tone(48_000), 48_000, format="OGG", subtype="OPUS")

    assert pitch_hz(samples_of(read_whole(path))) == pytest.approx(TONE_HZ, abs=2)


def test_a_recording_at_the_right_rate_comes_through_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(1).integers(-32_768, 32_768, 20_000).astype("<i2")
    write_wav(path, noise.tobytes(), rate_hz=RATE_HZ)

    assert read_whole(path) == noise.tobytes()


def test_sound_beyond_full_scale_is_clipped_and_never_wraps(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, 6 * tone(16_000), 16_000, subtype="FLOAT")

    samples = samples_of(read_whole(path))

    assert samples.max() == 32_767
    assert samples.min() == -32_768
    assert np.mean(np.sign(samples) == np.sign(tone(16_000)[:, 0])) > 0.99


def test_values_that_are_no_numbers_count_as_silence(tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    soundfile.write(path, np.array([0.5, np.nan, np.inf, -np.inf] * 100), 16_000, subtype="FLOAT")

    assert samples_of(read_whole(path)).tolist() == [16_384, 0, 32_767, -32_768] * 100


def test_a_long_recording_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "minute.flac"
    soundfile.write(path, tone(44_100, seconds=60), 44_100)

    blocks = read_blocks(path)

    lengths = [len(block) for block in blocks]
    assert len(lengths) > 500
    assert max(lengths) < 3 * RATE_HZ
    assert sum(lengths) == pytest.approx(2 * 60 * RATE_HZ, abs=64)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.wav does not exist"):
        read_blocks(tmp_path / "gone.wav")


def test_a_name_that_no_file_can_have_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="File name too long"):
        read_blocks(tmp_path / ("x" * 300 + ".wav"))


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="is a folder, not a sound file"):
        read_blocks(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.wav"
    path.write_bytes(b"RIFF")
    path.chmod(0)

    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_blocks(path)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"hello, this is text\n" * 50, b"OggS" + bytes(200), b"fLaC"]
)
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "txt", "raw"])
def test_a_file_that_is_no_sound_is_one_sentence(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    path = tmp_path / f"broken.{ending}"
    path.write_bytes(content)

    with pytest.raises(AudioError, match=r"broken\.") as caught:
        read_whole(path)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg"])
def test_a_recording_without_sound_is_empty(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"empty.{ending}"
    soundfile.write(path, np.zeros((0, 1), np.float32), 16_000)

    with pytest.raises(AudioError, match="empty"):
        read_blocks(path)


@settings(deadline=None, max_examples=60)
@given(
    ending=st.sampled_from(["wav", "flac", "ogg"]),
    share=st.floats(0.01, 0.99),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6),
)
def test_a_damaged_recording_is_read_or_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory,
    ending: str,
    share: float,
    flips: list[tuple[float, int]],
) -> None:
    path = tmp_path_factory.mktemp("damaged") / f"tone.{ending}"
    soundfile.write(path, tone(16_000, seconds=0.5), 16_000)
    content = bytearray(path.read_bytes())
    content = content[: int(len(content) * share)]
    for place, value in flips:
        if content:
            content[int(place * len(content))] = value
    path.write_bytes(bytes(content))

    complaint = heard = None
    try:
        heard = read_whole(path)
    except AudioError as error:
        complaint = str(error)

    assert (heard is None) != (complaint is None)
    assert len(heard or b"") % 2 == 0
    assert "\n" not in (complaint or "")


@given(
    blocks=st.lists(st.binary(max_size=9), max_size=12),
)
def test_a_raw_stream_keeps_every_sample_however_it_arrives(blocks: list[bytes]) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = [block for block in blocks if block]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            if not self.rest:
                return 0
            block = self.rest.pop(0)
            taken = block[: len(buffer)]
            if block[len(taken) :]:
                self.rest.insert(0, block[len(taken) :])
            buffer[: len(taken)] = taken
            return len(taken)

    sound = b"".join(blocks)

    heard = list(raw_blocks(io.BufferedReader(Pipe())))

    assert all(len(block) % 2 == 0 for block in heard)
    assert b"".join(heard) == sound[: len(sound) // 2 * 2]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be written"):
        write_wav(tmp_path / "no" / "such" / "folder.wav", b"\0\0", rate_hz=16_000)
