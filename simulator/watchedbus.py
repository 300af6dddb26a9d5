"""A bus that is looked over the shoulder."""

from collections.abc import Callable, Sequence

from device.ports import Bus, BusEvent, BusMessage


class WatchedBus:
    """A bus that tells of every message that leaves."""

    def __init__(self, bus: Bus, watch: Callable[[BusMessage], None]) -> None:
        self._bus = bus
        self._watch = watch

    @property
    def connected(self) -> bool:
        """As the bus below."""
        return self._bus.connected

    def subscribe(self, topics: Sequence[str]) -> None:
        """As the bus below."""
        self._bus.subscribe(topics)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """As the bus below."""
        self._bus.unsubscribe(topics)

    def publish(self, message: BusMessage) -> None:
        """Send, then tell."""
        self._bus.publish(message)
        self._watch(message)

    def receive(self, timeout_ms: int) -> BusEvent | None:
        """As the bus below."""
        return self._bus.receive(timeout_ms)

    def close(self) -> None:
        """As the bus below."""
        self._bus.close()
