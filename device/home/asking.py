"""Who is asked how it stands, and when: a few at a time, and nobody too often."""

import math
from collections import OrderedDict
from collections.abc import Callable

from device.ports import BusMessage

AT_ONCE = 100
"""Devices that are asked within `PAUSE_MS`, so that a radio network of a thousand devices can
breathe."""
PAUSE_MS = 200
ANSWER_MS = 1_000
"""How long an asked device counts as about to answer."""
AGAIN_MS = 2_000
"""A device that comes and goes all the time is asked twice in so long, milliseconds."""


class Asking:
    """Asks the devices of a home for their state."""

    def __init__(self, questions: Callable[[str], tuple[BusMessage, ...]]) -> None:
        """Ask nobody yet.

        Args:
            questions: What asks a device, by its id; nothing where it cannot be asked.
        """
        self._questions = questions
        self._waiting: OrderedDict[str, None] = OrderedDict()
        """Those to be asked next, in this order."""
        self._later: dict[str, None] = {}
        """Those that were asked too often just now."""
        self._asked: dict[str, int] = {}
        """When each of those was asked that have not answered yet."""
        self._last: dict[str, tuple[int, int]] = {}
        """When each device was asked the last two times, also where it has answered."""
        self._left = 0
        """Devices that may still be asked before `_burst_ends_ms`."""
        self._burst_ends_ms = 0

    def __len__(self) -> int:
        """How many wait to be asked."""
        return len(self._waiting) + len(self._later)

    def want(self, *devices: str) -> None:
        """Let these be asked as soon as they may be."""
        for device in devices:
            if device not in self._later:
                self._waiting.setdefault(device)

    def answered(self, device: str) -> None:
        """A device told how it stands."""
        self._asked.pop(device, None)

    def forget(self, device: str) -> None:
        """A device is gone."""
        self._asked.pop(device, None)
        self._last.pop(device, None)
        self._waiting.pop(device, None)
        self._later.pop(device, None)

    def lost(self) -> None:
        """The broker is gone: nobody is asked, nobody answers."""
        self._asked.clear()
        self._last.clear()
        self._waiting.clear()
        self._later.clear()

    def over(self, now_ms: int) -> bool:
        """Whether everybody was asked, and nobody is about to answer."""
        last_ms = next(reversed(self._asked.values()), -math.inf)
        return not len(self) and now_ms >= last_ms + ANSWER_MS

    def due(self, now_ms: int) -> list[BusMessage]:
        """What to publish by now."""
        if now_ms >= self._burst_ends_ms:
            self._left, self._burst_ends_ms = AT_ONCE, now_ms + PAUSE_MS
            self._waiting.update(self._later)
            self._later.clear()
        messages: list[BusMessage] = []
        while self._waiting and self._left:
            device, _ = self._waiting.popitem(last=False)
            before_ms, last_ms = self._last.get(device, (-AGAIN_MS, -AGAIN_MS))
            if now_ms < before_ms + AGAIN_MS:
                self._later[device] = None
            elif asks := self._questions(device):
                self._left -= 1
                self._asked.pop(device, None)
                self._asked[device] = now_ms
                self._last[device] = (last_ms, now_ms)
                messages += asks
        return messages
