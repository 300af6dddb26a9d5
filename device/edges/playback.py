"""Several sounds at once, as one stream: what the loudspeaker's callback asks for."""

import numpy as np

from device.edges.resampling import Float32Array


class Playback:
    """Sounds that are being played; each begins when it is added."""

    def __init__(self) -> None:
        self._sounds: list[Float32Array] = []

    @property
    def silent(self) -> bool:
        """Whether everything has been played."""
        return not self._sounds

    def add(self, sound: Float32Array) -> None:
        """Begin to play mono samples in -1 to 1."""
        if len(sound):
            self._sounds = [*self._sounds, sound]

    def take(self, count: int) -> Float32Array:
        """The next samples.

        Returns:
            Shape (count,), within -1 and 1, silence where nothing is left.
        """
        mixed = np.zeros(count, np.float32)
        rest: list[Float32Array] = []
        for sound in self._sounds:
            now = sound[:count]
            mixed[: len(now)] += now
            if len(sound) > count:
                rest.append(sound[count:])
        self._sounds = rest
        return np.clip(mixed, -1.0, 1.0)

    def clear(self) -> None:
        """Stop all sounds at once."""
        self._sounds = []
