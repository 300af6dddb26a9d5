"""The bounded queues between the world's threads and the core.

The sound callback and the broker's thread only put items here; one thread takes them out
and owns everything else. Sound and the broker have a lane each: a flood of messages costs
no sound, and the comings and goings of the broker and the microphone always find a place.
"""

import threading
from collections import deque

from device.ports import BusDown, BusMessage, BusRefused, BusUp, Item, SoundBlock

BLOCKS = 4_000
"""Blocks of sound that may wait: more than half a minute."""
MESSAGES = 20_000
"""Messages that may wait: what a home of thousands of devices says at once."""
MESSAGE_BYTES = 32 * 1024 * 1024
"""Bytes of payload that may wait."""
EVENTS = 1_000
"""Other things that may wait, in each lane."""


class Inbox:
    """Bounded queues; what does not fit is dropped and counted, never waited for.

    Args:
        messages: Messages of the broker that may wait.
        message_bytes: Bytes of their payloads.
    """

    def __init__(self, *, messages: int = MESSAGES, message_bytes: int = MESSAGE_BYTES) -> None:
        self._messages, self._message_bytes = messages, message_bytes
        self._sound: deque[Item] = deque()
        self._bus: deque[Item] = deque()
        self._filled = threading.Condition()
        self._waiting = self._bytes = 0
        """Messages in the broker's lane, and their bytes."""
        self._blocks = 0
        self._sound_next = True
        self.dropped = 0
        """Items that found no place since the start."""

    def put(self, item: Item) -> bool:
        """Leave an item, from any thread, without ever waiting; tells whether it found a place."""
        with self._filled:
            if not self._fits(item):
                self.dropped += 1
                return False
            match item:
                case BusMessage(payload=payload):
                    self._waiting, self._bytes = self._waiting + 1, self._bytes + len(payload)
                    self._bus.append(item)
                case BusUp() | BusDown() | BusRefused():
                    self._bus.append(item)
                case _:
                    self._blocks += isinstance(item, SoundBlock)
                    self._sound.append(item)
            self._filled.notify()
        return True

    def get(self, timeout_ms: int) -> Item | None:
        """The oldest item of a lane, in turns, or None when none came within `timeout_ms`."""
        with self._filled:
            if not self._sound and not self._bus:
                self._filled.wait(max(0, timeout_ms) / 1000)
            lanes = (self._sound, self._bus) if self._sound_next else (self._bus, self._sound)
            lane = next((lane for lane in lanes if lane), None)
            if lane is None:
                return None
            self._sound_next = lane is self._bus
            item = lane.popleft()
            if isinstance(item, BusMessage):
                self._waiting, self._bytes = self._waiting - 1, self._bytes - len(item.payload)
            self._blocks -= isinstance(item, SoundBlock)
            return item

    def _fits(self, item: Item) -> bool:
        match item:
            case BusMessage(payload=payload):
                # One that is larger than all room there is may still come by itself.
                room = not self._bytes or self._bytes + len(payload) <= self._message_bytes
                return self._waiting < self._messages and room
            case BusUp() | BusDown() | BusRefused():
                return len(self._bus) - self._waiting < EVENTS
            case SoundBlock():
                return self._blocks < BLOCKS
            case _:
                return len(self._sound) - self._blocks < EVENTS
