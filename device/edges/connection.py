"""One connection to the broker, through one paho client, from its first packet to its last.

Nothing that is sent here may arrive late: an "unlock" that fires when the network comes back
a minute later opens the door for nobody knows whom. So

- a message is sent only while the broker is there: where nothing was heard from it for
  `FRESH_S`, it is asked for a sign of life first;
- a broker that owes an answer and stays silent for `SILENCE_S` counts as gone;
- a connection that breaks is reset: what the operating system still holds is thrown away,
  instead of being tried again for minutes;
- paho's own reconnecting, which sends again what was under way, is not used.
"""

import logging
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from paho.mqtt.client import MQTT_ERR_QUEUE_SIZE, MQTT_ERR_SUCCESS, Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from device.edges import reasons
from device.edges.brokeraddress import BrokerAddress, tls_context
from device.edges.filters import Filters
from device.edges.lifesigns import LifeSigns
from device.edges.reasons import Ended, Ending
from device.errors import BusError
from device.home.payloads import INVENTORY_BYTES
from device.ports import BusMessage

logger = logging.getLogger(__name__)

KEEPALIVE_S = 15
"""A broker that is silent for twice as long counts as gone, seconds."""
FRESH_S = 1.0
"""How long a sign of life of the broker is believed, seconds."""
SILENCE_S = 3.0
"""How long the broker may keep silent when it owes an answer, seconds."""
CONNECT_S, CLOSE_S = 5.0, 2.0
"""How long a connection may take to be made, and to end cleanly, seconds."""
LOOK_S = 0.2
"""How often the connection is looked at, seconds."""
UNANSWERED = 10_000
"""Messages that may wait for the broker's answer."""
PACKET_BYTES = INVENTORY_BYTES + 65_536
"""The largest packet that the broker may send us, where it speaks MQTT 5."""
REMEMBERED = 1_000
"""Messages whose topic is remembered, to say which one the broker refused."""
PULSE = "inglenook/pulse"
"""Nobody subscribes to it: to leave it makes the broker answer, and changes nothing."""
CALLBACKS = (
    *("on_socket_open", "on_socket_close", "on_connect", "on_disconnect", "on_message"),
    *("on_publish", "on_subscribe", "on_unsubscribe"),
)
"""What paho calls, by its names; the methods are called the same after an underscore."""

Arrived = Callable[[Client, object, MQTTMessage], None]


class Connection:
    """Made, `run` once by a thread that has nothing else to do, and done with."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        protocol: MQTTProtocolVersion,
        will: BusMessage | None,
        up: Callable[["Connection"], None],
        arrived: Arrived,
        forbidden: Callable[[str], None],
        refused: Callable[[str], None],
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            address: The broker.
            protocol: The version of MQTT.
            will: What the broker publishes when we vanish.
            up: Called once the broker let us in (paho's thread).
            arrived: Called with each message (paho's thread).
            forbidden: Called with a topic that the broker does not let us hear.
            refused: Called with the topic of a message that the broker did not pass on.

        Raises:
            BusError: A certificate file is missing or damaged.
        """
        self._address = address
        self._protocol = protocol
        self._on_up = up
        self._arrived = arrived
        self._forbidden = forbidden
        self._on_refused = refused
        self._clean = False
        self._accepted = False
        self._over = threading.Event()
        self._gone = threading.Event()
        """Set when paho has closed its socket."""
        self._answered = threading.Event()
        self._ended: Ended | None = None
        self._signs = LifeSigns()
        self._lock = threading.Lock()
        """Around `_filters`."""
        self._filters = Filters()
        self._sent: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._refused: deque[int] = deque(maxlen=REMEMBERED)
        self._client = self._made(will)

    @property
    def accepted(self) -> bool:
        """Whether the broker let us in."""
        return self._accepted

    @property
    def speaks(self) -> str:
        """The protocols: "MQTT 5, TLSv1.3"."""
        sock = self._client.socket()
        mqtt = "MQTT 5" if self._protocol == MQTTv5 else "MQTT 3.1.1"
        return f"{mqtt}, {sock.version()}" if isinstance(sock, ssl.SSLSocket) else mqtt

    def run(self) -> Ended:
        """Connect, and stay until the end of the connection."""
        client, address = self._client, self._address
        properties = None
        if self._protocol == MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.MaximumPacketSize = PACKET_BYTES
        try:
            client.connect(address.host, address.port, keepalive=KEEPALIVE_S, properties=properties)
        except (OSError, ValueError) as exc:
            self._break_off()
            return Ended(how=Ending.LOST, why=reasons.unreachable(address, exc))
        client.loop_start()
        if self._clean:
            client.disconnect()
        self._watch()
        self._break_off()
        self._tell_refusals()
        return self._ended or Ended(how=Ending.LOST, why=f"lost the broker at {address}")

    def subscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these, QoS 0: within one connection nothing is lost."""
        with self._lock:
            self._filters.add(topics)
            self._send_filters()

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these no more."""
        with self._lock:
            for packet in self._filters.remove(topics):
                self._signs.asked()
                self._client.unsubscribe(packet)

    def publish(self, message: BusMessage) -> None:
        """Send, after a sign of life of the broker.

        Raises:
            BusError: The broker is gone or silent; nothing was sent.
        """
        if self._signs.age_s > FRESH_S:
            self._feel_pulse()
        self._signs.asked()
        try:
            info = self._client.publish(
                message.topic, message.payload, qos=1, retain=message.retained
            )
        except ValueError as exc:
            self._signs.not_asked()
            raise BusError(f"cannot publish on {message.topic[:120]!r}: {exc}") from exc
        self._sent.append((info.mid, message.topic))
        if info.rc != MQTT_ERR_SUCCESS:
            self._signs.not_asked()
            why = "went away"
            if info.rc == MQTT_ERR_QUEUE_SIZE:
                why = "answers too slowly"
            raise BusError(f"the broker at {self._address} {why}")

    def close(self) -> None:
        """Say goodbye and end; the will is not published."""
        self._clean = True
        self._client.disconnect()
        if not self._over.wait(CLOSE_S):
            self._end(Ending.LOST, f"lost the broker at {self._address}")

    def _feel_pulse(self) -> None:
        """Make sure that the broker is there.

        Raises:
            BusError: It is not; the connection is over.
        """
        self._answered.clear()
        self._signs.asked()
        self._client.unsubscribe(PULSE)
        until_s = time.monotonic() + SILENCE_S
        while not self._answered.wait(LOOK_S / 4):
            if self._over.is_set() or time.monotonic() > until_s:
                self._end(Ending.SILENT, self._silent())
                raise BusError(self._ended.why if self._ended else self._silent())

    def _watch(self) -> None:
        """Wait for the end, and bring it about where the broker has fallen silent.

        Looks are counted, not seconds: after this machine slept, or was too busy, what the
        broker said meanwhile is read first.
        """
        silent, heard = 0, self._signs.count
        while not self._over.wait(LOOK_S):
            self._tell_refusals()
            owes = not self._accepted or self._signs.owes
            silent = silent + 1 if owes and heard == self._signs.count else 0
            heard = self._signs.count
            if silent * LOOK_S >= (SILENCE_S if self._accepted else CONNECT_S):
                self._end(Ending.SILENT, self._silent())

    def _silent(self) -> str:
        if not self._accepted:
            return f"the broker at {self._address} takes connections, but does not answer"
        return f"the broker at {self._address} does not answer any more"

    def _end(self, how: Ending, why: str) -> None:
        if self._ended is None:
            self._ended = Ended(how=how, why=why)
        self._over.set()

    def _break_off(self) -> None:
        """End paho's thread, whatever it waits for: it reads the end of the stream."""
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                # The plain method: TLS's own would take the encryption off under paho's feet.
                socket.socket.shutdown(sock, socket.SHUT_RD)
            self._gone.wait(CLOSE_S)
        self._client.loop_stop()
        # Paho closes its last sockets when nobody holds the client: neither must we.
        for name in CALLBACKS:
            setattr(self._client, name, None)

    def _made(self, will: BusMessage | None) -> Client:
        address = self._address
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=address.client_id,
            protocol=self._protocol,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        client.suppress_exceptions = True
        client.max_queued_messages_set(UNANSWERED)
        for name in CALLBACKS:
            setattr(client, name, getattr(self, f"_{name}"))
        if address.user is not None:
            client.username_pw_set(address.user, address.password)
        if will is not None:
            client.will_set(will.topic, will.payload, qos=1, retain=will.retained)
        if address.tls is not None:
            client.tls_set_context(tls_context(address.tls))
        return client

    def _on_connect(
        self, _: Client, __: object, ___: object, code: ReasonCode, ____: object
    ) -> None:
        self._signs.heard()
        if code.is_failure:
            self._ended = reasons.refused(self._address, code)
            self._over.set()
            return
        self._accepted = True
        self._on_up(self)

    def _on_disconnect(
        self, _: Client, __: object, ___: object, code: ReasonCode, ____: object
    ) -> None:
        self._gone.set()
        name, address = str(code), self._address
        if self._ended is None and not self._accepted and name != "Keep alive timeout":
            self._ended = reasons.unspoken(address)
        elif self._ended is None and name == "Session taken over":
            self._ended = reasons.taken(address, sure=True)
        elif name == "Keep alive timeout":
            self._end(Ending.SILENT, self._silent())
        self._end(Ending.LOST, f"lost the broker at {address}")

    def _on_message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        self._signs.heard()
        self._arrived(client, userdata, message)

    def _on_publish(self, _: Client, __: object, mid: int, code: ReasonCode, ___: object) -> None:
        self._signs.heard(answer=True)
        if code.is_failure:
            self._refused.append(mid)

    def _on_unsubscribe(self, *_: object) -> None:
        self._signs.heard(answer=True)
        self._answered.set()

    def _on_subscribe(
        self, _: Client, __: object, ___: int, codes: Sequence[ReasonCode], ____: object
    ) -> None:
        self._signs.heard(answer=True)
        with self._lock:
            refused = self._filters.answered([code.is_failure for code in codes])
            self._send_filters()
        for topic in refused:
            self._forbidden(topic)

    def _send_filters(self) -> None:
        """Subscribe to what may be subscribed to now (under the lock)."""
        for topics in self._filters.due():
            self._signs.asked()
            self._client.subscribe([(topic, 0) for topic in topics])

    def _tell_refusals(self) -> None:
        """Say which messages the broker did not take."""
        topics = dict(self._sent) if self._refused else {}
        while self._refused:
            self._on_refused(topics.get(self._refused.popleft(), "a topic"))

    def _on_socket_open(self, _: Client, __: object, sock: object) -> None:
        """Send at once: Nagle's algorithm makes a QoS 1 round trip take 44 ms instead of 1.3."""
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_socket_close(self, _: Client, __: object, sock: object) -> None:
        """Throw away what was not sent yet, unless we say goodbye."""
        if not self._clean and isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
