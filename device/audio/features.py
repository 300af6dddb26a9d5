"""Log-mel features: the one implementation that training and the speaker share.

Sound is cut into windows of 25 ms every 10 ms; each gives the power in 40 mel bands (mel
scale of O'Shaughnessy, 1987) behind a pre-emphasis that is folded into the bands. Three
windows make a step of 30 ms, the unit that the acoustic model reads.

The level of the sound is taken out causally, so that a quiet talker and a loud one look
alike from the first word on: a follower rises at once to the loudest step and sinks slowly
towards softer ones, never below `FLOOR_DB`. What is left is scaled and clipped to a fixed
range, which is also the range of the model's int8 input.

Every window is computed by itself and every step by matrix products of one shape, so the
result has the same bits however the sound was cut into blocks.
"""

import numpy as np
import numpy.typing as npt

from device.errors import AudioError

RATE_HZ = 16_000
WINDOW_SAMPLES = RATE_HZ * 25 // 1000
HOP_SAMPLES = RATE_HZ * 10 // 1000
HOPS = 3
"""Windows in a step."""
STEP_SAMPLES = HOPS * HOP_SAMPLES
STEP_MS = 1000 * STEP_SAMPLES // RATE_HZ
FFT_SAMPLES = 512
MELS = 40
FEATURES = HOPS * MELS
"""Numbers in a step: window by window, low band first."""
SPAN_SAMPLES = (HOPS - 1) * HOP_SAMPLES + WINDOW_SAMPLES
"""Sound that one step looks at; neighbours overlap."""

LOWEST_HZ, HIGHEST_HZ = 80.0, 7_600.0
PRE_EMPHASIS = 0.97
FLOOR_DB = -62.0
"""Level of a quiet room; the follower starts here and never sinks below it."""
FALL = 0.006
"""Share of the way down to a softer step that the follower goes: about 5 seconds to settle."""
SILENCE_DB = -100.0
"""Power in a band below which everything counts as nothing."""
CENTRE_DB, SCALE_DB = -15.0, 20.0
CLIP = 3.0
"""Features lie within -CLIP and CLIP."""

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]


def _mel(hz: float | Float64Array) -> float | Float64Array:
    mel: float | Float64Array = 2595.0 * np.log10(1.0 + np.asarray(hz) / 700.0)
    return mel


def mel_bands() -> Float64Array:
    """Weights from the power spectrum to the mel bands, pre-emphasis included.

    Returns:
        Shape (FFT_SAMPLES // 2 + 1, MELS); triangles of equal area.
    """
    edges_mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), MELS + 2)
    edges_hz = 700.0 * (10.0 ** (edges_mel / 2595.0) - 1.0)
    bins_hz = np.arange(FFT_SAMPLES // 2 + 1) * RATE_HZ / FFT_SAMPLES
    left, centre, right = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz[:, None] - left) / (centre - left)
    falling = (right - bins_hz[:, None]) / (right - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling)) / (right - left) * 100.0
    turn = np.exp(-2j * np.pi * bins_hz / RATE_HZ)
    emphasis = np.abs(1.0 - PRE_EMPHASIS * turn) ** 2
    weights: Float64Array = triangles * emphasis[:, None]
    return weights


_BANDS = mel_bands()
_WINDOW: Float64Array = np.hanning(WINDOW_SAMPLES + 1)[:-1] / (32_768.0 * np.sqrt(WINDOW_SAMPLES))
_STEP_WINDOWS = np.arange(HOPS)[:, None] * HOP_SAMPLES + np.arange(WINDOW_SAMPLES)


def spectrum_db(samples: npt.NDArray[np.int16]) -> Float64Array:
    """Power of sound in each mel band, as a plot shows it.

    Args:
        samples: Mono sound at RATE_HZ, any length.

    Returns:
        Decibels, not below SILENCE_DB, shape (steps, HOPS, MELS); the samples after the last
        whole step are left out.
    """
    steps = max(0, (len(samples) - SPAN_SAMPLES) // STEP_SAMPLES + 1)
    starts = np.arange(steps)[:, None, None] * STEP_SAMPLES
    windows = samples[starts + _STEP_WINDOWS].astype(np.float64) * _WINDOW
    spectrum = np.fft.rfft(windows, FFT_SAMPLES, axis=-1)
    power = np.ascontiguousarray(spectrum.real**2 + spectrum.imag**2)
    bands = np.matmul(power, _BANDS)
    decibels: Float64Array = 10.0 * np.log10(np.maximum(bands, 10.0 ** (SILENCE_DB / 10.0)))
    return decibels


class LogMel:
    """Stage from sound to feature steps, 30 ms each.

    The step that begins at sample n is complete when sample n + SPAN_SAMPLES - 1 is there.
    """

    def __init__(self) -> None:
        self._tail = np.zeros(0, np.int16)
        self._level_db = FLOOR_DB

    @property
    def level_db(self) -> float:
        """Level of the loudest recent sound, which the features are relative to."""
        return self._level_db

    def feed(self, item: bytes | npt.NDArray[np.int16]) -> list[Float32Array]:
        """Take sound in blocks of any length.

        Args:
            item: Mono PCM at RATE_HZ: little-endian int16 bytes, or int16 samples.

        Returns:
            The steps completed by this block, oldest first, each of shape (FEATURES,),
            within -CLIP and CLIP.

        Raises:
            AudioError: The block splits a sample (odd number of bytes).
        """
        if isinstance(item, bytes):
            if len(item) % 2:
                raise AudioError(f"PCM block of {len(item)} bytes splits a 16-bit sample")
            item = np.frombuffer(item, dtype="<i2").astype(np.int16, copy=False)
        sound = np.concatenate([self._tail, item])
        decibels = spectrum_db(sound)
        self._tail = sound[len(decibels) * STEP_SAMPLES :].copy()
        return [self._level_out(step) for step in decibels]

    def reset(self) -> None:
        """Forget the tail and the level."""
        self._tail = np.zeros(0, np.int16)
        self._level_db = FLOOR_DB

    def _level_out(self, step: Float64Array) -> Float32Array:
        """Follow the level with one step of shape (HOPS, MELS), then take it out."""
        now_db = 10.0 * float(np.log10(np.mean(10.0 ** (step / 10.0))))
        sunk_db = self._level_db + FALL * (now_db - self._level_db)
        self._level_db = max(now_db, sunk_db, FLOOR_DB)
        relative = (step - self._level_db - CENTRE_DB) / SCALE_DB
        return np.clip(relative, -CLIP, CLIP).astype(np.float32).reshape(FEATURES)


def whole(samples: npt.NDArray[np.int16]) -> Float32Array:
    """Features of a whole recording.

    Args:
        samples: Mono sound at RATE_HZ.

    Returns:
        Shape (steps, FEATURES), exactly what LogMel gives block by block.
    """
    steps = LogMel().feed(samples)
    return np.stack(steps) if steps else np.zeros((0, FEATURES), np.float32)
