"""The sample access list gives the speaker the least it needs, at a real mosquitto."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.edges.mqtt import BrokerAddress, MqttBus, Tls
from device.ports import BusDown, BusMessage
from simulator.broker import Mosquitto
from tests.edges.secured import (
    SAMPLES,
    Authority,
    needs_mosquitto,
    needs_tools,
    owner_address,
    secured,
    speaker_address,
)
from tests.simulator.bus import connected, is_down, receive_until

pytestmark = [needs_mosquitto, needs_tools]

MAY_SAY = (
    "zigbee2mqtt/Lamp/set",
    "zigbee2mqtt/Living Room/Ceiling light/set",
    "zigbee2mqtt/Living Room/Ceiling light/get",
    "inglenook/home/Living Room/TV/set",
    "cmnd/tasmota_49A3BC/POWER",
    "cmnd/tasmota_49A3BC/Dimmer",
    "cmnd/tasmota_49A3BC/Channel2",
    "cmnd/blinds/ShutterPosition1",
    "inglenook/speaker/inglenook/microphone",
    "homeassistant/switch/inglenook_inglenook/microphone/config",
    "hermes/intent/HassTurnOn",
    "hermes/dialogueManager/sessionEnded",
)
MAY_NOT_SAY = (
    "zigbee2mqtt/Lamp",
    "zigbee2mqtt/Lamp/availability",
    "zigbee2mqtt/bridge/state",
    "zigbee2mqtt/bridge/devices",
    "zigbee2mqtt/bridge/request/device/remove",
    "zigbee2mqtt/bridge/request/permit_join",
    "homeassistant/status",
    "homeassistant/switch/another/microphone/config",
    "homeassistant/light/inglenook_inglenook/x/config",
    "tasmota/discovery/49A3BC/config",
    "cmnd/tasmota_49A3BC/Backlog",
    "cmnd/tasmota_49A3BC/Upgrade",
    "cmnd/tasmota_49A3BC/MqttPassword",
    "stat/tasmota_49A3BC/POWER",
    "inglenook/home/Living Room/TV",
    "inglenook/speaker/another/microphone",
    "hermes/tts/say",
    "garage/door/set",
)
MAY_HEAR = (
    "zigbee2mqtt/bridge/devices",
    "zigbee2mqtt/bridge/groups",
    "zigbee2mqtt/bridge/info",
    "zigbee2mqtt/bridge/logging",
    "zigbee2mqtt/bridge/state",
    "zigbee2mqtt/Living Room/Ceiling light",
    "zigbee2mqtt/Living Room/Ceiling light/availability",
    "homeassistant/status",
    "homeassistant/light/0x01/light/config",
    "tasmota/discovery/49A3BC/config",
    "tele/tasmota_49A3BC/LWT",
    "stat/tasmota_49A3BC/RESULT",
    "inglenook/home/bridge/devices",
    "inglenook/speaker/inglenook/microphone/set",
    "hermes/tts/say",
)
MAY_NOT_HEAR = (
    "zigbee2mqtt/bridge/request/device/remove",
    "inglenook/speaker/another/request",
    "inglenook/speaker/another/microphone/set",
    "hermes/asr/textCaptured",
    "owntracks/anna/phone",
    "cmnd/tasmota_49A3BC/POWER",
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Mosquitto]:
    folder = tmp_path_factory.mktemp("broker")
    running = secured(folder, authority, authority.sign("broker", alternative="IP:127.0.0.1"))
    yield running
    running.close()


def test_the_speaker_says_what_it_must_and_nothing_else(
    broker: Mosquitto, authority: Authority
) -> None:
    end = BusMessage(topic="inglenook/speaker/inglenook/end", payload=b"")
    with (
        connected(owner_address(broker, authority)) as owner,
        connected(speaker_address(broker, authority)) as speaker,
    ):
        owner.subscribe(["#"])
        owner.publish(BusMessage(topic="owner", payload=b"listens"))
        receive_until(owner, lambda event: isinstance(event, BusMessage) and event.topic == "owner")

        for topic in (*MAY_SAY, *MAY_NOT_SAY):
            speaker.publish(BusMessage(topic=topic, payload=b"x"))
        speaker.publish(end)
        _, heard = receive_until(owner, lambda event: event == end)
        receive_until_forbidden(speaker, len(MAY_NOT_SAY))

        assert [e.topic for e in heard if isinstance(e, BusMessage)] == list(MAY_SAY)
        assert tuple(speaker.forbidden) == MAY_NOT_SAY, "the broker says what it did not take"


def receive_until_forbidden(bus: MqttBus, count: int) -> None:
    for _ in range(400):
        if len(bus.forbidden) >= count:
            return
        bus.receive(50)
    raise AssertionError(f"only {list(bus.forbidden)} were refused")


def test_the_speaker_hears_what_it_must_and_nothing_else(
    broker: Mosquitto, authority: Authority
) -> None:
    end = BusMessage(topic="inglenook/home/end", payload=b"")
    with (
        connected(owner_address(broker, authority)) as owner,
        connected(speaker_address(broker, authority)) as speaker,
    ):
        speaker.subscribe(["#", "$SYS/#"])
        started = BusMessage(topic="inglenook/speaker/inglenook/begin/set", payload=b"")
        speaker.publish(started)
        receive_until(speaker, lambda event: event == started)

        for topic in (*MAY_HEAR, *MAY_NOT_HEAR):
            owner.publish(BusMessage(topic=topic, payload=b"x"))
        owner.publish(end)
        _, heard = receive_until(speaker, lambda event: event == end)

        assert [e.topic for e in heard if isinstance(e, BusMessage)] == list(MAY_HEAR)
        assert speaker.dropped == 0, "not even the broker's own topics came"


def test_nobody_comes_in_without_a_user(broker: Mosquitto, authority: Authority) -> None:
    bus = MqttBus(BrokerAddress(port=broker.port, tls=Tls(ca=str(authority.certificate))))
    try:
        down, _ = receive_until(bus, is_down)
    finally:
        bus.close()

    assert isinstance(down, BusDown)
    assert "set user and password_file under [broker]" in down.reason


def test_nobody_comes_in_without_encryption(broker: Mosquitto) -> None:
    bus = MqttBus(BrokerAddress(port=broker.port, user="inglenook", password="x"))
    try:
        down, _ = receive_until(bus, is_down)
    finally:
        bus.close()

    assert isinstance(down, BusDown)
    assert "add [broker.tls]" in down.reason


def test_no_sample_file_holds_a_secret() -> None:
    files = sorted(SAMPLES.iterdir())
    assert files, "no samples: this test would pass without looking at anything"
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\$[67]\$|BEGIN .*KEY", text), f"{file} holds a secret"


def test_the_samples_are_for_a_client_id_that_the_speaker_takes() -> None:
    acl = (SAMPLES / "acl").read_text(encoding="utf-8")
    config = (Path(__file__).parents[2] / "firmware_configs/secured-broker.toml").read_text()

    assert 'client_id = "inglenook"' in config
    assert "topic write inglenook/speaker/inglenook/#" in acl
