"""Pretend devices that speak Home Assistant's discovery: every form of every kind, on a broker.

The payloads are those of Home Assistant's documentation, written out.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.edges.mqtt import MqttBus
from device.events import Value
from device.ports import BusEvent, BusMessage
from simulator.bridges import dialect_of
from simulator.hass.forms import KINDS
from simulator.hass.style import Style
from simulator.homefile import furnished, read_house
from simulator.pretend import PretendHome
from tests.simulator.bus import connected, receive_until
from tests.simulator.styles import components, name_in

STYLES = [Style(manner=m, variant=v) for m, v in itertools.product(range(4), range(2))]
MORE = {
    "light": ["power", "brightness", "color", "color_temperature"],
    "climate": ["target_temperature", "temperature", "mode", "humidity"],
    "fan": ["power", "fan_speed", "mode"],
    "humidifier": ["power", "humidity", "mode"],
    "water_heater": ["power", "target_temperature", "temperature", "mode"],
    "lock": ["lock", "battery"],
}


def table(kind: str, name: str, capabilities: list[str]) -> str:
    listed = f"capabilities = {json.dumps(capabilities)}\n" if capabilities else ""
    head = f'[[devices]]\nname = "{name}"\nroom = "Lab"\nkind = "{kind}"\n'
    return f'{head}dialect = "homeassistant"\n{listed}\n'


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PretendHome]:
    """A device of every kind in every style."""
    path: Path = tmp_path_factory.mktemp("lab") / "home.toml"
    sensors = table("sensor", "Weather", ["temperature", "humidity", "battery"])
    names = ((kind, name_in(style, kind)) for kind in KINDS for style in STYLES)
    text = "".join(table(kind, name, MORE.get(kind, [])) for kind, name in names)
    path.write_text(text + sensors, encoding="utf-8")
    with PretendHome(read_house(path), travel_ms=8) as pretend:
        yield pretend


@pytest.fixture(scope="module")
def announced(lab: PretendHome) -> list[BusMessage]:
    return retained(lab, "homeassistant/#")


def retained(pretend: PretendHome, *filters: str) -> list[BusMessage]:
    """Everything that the broker keeps below these topics."""
    with connected(pretend.address) as program:
        program.subscribe([*filters, "test/end"])
        program.publish(BusMessage(topic="test/end", payload=b"x"))
        _, before = receive_until(program, lambda e: at(e, "test/end"))
    return [e for e in before if isinstance(e, BusMessage) and e.retained]


def at(event: BusEvent, topic: str) -> bool:
    return isinstance(event, BusMessage) and event.topic == topic


def heard(program: MqttBus, topic: str, wanted: object) -> None:
    """Wait for a fresh message that says so; JSON is compared as JSON."""

    def fits(event: BusEvent) -> bool:
        if not isinstance(event, BusMessage) or event.topic != topic or event.retained:
            return False
        try:
            return bool(json.loads(event.payload) == wanted)
        except ValueError:
            return event.payload.decode() == wanted

    receive_until(program, fits)


Case = tuple[str, str, object, str, object, str, Value]
"""Kind, command key, payload, state key, what is said there, capability, its value."""
EITHER: list[Case] = [
    ("siren", "command_topic", {"state": "ON"}, "state_topic", {"state": "ON"}, "power", "on"),
    ("water_heater", "mode_command_topic", "eco", "mode_state_topic", "eco", "mode", "eco"),
    ("water_heater", "power_command_topic", "OFF", "mode_state_topic", "off", "power", "off"),
    ("water_heater", "temperature_command_topic", "55.5", "temperature_state_topic", 55.5,
     "target_temperature", 55.5),
    ("humidifier", "target_humidity_command_topic", "55", "target_humidity_state_topic", 55,
     "humidity", 55),
    ("humidifier", "mode_command_topic", "boost", "mode_state_topic", "boost", "mode", "boost"),
    ("fan", "command_topic", "ON", "state_topic", "ON", "power", "on"),
    ("fan", "preset_mode_command_topic", "auto", "preset_mode_state_topic", "auto", "mode", "auto"),
]  # fmt: skip
PLAIN: list[Case] = [
    ("switch", "command_topic", "ON", "state_topic", "ON", "power", "on"),
    ("cover", "set_position_topic", "40", "position_topic", 40, "position", 40),
    ("cover", "command_topic", "CLOSE", "state_topic", "closed", "position", 0),
    ("cover", "command_topic", "OPEN", "state_topic", "open", "position", 100),
    ("valve", "command_topic", "40", "state_topic", {"state": "open", "position": 40},
     "position", 40),
    ("valve", "command_topic", "STOP", "state_topic", {"state": "open", "position": 40},
     "position", 40),
    ("lock", "command_topic", "UNLOCK", "state_topic", "UNLOCKED", "lock", "unlocked"),
    ("climate", "mode_command_topic", "cool", "mode_state_topic", "cool", "mode", "cool"),
    ("climate", "temperature_command_topic", "22.5", "temperature_state_topic", 22.5,
     "target_temperature", 22.5),
    ("humidifier", "command_topic", "ON", "state_topic", "ON", "power", "on"),
    ("fan", "percentage_command_topic", "35", "percentage_state_topic", 35, "fan_speed", 35),
    ("vacuum", "command_topic", "start", "state_topic", {"state": "cleaning"},
     "vacuum", "cleaning"),
    ("vacuum", "command_topic", "return_to_base", "state_topic", {"state": "docked"},
     "vacuum", "docked"),
    ("lawn_mower", "start_mowing_command_topic", "start_mowing", "activity_state_topic", "mowing",
     "mower", "mowing"),
    ("lawn_mower", "dock_command_topic", "dock", "activity_state_topic", "docked",
     "mower", "docked"),
    ("alarm_control_panel", "command_topic", "ARM_HOME", "state_topic", "armed_home",
     "mode", "armed_home"),
    ("select", "command_topic", "auto", "state_topic", "auto", "mode", "auto"),
    ("scene", "command_topic", "ON", "", "", "scene", "activated"),
    ("button", "command_topic", "PRESS", "", "", "scene", "activated"),
]  # fmt: skip
CALL = {"id": 0, "method": "Switch.Set", "params": {"id": 0, "on": True}}
JSON: list[Case] = [
    ("switch", "command_topic", CALL, "state_topic", {"id": 0, "output": True}, "power", "on"),
    ("cover", "set_position_topic", {"pos": 60}, "position_topic", {"pos": 60, "moving": "no"},
     "position", 40),
    ("cover", "command_topic", "up", "state_topic", {"pos": 0, "moving": "no"}, "position", 100),
    ("valve", "command_topic", "40", "state_topic", 40, "position", 40),
    ("lock", "command_topic", "unlock", "state_topic", {"bolt": "unlocked"}, "lock", "unlocked"),
    ("climate", "mode_command_topic", "cool", "mode_state_topic",
     {"mode": "cool", "target": 20, "local_temperature": 20.5}, "mode", "cool"),
    ("climate", "temperature_command_topic", "22.5", "temperature_state_topic",
     {"mode": "cool", "target": 22.5, "local_temperature": 20.5}, "target_temperature", 22.5),
    ("humidifier", "command_topic", "true", "state_topic", True, "power", "on"),
    ("fan", "percentage_command_topic", {"speed": 4}, "percentage_state_topic", {"speed": 4},
     "fan_speed", 40),
    ("vacuum", "command_topic", "go", "state_topic", {"state": "cleaning"}, "vacuum", "cleaning"),
    ("vacuum", "command_topic", "home", "state_topic", {"state": "docked"}, "vacuum", "docked"),
    ("lawn_mower", "start_mowing_command_topic", {"activity": "start_mowing"},
     "activity_state_topic", {"activity": "mowing"}, "mower", "mowing"),
    ("alarm_control_panel", "command_topic", {"action": "ARM_HOME"}, "state_topic",
     {"mode": "armed_home"}, "mode", "armed_home"),
    ("select", "command_topic", {"option": "auto"}, "state_topic", {"option": "auto"},
     "mode", "auto"),
    ("scene", "command_topic", "activate", "", "", "scene", "activated"),
    ("button", "command_topic", "1", "", "", "scene", "activated"),
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.manner}{s.variant}")
@pytest.mark.parametrize("part", ["either", "own"])
def test_every_kind_obeys_as_home_assistant_would_command_it(
    lab: PretendHome, announced: list[BusMessage], style: Style, part: str
) -> None:
    cases = EITHER if part == "either" else JSON if style.variant else PLAIN
    with connected(lab.address) as program:
        program.subscribe(["home/#"])
        for kind, command, payload, state, says, capability, value in cases:
            name = f"Lab/{name_in(style, kind)}"
            config = components(announced, name)[kind]
            said = payload if isinstance(payload, str) else json.dumps(payload)
            program.publish(BusMessage(topic=config[command], payload=said.encode()))
            if state:
                heard(program, config[state], says)
            else:
                settle(program, lab)
            assert lab.house.values()[name][capability] == value, (kind, capability)


def settle(program: MqttBus, lab: PretendHome) -> None:
    """Wait until the house has obeyed everything published so far."""
    other = f"home/Lab/{name_in(Style(manner=0, variant=0), 'select')}"
    program.publish(BusMessage(topic=f"{other}/set", payload=b"auto"))
    heard(program, f"{other}/state", "auto")


def light(lab: PretendHome, announced: list[BusMessage], manner: int) -> tuple[str, dict[str, Any]]:
    name = f"Lab/{name_in(Style(manner=manner, variant=0), 'light')}"
    return name, components(announced, name)["light"]


def test_a_light_of_the_json_schema_takes_all_at_once(
    lab: PretendHome, announced: list[BusMessage]
) -> None:
    name, config = light(lab, announced, 0)
    assert config["schema"] == "json"
    assert config["sup_clrm"] == ["color_temp", "rgb"]
    assert (config["bri_scl"], config["min_mirs"], config["max_mirs"]) == (255, 153, 500)
    with connected(lab.address) as program:
        program.subscribe([config["state_topic"]])
        for order, says in (
            ({"state": "ON", "brightness": 128, "color": {"r": 255, "g": 0, "b": 0}},
             {"state": "ON", "brightness": 128, "color_mode": "rgb",
              "color": {"r": 255, "g": 0, "b": 0}}),
            ({"state": "ON", "color_temp": 250},
             {"state": "ON", "brightness": 128, "color_mode": "color_temp", "color_temp": 250}),
            ({"state": "OFF"},
             {"state": "OFF", "brightness": 128, "color_mode": "color_temp", "color_temp": 250}),
        ):  # fmt: skip
            topic, payload = config["command_topic"], json.dumps(order).encode()
            program.publish(BusMessage(topic=topic, payload=payload))
            heard(program, config["state_topic"], says)
    assert lab.house.values()[name] == {
        "power": "off", "brightness": 50, "color": "#ff0000", "color_temperature": 4000,
    }  # fmt: skip


def test_a_light_of_the_json_schema_may_count_in_kelvin_and_xy(
    lab: PretendHome, announced: list[BusMessage]
) -> None:
    name, config = light(lab, announced, 3)
    assert config["supported_color_modes"] == ["color_temp", "xy"]
    assert config["color_temp_kelvin"] is True
    assert (config["min_kelvin"], config["max_kelvin"]) == (2000, 6535)
    with connected(lab.address) as program:
        program.subscribe([config["state_topic"]])
        order = {"state": "ON", "color_temp": 4000, "brightness": 254}
        payload = json.dumps(order).encode()
        program.publish(BusMessage(topic=config["command_topic"], payload=payload))
        says = {"state": "ON", "brightness": 254, "color_mode": "color_temp", "color_temp": 4000}
        heard(program, config["state_topic"], says)
    assert lab.house.values()[name]["color_temperature"] == 4000


def test_a_light_of_the_default_schema_has_a_topic_for_each_part(
    lab: PretendHome, announced: list[BusMessage]
) -> None:
    name, config = light(lab, announced, 1)
    assert "schema" not in config
    assert config["on_command_type"] == "brightness"
    assert config["brightness_scale"] == 100
    with connected(lab.address) as program:
        program.subscribe(["home/#"])
        for command, payload, state, says in (
            ("brightness_command_topic", "30", "brightness_state_topic", 30),
            ("rgb_command_topic", "0,255,0", "rgb_state_topic", "0,255,0"),
            ("color_temp_command_topic", "200", "color_temp_state_topic", 200),
            ("command_topic", "OFF", "state_topic", "OFF"),
        ):
            program.publish(BusMessage(topic=config[command], payload=payload.encode()))
            if command == "brightness_command_topic":
                heard(program, config["state_topic"], "ON")
            heard(program, config[state], says)
    values = lab.house.values()[name]
    assert values == {
        "power": "off", "brightness": 30, "color": "#00ff00", "color_temperature": 5000,
    }  # fmt: skip


def test_a_light_of_the_default_schema_may_say_all_in_one_json(
    lab: PretendHome, announced: list[BusMessage]
) -> None:
    name, config = light(lab, announced, 2)
    assert config["on_cmd_type"] == "first"
    assert config["stat_val_tpl"] == "{{ value_json.state }}"
    assert config["hs_val_tpl"] == "{{ value_json.hs | join(',') }}"
    with connected(lab.address) as program:
        program.subscribe(["home/#"])
        for command, payload, says in (
            ("brightness_command_topic", "51", {"state": "OFF", "brightness": 51}),
            ("command_topic", "ON", {"state": "ON", "brightness": 51}),
            ("hs_command_topic", "240,100", {"hs": [240, 100]}),
        ):
            program.publish(BusMessage(topic=config[command], payload=payload.encode()))
            receive_until(
                program,
                lambda e, says=says: (  # type: ignore[misc]
                    at(e, config["state_topic"])
                    and isinstance(e, BusMessage)
                    and not e.retained
                    and says.items() <= json.loads(e.payload).items()
                ),
            )
    assert lab.house.values()[name]["color"] == "#0000ff"
    assert lab.house.values()[name]["brightness"] == 20


def test_announcements_come_in_four_manners(lab: PretendHome, announced: list[BusMessage]) -> None:
    for manner in range(4):
        name = name_in(Style(manner=manner, variant=0), "lock")
        mine = [m for m in announced if f'"{name}"'.encode() in m.payload]
        topics = sorted(message.topic.split("/")[1] for message in mine)
        config = json.loads(mine[0].payload)
        if manner in (0, 1):
            assert topics == ["lock", "sensor"]
        else:
            assert topics == ["device"]
            assert config["o" if manner == 2 else "origin"]["name"] == "pretend-house"
        device = config["dev" if manner in (0, 2) else "device"]
        assert device["sa" if manner in (0, 2) else "suggested_area"] == "Lab"
        assert device["name"] == name
        base = f"home/Lab/{name}"
        match manner:
            case 0:
                assert (config["~"], config["avty_t"]) == (base, "~/availability")
            case 1:
                assert config["availability"] == [
                    {"topic": f"{base}/availability", "payload_available": "up",
                     "payload_not_available": "down"}
                ]  # fmt: skip
                assert config["availability_mode"] == "all"
            case 2:
                assert config["avty_tpl"] == "{{ value_json.state }}"
                assert {c["p"] for c in config["cmps"].values()} == {"lock", "sensor"}
            case 3:
                assert config["availability_topic"] == f"{base}/availability"
                assert {c["platform"] for c in config["components"].values()} == {"lock", "sensor"}


def test_the_broker_keeps_states_but_not_a_sirens(lab: PretendHome) -> None:
    kept = {message.topic for message in retained(lab, "home/#")}

    for style in STYLES:
        assert any(t.startswith(f"home/Lab/{name_in(style, 'climate')}/") for t in kept)
        base = f"home/Lab/{name_in(style, 'siren')}"
        assert {t for t in kept if t.startswith(f"{base}/")} == {f"{base}/availability"}


def test_devices_introduce_themselves_to_a_home_assistant_that_starts(lab: PretendHome) -> None:
    siren = f"home/Lab/{name_in(STYLES[0], 'siren')}/state"
    with connected(lab.address) as program:
        program.subscribe([siren])
        program.publish(BusMessage(topic="homeassistant/status", payload=b"online"))
        receive_until(program, lambda e: at(e, siren))


def test_what_home_assistant_lacks_speaks_plain_topics(tmp_path: Path) -> None:
    path = tmp_path / "home.toml"
    kinds = ["media_player", "script", "weather", "input_button"]
    path.write_text("".join(table(kind, kind, []) for kind in kinds), encoding="utf-8")

    devices = [furnished(device) for device in read_house(path).devices]

    assert {dialect_of(device) for device in devices} == {"plain"}
