"""The broker, through paho.

One paho client lives as long as one connection. Paho's own reconnecting is not used: it
keeps QoS 1 messages that were on their way when the connection broke and sends them again
on the next one, and an "unlock" must not fire minutes later. A thread of ours makes the
next client instead, after a pause that doubles from `FIRST_PAUSE_MS` to `LONGEST_PAUSE_MS`.
"""

import logging
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from device.edges.inbox import Inbox
from device.errors import BusError
from device.home.payloads import INVENTORY_BYTES, PAYLOAD_BYTES
from device.ports import BusDown, BusEvent, BusMessage, BusUp

logger = logging.getLogger(__name__)

INVENTORY = "/bridge/devices"
"""How the topic of an inventory ends."""
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 200, 10_000
STEADY_MS = 10_000
"""A connection that held so long starts the pauses anew."""
KEEPALIVE_S = 15
"""A broker that is silent for twice as long counts as gone, seconds."""
CONNECT_S, CLOSE_S = 5.0, 2.0
"""How long a connection may take to be made, and to end cleanly, seconds."""
OWED_S = 0.2
"""How soon to try again when the inbox is full, seconds."""
UNANSWERED = 10_000
"""Messages that may wait for the broker's answer."""
TOPICS_PER_PACKET = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """An encrypted connection."""

    ca: str | None = None
    """File of the authority that signed the broker's certificate; None takes the system's."""
    certificate: str | None = None
    """Our own certificate, where the broker wants one."""
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is and how it lets us in."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    client_id: str = ""
    """"" lets paho make one up."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


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
        self._owing = threading.Lock()
        self._owed: deque[BusUp | BusDown] = deque()
        """Comings and goings that found no place in the inbox yet."""
        self._closing = threading.Event()
        self._current: Client | None = None
        """The client of this connection, also while it is being made."""
        self._live: Client | None = None
        """The same, once the broker let us in."""
        self._down: str | None = None
        self.dropped = 0
        """Messages that were too large, or had no readable topic."""
        self._client()
        self._thread = threading.Thread(target=self._run, name=f"bus-{address}", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """Whether a message sent now would leave at once."""
        return self._live is not None

    def subscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters, now and after every reconnect."""
        with self._lock:
            new = [topic for topic in dict.fromkeys(topics) if topic not in self._topics]
            self._topics |= dict.fromkeys(new)
            if self._live is not None:
                _subscribe(self._live, new)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters no more, also after a reconnect."""
        with self._lock:
            known = [topic for topic in dict.fromkeys(topics) if topic in self._topics]
            for topic in known:
                del self._topics[topic]
            if self._live is not None:
                for start in range(0, len(known), TOPICS_PER_PACKET):
                    self._live.unsubscribe(known[start : start + TOPICS_PER_PACKET])

    def publish(self, message: BusMessage) -> None:
        """Send with QoS 1, never queued while offline.

        Raises:
            BusError: The broker is away or refused; nothing was or will be sent.
        """
        client = self._live
        if client is None:
            raise BusError(self._down or f"the broker at {self._address} is not connected yet")
        try:
            info = client.publish(message.topic, message.payload, qos=1, retain=message.retained)
        except ValueError as exc:
            raise BusError(f"cannot publish on {message.topic!r}: {exc}") from exc
        if info.rc != MQTT_ERR_SUCCESS:
            raise BusError(f"the broker at {self._address} went away")

    def receive(self, timeout_ms: int) -> BusEvent | None:
        """Wait at most `timeout_ms` for the next event; for a bus with an inbox of its own."""
        item = self._inbox.get(timeout_ms)
        return item if isinstance(item, BusMessage | BusUp | BusDown) else None

    def close(self) -> None:
        """Disconnect cleanly; the will is not published."""
        self._closing.set()
        client = self._current
        if client is not None:
            client.disconnect()
        self._thread.join(timeout=CLOSE_S)

    def _run(self) -> None:
        """Connect until closed (our own thread)."""
        pause_ms = FIRST_PAUSE_MS
        while not self._closing.is_set():
            began = time.monotonic()
            reason = self._connection()
            if self._closing.is_set():
                return
            if reason != self._down:
                self._down = reason
                self._tell(BusDown(reason=reason))
            if time.monotonic() - began > STEADY_MS / 1000:
                pause_ms = FIRST_PAUSE_MS
            self._closing.wait(pause_ms / 1000)
            self._pay()
            pause_ms = min(2 * pause_ms, LONGEST_PAUSE_MS)

    def _connection(self) -> str:
        """Hold one connection from beginning to end; gives the reason why it ended."""
        ended = threading.Event()
        reasons: list[str] = []

        def on_connect(
            client: Client, _: object, __: object, code: ReasonCode, ___: object
        ) -> None:
            if code.is_failure:
                reasons.append(f"the broker at {self._address} refused us: {code}")
                ended.set()
            else:
                self._up(client)

        def on_disconnect(*_: object) -> None:
            ended.set()

        try:
            client = self._current = self._client()
            client.on_connect = on_connect
            client.on_disconnect = on_disconnect
            client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        except (OSError, ValueError, BusError) as exc:
            self._current = None
            why = getattr(exc, "strerror", None) or exc
            return f"cannot reach the broker at {self._address}: {why}"
        client.loop_start()
        while not ended.wait(OWED_S):
            self._pay()
        with self._lock:
            self._live = None
        client.disconnect()
        client.loop_stop()
        # Paho closes its last sockets when nobody holds the client any more.
        self._current = None
        return reasons[0] if reasons else f"lost the broker at {self._address}"

    def _up(self, client: Client) -> None:
        """The broker let us in (paho's thread)."""
        with self._lock:
            _subscribe(client, list(self._topics))
            self._live = client
        self._down = None
        self._tell(BusUp())
        if self._closing.is_set():
            client.disconnect()

    def _tell(self, event: BusUp | BusDown) -> None:
        """Tell that the broker came or went: late, when the inbox is full, but surely."""
        with self._owing:
            self._owed.append(event)
        self._pay()

    def _pay(self) -> None:
        with self._owing:
            while self._owed and self._inbox.put(self._owed[0]):
                self._owed.popleft()

    def _client(self) -> Client:
        """A paho client for one connection.

        Raises:
            BusError: A certificate file is missing or damaged.
        """
        address = self._address
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=address.client_id, reconnect_on_failure=False
        )
        client.connect_timeout = CONNECT_S
        client.suppress_exceptions = True
        client.max_queued_messages_set(UNANSWERED)
        client.on_socket_open = _without_delay
        client.on_message = self._on_message
        client.on_subscribe = _on_subscribe
        if address.user is not None:
            client.username_pw_set(address.user, address.password)
        if self._will is not None:
            will = self._will
            client.will_set(will.topic, will.payload, qos=1, retain=will.retained)
        if (tls := address.tls) is not None:
            try:
                client.tls_set(ca_certs=tls.ca, certfile=tls.certificate, keyfile=tls.key)
            except (OSError, ValueError, ssl.SSLError) as exc:
                names = ", ".join(n for n in (tls.ca, tls.certificate, tls.key) if n)
                raise BusError(f"cannot use the certificates {names}: {exc}") from exc
        return client

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        """Something arrived (paho's thread); never raises."""
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self.dropped += 1
            return
        limit_bytes = INVENTORY_BYTES if topic.endswith(INVENTORY) else PAYLOAD_BYTES
        if len(message.payload) > limit_bytes:
            self.dropped += 1
            if self.dropped == 1:
                logger.warning("dropped %d bytes on %r", len(message.payload), topic[:120])
            return
        self._inbox.put(
            BusMessage(topic=topic, payload=bytes(message.payload), retained=message.retain)
        )


def _subscribe(client: Client, topics: Sequence[str]) -> None:
    """Subscribe with QoS 0: within one connection nothing is lost, and it costs no answers."""
    for start in range(0, len(topics), TOPICS_PER_PACKET):
        client.subscribe([(topic, 0) for topic in topics[start : start + TOPICS_PER_PACKET]])


def _on_subscribe(
    _: Client, __: object, ___: int, codes: Sequence[ReasonCode], ____: object
) -> None:
    """The broker answered a subscription (paho's thread)."""
    refused = sum(code.is_failure for code in codes)
    if refused:
        logger.warning("the broker refused %d of %d subscriptions", refused, len(codes))


def _without_delay(_: Client, __: object, sock: object) -> None:
    """Send at once: Nagle's algorithm makes a QoS 1 round trip take 44 ms instead of 1.3."""
    with suppress(OSError):
        assert isinstance(sock, socket.socket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
