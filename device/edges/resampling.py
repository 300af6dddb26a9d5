"""Sound of any rate and channel count becomes what the speaker hears, and back.

Pure arithmetic over soxr; shared by recordings, microphone and loudspeaker.
"""

import numpy as np
import numpy.typing as npt
import soxr

Float32Array = npt.NDArray[np.float32]


def mono(block: Float32Array, channel: int | None = None) -> Float32Array:
    """One channel out of several.

    Args:
        block: Samples, full scale -1 to 1, shape (samples, channels).
        channel: Which one, from 0; None takes the mean of all.

    Returns:
        Shape (samples,). Values that are not numbers count as silence.
    """
    picked = block.mean(axis=1, dtype=np.float32) if channel is None else block[:, channel]
    return np.nan_to_num(picked, nan=0.0, posinf=1.0, neginf=-1.0)


def to_pcm(samples: Float32Array) -> bytes:
    """Little-endian int16 PCM of samples in -1 to 1; louder ones are clipped, never wrapped."""
    scaled = np.rint(samples * np.float32(32_768.0))
    pcm: bytes = np.clip(scaled, -32_768, 32_767).astype("<i2").tobytes()
    return pcm


def from_pcm(pcm: bytes) -> Float32Array:
    """The samples of little-endian int16 PCM, -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32_768.0)


class Resampler:
    """Mono sound at one rate becomes PCM at another, block by block.

    The sound does not depend on how it was cut into blocks.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream = (
            None
            if from_hz == to_hz
            else soxr.ResampleStream(from_hz, to_hz, num_channels=1, dtype="float32", quality="HQ")
        )

    def feed(self, samples: Float32Array) -> bytes:
        """Take samples in -1 to 1; return int16 PCM at the new rate, somewhat later."""
        if self._stream is None:
            return to_pcm(samples)
        return to_pcm(self._stream.resample_chunk(np.ascontiguousarray(samples)))

    def finish(self) -> bytes:
        """The rest of the sound; nothing can be fed afterwards."""
        if self._stream is None:
            return b""
        return to_pcm(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))
