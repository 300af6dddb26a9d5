"""Recordings: sound files of any rate and channel count, read and written.

Files are streamed: a recording of an hour needs no more memory than one of a second.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from device.edges.resampling import Float32Array, Resampler, mono
from device.errors import AudioError
from device.events import RATE_HZ

BLOCK_MS = 100
_RAW_BLOCK_BYTES = 2 * RATE_HZ * BLOCK_MS // 1000
_SLOWEST_HZ, _FASTEST_HZ = 1_000, 768_000


def read_blocks(path: Path) -> Iterator[bytes]:
    """Read a sound file block by block, as the speaker hears it.

    Args:
        path: A wav, flac or ogg file (or whatever else libsndfile reads), any rate, any
            number of channels; channels are mixed.

    Returns:
        Little-endian int16 mono PCM at RATE_HZ, in blocks of any length. What is wrong
        with the file is mostly said before the first block; a file that is damaged
        further on raises when the reading gets there.

    Raises:
        AudioError: It is missing, unreadable, not sound, or empty.
    """
    try:
        if not path.exists():
            raise AudioError(f"sound file {path} does not exist")
        if path.is_dir():
            raise AudioError(f"{path} is a folder, not a sound file")
    except OSError as exc:
        raise AudioError(f"{path} cannot be read as sound: {_reason(exc)}") from exc
    soundfile = _soundfile()
    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError, TypeError) as exc:
        raise AudioError(f"{path} cannot be read as sound: {_reason(exc)}") from exc
    if not _SLOWEST_HZ <= file.samplerate <= _FASTEST_HZ:
        raise AudioError(f"{path} claims to have {file.samplerate} samples a second")
    first = _read(file, path)
    if not len(first):
        file.close()
        raise AudioError(f"sound file {path} is empty: it holds no sound")
    return _resampled(file, path, first)


def read_whole(path: Path) -> bytes:
    """Read a sound file at once; arguments and errors as `read_blocks`."""
    return b"".join(read_blocks(path))


def raw_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Read raw int16 mono PCM at RATE_HZ as it comes, for example from standard input.

    Returns:
        Blocks of whole samples; half a sample at the very end is dropped.
    """
    read = getattr(stream, "read1", stream.read)
    half = b""
    while block := read(_RAW_BLOCK_BYTES):
        block = half + block
        whole = len(block) // 2 * 2
        half = block[whole:]
        if whole:
            yield block[:whole]


def write_wav(path: Path, pcm: bytes, *, rate_hz: int) -> None:
    """Write int16 mono PCM as a wav file.

    Raises:
        AudioError: The file cannot be written.
    """
    soundfile = _soundfile()
    samples = np.frombuffer(pcm, dtype="<i2")
    try:
        soundfile.write(path, samples, rate_hz, subtype="PCM_16", format="WAV")
    except (soundfile.LibsndfileError, OSError) as exc:
        raise AudioError(f"sound file {path} cannot be written: {_reason(exc)}") from exc


def _soundfile() -> Any:  # noqa: ANN401 - the module has no types
    """The library, loaded only by those who read files."""
    try:
        import soundfile
    except (ImportError, OSError) as exc:
        raise AudioError(
            f"recordings need libsndfile, which cannot be loaded ({exc}); "
            "install the Debian package libsndfile1"
        ) from exc
    return soundfile


def _read(file: Any, path: Path) -> Float32Array:  # noqa: ANN401
    """The next BLOCK_MS of a file, shape (samples, channels), less at its end."""
    frames = max(1, file.samplerate * BLOCK_MS // 1000)
    try:
        block: Float32Array = file.read(frames, dtype="float32", always_2d=True)
    except (_soundfile().LibsndfileError, OSError) as exc:
        raise AudioError(f"{path} is damaged: {_reason(exc)}") from exc
    return block


def _resampled(file: Any, path: Path, block: Float32Array) -> Iterator[bytes]:  # noqa: ANN401
    resampler = Resampler(file.samplerate, RATE_HZ)
    with file:
        while len(block):
            yield resampler.feed(mono(block))
            block = _read(file, path)
    yield resampler.finish()


def _reason(exc: Exception) -> str:
    """What libsndfile or the system says, without a full stop."""
    said = getattr(exc, "error_string", None) or getattr(exc, "strerror", None) or str(exc)
    return str(said).strip().rstrip(".")
