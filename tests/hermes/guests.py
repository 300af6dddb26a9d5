"""A program of somebody else's on the speaker's broker."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, cast

import msgspec

from device.config import BrokerConfig, Config, HermesConfig
from device.edges.mqtt import BrokerAddress, MqttBus
from device.events import Turn
from device.ports import BusMessage
from simulator.house import monotonic_ms
from simulator.session import Session
from tests.simulator.bus import PATIENCE_MS, connected

CONFIG = Config(
    broker=BrokerConfig(client_id="kitchen"),
    hermes=HermesConfig(site_id="kitchen", answer_ms=10_000),
)
Json = dict[str, Any]


class Living(Protocol):
    """A speaker that goes on."""

    def live(self) -> list[Turn]: ...


class Guest:
    """Hears everything below some topics, and says what it is told to."""

    def __init__(self, session: Session, bus: MqttBus) -> None:
        self._session = session
        self._bus = bus
        self.heard: list[tuple[str, Json]] = []
        """Topic and content of everything heard, `hermes/` left out."""
        self.messages: list[BusMessage] = []
        """The same as it came."""
        self.turns: list[Turn] = []
        """Turns that ended meanwhile."""

    def tell(self, topic: str, content: Mapping[str, object]) -> None:
        self.publish(f"hermes/{topic}", msgspec.json.encode(dict(content)))

    def publish(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        self._bus.publish(BusMessage(topic=topic, payload=payload, retained=retained))

    def live(self) -> None:
        """Let the speaker and this program take what came, and some time pass."""
        self.turns += self._session.live()
        while (event := self._bus.receive(0)) is not None:
            if isinstance(event, BusMessage):
                self.messages.append(event)
                if event.topic.startswith("hermes/"):
                    content = msgspec.json.decode(event.payload)
                    self.heard.append((event.topic.removeprefix("hermes/"), content))

    def until(self, done: Callable[[], bool]) -> None:
        until_ms = monotonic_ms() + PATIENCE_MS
        while not done():
            assert monotonic_ms() < until_ms, f"it never came; heard: {self.topics}"
            self.live()

    def first(self, topic: str, after: int = 0) -> Json:
        """The first message on a topic, waited for."""

        def found() -> list[Json]:
            return [content for name, content in self.heard[after:] if name == topic]

        self.until(lambda: bool(found()))
        return found()[0]

    def turn(self) -> Turn:
        """The next turn that ends, waited for."""
        self.until(lambda: bool(self.turns))
        return self.turns.pop(0)

    def catch_up(self) -> None:
        """Wait until everything is heard that was said before now, both ways."""
        self.publish("hermes/test/marker", b"{}")
        before = len(self.heard)
        self.first("test/marker", before)
        self.heard = [entry for entry in self.heard if entry[0] != "test/marker"]

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.heard]


@contextmanager
def guest_of(session: Session, *more: str) -> Iterator[Guest]:
    """A program that listens to all of Hermes, and to these topics."""
    with guest_at(session.address, session, *more) as guest:
        yield guest


@contextmanager
def guest_at(address: BrokerAddress, session: Living, *more: str) -> Iterator[Guest]:
    """The same, beside a speaker on this broker."""
    with connected(address) as bus:
        # Of a speaker that is no session it needs no more than to live.
        guest = Guest(cast("Session", session), bus)
        bus.subscribe(["hermes/#", *more])
        guest.catch_up()
        yield guest
