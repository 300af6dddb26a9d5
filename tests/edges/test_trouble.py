"""Whatever happens to the broker and the network, the bus recovers, and nothing arrives late."""

import logging
import socket
import time
from collections.abc import Iterator, Sequence

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from device.edges import connection, mqtt
from device.edges.mqtt import BrokerAddress, MqttBus
from device.edges.reasons import Ending
from device.errors import BusError
from device.home.payloads import INVENTORY_BYTES, PAYLOAD_BYTES
from device.ports import BusDown, BusMessage, BusUp
from simulator.broker import Broker, Mosquitto, start_broker
from tests.edges.proxy import Proxy
from tests.edges.secured import needs_mosquitto
from tests.simulator.bus import BROKERS, connected, is_down, is_up, receive_until

UNLOCK = BusMessage(topic="door/set", payload=b"unlock")
LATER = BusMessage(topic="door/set", payload=b"later")


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    running = start_broker(request.param)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in less time."""
    monkeypatch.setattr(connection, "FRESH_S", 0.4)
    monkeypatch.setattr(connection, "SILENCE_S", 1.6)


def grow_stale(bus: MqttBus) -> None:
    """Let the last sign of life of the broker be older than what is believed."""
    until = time.monotonic() + connection.FRESH_S * 1.2
    while time.monotonic() < until:
        bus.receive(50)


def listener(bus: MqttBus) -> None:
    bus.subscribe(["door/set"])
    bus.publish(BusMessage(topic="door/set", payload=b"listens"))
    receive_until(bus, lambda event: isinstance(event, BusMessage))


def test_what_is_said_into_a_dead_connection_is_refused_and_never_arrives(broker: Broker) -> None:
    with Proxy(broker.port) as proxy, connected(BrokerAddress(port=broker.port)) as door:
        listener(door)
        with connected(BrokerAddress(port=proxy.port)) as speaker:
            proxy.swallow = True
            grow_stale(speaker)
            with pytest.raises(BusError, match="does not answer any more"):
                speaker.publish(UNLOCK)
            receive_until(speaker, is_down)
            proxy.swallow = False
            receive_until(speaker, is_up)
            speaker.publish(LATER)

            first, _ = receive_until(door, lambda event: isinstance(event, BusMessage))

    assert first == LATER, "nothing from before fires later"


def test_what_is_said_while_the_cable_is_out_never_arrives(broker: Broker) -> None:
    with Proxy(broker.port) as proxy, connected(BrokerAddress(port=broker.port)) as door:
        listener(door)
        with connected(BrokerAddress(port=proxy.port)) as speaker:
            grow_stale(speaker)
            proxy.hold.set()
            with pytest.raises(BusError, match="does not answer any more"):
                speaker.publish(UNLOCK)
            with pytest.raises(BusError):
                speaker.publish(UNLOCK)
            proxy.hold.clear()
            receive_until(speaker, is_up)
            speaker.publish(LATER)

            first, _ = receive_until(door, lambda event: isinstance(event, BusMessage))

    assert first == LATER


@needs_mosquitto
def test_a_frozen_broker_is_noticed_and_does_nothing_late_when_it_thaws() -> None:
    broker = start_broker("mosquitto")
    assert isinstance(broker, Mosquitto)
    try:
        with connected(BrokerAddress(port=broker.port)) as door:
            listener(door)
            with connected(BrokerAddress(port=broker.port)) as speaker:
                grow_stale(speaker)
                broker.pause()
                with pytest.raises(BusError, match="does not answer any more"):
                    speaker.publish(UNLOCK)
                broker.go_on()
                receive_until(speaker, is_up)
                speaker.publish(LATER)

                first, _ = receive_until(door, lambda event: isinstance(event, BusMessage))
    finally:
        broker.close()

    assert first == LATER


def test_an_unanswered_message_ends_the_connection_long_before_the_keepalive(
    broker: Broker,
) -> None:
    with Proxy(broker.port) as proxy, connected(BrokerAddress(port=proxy.port)) as speaker:
        speaker.publish(LATER)
        proxy.swallow = True
        began = time.monotonic()
        speaker.publish(UNLOCK)

        down, _ = receive_until(speaker, is_down)

        assert isinstance(down, BusDown)
        assert "does not answer any more" in down.reason
        assert time.monotonic() - began < connection.KEEPALIVE_S
        proxy.swallow = False
        receive_until(speaker, is_up)


def test_a_dead_connection_is_noticed_although_nobody_says_anything(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEEPALIVE_S", 1)
    with Proxy(broker.port) as proxy, connected(BrokerAddress(port=proxy.port)) as speaker:
        proxy.swallow = True

        down, _ = receive_until(speaker, is_down)

        assert isinstance(down, BusDown)
        assert "does not answer any more" in down.reason


def test_a_clock_that_jumps_changes_nothing(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEEPALIVE_S", 1)
    with connected(BrokerAddress(port=broker.port)) as speaker:
        for jump_s in (1e8, -1e8):
            monkeypatch.setattr(time, "time", lambda jump_s=jump_s: 1.8e9 + jump_s)
            for _ in range(6):
                event = speaker.receive(250)
                assert event is None
        speaker.publish(LATER)


def test_a_broker_that_takes_connections_and_says_nothing_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "CONNECT_S", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bus = MqttBus(BrokerAddress(port=silent.getsockname()[1]))
        try:
            down, _ = receive_until(bus, is_down)
            again = bus.receive(3_000)
        finally:
            bus.close()

    assert isinstance(down, BusDown)
    assert down.reason.endswith("takes connections, but does not answer")
    assert again is None
    assert [record.getMessage() for record in caplog.records] == [down.reason]


def test_a_broker_that_comes_and_goes_is_told_of_once(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with connected(BrokerAddress(port=broker.port)) as bus:
        for _ in range(3):
            broker.kill()
            receive_until(bus, is_down)
            broker.restart()
            receive_until(bus, is_up)

    lines = [record.getMessage() for record in caplog.records if record.name == mqtt.__name__]
    assert len(lines) == len(set(lines)) + lines.count(lines[0]) - 1, "no reason is told twice"
    assert 2 <= len(lines) <= 4


@pytest.mark.parametrize("count", [10_000])
@needs_mosquitto
def test_all_that_is_retained_arrives_however_much_it_is(count: int) -> None:
    broker = start_broker("mosquitto")
    topics = [f"state/{number}" for number in range(count)]
    try:
        fill(broker.port, topics)
        with connected(BrokerAddress(port=broker.port)) as home:
            home.subscribe([topics[-1]])
            receive_until(home, lambda event: isinstance(event, BusMessage))
            for filters in (["state/+"], topics):
                with connected(BrokerAddress(port=broker.port)) as speaker:
                    speaker.subscribe(filters)
                    heard: set[str] = set()
                    while len(heard) < count:
                        event, _ = receive_until(speaker, lambda e: isinstance(e, BusMessage))
                        assert isinstance(event, BusMessage)
                        heard.add(event.topic)
                    assert speaker._inbox.dropped == 0
    finally:
        broker.close()


def fill(port: int, topics: Sequence[str]) -> None:
    """Let the broker retain a state on each of these topics."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for topic in topics:
        last = client.publish(topic, b"{}", retain=True)
    last.wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


@needs_mosquitto
def test_two_speakers_with_one_name_are_recognized_and_do_not_fight(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker = start_broker("mosquitto")
    address = BrokerAddress(port=broker.port, client_id="kitchen")
    first = MqttBus(address)
    second = MqttBus(address)
    try:
        until = time.monotonic() + 20
        told: list[str] = []
        while not told and time.monotonic() < until:
            for bus in (first, second):
                event = bus.receive(20)
                if isinstance(event, BusDown) and "client_id of its own" in event.reason:
                    told.append(event.reason)
        assert told, "it was recognized"
        changes = 0
        until = time.monotonic() + 4
        while time.monotonic() < until:
            changes += first.receive(20) is not None
            changes += second.receive(20) is not None
    finally:
        first.close()
        second.close()
        broker.close()

    assert "'kitchen'" in told[0]
    assert changes <= 8, "they wait instead of throwing each other out"
    lines = [r.getMessage() for r in caplog.records if "client_id of its own" in r.getMessage()]
    assert 1 <= len(lines) <= 2, "each of them says it once"


def test_the_pauses_after_being_thrown_out_grow_to_minutes() -> None:
    first_s, longest_s, steady_s = mqtt.PAUSES[Ending.TAKEN]

    assert first_s >= 10
    assert longest_s >= 300
    assert steady_s > 2 * longest_s, "the other one's pause does not count as peace"


def test_only_inventories_that_were_asked_for_by_name_may_be_large(broker: Broker) -> None:
    large = b"x" * (PAYLOAD_BYTES + 1)
    with (
        connected(BrokerAddress(port=broker.port)) as here,
        connected(BrokerAddress(port=broker.port)) as there,
    ):
        there.subscribe(["z/bridge/devices", "garden/#"])
        there.publish(BusMessage(topic="garden/x", payload=b""))
        receive_until(there, lambda event: isinstance(event, BusMessage))

        here.publish(BusMessage(topic="garden/bridge/devices", payload=large))
        here.publish(BusMessage(topic="z/bridge/devices", payload=large))
        event, before = receive_until(there, lambda event: isinstance(event, BusMessage))

        assert event == BusMessage(topic="z/bridge/devices", payload=large)
        assert before == []
        assert there.dropped == 1


@needs_mosquitto
def test_a_payload_larger_than_any_inventory_is_not_even_sent_to_us() -> None:
    broker = start_broker("mosquitto")
    end = BusMessage(topic="z/bridge/devices", payload=b"[]")
    try:
        with (
            connected(BrokerAddress(port=broker.port)) as here,
            connected(BrokerAddress(port=broker.port)) as there,
        ):
            there.subscribe(["z/bridge/devices"])
            there.publish(end)
            receive_until(there, lambda event: event == end)

            huge = b"x" * (INVENTORY_BYTES + 100_000)
            here.publish(BusMessage(topic="z/bridge/devices", payload=huge))
            here.publish(end)
            _, before = receive_until(there, lambda event: event == end)
    finally:
        broker.close()

    assert before == []
    assert there.dropped == 0, "MQTT 5 lets us say how much we take"


def test_what_is_left_is_not_heard_any_more(broker: Broker) -> None:
    with connected(BrokerAddress(port=broker.port)) as bus:
        bus.subscribe(["a", "b"])
        bus.unsubscribe(["a", "never"])
        bus.publish(BusMessage(topic="a", payload=b""))
        bus.publish(BusMessage(topic="b", payload=b"1"))
        first, _ = receive_until(bus, lambda event: isinstance(event, BusMessage))
        broker.kill()
        receive_until(bus, is_down)
        broker.restart()
        receive_until(bus, lambda event: isinstance(event, BusUp))
        bus.publish(BusMessage(topic="a", payload=b""))
        bus.publish(BusMessage(topic="b", payload=b"2"))
        second, _ = receive_until(bus, lambda event: isinstance(event, BusMessage))

    assert first == BusMessage(topic="b", payload=b"1")
    assert second == BusMessage(topic="b", payload=b"2")
