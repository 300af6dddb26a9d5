"""A broker inside this program: no socket, no thread, no waiting.

What is published is in the queues of those who subscribed to it when `publish` returns. With
a clock that stands still between jumps this makes whole days repeatable. It keeps to what the
speaker and the pretend house rely on of MQTT 5: retained messages, wills, filters with `+`
and `#`, a copy of a message for each filter that covers it (as mosquitto does), nothing queued
while the broker is away.
"""

from collections import deque
from collections.abc import Sequence

from device.errors import BusError
from device.ports import BusDown, BusEvent, BusMessage, BusUp

GONE = "the broker is gone"


def matches(filter_: str, topic: str) -> bool:
    """Whether a topic filter covers a topic (MQTT 5, section 4.7).

    Example: "a/+/c" covers "a/b/c"; "a/#" covers "a" and "a/b/c", "#" nothing that begins with "$".
    """
    if topic.startswith("$") and not filter_.startswith("$"):
        return False
    wanted, given = filter_.split("/"), topic.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place == len(given) or part not in ("+", given[place]):
            return False
    return len(wanted) == len(given)


class LocalBroker:
    """A broker in this program; a `simulator.broker.Broker` but for its port."""

    name = "in-process"

    def __init__(self) -> None:
        self.up = True
        self._clients: list[LocalBus] = []
        self._retained: dict[str, BusMessage] = {}
        self._audience: dict[str, tuple[LocalBus, ...]] = {}
        """Topic -> who gets each copy of a message; forgotten whenever anybody subscribes."""

    def connect(self, will: BusMessage | None = None) -> "LocalBus":
        """Let a new client in.

        Args:
            will: What is published when it vanishes without a word.
        """
        bus = LocalBus(self, will)
        self._clients.append(bus)
        return bus

    def kill(self) -> None:
        """Make it vanish without a word, as a power cut would; what it kept is lost."""
        if not self.up:
            return
        self.up = False
        self._retained.clear()
        for client in self._clients:
            client.tell(BusDown(reason=GONE))

    def restart(self) -> None:
        """Start it anew with nothing remembered; all clients come back."""
        self.kill()
        self.up = True
        for client in self._clients:
            client.tell(BusUp())

    def pass_on(self, message: BusMessage) -> None:
        """Give a message to everybody who has subscribed to its topic, and keep a retained one."""
        if message.retained and message.payload:
            self._retained[message.topic] = message
        elif message.retained:
            self._retained.pop(message.topic, None)
        audience = self._audience.get(message.topic)
        if audience is None:
            topic = message.topic
            audience = tuple(one for one in self._clients for _ in range(one.copies(topic)))
            self._audience[message.topic] = audience
        live = BusMessage(topic=message.topic, payload=message.payload)
        for client in audience:
            client.tell(live)

    def subscribed(self, client: "LocalBus", filters: Sequence[str]) -> None:
        """Give a client what is kept on the topics that it has subscribed to just now."""
        self._audience.clear()
        for filter_ in filters:
            for topic, message in self._retained.items():
                if matches(filter_, topic):
                    client.tell(message)

    def dropped(self, client: "LocalBus", will: BusMessage | None) -> None:
        """A client is no longer there; its will is published, where it left one."""
        self._clients.remove(client)
        self._audience.clear()
        if will is not None and self.up:
            self.pass_on(will)


class LocalBus:
    """One client's connection; a `device.ports.Bus`, made by `LocalBroker.connect`."""

    def __init__(self, broker: LocalBroker, will: BusMessage | None) -> None:
        self._broker = broker
        self._will = will
        self._filters: dict[str, None] = {}
        self._waiting: deque[BusEvent] = deque([BusUp()] if broker.up else [])

    @property
    def connected(self) -> bool:
        """Whether a message sent now would leave at once."""
        return self._broker.up

    @property
    def waits(self) -> bool:
        """Whether anything waits to be received."""
        return bool(self._waiting)

    def subscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters, now and after every restart."""
        new = [topic for topic in dict.fromkeys(topics) if topic not in self._filters]
        self._filters.update(dict.fromkeys(new))
        if new and self._broker.up:
            self._broker.subscribed(self, new)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters no more."""
        for topic in topics:
            self._filters.pop(topic, None)
        self._broker.subscribed(self, ())

    def publish(self, message: BusMessage) -> None:
        """Send; it has arrived when this returns.

        Raises:
            BusError: The broker is away; nothing was or will be sent.
        """
        if not self._broker.up:
            raise BusError(GONE)
        self._broker.pass_on(message)

    def receive(self, timeout_ms: int) -> BusEvent | None:
        """The next event; None when nothing waits, at once."""
        return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        """Disconnect cleanly."""
        self._broker.dropped(self, None)

    def vanish(self) -> None:
        """Disconnect as in a power cut: the broker publishes the will."""
        self._broker.dropped(self, self._will)

    def copies(self, topic: str) -> int:
        """How many of its filters cover a topic."""
        return sum(matches(filter_, topic) for filter_ in self._filters)

    def tell(self, event: BusEvent) -> None:
        """Put an event into the queue, as the broker does."""
        self._waiting.append(event)
