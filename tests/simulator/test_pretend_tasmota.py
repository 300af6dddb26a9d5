"""Pretend devices that run Tasmota: what its documentation says, over a broker."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.edges.mqtt import MqttBus
from device.events import Value
from device.ports import BusEvent, BusMessage
from simulator.bridges import dialect_of
from simulator.homefile import furnished, read_house
from simulator.pretend import PretendHome
from tests.simulator.bus import connected, follow, receive_until

FLAT = """
[[devices]]
name = "Plug"
room = "Flat"
kind = "switch"
dialect = "tasmota"

[[devices]]
name = "Bulb"
room = "Flat"
kind = "light"
dialect = "tasmota"
capabilities = ["power"]

[[devices]]
name = "Dimmer"
room = "Flat"
kind = "light"
dialect = "tasmota"
state = { power = "off", brightness = 40 }

[[devices]]
name = "White"
room = "Flat"
kind = "light"
dialect = "tasmota"
capabilities = ["power", "brightness", "color_temperature"]

[[devices]]
name = "Strip"
room = "Flat"
kind = "light"
dialect = "tasmota"
capabilities = ["power", "brightness", "color"]
state = { power = "on", brightness = 50, color = "red" }

[[devices]]
name = "Lamp"
room = "Flat"
kind = "light"
dialect = "tasmota"
capabilities = ["power", "brightness", "color", "color_temperature"]
state = { power = "on", brightness = 70, color = "blue", color_temperature = 4000 }

[[devices]]
name = "Blind"
room = "Flat"
kind = "cover"
dialect = "tasmota"
state = { position = 100 }

[[devices]]
name = "Fan"
room = "Flat"
kind = "fan"
dialect = "tasmota"
state = { power = "off", fan_speed = 66 }

[[devices]]
name = "Climate"
room = "Flat"
kind = "sensor"
dialect = "tasmota"
capabilities = ["temperature", "humidity", "illuminance"]
state = { temperature = 20.6, humidity = 45.5, illuminance = 120 }

[[devices]]
name = "Probe"
room = "Flat"
kind = "sensor"
dialect = "tasmota"
capabilities = ["temperature"]
state = { temperature = 7.5 }

[[devices]]
name = "Door"
room = "Flat"
kind = "binary_sensor"
class = "door"
dialect = "tasmota"
capabilities = ["contact", "battery"]
state = { contact = "closed", battery = 60 }
"""


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PretendHome]:
    path: Path = tmp_path_factory.mktemp("flat") / "home.toml"
    path.write_text(FLAT, encoding="utf-8")
    with PretendHome(read_house(path), travel_ms=40) as pretend:
        yield pretend


@pytest.fixture(scope="module")
def configs(flat: PretendHome) -> dict[str, dict[str, Any]]:
    """What each device announced, by its name."""
    with connected(flat.address) as program:
        program.subscribe(["tasmota/discovery/+/config", "test/end"])
        program.publish(BusMessage(topic="test/end", payload=b"x"))
        _, before = receive_until(
            program, lambda e: isinstance(e, BusMessage) and e.topic == "test/end"
        )
    found = [json.loads(e.payload) for e in before if isinstance(e, BusMessage) and e.retained]
    return {config["dn"].removeprefix("Flat/"): config for config in found}


class Program:
    """Somebody with an MQTT program, and Tasmota's documentation."""

    def __init__(self, bus: MqttBus, configs: dict[str, dict[str, Any]]) -> None:
        self._bus = bus
        self._configs = configs
        follow(bus, [self.topic(name, prefix, "#") for name in configs for prefix in (1, 2)])

    def topic(self, name: str, prefix: int, end: str) -> str:
        config = self._configs[name]
        place = config["ft"].replace("%prefix%", config["tp"][prefix])
        return str(place.replace("%topic%", config["t"])) + end

    def says(self, name: str, command: str, payload: str = "") -> None:
        topic = self.topic(name, 0, command)
        self._bus.publish(BusMessage(topic=topic, payload=payload.encode()))

    def hears(self, name: str, prefix: int, end: str, wanted: object) -> None:
        """Wait for a message that says so; of objects, whatever is wanted."""
        topic = self.topic(name, prefix, end)
        receive_until(self._bus, lambda e: _fits(e, topic, wanted))


def _fits(event: BusEvent, topic: str, wanted: object) -> bool:
    if not isinstance(event, BusMessage) or event.topic != topic:
        return False
    if not isinstance(wanted, dict):
        return event.payload.decode() == wanted
    found = json.loads(event.payload)
    return bool(wanted.items() <= found.items())


@pytest.fixture
def program(flat: PretendHome, configs: dict[str, dict[str, Any]]) -> Iterator[Program]:
    with connected(flat.address) as bus:
        yield Program(bus, configs)


Case = tuple[str, str, str, dict[str, Any], str, Value]
"""Device, command, payload, what RESULT says, capability, its value."""
CASES: list[Case] = [
    ("Plug", "POWER", "ON", {"POWER": "ON"}, "power", "on"),
    ("Plug", "Power1", "toggle", {"POWER": "OFF"}, "power", "off"),
    ("Plug", "POWER", "1", {"POWER": "ON"}, "power", "on"),
    ("Plug", "POWER", "", {"POWER": "ON"}, "power", "on"),
    ("Plug", "Power", "?", {"POWER": "ON"}, "power", "on"),
    ("Bulb", "POWER", "ON", {"POWER": "ON"}, "power", "on"),
    ("Dimmer", "Dimmer", "30", {"POWER": "ON", "Dimmer": 30}, "brightness", 30),
    ("Dimmer", "Dimmer", "", {"Dimmer": 30}, "brightness", 30),
    ("Dimmer", "Dimmer", "+", {"Dimmer": 40}, "brightness", 40),
    ("Dimmer", "Dimmer", "0", {"POWER": "OFF"}, "power", "off"),
    ("Dimmer", "Dimmer", "150", {"Dimmer": 0}, "brightness", 0),
    ("White", "CT", "250", {"POWER": "ON", "CT": 250}, "color_temperature", 4000),
    ("White", "ct", "", {"CT": 250}, "color_temperature", 4000),
    ("Strip", "HSBColor", "120,100,50",
     {"HSBColor": "120,100,50", "Dimmer": 50, "Color": "008000"}, "color", "#00ff00"),
    ("Strip", "HSBColor1", "240", {"HSBColor": "240,100,50"}, "color", "#0000ff"),
    ("Strip", "Color2", "255,0,0", {"HSBColor": "0,100,50", "Dimmer": 50}, "color", "#ff0000"),
    ("Strip", "Color", "#00FF00", {"HSBColor": "120,100,100", "Dimmer": 100}, "color", "#00ff00"),
    ("Lamp", "HSBColor", "0,100,80", {"HSBColor": "0,100,80", "White": 0}, "brightness", 80),
    ("Lamp", "CT", "400", {"CT": 400, "White": 80, "HSBColor": "0,100,0"},
     "color_temperature", 2500),
    ("Lamp", "White", "60", {"White": 60, "Dimmer": 60}, "brightness", 60),
    ("Fan", "FanSpeed", "2", {"FanSpeed": 2}, "fan_speed", 67),
    ("Fan", "FanSpeed", "+", {"FanSpeed": 3}, "fan_speed", 100),
    ("Fan", "FanSpeed", "", {"FanSpeed": 3}, "power", "on"),
    ("Fan", "FanSpeed", "0", {"FanSpeed": 0}, "power", "off"),
    ("Lamp", "Backlog", "Power OFF;Dimmer 20;CT 300", {"Dimmer": 20, "CT": 300},
     "brightness", 20),
]  # fmt: skip


def test_every_kind_obeys_as_tasmota_would(flat: PretendHome, program: Program) -> None:
    for name, command, payload, result, capability, value in CASES:
        program.says(name, command, payload)
        program.hears(name, 1, "RESULT", result)
        if "POWER" in result and command.lower().startswith("power"):
            program.hears(name, 1, "POWER", result["POWER"])
        assert flat.house.values()[f"Flat/{name}"][capability] == value, (name, command)


@pytest.mark.parametrize(
    ("command", "payload", "target"),
    [
        ("ShutterPosition1", "40", 40),
        ("ShutterClose", "", 0),
        ("ShutterOpen1", "", 100),
        ("ShutterPosition", "CLOSE", 0),
        ("ShutterToggle1", "", 100),
    ],
)
def test_a_shutter_tells_where_it_is_on_its_way(
    flat: PretendHome, program: Program, command: str, payload: str, target: int
) -> None:
    start = flat.house.values()["Flat/Blind"]["position"]
    assert isinstance(start, int | float)
    assert start != target
    program.says("Blind", command, payload)
    word = command.rstrip("1")
    program.hears("Blind", 1, "RESULT", {f"{word}1": target})
    half = {"Position": round((start + target) / 2), "Direction": 1 if target > start else -1}
    program.hears("Blind", 1, "RESULT", {"Shutter1": {**half, "Target": target, "Tilt": 0}})
    program.hears("Blind", 1, "SHUTTER1", str(target))
    there = {"Position": target, "Direction": 0, "Target": target, "Tilt": 0}
    program.hears("Blind", 1, "RESULT", {"Shutter1": there})
    assert flat.house.values()["Flat/Blind"]["position"] == target


def test_a_shutter_can_be_stopped(tmp_path: Path, configs: dict[str, dict[str, Any]]) -> None:
    path = tmp_path / "home.toml"
    path.write_text(FLAT, encoding="utf-8")
    with PretendHome(read_house(path), travel_ms=60_000) as slow, connected(slow.address) as bus:
        program = Program(bus, configs)
        program.says("Blind", "ShutterClose1")
        program.hears("Blind", 1, "RESULT", {"ShutterClose1": 0})
        program.says("Blind", "ShutterStop1")
        there = {"Position": 100, "Direction": 0, "Target": 100, "Tilt": 0}
        program.hears("Blind", 1, "RESULT", {"Shutter1": there})


def test_what_it_does_not_know_is_unknown_and_changes_nothing(
    flat: PretendHome, program: Program
) -> None:
    before = flat.house.values()
    for name, command in (
        ("Plug", "Dimmer"), ("Plug", "Nonsense"), ("Dimmer", "CT"), ("White", "HSBColor"),
        ("Strip", "White"), ("Blind", "FanSpeed"), ("Fan", "ShutterOpen1"), ("Door", "POWER"),
    ):  # fmt: skip
        program.says(name, command, "50")
        program.hears(name, 1, "RESULT", {"Command": "Unknown"})
    assert flat.house.values() == before


def test_state_and_status_tell_everything(program: Program) -> None:
    program.says("Climate", "STATUS", "10")
    sensors = {"SHT3X": {"Temperature": 20.6, "Humidity": 45.5}, "BH1750": {"Illuminance": 120}}
    telemetry = {"Time": "1970-01-01T00:10:00", **sensors, "TempUnit": "C"}
    program.hears("Climate", 1, "STATUS10", {"StatusSNS": telemetry})
    program.says("Climate", "Status", "8")
    program.hears("Climate", 1, "STATUS8", {"StatusSNS": telemetry})
    program.says("Probe", "TelePeriod")
    probe = {"DS18B20": {"Id": "01131B123456", "Temperature": 7.5}, "TempUnit": "C"}
    program.hears("Probe", 2, "SENSOR", probe)
    program.says("Door", "STATE")
    program.hears("Door", 1, "RESULT", {"BatteryPercentage": 60, "UptimeSec": 600})
    program.says("Plug", "Status", "0")
    program.hears(
        "Plug", 1, "STATUS", {"Status": {"DeviceName": "Flat/Plug", "Topic": "flat_plug"}}
    )
    program.hears("Plug", 1, "STATUS11", {})


def test_a_hand_on_it_is_told(flat: PretendHome, program: Program) -> None:
    flat.house.touch("Flat/Door", {"contact": "open"})
    program.hears("Door", 1, "RESULT", {"Flat/Door": {"Action": "ON"}})
    program.hears("Door", 2, "SENSOR", {"Flat/Door": "ON"})
    flat.house.touch("Flat/Bulb", {"power": "off"})
    program.hears("Bulb", 1, "RESULT", {"POWER": "OFF"})
    program.hears("Bulb", 1, "POWER", "OFF")
    program.hears("Bulb", 2, "STATE", {"POWER": "OFF"})


def test_discovery_says_what_each_one_is(configs: dict[str, dict[str, Any]]) -> None:
    shapes = {
        name: (config["rl"][:2], config["lt_st"], config["if"], config["so"]["30"])
        for name, config in configs.items()
    }
    assert shapes == {
        "Plug": ([1, 0], 0, 0, 0),
        "Bulb": ([1, 0], 0, 0, 1),
        "Dimmer": ([2, 0], 1, 0, 0),
        "White": ([2, 0], 2, 0, 0),
        "Strip": ([2, 0], 3, 0, 0),
        "Lamp": ([2, 0], 5, 0, 0),
        "Blind": ([3, 3], 0, 0, 0),
        "Fan": ([0, 0], 0, 1, 0),
        "Climate": ([0, 0], 0, 0, 0),
        "Probe": ([0, 0], 0, 0, 0),
        "Door": ([0, 0], 0, 0, 0),
    }
    assert {config["ft"] for config in configs.values()} == {
        "%prefix%/%topic%/", "tasmota/%topic%/%prefix%/",
    }  # fmt: skip
    door = configs["Door"]
    assert (door["swc"][0], door["swn"][0]) == (1, "Flat/Door")
    assert (door["so"]["114"], door["bat"]) == (1, 1)
    assert all(len(config["mac"]) == 12 for config in configs.values())
    assert all(config["onln"] == "Online" and config["ver"] == 1 for config in configs.values())


@pytest.mark.parametrize(
    ("kind", "capabilities"),
    [("lock", ()), ("climate", ()), ("binary_sensor", ("contact", "leak")), ("light", ("volume",))],
)
def test_what_tasmota_lacks_speaks_plain_topics(
    tmp_path: Path, kind: str, capabilities: tuple[str, ...]
) -> None:
    path = tmp_path / "home.toml"
    listed = f"capabilities = {json.dumps(capabilities)}\n" if capabilities else ""
    text = f'[[devices]]\nname = "x"\nkind = "{kind}"\ndialect = "tasmota"\n{listed}'
    path.write_text(text, encoding="utf-8")

    (device,) = (furnished(device) for device in read_house(path).devices)

    assert dialect_of(device) == "plain"
