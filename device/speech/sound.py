"""Sound on its way to the loudspeaker."""

from dataclasses import dataclass, replace

import numpy as np

FULL_VOLUME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A piece of sound, ready for `Loudspeaker.play`."""

    pcm: bytes
    """Little-endian int16 samples, mono."""

    rate_hz: int

    @property
    def ms(self) -> int:
        """Length in whole milliseconds."""
        return len(self.pcm) // 2 * 1000 // self.rate_hz

    def at_volume(self, volume: int) -> "Sound":
        """The same sound, softer.

        The amplitude goes with the square of the volume: 50 is 12 dB softer, which sounds
        about half as loud.

        Args:
            volume: 0 (silent) to 100 (as it is).

        Raises:
            ValueError: `volume` is not a percentage.
        """
        if not 0 <= volume <= FULL_VOLUME:
            raise ValueError(f"volume must lie between 0 and 100, got {volume}")
        if volume == FULL_VOLUME:
            return self
        gain = (volume / FULL_VOLUME) ** 2
        samples = np.frombuffer(self.pcm, dtype="<i2") * gain
        return replace(self, pcm=np.rint(samples).astype("<i2").tobytes())
