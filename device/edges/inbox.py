"""The one bounded queue between the world's threads and the core.

The sound callback and the broker's thread only put items here; one thread takes them out
and owns everything else.
"""

import queue

from device.ports import Item

CAPACITY = 4_000
"""Items that may wait: half a minute of sound with a busy broker beside it."""


class Inbox:
    """Bounded queue; what does not fit is dropped and counted, never waited for."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._items: queue.Queue[Item] = queue.Queue(maxsize=capacity)
        self.dropped = 0
        """Items that found no place since the start."""

    def put(self, item: Item) -> bool:
        """Leave an item, from any thread, without ever waiting; tells whether it found a place."""
        try:
            self._items.put_nowait(item)
        except queue.Full:
            self.dropped += 1
            return False
        return True

    def get(self, timeout_ms: int) -> Item | None:
        """The oldest item, or None when none came within `timeout_ms`."""
        try:
            return self._items.get(timeout=max(0, timeout_ms) / 1000)
        except queue.Empty:
            return None
