"""Both brokers, and the bus on them, through real sockets."""

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.edges.inbox import Inbox
from device.edges.mqtt import BrokerAddress, MqttBus, Tls
from device.errors import BusError
from device.home.payloads import PAYLOAD_BYTES
from device.ports import BusDown, BusMessage
from simulator.broker import Broker, Mosquitto, mosquitto_path, start_broker
from tests.simulator.bus import BROKERS, connected, is_down, is_up, receive_until


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    running = start_broker(request.param)
    assert running.name == request.param
    yield running
    running.close()


def address_of(broker: Broker) -> BrokerAddress:
    return BrokerAddress(port=broker.port)


def say(topic: str, payload: bytes, *, retained: bool = False) -> BusMessage:
    return BusMessage(topic=topic, payload=payload, retained=retained)


def test_what_is_published_arrives_in_order(broker: Broker) -> None:
    with connected(address_of(broker)) as here, connected(address_of(broker)) as there:
        there.subscribe(["a/+", "b"])
        there.publish(say("b", b"subscribed"))
        receive_until(there, lambda event: event == say("b", b"subscribed"))

        for number in range(50):
            here.publish(say("a/x", str(number).encode()))

        _, before = receive_until(there, lambda event: event == say("a/x", b"49"))
        assert before == [say("a/x", str(number).encode()) for number in range(49)]


def test_what_is_retained_reaches_who_comes_later(broker: Broker) -> None:
    with connected(address_of(broker)) as here:
        here.publish(say("kept", b"yes", retained=True))
        here.publish(say("passing", b"no"))
        with connected(address_of(broker)) as later:
            later.subscribe(["kept", "passing"])

            first, _ = receive_until(later, lambda event: isinstance(event, BusMessage))

            assert first == say("kept", b"yes", retained=True)


def test_a_broker_that_goes_and_comes_is_noticed_and_heard_again(broker: Broker) -> None:
    with connected(address_of(broker)) as here, connected(address_of(broker)) as there:
        there.subscribe(["a"])
        broker.kill()
        for bus in (here, there):
            down, _ = receive_until(bus, is_down)
            assert isinstance(down, BusDown)
            assert str(broker.port) in down.reason
            assert not bus.connected
        with pytest.raises(BusError, match="broker"):
            here.publish(say("a", b"unlock"))

        broker.restart()
        for bus in (here, there):
            receive_until(bus, is_up)
        there.publish(say("a", b"subscribed again"))
        first, _ = receive_until(there, lambda event: isinstance(event, BusMessage))
        here.publish(say("a", b"after"))
        second, _ = receive_until(there, lambda event: isinstance(event, BusMessage))

        assert first == say("a", b"subscribed again"), "nothing from before fires later"
        assert second == say("a", b"after")


def test_who_vanishes_leaves_a_will(broker: Broker) -> None:
    code = """
        import sys, time
        from device.edges.mqtt import BrokerAddress, MqttBus
        from device.ports import BusMessage
        will = BusMessage(topic="will", payload=b"gone")
        bus = MqttBus(BrokerAddress(port=int(sys.argv[1])), will=will)
        assert bus.receive(10_000) is not None
        bus.publish(BusMessage(topic="will", payload=b"here"))
        time.sleep(60)
    """
    with connected(address_of(broker)) as here:
        here.subscribe(["will"])
        here.publish(say("will", b"subscribed"))
        receive_until(here, lambda event: event == say("will", b"subscribed"))
        command = [sys.executable, "-c", textwrap.dedent(code), str(broker.port)]
        other = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        try:
            receive_until(here, lambda event: event == say("will", b"here"))
        finally:
            other.kill()
            other.wait()

        receive_until(here, lambda event: event == say("will", b"gone"))


def test_payloads_that_are_too_large_are_dropped_and_counted(broker: Broker) -> None:
    large = b"x" * (PAYLOAD_BYTES + 1)
    with connected(address_of(broker)) as here, connected(address_of(broker)) as there:
        there.subscribe(["a", "x/bridge/devices"])
        there.publish(say("a", b"subscribed"))
        receive_until(there, lambda event: event == say("a", b"subscribed"))

        here.publish(say("a", large))
        here.publish(say("x/bridge/devices", large))
        here.publish(say("a", large[1:]))
        _, before = receive_until(there, lambda event: event == say("a", large[1:]))

        assert before == [say("x/bridge/devices", large)]
        assert there.dropped == 1


def test_a_subscription_is_asked_for_once(broker: Broker) -> None:
    with connected(address_of(broker)) as here:
        here.publish(say("kept", b"yes", retained=True))
        here.subscribe(["kept"])
        receive_until(here, lambda event: isinstance(event, BusMessage))

        here.subscribe(["kept", "kept"])
        here.subscribe(["end"])
        here.publish(say("end", b""))

        _, before = receive_until(here, lambda event: event == say("end", b""))
        assert before == [], "a second subscription would have brought what is kept again"


def test_brokers_listen_on_this_machine_only(broker: Broker) -> None:
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", broker.port)) != 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", broker.port)) == 0


def test_two_brokers_live_side_by_side() -> None:
    first, second = start_broker(), start_broker()
    try:
        assert first.port != second.port
        with connected(address_of(first)), connected(address_of(second)):
            pass
    finally:
        first.close()
        second.close()


def test_no_broker_is_one_clear_sentence_told_once() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        bus = MqttBus(BrokerAddress(port=port))
        try:
            down, before = receive_until(bus, is_down)
            again = bus.receive(800)
        finally:
            bus.close()

    assert down == BusDown(
        reason=f"cannot reach the broker at 127.0.0.1:{port}: Connection refused"
    )
    assert before == []
    assert again is None, "it tries again, and says so once"


def test_a_host_that_does_not_exist_is_one_clear_sentence() -> None:
    bus = MqttBus(BrokerAddress(host="no-such-host.invalid"))
    try:
        down, _ = receive_until(bus, is_down)
    finally:
        bus.close()

    assert isinstance(down, BusDown)
    assert down.reason.startswith("cannot reach the broker at no-such-host.invalid:1883: ")


def test_certificates_that_are_not_there_are_refused_at_once() -> None:
    with pytest.raises(BusError, match=r"nowhere\.pem"):
        MqttBus(BrokerAddress(tls=Tls(ca="nowhere.pem")))


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(BrokerAddress(user="me", password="secret"))


def test_a_full_inbox_drops_and_counts_instead_of_growing() -> None:
    broker = start_broker()
    inbox = Inbox(messages=10)
    bus = MqttBus(address_of(broker), inbox=inbox)
    try:
        receive_until(bus, is_up)
        with connected(address_of(broker)) as other:
            bus.subscribe(["flood"])
            bus.publish(say("flood", b"subscribed"))
            receive_until(bus, lambda event: event == say("flood", b"subscribed"))
            for _ in range(100):
                other.publish(say("flood", b"x"))
            until = time.monotonic() + 20
            while inbox.dropped < 90 and time.monotonic() < until:
                time.sleep(0.01)
        assert inbox.dropped == 90, "100 messages came, 10 found a place"

        broker.kill()
        _, before = receive_until(bus, is_down)
        assert len(before) == 10, "that the broker went finds its place all the same"
    finally:
        bus.close()
        broker.close()


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
def test_a_wrong_password_is_told_in_a_sentence() -> None:
    path = mosquitto_path()
    assert path is not None
    broker = Mosquitto(path, lambda port: f"listener {port} 127.0.0.1\nallow_anonymous false\n")
    bus = MqttBus(BrokerAddress(port=broker.port, user="me", password="wrong"))
    try:
        refused, _ = receive_until(bus, is_down)
    finally:
        bus.close()
        broker.close()

    assert isinstance(refused, BusDown)
    assert "refused us: it does not know user 'me'" in refused.reason


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
# Paho leaves the socket of a handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_encrypted_broker_is_trusted_by_its_authority_only(tmp_path: Path) -> None:
    path = mosquitto_path()
    assert path is not None
    certificate, key = tmp_path / "broker.pem", tmp_path / "broker.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    for readable in (tmp_path, key):
        readable.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\n"
        f"certfile {certificate}\nkeyfile {key}\nuser root\n",
        encoding="utf-8",
    )
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([path, "-c", str(config)], stdout=quiet, stderr=quiet)
    try:
        with connected(BrokerAddress(port=port, tls=Tls(ca=str(certificate)))) as bus:
            bus.subscribe(["a"])
            bus.publish(say("a", b"secret"))
            receive_until(bus, lambda event: event == say("a", b"secret"))
        stranger = MqttBus(BrokerAddress(port=port, tls=Tls()))
        try:
            refused, _ = receive_until(stranger, is_down)
        finally:
            stranger.close()
    finally:
        process.kill()
        process.wait()

    gc.collect()
    assert isinstance(refused, BusDown)
    assert "certificate" in refused.reason.casefold()


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
def test_mosquitto_ends_with_the_program_that_started_it() -> None:
    code = """
        import time
        from simulator.broker import start_broker
        print(start_broker("mosquitto").port, flush=True)
        time.sleep(60)
    """
    program = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    assert program.stdout is not None
    port = int(program.stdout.readline())
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()

    until = time.monotonic() + 10
    gone = False
    while not gone and time.monotonic() < until:
        with socket.socket() as probe:
            gone = probe.connect_ex(("127.0.0.1", port)) != 0
    assert gone


def test_nothing_is_left_running_after_close() -> None:
    before = {thread.ident for thread in threading.enumerate()}

    for kind in ("amqtt", None):
        broker = start_broker(kind)
        with connected(address_of(broker)):
            pass
        broker.close()

    left = [thread for thread in threading.enumerate() if thread.ident not in before]
    assert left == []
