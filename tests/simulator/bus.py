"""Small helpers to talk to a real broker in tests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from device.config import Config
from device.edges.mqtt import BrokerAddress, MqttBus
from device.events import DeviceCommand, Outcome, Value
from device.home.delivery import ANSWER_MS, Delivery
from device.home.homestate import Errands, HomeState
from device.ports import BusDown, BusEvent, BusMessage, BusUp
from device.speaker import dialects
from simulator.broker import mosquitto_path
from simulator.house import monotonic_ms
from simulator.pretend import PretendHome
from tests.home.zigbee import device_called

PATIENCE_MS = 20_000
"""How long a test waits before it fails; nothing is expected to take this long."""

BROKERS = [
    pytest.param(
        "mosquitto",
        marks=pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed"),
    ),
    "amqtt",
]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def receive_until(
    bus: MqttBus, wanted: Callable[[BusEvent], bool]
) -> tuple[BusEvent, list[BusEvent]]:
    """The first event that fits, and all that came before it."""
    until_ms = monotonic_ms() + PATIENCE_MS
    before: list[BusEvent] = []
    while monotonic_ms() < until_ms:
        event = bus.receive(50)
        if event is not None and wanted(event):
            return event, before
        if event is not None:
            before.append(event)
    raise AssertionError(f"it never came; what came: {before[-5:]}")


def follow(bus: MqttBus, topics: Sequence[str]) -> None:
    """Subscribe, and wait until it counts; what was kept on these topics is passed over.

    Others speak over connections of their own, and do not wait for us.
    """
    listening = BusMessage(topic="test/listening", payload=str(monotonic_ms()).encode())
    bus.subscribe([*topics, listening.topic])
    bus.publish(listening)
    receive_until(bus, lambda event: event == listening)


def is_up(event: BusEvent) -> bool:
    return isinstance(event, BusUp)


def is_down(event: BusEvent) -> bool:
    return isinstance(event, BusDown)


@contextmanager
def connected(address: BrokerAddress, will: BusMessage | None = None) -> Iterator[MqttBus]:
    """A bus that is up."""
    bus = MqttBus(address, will=will)
    try:
        receive_until(bus, is_up)
        yield bus
    finally:
        bus.close()


class Owner:
    """A speaker without ears: holds the home's state and gives commands."""

    def __init__(self, pretend: PretendHome, *, answer_ms: int = ANSWER_MS) -> None:
        self.bus = MqttBus(pretend.address)
        self.home = HomeState(dialects(Config()), file=pretend.file, answer_ms=answer_ms)
        self.bus.subscribe(self.home.topics)
        self.sent: list[tuple[str, bytes]] = []
        """Topic and payload of every command given."""

    def close(self) -> None:
        self.bus.close()

    def pump(self, timeout_ms: int = 20) -> None:
        """Take in one event, and run what follows from it."""
        event = self.bus.receive(timeout_ms)
        now_ms = monotonic_ms()
        if event is None:
            errands = Errands(messages=self.home.due(now_ms))
        else:
            errands = self.home.take(event, at=NOON, now_ms=now_ms)
        self.bus.subscribe(errands.topics)
        self.bus.unsubscribe(errands.dropped)
        for message in errands.messages:
            if self.bus.connected:
                self.bus.publish(message)

    def until(self, done: Callable[[], bool]) -> None:
        """Pump until something is so."""
        until_ms = monotonic_ms() + PATIENCE_MS
        while not done():
            assert monotonic_ms() < until_ms, "it never came to be"
            self.pump()

    def settle(self) -> None:
        self.until(lambda: self.home.settled(monotonic_ms()))

    def value(self, label: str, capability: str) -> Value | None:
        device = device_called(self.home.home, label)
        reading = self.home.state.get(device.id, {}).get(capability)
        return None if reading is None else reading.value

    def begin(self, *wishes: tuple[str, str, Value]) -> Delivery:
        commands = [
            DeviceCommand(
                device=device_called(self.home.home, label).id, capability=name, value=value
            )
            for label, name, value in wishes
        ]
        delivery = self.home.begin(commands, now_ms=monotonic_ms())
        for message in delivery.messages:
            self.bus.publish(message)
            self.sent.append((message.topic, message.payload))
        return delivery

    def do(self, *wishes: tuple[str, str, Value]) -> list[tuple[str, Value | None]]:
        """Give commands; tells what became of each."""
        delivery = self.begin(*wishes)
        outcomes: list[Outcome] = []

        def over() -> bool:
            found = delivery.outcomes(monotonic_ms())
            outcomes.extend(found or ())
            return found is not None

        self.until(over)
        return [(outcome.kind.value, outcome.reported) for outcome in outcomes]


@contextmanager
def owner_of(pretend: PretendHome, *, answer_ms: int = ANSWER_MS) -> Iterator[Owner]:
    """An owner who knows the whole house."""
    owner = Owner(pretend, answer_ms=answer_ms)
    try:
        owner.settle()
        yield owner
    finally:
        owner.close()
