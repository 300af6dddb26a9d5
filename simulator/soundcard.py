"""A pretend sound card in a pretend room: the microphone hears what its loudspeaker plays.

Time passes only as sound is heard, so that nothing waits for real time.
"""

from collections.abc import Iterator

import numpy as np
import soxr

from device.edges.echo import Echo
from device.edges.playback import Playback
from simulator.acoustics import RATE_HZ, Sound, from_pcm, reverberate, to_pcm

BLOCK = RATE_HZ // 50
LATENCY_S = 0.04
"""How far ahead the card asks for what it will play, seconds."""


class PretendCard:
    """The Loudspeaker port and a microphone beside it.

    Args:
        response: How the loudspeaker sounds at the microphone, as an impulse response.
        echo: Takes the loudspeaker out of what is heard; None leaves it in.
        jitter_s: How wrong the card's times are, seconds.
        random: Source of chance for the jitter.
    """

    def __init__(
        self,
        response: Sound,
        *,
        echo: Echo | None = None,
        jitter_s: float = 0.0,
        random: np.random.Generator | None = None,
    ) -> None:
        self._response = response
        self._echo = echo
        self._jitter_s = jitter_s
        self._random = random or np.random.default_rng(0)
        self._playback = Playback()
        self._played = np.zeros(len(response), np.float32)
        """What has left the loudspeaker of late; the newest of it leaves in `LATENCY_S`."""
        self._now_s = 0.0
        self._ahead = [np.zeros(BLOCK, np.float32)] * round(LATENCY_S * RATE_HZ / BLOCK)

    @property
    def playing(self) -> bool:
        """Whether something is being played."""
        return not self._playback.silent

    def play(self, pcm: bytes, *, rate_hz: int) -> None:
        """Play int16 mono PCM from now on, mixed with what is being played."""
        sound = from_pcm(np.frombuffer(pcm, "<i2"))
        self._playback.add(np.asarray(soxr.resample(sound, rate_hz, RATE_HZ), np.float32))

    def stop(self) -> None:
        """Fall silent at once."""
        self._playback.clear()

    def hear(self, near: Sound) -> Iterator[bytes]:
        """Let somebody speak into the room while the card plays.

        Args:
            near: What people say, as the microphone hears it.

        Returns:
            Blocks of 20 ms, int16 mono PCM at 16 kHz, as the card hands them on.
        """
        for start in range(0, len(near) - BLOCK + 1, BLOCK):
            yield self._block(near[start : start + BLOCK])

    def _block(self, near: Sound) -> bytes:
        playing = self.playing
        sound = self._playback.take(BLOCK)
        if self._echo is not None and playing:
            at_s = self._now_s + LATENCY_S + self._wrong_s()
            self._echo.played(sound, rate_hz=RATE_HZ, at_s=at_s)
        self._ahead.append(sound)
        self._played = np.concatenate([self._played, self._ahead.pop(0)])[
            -len(self._response) - BLOCK :
        ]
        heard = near + reverberate(self._played, self._response)[-BLOCK:]
        pcm = to_pcm(heard).astype("<i2").tobytes()
        if self._echo is not None:
            pcm = self._echo.cancel(pcm, at_s=self._now_s + self._wrong_s())
        self._now_s += BLOCK / RATE_HZ
        return pcm

    def _wrong_s(self) -> float:
        return float(self._random.uniform(-self._jitter_s, self._jitter_s))
