"""What the loudspeaker plays, taken out of what the microphone hears.

The canceller is WebRTC's AEC3 (package pywebrtc-audio). It needs to know what is played when;
both cards tell their times by the same clock. It runs while something is played and a while
after, and costs nothing else.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from device.edges.resampling import Float32Array, Resampler
from device.errors import AudioError
from device.events import RATE_HZ

TAIL_S = 1.0
"""How long after the last sound an echo may be heard, seconds."""
KEPT_S = 4.0
"""How much of what was played is remembered, seconds."""
APART_S = 0.03
"""How far the two clocks may drift apart before they are compared anew, seconds."""
STEP = RATE_HZ // 100
"""Samples that the canceller takes at once."""

Int16Array = npt.NDArray[np.int16]


class Echo:
    """Takes the loudspeaker's sound out of the microphone's.

    `played` is called by the loudspeaker's thread, `cancel` by the microphone's.

    Raises:
        AudioError: The canceller is not installed.
    """

    def __init__(self) -> None:
        try:
            from pywebrtc_audio import EchoCanceller
        except ImportError as exc:
            raise AudioError(
                "no echo cancellation: install it with pip install pywebrtc-audio"
            ) from exc
        self._canceller = EchoCanceller(sample_rate=RATE_HZ, num_channels=1)
        self._waiting: deque[tuple[Float32Array, int, float]] = deque(maxlen=1_000)
        self._resampler = (RATE_HZ, Resampler(RATE_HZ, RATE_HZ))
        """From which rate; what it still holds back belongs to the sound before."""
        self._far: Int16Array = np.zeros(0, np.int16)
        """What was played, from `_far_s` on."""
        self._far_s = 0.0
        self._expects_s = -KEPT_S
        """When the next sound leaves the loudspeaker, if it joins on to the last."""
        self._ends_s = -np.inf
        """When the last sound ends."""
        self._next_s: float | None = None
        """Where in `_far` the next sound of the microphone begins, while it is cancelled."""
        self._near: Int16Array = np.zeros(0, np.int16)
        """Too little to be cancelled yet."""

    def played(self, sound: Float32Array, *, rate_hz: int, at_s: float) -> None:
        """Note what is played; never waits.

        Args:
            sound: Mono samples in -1 to 1.
            rate_hz: Theirs.
            at_s: When the first of them leaves the loudspeaker, on the cards' clock.
        """
        self._waiting.append((sound, rate_hz, at_s))

    def cancel(self, pcm: bytes, *, at_s: float) -> bytes:
        """Take the echo out of a block.

        Args:
            pcm: int16 mono PCM at RATE_HZ.
            at_s: When its first sample was heard, on the cards' clock.

        Returns:
            As much sound, or up to 10 ms less, which the next block brings.
        """
        self._remember()
        near = np.concatenate([self._near, np.frombuffer(pcm, "<i2")])
        start_s = at_s - len(self._near) / RATE_HZ
        if start_s > self._ends_s + TAIL_S:
            self._next_s, self._near = None, np.zeros(0, np.int16)
            rest: bytes = near.astype("<i2").tobytes()
            return rest
        whole = len(near) // STEP * STEP
        near, self._near = near[:whole], near[whole:]
        if self._next_s is None or abs(self._next_s - start_s) > APART_S:
            self._next_s = start_s
        far = self._between(self._next_s, whole)
        self._next_s += whole / RATE_HZ
        cleaned: list[Int16Array] = [
            self._canceller.process(near[i : i + STEP], far[i : i + STEP])
            for i in range(0, whole, STEP)
        ]
        return b"".join(part.astype("<i2").tobytes() for part in cleaned)

    def _remember(self) -> None:
        """Put what was played on one line of time at RATE_HZ."""
        while self._waiting:
            sound, rate_hz, at_s = self._waiting.popleft()
            if abs(at_s - self._expects_s) > APART_S or self._resampler[0] != rate_hz:
                self._begin(at_s, rate_hz)
                self._expects_s = at_s
            far = np.frombuffer(self._resampler[1].feed(sound), "<i2")
            self._far = np.concatenate([self._far, far])
            self._expects_s += len(sound) / rate_hz
            self._ends_s = self._expects_s
            spare = len(self._far) - int(KEPT_S * RATE_HZ)
            if spare > 0:
                self._far = self._far[spare:]
                self._far_s += spare / RATE_HZ

    def _begin(self, at_s: float, rate_hz: int) -> None:
        """Another sound begins: with the silence before it where it is near, else anew."""
        self._far = np.concatenate([self._far, np.frombuffer(self._resampler[1].finish(), "<i2")])
        self._resampler = (rate_hz, Resampler(rate_hz, RATE_HZ))
        gap = round((at_s - self._far_s) * RATE_HZ) - len(self._far)
        if 0 < gap < KEPT_S * RATE_HZ and len(self._far):
            self._far = np.concatenate([self._far, np.zeros(gap, np.int16)])
        else:
            self._far, self._far_s = np.zeros(0, np.int16), at_s

    def _between(self, start_s: float, count: int) -> Int16Array:
        """What was played from a moment on, silence where nothing was."""
        found = np.zeros(count, np.int16)
        first = round((start_s - self._far_s) * RATE_HZ)
        begin, end = max(first, 0), min(first + count, len(self._far))
        if begin < end:
            found[begin - first : end - first] = self._far[begin:end]
        return found
