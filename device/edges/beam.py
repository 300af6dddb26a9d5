"""Several microphones aimed at who speaks: delay-and-sum.

How much later each microphone hears than the first one is found by the generalized
cross-correlation with phase transform (Knapp and Carter, 1976): of the cross-spectrum only
the phase counts, so that rooms and loud low notes blur the peak little. Cross-spectra are
averaged over the last half second or so. Then every microphone is shifted to the first and
all are averaged: who speaks adds up, noise from elsewhere does not.
"""

import numpy as np
import numpy.typing as npt

from device.edges.resampling import Float32Array

SPACING_M = 0.25
"""The farthest that two microphones of an array may be apart, metres."""
SOUND_M_S = 343.0
LOOK_MS = 40
"""Length of the stretches that are compared, milliseconds."""
KEPT = 0.85
"""Share of the average that stays when a stretch is added."""
LOUDER = 2.0
"""How much louder than the quietest of late a stretch must be to be looked at (amplitude)."""
RISES = 1.01
"""How fast the quietest of late is forgotten, each stretch."""
FINER = 4
"""Delays are found to this fraction of a sample."""
TAPS = 8
"""Samples to each side that a shift by parts of a sample looks at."""
BAND_HZ = (200.0, 7_000.0)

Complex64Array = npt.NDArray[np.complex64]


class Beam:
    """Stage from blocks of several channels to one, aimed at the loudest speaker of late.

    Gives as many samples as it takes, later by `latency` samples.

    Args:
        rate_hz: Of the sound.
        channels: How many microphones, at least 2.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._reach = int(np.ceil(SPACING_M / SOUND_M_S * rate_hz))
        self.latency = self._reach + TAPS
        self._past = np.zeros((2 * self.latency, channels), np.float32)
        self._look = rate_hz * LOOK_MS // 1000
        self._seen = np.zeros((0, channels), np.float32)
        self._window = np.hanning(self._look).astype(np.float32)[:, None]
        size = 1 << int(np.ceil(np.log2(self._look + self._reach)))
        self._size = size
        hz = np.fft.rfftfreq(size, 1 / rate_hz)
        self._band = ((hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1]))[:, None]
        self._cross: Complex64Array = np.zeros((size // 2 + 1, channels), np.complex64)
        self._quiet = np.inf
        self.delays = np.zeros(channels)
        """How much later than the first each microphone hears, samples."""

    def feed(self, block: Float32Array) -> Float32Array:
        """Take samples in -1 to 1, shape (samples, channels); gives shape (samples,)."""
        if not len(block):
            return np.zeros(0, np.float32)
        before = self.delays
        self._listen(block)
        sound = np.concatenate([self._past, block])
        self._past = sound[len(sound) - len(self._past) :]
        aimed = self._sum(sound, self.delays, len(block))
        if before is not self.delays:
            # From one aim to the next without a click.
            share = np.linspace(0.0, 1.0, len(block), dtype=np.float32)
            aimed = share * aimed + (1 - share) * self._sum(sound, before, len(block))
        return aimed

    def _listen(self, block: Float32Array) -> None:
        """Look at every whole stretch for where the sound comes from."""
        self._seen = np.concatenate([self._seen, block])
        while len(self._seen) >= self._look:
            stretch, self._seen = self._seen[: self._look], self._seen[self._look :]
            level = float(np.sqrt(np.mean(stretch * stretch)))
            self._quiet = min(self._quiet * RISES, max(level, 1e-5))
            if level >= LOUDER * self._quiet:
                self._aim(stretch)

    def _aim(self, stretch: Float32Array) -> None:
        spectra = np.fft.rfft(stretch * self._window, self._size, axis=0)
        cross = spectra * np.conj(spectra[:, :1]) * self._band
        phase = cross / np.maximum(np.abs(cross), 1e-12)
        self._cross = (KEPT * self._cross + (1 - KEPT) * phase).astype(np.complex64)
        likely = np.fft.irfft(self._cross, FINER * self._size, axis=0)
        reach = FINER * self._reach
        lags = np.arange(-reach, reach + 1)
        delays = lags[likely[lags].argmax(axis=0)] / FINER
        if not np.array_equal(delays, self.delays):
            self.delays = delays

    def _sum(
        self, sound: Float32Array, delays: npt.NDArray[np.float64], count: int
    ) -> Float32Array:
        """The mean of all channels, each shifted by its delay, at the end of `sound`."""
        total = np.zeros(count, np.float32)
        start = len(sound) - count - self.latency
        for channel, delay in enumerate(delays):
            whole = int(np.floor(delay))
            taps = _fraction(delay - whole)
            first = start + whole - TAPS + 1
            stretch = sound[first : first + count + 2 * TAPS - 1, channel]
            total += np.convolve(stretch, taps, "valid")
        return total / np.float32(len(delays))


def _fraction(part: float) -> Float32Array:
    """A windowed sinc, to be convolved, that reads a signal `part` of a sample later.

    Args:
        part: 0 to 1.

    Returns:
        Shape (2 * TAPS,).
    """
    at = np.arange(-TAPS + 1, TAPS + 1) - part
    taps = np.sinc(at) * np.cos(np.pi * at / (2 * (TAPS + 1))) ** 2
    shaped: Float32Array = (taps / taps.sum())[::-1].astype(np.float32)
    return shaped
