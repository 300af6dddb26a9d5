"""What the home wants sent: every message that goes to a device leaves here."""

import logging
from collections.abc import Sequence

from device.errors import BusError
from device.home.homestate import Errands
from device.ports import Bus, BusMessage

logger = logging.getLogger(__name__)


class Post:
    """Runs the home's errands on the bus."""

    def __init__(self, bus: Bus) -> None:
        """Take the bus."""
        self._bus = bus

    def run(self, errands: Errands) -> None:
        """Listen to what is to be heard from now on, and send what is to be sent."""
        if errands.topics:
            self._bus.subscribe(errands.topics)
        if errands.dropped:
            self._bus.unsubscribe(errands.dropped)
        self.send(errands.messages)

    def send(self, messages: Sequence[BusMessage]) -> int:
        """Publish; gives how many left, with a warning when the broker is away."""
        for count, message in enumerate(messages):
            try:
                self._bus.publish(message)
            except BusError as exc:
                logger.warning("%s", exc)
                return count
        return len(messages)
