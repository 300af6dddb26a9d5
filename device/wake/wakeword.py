"""The wake word: somebody means the speaker."""

from collections import deque

import numpy as np

from device.events import AudioFrame, Wake
from device.wake.features import Float32Array, MicroFeatures
from device.wake.microwakeword import WakeModel

REFRACTORY_MS = 1_500


class WakeWord:
    """Stage from frames to detections.

    A detection is a mean of the latest probabilities above the threshold. After one, the
    same phrase is still in the model's memory, so that nothing counts for a while.
    """

    def __init__(
        self,
        model: WakeModel,
        *,
        threshold: float | None = None,
        refractory_ms: int = REFRACTORY_MS,
    ) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise ValueError(f"threshold must lie between 0 and 1, got {threshold}")
        self._model = model
        self._threshold = model.cutoff if threshold is None else threshold
        self._refractory_ms = refractory_ms
        self._features = MicroFeatures()
        self._windows: list[Float32Array] = []
        self._latest: deque[float] = deque(maxlen=model.window)
        self._deaf_until_ms = 0
        model.forget()

    def feed(self, item: AudioFrame) -> list[Wake]:
        """Take one frame; at most one detection comes of it."""
        found: list[Wake] = []
        for window in self._features.feed(item):
            self._windows.append(window)
            if len(self._windows) < self._model.stride:
                continue
            score = self._judge()
            if score > self._threshold and item.start_ms >= self._deaf_until_ms:
                self._latest.clear()
                self._deaf_until_ms = item.start_ms + self._refractory_ms
                found.append(Wake(model=self._model.name, start_ms=item.start_ms, score=score))
        return found

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._model.forget()
        self._features.reset()
        self._windows.clear()
        self._latest.clear()
        self._deaf_until_ms = 0

    def _judge(self) -> float:
        """Run the model on the windows that are waiting; the mean, or 0 when it is too early."""
        self._latest.append(self._model.run(np.stack(self._windows)))
        self._windows.clear()
        if len(self._latest) < self._model.window:
            return 0.0
        return sum(self._latest) / len(self._latest)
