"""The speaker at a broker with TLS, passwords and the sample access list, in a house of three
dialects that knows nothing of it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from device.config import Config, load
from device.edges.brokeraddress import address_of
from device.edges.clock import SystemClock
from device.edges.inbox import Inbox
from device.edges.mqtt import MqttBus
from device.edges.store import SqliteStore
from device.events import OutcomeKind, Turn
from device.ports import Ports
from device.speaker import build
from simulator.homefile import read_house
from simulator.house import monotonic_ms
from simulator.pretend import LiveHouse
from tests.edges.secured import (
    SECRET,
    Authority,
    needs_mosquitto,
    needs_tools,
    owner_address,
    secured,
)
from tests.simulator.bus import PATIENCE_MS

pytestmark = [needs_mosquitto, needs_tools]

SAMPLE = Path(__file__).parents[2] / "firmware_configs" / "secured-broker.toml"
HOUSE = """
[[rooms]]
name = "Kitchen"
[[devices]]
name = "Ceiling light"
room = "Kitchen"
kind = "light"
dialect = "zigbee2mqtt"
[[devices]]
name = "Fan"
room = "Kitchen"
kind = "switch"
dialect = "tasmota"
[[devices]]
name = "Kettle"
room = "Kitchen"
kind = "switch"
dialect = "homeassistant"
[[devices]]
name = "Heater"
room = "Kitchen"
kind = "switch"
dialect = "homeassistant"
"""
OWN_TOPICS = ("user inglenook", "topic readwrite home/Kitchen/Kettle/#",
              "topic read home/Kitchen/Heater/#")  # fmt: skip
"""What the owner adds for devices whose topics are their own choice; for the heater too little."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Turn]]:
    folder = tmp_path_factory.mktemp("home")
    authority = Authority(folder / "authority")
    certificate = authority.sign("broker", alternative="IP:127.0.0.1")
    broker = secured(folder, authority, certificate, own=OWN_TOPICS)
    (folder / "house.toml").write_text(HOUSE, encoding="utf-8")
    try:
        with LiveHouse(read_house(folder / "house.toml"), owner_address(broker, authority)):
            yield turns_of(sample_config(folder, authority, broker.port))
    finally:
        broker.close()


def sample_config(folder: Path, authority: Authority, port: int) -> Config:
    """The sample for such a broker, with this one's place and files."""
    password = folder / "password"
    password.write_text(SECRET, encoding="utf-8")
    password.chmod(0o600)
    config, replace = load(SAMPLE), msgspec.structs.replace
    assert config.broker.tls is not None
    tls = replace(config.broker.tls, ca=str(authority.certificate))
    broker = replace(
        config.broker, host="127.0.0.1", port=port, password_file=str(password), tls=tls
    )
    return replace(config, broker=broker)


def turns_of(config: Config) -> dict[str, Turn]:
    inbox, store = Inbox(), SqliteStore()
    bus = MqttBus(address_of(config.broker), inbox=inbox)
    ports = Ports(bus=bus, clock=SystemClock(), store=store)
    speaker = build(config, ports, hears=False, wake=False)
    until_ms = monotonic_ms() + PATIENCE_MS
    found: dict[str, Turn] = {}
    try:
        while len(speaker.home.home.devices) < 4 or not speaker.home.settled(monotonic_ms()):
            assert monotonic_ms() < until_ms, speaker.home.home.devices
            speaker.take(inbox.get(50))
        for text in (
            "turn on the ceiling light", "turn on the fan", "turn on the kettle",
            "turn on the heater",
        ):  # fmt: skip
            turns = speaker.say(text)
            while speaker.busy:
                turns += speaker.take(inbox.get(50))
            (found[text],) = turns
        assert {topic.partition("/rpc")[0] for topic in bus.forbidden} == {"home/Kitchen/Heater"}
    finally:
        bus.close()
        store.close()
    return found


@pytest.mark.parametrize("device", ["ceiling light", "fan", "kettle"])
def test_a_device_of_each_dialect_does_what_it_is_told(said: dict[str, Turn], device: str) -> None:
    turn = said[f"turn on the {device}"]

    assert [outcome.kind for outcome in turn.outcomes] == [OutcomeKind.DONE], turn.reply.text


def test_what_the_access_list_forbids_is_said_so(said: dict[str, Turn]) -> None:
    turn = said["turn on the heater"]

    assert [outcome.kind for outcome in turn.outcomes] == [OutcomeKind.FORBIDDEN]
    assert turn.reply.text == "The heater is out of bounds for me at the broker."
