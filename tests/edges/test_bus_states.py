"""The bus against a plain model: whatever happens to the broker, in whatever order.

Nothing that was refused ever arrives, and what was sent arrives at most once; nothing is
retained that was not to be; every subscription lives again; up and down take turns.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from device.edges import connection
from device.edges.mqtt import BrokerAddress, MqttBus
from device.errors import BusError
from device.ports import BusDown, BusEvent, BusMessage, BusUp
from simulator.broker import Mosquitto, mosquitto_path, start_broker
from simulator.house import monotonic_ms
from tests.simulator.bus import PATIENCE_MS

TOPICS = ("a", "b", "c")


class BusMachine(RuleBasedStateMachine):
    """A bus that talks to itself over mosquitto."""

    def __init__(self) -> None:
        super().__init__()
        broker = start_broker("mosquitto")
        assert isinstance(broker, Mosquitto)
        self.broker = broker
        self.bus = MqttBus(BrokerAddress(port=broker.port))
        self.number = 0
        self.wanted: set[str] = set()
        self.refused: set[bytes] = set()
        self.kept: set[bytes] = set()
        """Payloads that were to be retained."""
        self.heard: list[bytes] = []
        self.last: BusEvent | None = None
        self.running = True

    @initialize()
    def begin(self) -> None:
        self.come_up()

    def teardown(self) -> None:
        self.bus.close()
        self.broker.close()

    def take(self, event: BusEvent | None) -> None:
        match event:
            case BusMessage(payload=payload, retained=retained):
                assert payload not in self.refused, "what was refused arrived"
                if retained:
                    assert payload in self.kept, "nobody wanted it retained"
                else:
                    assert payload not in self.heard, "it arrived twice"
                    self.heard.append(payload)
            case BusUp() | BusDown():
                assert type(event) is not type(self.last), "up and down take turns"
                self.last = event

    def until(self, wanted: type[BusEvent]) -> None:
        until_ms = monotonic_ms() + PATIENCE_MS
        while not isinstance(self.last, wanted):
            assert monotonic_ms() < until_ms, f"{wanted.__name__} never came"
            self.take(self.bus.receive(20))

    def come_up(self) -> None:
        self.until(BusUp)
        assert self.bus.connected

    def say(self, topic: str, *, retained: bool = False) -> bytes | None:
        """Publish something new; gives None when it was refused."""
        self.number += 1
        payload = str(self.number).encode()
        try:
            self.bus.publish(BusMessage(topic=topic, payload=payload, retained=retained))
        except BusError:
            self.refused.add(payload)
            return None
        if retained:
            self.kept.add(payload)
        return payload

    @rule(topics=st.sets(st.sampled_from(TOPICS), min_size=1))
    def subscribe(self, topics: set[str]) -> None:
        self.bus.subscribe(sorted(topics))
        self.wanted |= topics

    @rule(topics=st.sets(st.sampled_from(TOPICS), min_size=1))
    def unsubscribe(self, topics: set[str]) -> None:
        self.bus.unsubscribe(sorted(topics))
        self.wanted -= topics

    @precondition(lambda self: self.running)
    @rule(topic=st.sampled_from(TOPICS), retained=st.booleans())
    def publish(self, topic: str, retained: bool) -> None:
        self.say(topic, retained=retained)

    @precondition(lambda self: not self.running)
    @rule(topic=st.sampled_from(TOPICS))
    def publish_into_nothing(self, topic: str) -> None:
        assert self.say(topic) is None, "nothing is sent while the broker is away"

    @precondition(lambda self: self.running)
    @rule()
    def kill(self) -> None:
        self.broker.kill()
        self.running = False
        self.until(BusDown)

    @precondition(lambda self: not self.running)
    @rule()
    def restart(self) -> None:
        self.broker.restart()
        self.kept.clear()
        self.running = True
        self.come_up()

    @precondition(lambda self: self.running)
    @rule(topic=st.sampled_from(TOPICS))
    def freeze(self, topic: str) -> None:
        """The broker falls asleep, is spoken to, and wakes up."""
        until_ms = monotonic_ms() + round(connection.FRESH_S * 1_200)
        while monotonic_ms() < until_ms:
            self.take(self.bus.receive(20))
        self.broker.pause()
        try:
            assert self.say(topic) is None, "nobody was there to hear it"
            self.until(BusDown)
        finally:
            self.broker.go_on()
        self.come_up()

    @precondition(lambda self: self.running)
    @rule()
    def listen(self) -> None:
        """What is subscribed to arrives, and nothing else."""
        self.bus.subscribe(["end"])
        sent = {topic: self.say(topic) for topic in TOPICS}
        end = self.say("end")
        assert end is not None
        until_ms = monotonic_ms() + PATIENCE_MS
        while end not in self.heard:
            assert monotonic_ms() < until_ms, "what was subscribed to does not come"
            self.take(self.bus.receive(20))
        for topic, payload in sent.items():
            assert (payload in self.heard) == (topic in self.wanted), topic

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        self.take(self.bus.receive(0))


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
def test_the_bus_keeps_its_word_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FRESH_S", 0.3)
    monkeypatch.setattr(connection, "SILENCE_S", 0.8)
    machine = BusMachine.TestCase
    machine.settings = settings(max_examples=4, stateful_step_count=12, deadline=None)
    machine().runTest()
