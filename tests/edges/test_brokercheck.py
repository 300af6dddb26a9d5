"""The doctor at the broker: what it finds, and what mends it."""

import json
from pathlib import Path

import msgspec
import pytest

from device.brokercheck import look_at_broker
from device.config import BrokerConfig, Config, TlsConfig
from device.edges.mqtt import BrokerAddress
from device.findings import Finding, Health
from device.ports import BusMessage
from simulator.pretend import PretendHome
from tests.edges.secured import (
    SECRET,
    Authority,
    needs_mosquitto,
    needs_tools,
    owner_address,
    secured,
)
from tests.simulator.bus import BROKERS, connected


def findings(config: BrokerConfig) -> dict[str, Finding]:
    return {finding.what: finding for finding in look_at_broker(Config(broker=config))}


@pytest.mark.parametrize("prefer", BROKERS)
def test_a_broker_with_a_home_is_all_well(prefer: str) -> None:
    with PretendHome(prefer=prefer) as home:
        found = findings(BrokerConfig(port=home.broker.port))

    assert {finding.health for finding in found.values()} == {Health.GOOD}
    version = "MQTT 5" if prefer == "mosquitto" else "MQTT 3.1.1"
    assert found["broker"].text == f"{home.address} answers ({version})"
    assert "Zigbee2MQTT" in found["dialects"].text


def test_no_broker_is_told_with_the_command_that_installs_one() -> None:
    found = findings(BrokerConfig(port=9))

    assert list(found) == ["broker"]
    assert found["broker"].health is Health.LIMITED
    assert "Connection refused" in found["broker"].text
    assert "apt-get install mosquitto" in found["broker"].mend


def test_a_password_file_that_is_not_there_is_told() -> None:
    found = findings(BrokerConfig(user="me", password_file="/nowhere/password"))

    assert "cannot be read" in found["broker"].text


@needs_mosquitto
def test_a_running_speaker_is_left_in_peace() -> None:
    with PretendHome(prefer="mosquitto") as home:
        speaker = BrokerAddress(port=home.broker.port, client_id="inglenook")
        with connected(speaker) as bus:
            findings(BrokerConfig(port=home.broker.port))
            assert bus.connected
            assert bus.receive(300) is None, "it was not thrown out"


@needs_mosquitto
@needs_tools
# Paho leaves the socket of a handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_secured_broker_shows_who_speaks_and_what_is_forbidden(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    broker = secured(tmp_path, authority, authority.sign("broker", alternative="IP:127.0.0.1"))
    file = tmp_path / "password"
    file.write_text(SECRET, encoding="utf-8")
    file.chmod(0o600)
    config = BrokerConfig(
        port=broker.port, user="inglenook", password_file=str(file), client_id="inglenook",
        tls=TlsConfig(ca=str(authority.certificate)),
    )  # fmt: skip
    try:
        silent = findings(config)
        with connected(owner_address(broker, authority)) as owner:
            for topic in ("homeassistant/light/x/config", "tasmota/discovery/49A3BC/config"):
                owner.publish(BusMessage(topic=topic, payload=b"{}", retained=True))
            spoken = findings(config)
            for name, base in (("Seen", "tele"), ("Hidden", "cellar")):
                announced = {
                    "name": name, "unique_id": name, "command_topic": f"{base}/x/set",
                    "availability_topic": f"{base}/x/there",
                }  # fmt: skip
                for topic, payload in (
                    (f"homeassistant/switch/{name}/config", json.dumps(announced).encode()),
                    (f"{base}/x/there", b"online"),
                ):
                    owner.publish(BusMessage(topic=topic, payload=payload, retained=True))
            hidden = findings(config)
        other = findings(msgspec.structs.replace(config, client_id="attic"))
        distrusted = findings(msgspec.structs.replace(config, tls=TlsConfig()))
    finally:
        broker.close()

    assert silent["broker"].text.endswith("(MQTT 5, TLSv1.3), user 'inglenook' accepted")
    assert "nobody announces a device" in silent["dialects"].text
    assert "firmware_configs/mosquitto/acl" in silent["dialects"].mend
    assert spoken["dialects"].text == (
        "announcements heard: Tasmota (1), Home Assistant discovery (1)"
    )
    assert "access list" not in spoken
    assert hidden["silent devices"].text.startswith("nothing is heard of Hidden; ")
    assert "does not let the speaker use inglenook/speaker/attic" in other["access list"].text
    assert "topic write inglenook/speaker/attic/#" in other["access list"].mend
    assert "openssl s_client" in distrusted["broker"].mend
    for found in (silent, spoken, hidden, other, distrusted):
        assert SECRET not in repr(found)
