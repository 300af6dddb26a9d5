"""The features that microWakeWord models were trained with.

They come from TensorFlow Lite Micro's audio front end (filter bank of 40 channels, noise
suppression and automatic gain), which pymicro-features runs; it remembers the noise.
"""

import numpy as np
import numpy.typing as npt
from pymicro_features import MicroFrontend

from device.errors import ModelError
from device.events import RATE_HZ, AudioFrame
from device.wake.microwakeword import FEATURE_STEP_MS, FEATURES

STEP_BYTES = 2 * RATE_HZ * FEATURE_STEP_MS // 1000

Float32Array = npt.NDArray[np.float32]


class MicroFeatures:
    """Stage from frames to windows of FEATURES numbers, one every FEATURE_STEP_MS."""

    def __init__(self) -> None:
        self._front_end = MicroFrontend()
        self._tail = b""

    def feed(self, item: AudioFrame) -> list[Float32Array]:
        """Take one frame; the first windows need 30 ms of sound."""
        sound = self._tail + item.pcm
        windows: list[Float32Array] = []
        at = 0
        while at + STEP_BYTES <= len(sound):
            found = self._front_end.process_samples(sound[at : at + STEP_BYTES])
            if found.samples_read <= 0:
                raise ModelError("the wake word's audio front end took no sound")
            at += 2 * found.samples_read
            if found.features:
                windows.append(np.array(found.features, np.float32).reshape(FEATURES))
        self._tail = sound[at:]
        return windows

    def reset(self) -> None:
        """Forget the sound and the noise."""
        self._front_end.reset()
        self._tail = b""
