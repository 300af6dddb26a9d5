"""A large home: exactly as large as asked for, in three dialects, playable."""

from collections import Counter
from pathlib import Path

import pytest

from device.ports import BusMessage
from simulator.bridges import dialect_of
from simulator.estate import as_toml, estate
from simulator.homefile import DEFAULT_HOME, furnished, read_house
from simulator.pretend import PretendHome
from tests.simulator.bus import connected, receive_until


def test_it_is_as_large_as_asked_and_the_same_for_the_same_seed() -> None:
    file = estate()

    assert (len(file.devices), len(file.rooms)) == (1_000, 200)
    assert file == estate()
    assert file != estate(seed=6)
    assert {device.room for device in file.devices} == {room.name for room in file.rooms}
    assert len({device.topic_name.casefold() for device in file.devices}) == 1_000


def test_every_dialect_has_its_share() -> None:
    spoken = Counter(dialect_of(furnished(device)) for device in estate().devices)

    assert set(spoken) == {"zigbee2mqtt", "homeassistant", "tasmota", "plain"}
    assert all(spoken[dialect] > 250 for dialect in ("zigbee2mqtt", "homeassistant", "tasmota"))


@pytest.mark.parametrize("source", ["estate", "furnished"])
def test_what_is_written_is_read_back_the_same(tmp_path: Path, source: str) -> None:
    file = estate(60, 12) if source == "estate" else read_house(DEFAULT_HOME)
    path = tmp_path / "home.toml"
    path.write_text(as_toml(file), encoding="utf-8")

    assert read_house(path) == file


def test_a_thousand_devices_can_be_played() -> None:
    with PretendHome(estate()) as pretend, connected(pretend.address) as bus:
        kept = [
            "tasmota/discovery/+/config", "homeassistant/+/+/config",
            "homeassistant/+/pretend/+/config", "test/end",
        ]  # fmt: skip
        bus.subscribe(kept)
        bus.publish(BusMessage(topic="test/end", payload=b"x"))
        _, before = receive_until(bus, lambda e: isinstance(e, BusMessage) and not e.retained)

    topics = [e.topic for e in before if isinstance(e, BusMessage)]
    spoken = Counter(dialect_of(furnished(device)) for device in estate().devices)
    assert sum(t.startswith("tasmota/") for t in topics) == spoken["tasmota"]
    assert sum(t.startswith("homeassistant/") for t in topics) >= spoken["homeassistant"]
    assert len(pretend.house.values()) == 1_000
