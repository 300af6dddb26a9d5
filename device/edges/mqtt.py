"""The broker: connected to again and again, one `Connection` after the other.

MQTT 5 where the broker speaks it, since only that tells when the broker's access list forbids
something; else 3.1.1. What is wrong is logged once, not at every try, and once when it is
well again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence

from paho.mqtt.client import Client, MQTTMessage, MQTTv5, MQTTv311

from device.edges import reasons
from device.edges.brokeraddress import BrokerAddress, Tls
from device.edges.connection import CLOSE_S, Connection
from device.edges.inbox import Inbox
from device.edges.reasons import Ended, Ending
from device.errors import BusError
from device.home.payloads import INVENTORY_BYTES, PAYLOAD_BYTES
from device.ports import BusDown, BusEvent, BusMessage, BusRefused, BusUp

__all__ = ["BrokerAddress", "MqttBus", "Tls"]

logger = logging.getLogger(__name__)

INVENTORIES = ("/bridge/devices", "/bridge/groups")
"""How the topic of an inventory ends."""
TOPIC_SHOWN = 120
"""Characters of a topic in a log line."""
FORBIDDEN = 100
"""Topics that the broker forbids and that are remembered for the doctor."""
KICKS = 3
"""Connections in a row that the broker ended at once: somebody else has our client id."""
FORGET_S = 3_600.0
"""What was logged is logged again after so long, seconds."""

PAUSES = {
    Ending.LOST: (0.2, 10.0, 10.0),
    Ending.SILENT: (0.2, 10.0, 10.0),
    Ending.UNSPOKEN: (0.2, 10.0, 10.0),
    Ending.REFUSED: (10.0, 60.0, 10.0),
    Ending.TAKEN: (10.0, 300.0, 900.0),
}
"""Ending -> the first pause before the next try; the longest, after doubling; and how long
a connection must have held for the pauses to begin anew. Seconds."""


class MqttBus:
    """A `device.ports.Bus`: connects by itself, again and again, until closed."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        inbox: Inbox | None = None,
        will: BusMessage | None = None,
    ) -> None:
        """Start connecting; `BusUp` or `BusDown` tells how it went.

        Args:
            address: The broker.
            inbox: Where events go; None makes one of its own.
            will: What the broker publishes when we vanish.

        Raises:
            BusError: A certificate file is missing or damaged.
        """
        self._address = address
        self._inbox = inbox or Inbox()
        self._will = will
        self._topics: dict[str, None] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._protocol = MQTTv5
        self._live: Connection | None = None
        """The connection, once the broker let us in."""
        self._down: str | None = None
        """Why there is none, where that was told."""
        self._said: dict[str, float] = {}
        """What was logged, and when (monotonic seconds)."""
        self._quiet = False
        """Whether the last coming or going was not logged, since it was before."""
        self.dropped = 0
        """Messages that were too large, or had no topic that can be read."""
        self.forbidden: deque[str] = deque(maxlen=FORBIDDEN)
        """Topics that the broker does not let us use, the last ones."""
        self._times_forbidden = 0
        self._current: Connection | None = self._connection()
        """The same, also while it is being made."""
        self._thread = threading.Thread(target=self._run, name=f"bus-{address}", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """Whether a message sent now would leave at once."""
        return self._live is not None

    @property
    def speaks(self) -> str:
        """What is spoken with the broker: "MQTT 5, TLSv1.3"; "" while it is away."""
        connection = self._live
        return "" if connection is None else connection.speaks

    def subscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters, now and after every reconnect."""
        with self._lock:
            new = [topic for topic in dict.fromkeys(topics) if topic not in self._topics]
            self._topics |= dict.fromkeys(new)
            if self._live is not None and new:
                self._live.subscribe(new)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters no more, also after a reconnect."""
        with self._lock:
            known = [topic for topic in dict.fromkeys(topics) if topic in self._topics]
            for topic in known:
                del self._topics[topic]
            if self._live is not None and known:
                self._live.unsubscribe(known)

    def publish(self, message: BusMessage) -> None:
        """Send with QoS 1, never queued while offline.

        A broker that was silent for a second is asked for a sign of life first, which may
        take three seconds where it is gone and nobody has noticed yet.

        Raises:
            BusError: The broker is away or refused; nothing was or will be sent.
        """
        connection = self._live
        if connection is None:
            raise BusError(self._down or f"the broker at {self._address} is not connected yet")
        connection.publish(message)

    def receive(self, timeout_ms: int) -> BusEvent | None:
        """Wait at most `timeout_ms` for the next event; for a bus with an inbox of its own."""
        item = self._inbox.get(timeout_ms)
        return item if isinstance(item, BusEvent) else None

    def close(self) -> None:
        """Disconnect cleanly; the will is not published."""
        self._closing.set()
        connection = self._current
        if connection is not None:
            connection.close()
        self._thread.join(timeout=CLOSE_S)

    def _run(self) -> None:
        """Connect until closed (our own thread)."""
        before, pause_s, kicks = Ending.LOST, 0.0, 0
        while not self._closing.is_set():
            began_s = time.monotonic()
            ended, accepted = self._connect()
            if self._closing.is_set():
                return
            held_s = time.monotonic() - began_s
            if accepted and held_s > PAUSES[before][2]:
                self._said.clear()
            kicks = kicks + 1 if accepted and held_s < PAUSES[before][2] else 0
            if kicks >= KICKS and ended.how is Ending.LOST and self._address.client_id:
                ended = reasons.taken(self._address, sure=False)
            if accepted:
                self._protocol = MQTTv5
            elif ended.how in (Ending.UNSPOKEN, Ending.SILENT):
                older = self._other_version()
                if older and ended.how is Ending.UNSPOKEN:
                    continue
            self._tell_down(ended.why)
            first_s, longest_s, steady_s = PAUSES[ended.how]
            begins = before is not ended.how or held_s > steady_s or not pause_s
            pause_s = first_s if begins else min(2 * pause_s, longest_s)
            before = ended.how
            self._closing.wait(pause_s)

    def _connect(self) -> tuple[Ended, bool]:
        """Hold one connection from beginning to end; tells whether the broker let us in."""
        try:
            connection = self._current = self._connection()
        except BusError as exc:
            self._current = None
            return Ended(how=Ending.LOST, why=str(exc)), False
        if self._closing.is_set():
            return Ended(how=Ending.LOST, why="closed"), False
        ended = connection.run()
        with self._lock:
            self._live = None
        # Paho closes its last sockets when nobody holds the client any more.
        self._current = None
        return ended, connection.accepted

    def _other_version(self) -> bool:
        """Take the older MQTT next; gives False when that was it, and MQTT 5 is next."""
        older = self._protocol == MQTTv5
        self._protocol = MQTTv311 if older else MQTTv5
        return older

    def _connection(self) -> Connection:
        """A new connection, not yet made.

        Raises:
            BusError: A certificate file is missing or damaged.
        """
        return Connection(
            self._address,
            protocol=self._protocol,
            will=self._will,
            up=self._up,
            arrived=self._arrived,
            forbidden=self._forbid,
            refused=self._refuse,
        )

    def _up(self, connection: Connection) -> None:
        """The broker let us in (paho's thread)."""
        with self._lock:
            connection.subscribe(list(self._topics))
            self._live = connection
        self._down = None
        if not self._quiet:
            logger.info("the broker at %s is there", self._address)
        self._inbox.put(BusUp())

    def _tell_down(self, why: str) -> None:
        """Tell that the broker is away: once to the core, in the log every new reason once."""
        first, new = self._down is None, why != self._down
        self._down = why
        if new:
            now_s = time.monotonic()
            self._said = {text: s for text, s in self._said.items() if now_s - s < FORGET_S}
            self._quiet = why in self._said
            if not self._quiet:
                self._said[why] = now_s
                logger.warning("%s", why)
        if first:
            self._inbox.put(BusDown(reason=why))

    def _refuse(self, topic: str) -> None:
        """The broker did not pass on what we published."""
        self._forbid(topic)
        self._inbox.put(BusRefused(topic=topic))

    def _forbid(self, topic: str) -> None:
        """The broker does not let us use a topic."""
        self.forbidden.append(topic)
        self._times_forbidden += 1
        if _worth_a_line(self._times_forbidden):
            logger.warning(
                "the broker at %s does not let us use %r (%d times so far); its access list "
                "(ACL) must allow it", self._address, topic[:TOPIC_SHOWN], self._times_forbidden,
            )  # fmt: skip

    def _arrived(self, _: Client, __: object, message: MQTTMessage) -> None:
        """Something arrived (paho's thread); never raises."""
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self._drop("a topic that is not UTF-8")
            return
        # What was not asked for by its whole name is no inventory, whatever it is called.
        large = topic.endswith(INVENTORIES) and topic in self._topics
        size = len(message.payload)
        if size > (INVENTORY_BYTES if large else PAYLOAD_BYTES):
            self._drop(f"{size} bytes on {topic[:TOPIC_SHOWN]!r}")
        elif topic.startswith("$"):
            self._drop(f"the broker's own topic {topic[:TOPIC_SHOWN]!r}")
        else:
            payload = bytes(message.payload)
            self._inbox.put(BusMessage(topic=topic, payload=payload, retained=message.retain))

    def _drop(self, what: str) -> None:
        self.dropped += 1
        if _worth_a_line(self.dropped):
            logger.warning("dropped %s (%d messages so far)", what, self.dropped)


def _worth_a_line(times: int) -> bool:
    """Whether something that happens again is logged again: at 1, 10, 100 ... times."""
    return str(times).rstrip("0") == "1"
