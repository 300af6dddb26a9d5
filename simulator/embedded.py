"""The embedded broker amqtt, in a thread of its own, for machines without mosquitto.

The connections are ours (amqtt calls that an external listener): so the port can be any
free one, and no connection outlives the broker.
"""

import asyncio
import contextlib
import logging
import re
import threading
import warnings
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from device.errors import BusError

if TYPE_CHECKING:
    from amqtt.broker import Broker as AmqttBroker
    from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler

HOST = "127.0.0.1"
START_S = 60.0
"""How long a broker may take to start or to stop, seconds."""
LISTENER = "house"
MQTT_5 = re.compile(rb"\x10[\x80-\xff]{0,3}[\x00-\x7f]\x00\x04MQTT\x05", re.DOTALL)
"""How a connection in MQTT 5 begins."""
UNACCEPTABLE = b"\x20\x02\x00\x01"
"""The answer of a broker that speaks 3.1.1 only."""


class Amqtt:
    """A `simulator.broker.Broker`."""

    def __init__(self) -> None:
        """Start on a free port.

        Raises:
            BusError: It does not come up.
        """
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._transports: set[asyncio.Transport] = set()
        self.port = 0
        self._start()

    @property
    def name(self) -> str:
        """The word for `start_broker`."""
        return "amqtt"

    def kill(self) -> None:
        """Cut every connection without a word, and stop."""
        self.close()

    def restart(self) -> None:
        """Start it anew on the same port, with nothing remembered.

        Raises:
            BusError: It does not come up.
        """
        self.close()
        self._start()

    def close(self) -> None:
        """Stop it."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=START_S)
        self._loop = self._thread = None

    def _start(self) -> None:
        started = threading.Event()
        self._failure = None
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="amqtt", daemon=True
        )
        self._thread.start()
        if not started.wait(START_S) or self._failure is not None:
            self.close()
            raise BusError(f"amqtt does not start: {self._failure}") from self._failure

    def _run(self, started: threading.Event) -> None:
        """The broker's own thread, from start to end."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda *_: None)
        try:
            broker = _broker(loop)
            loop.run_until_complete(broker.start())
            server = loop.run_until_complete(self._listen(broker))
        except Exception as exc:
            self._failure = exc
            _finish(loop)
            started.set()
            return
        self._loop = loop
        loop.call_soon(started.set)
        loop.run_forever()
        # A connection that asyncio is accepting while its server closes would be left open.
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
        _breathe(loop)
        server.close()
        self._cut()
        with contextlib.suppress(Exception):
            loop.run_until_complete(asyncio.wait_for(broker.shutdown(), START_S))
        _end_tasks(loop)
        self._cut()
        _finish(loop)

    async def _listen(self, broker: "AmqttBroker") -> asyncio.Server:
        """Take connections on this machine only, and give them to the broker."""
        from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await broker.external_connected(
                    StreamReaderAdapter(reader), StreamWriterAdapter(writer), LISTENER
                )
            finally:
                writer.transport.abort()

        def wire() -> _Wire:
            return _Wire(asyncio.StreamReader(), connected, self._transports)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(wire, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _cut(self) -> None:
        for transport in tuple(self._transports):
            transport.abort()


class _Wire(asyncio.StreamReaderProtocol):
    """One connection, listed while it is open."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        connected: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        transports: set[asyncio.Transport],
    ) -> None:
        super().__init__(reader, connected)
        self._transports = transports
        self._mine: asyncio.Transport | None = None
        self._silent = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._mine = transport
        self._transports.add(transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        first, self._silent = self._silent, False
        if first and self._mine is not None and MQTT_5.match(data):
            # Amqtt takes MQTT 5's properties for the client id, and waits for the rest of it.
            self._mine.write(UNACCEPTABLE)
            self._mine.close()
        else:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._mine is not None:
            self._transports.discard(self._mine)
        super().connection_lost(exc)


def _broker(loop: asyncio.AbstractEventLoop) -> "AmqttBroker":
    """An amqtt broker, not yet started, that writes nothing about itself."""
    for name in ("amqtt", "transitions"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # It takes a while to import, and whoever has mosquitto does without.
        from amqtt.broker import Broker as AmqttBroker

        class Orderly(AmqttBroker):  # type: ignore[misc]  # amqtt tells no types
            """Takes what a client subscribed to before what it published after that.

            Amqtt keeps them in two queues and takes from both in turn, so that an answer can be
            there before the one who asked is listening.
            """

            async def _handle_message_delivery(
                self,
                client_session: object,
                handler: "BrokerProtocolHandler",
                wait_deliver: asyncio.Future[object],
            ) -> bool:
                pending = handler._pending_subscriptions  # noqa: SLF001
                while not pending.empty():
                    earlier: asyncio.Future[object] = asyncio.get_running_loop().create_future()
                    earlier.set_result(pending.get_nowait())
                    await self._handle_subscription(client_session, handler, earlier)
                delivered: bool = await super()._handle_message_delivery(
                    client_session, handler, wait_deliver
                )
                return delivered

        return Orderly(
            {
                "listeners": {"default": {"type": "external"}, LISTENER: {"type": "external"}},
                "plugins": {
                    "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
                },
            },
            loop=loop,
        )


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """End what still runs in a loop."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    """Let everything end, and close the loop."""
    _end_tasks(loop)
    loop.run_until_complete(loop.shutdown_asyncgens())
    _breathe(loop)
    loop.close()


def _breathe(loop: asyncio.AbstractEventLoop) -> None:
    """Run the few steps that a connection takes to be made, or to end once it was cut."""
    for _ in range(5):
        loop.run_until_complete(asyncio.sleep(0))
