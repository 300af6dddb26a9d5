"""What the broker was asked and has answered, and when it was heard last."""

import threading
import time


class LifeSigns:
    """Counts questions and answers, from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._heard_s = time.monotonic()
        self.count = 0
        """Everything that was heard, messages and answers."""

    @property
    def owes(self) -> bool:
        """Whether the broker has still to answer something."""
        return self._open > 0

    @property
    def age_s(self) -> float:
        """Seconds since the last sign of life."""
        return time.monotonic() - self._heard_s

    def asked(self) -> None:
        """The broker is about to be asked something that it must answer."""
        with self._lock:
            self._open += 1

    def not_asked(self) -> None:
        """It was not, after all."""
        with self._lock:
            self._open -= 1

    def heard(self, *, answer: bool = False) -> None:
        """The broker said something."""
        with self._lock:
            self._open -= answer
            self.count += 1
            self._heard_s = time.monotonic()
