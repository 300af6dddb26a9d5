"""How often devices are told something: a loop must not wear out a relay or flap a door."""

from collections import deque

WINDOW_MS = 60_000
"""What "within a minute" is, milliseconds."""


class Pace:
    """Remembers when each device was told something in the last minute."""

    def __init__(self) -> None:
        self._told: dict[str, deque[int]] = {}

    def allows(self, device: str, often: int | None, now_ms: int) -> bool:
        """Whether a device may be told something now; if so, it counts as told.

        Args:
            device: Its id.
            often: How often within `WINDOW_MS`; None is without end.
            now_ms: Monotonic milliseconds.
        """
        if often is None:
            return True
        told = self._told.setdefault(device, deque())
        while told and (now_ms - told[0] >= WINDOW_MS):
            told.popleft()
        if len(told) >= often:
            return False
        told.append(now_ms)
        return True

    def forget(self, device: str) -> None:
        """A device is gone."""
        self._told.pop(device, None)
