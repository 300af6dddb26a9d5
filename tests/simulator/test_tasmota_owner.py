"""The speaker's side of Tasmota against devices that were written without looking at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.events import Value
from simulator.faults import Fault
from simulator.homefile import read_house
from simulator.pretend import PretendHome
from tests.home.zigbee import device_called
from tests.simulator.bus import BROKERS, owner_of

DEN = """
[[devices]]
name = "Lamp"
room = "Den"
kind = "light"
dialect = "tasmota"
capabilities = ["power", "brightness", "color", "color_temperature"]
state = { power = "on", brightness = 40, color_temperature = 2700 }

[[devices]]
name = "Pump"
room = "Den"
kind = "switch"
dialect = "tasmota"

[[devices]]
name = "Blind"
room = "Den"
kind = "cover"
dialect = "tasmota"
state = { position = 100 }

[[devices]]
name = "Fan"
room = "Den"
kind = "fan"
dialect = "tasmota"
capabilities = ["power", "fan_speed"]
state = { power = "off", fan_speed = 0 }

[[devices]]
name = "Weather"
room = "Den"
kind = "sensor"
dialect = "tasmota"
capabilities = ["temperature", "humidity", "battery"]
state = { temperature = 20.5, humidity = 51, battery = 77 }

[[devices]]
name = "Window contact"
room = "Den"
kind = "binary_sensor"
dialect = "tasmota"
capabilities = ["contact", "battery"]
state = { contact = "open", battery = 50 }
"""


@pytest.fixture(params=BROKERS)
def den(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendHome]:
    path = tmp_path / "home.toml"
    path.write_text(DEN, encoding="utf-8")
    with PretendHome(read_house(path), prefer=request.param) as pretend:
        yield pretend


STANDS: dict[tuple[str, str], Value] = {
    ("Lamp", "power"): "on",
    ("Lamp", "brightness"): 40,
    ("Lamp", "color_temperature"): 2700,
    ("Pump", "power"): "off",
    ("Blind", "position"): 100,
    ("Fan", "fan_speed"): 0,
    ("Weather", "temperature"): 20.5,
    ("Weather", "humidity"): 51,
    ("Weather", "battery"): 77,
    ("Window contact", "contact"): "open",
    ("Window contact", "battery"): 50,
}


def test_tasmota_devices_are_found_asked_and_commanded(den: PretendHome) -> None:
    with owner_of(den) as owner:
        owner.until(lambda: all(owner.value(*which) == told for which, told in STANDS.items()))
        assert len(owner.home.home.devices) == 6
        assert {device.room for device in owner.home.home.devices} == {"Den"}

        done = owner.do(
            ("Lamp", "power", "off"),
            ("Pump", "power", "on"),
            ("Blind", "position", 30),
            ("Fan", "fan_speed", 60),
        )
        colored = owner.do(("Lamp", "color", "red"), ("Fan", "power", "off"))
        dimmed = owner.do(("Lamp", "brightness", 10), ("Pump", "power", "on"))

        assert done == [("done", "off"), ("done", "on"), ("done", 30), ("done", 67)]
        assert colored == [("done", "red"), ("done", "off")]
        assert dimmed == [("done", 10), ("done", "on")], "the pump stood so already"
        assert owner.value("Lamp", "color_temperature") is None, "it shines red"
        assert not owner.home.dropped


def test_a_tasmota_device_that_refuses_leaves_or_moves_is_followed(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.misbehave("Den/Pump", Fault.REFUSES)
        refused = owner.do(("Pump", "power", "on"), ("Lamp", "brightness", 5))
        den.house.misbehave("Den/Lamp", Fault.OFFLINE)
        owner.until(lambda: not device_called(owner.home.home, "Lamp").available)
        offline = owner.do(("Lamp", "power", "off"))

        den.house.rename("Den/Blind", "Attic/Shutter")
        owner.until(lambda: "Shutter" in {d.name for d in owner.home.home.devices})
        owner.until(lambda: owner.value("Shutter", "position") == 100)
        moved = owner.do(("Shutter", "position", 0))
        den.house.remove("Den/Fan")
        owner.until(lambda: "Fan" not in {d.name for d in owner.home.home.devices})

        assert refused == [("refused", None), ("done", 5)]
        assert offline == [("offline", None)]
        assert moved == [("done", 0)]
        assert device_called(owner.home.home, "Shutter").room == "Attic"
