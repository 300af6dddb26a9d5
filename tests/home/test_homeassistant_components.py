"""Each component of Home Assistant, as its page documents it."""

from typing import Any

import pytest

from device.errors import HomeError
from device.events import Value
from device.home.dialect import Reachable, Reported
from device.home.homeassistant.entities import COMPONENTS
from device.home.homefile import KINDS
from tests.home.announced import Announced

SWITCH = {"command_topic": "a/set", "state_topic": "a"}
LIGHT = {
    **SWITCH,
    "brightness_command_topic": "a/bri/set", "brightness_state_topic": "a/bri",
    "color_temp_command_topic": "a/ct/set", "color_temp_state_topic": "a/ct",
    "hs_command_topic": "a/hs/set", "hs_state_topic": "a/hs",
}  # fmt: skip
JSON_LIGHT = {**SWITCH, "schema": "json", "supported_color_modes": ["color_temp", "xy"]}
TEMPLATE_LIGHT = {
    **SWITCH,
    "schema": "template",
    "command_on_template": "on,{{ brightness|d }},{{ red|d }}-{{ green|d }}-{{ blue|d }}",
    "command_off_template": "off",
    "state_template": "{{ value.split(',')[0] }}",
    "brightness_template": "{{ value.split(',')[1] }}",
    "red_template": "{{ value.split(',')[2].split('-')[0] }}",
    "green_template": "{{ value.split(',')[2].split('-')[1] }}",
    "blue_template": "{{ value.split(',')[2].split('-')[2] }}",
}
COVER = {**SWITCH, "position_topic": "a/pos", "set_position_topic": "a/pos/set"}
VALVE = {**SWITCH, "reports_position": True, "payload_stop": "HALT"}
CLIMATE = {
    "modes": ["off", "heat"],
    "mode_command_topic": "a/mode/set", "mode_state_topic": "a/mode",
    "temperature_command_topic": "a/temp/set", "temperature_state_topic": "a/temp",
    "current_temperature_topic": "a/now", "current_humidity_topic": "a/hum",
    "min_temp": "5", "max_temp": "35",
}  # fmt: skip
FAHRENHEIT = {**CLIMATE, "temperature_unit": "F", "min_temp": 41, "max_temp": 95}
FAN = {
    **SWITCH,
    "percentage_command_topic": "a/pct/set", "percentage_state_topic": "a/pct",
    "speed_range_min": 1, "speed_range_max": 4,
    "preset_mode_command_topic": "a/pre/set", "preset_mode_state_topic": "a/pre",
    "preset_modes": ["auto", "sleep"],
}  # fmt: skip
HUMIDIFIER = {
    **SWITCH,
    "target_humidity_command_topic": "a/hum/set", "target_humidity_state_topic": "a/hum",
    "min_humidity": 30, "max_humidity": 80,
}  # fmt: skip
MOWER = {
    "activity_state_topic": "a", "start_mowing_command_topic": "a/go",
    "dock_command_topic": "a/home", "dock_command_template": '{"do":"{{ value }}"}',
}  # fmt: skip
ALARM = {**SWITCH, "supported_features": ["arm_home", "arm_away"]}


@pytest.mark.parametrize(
    ("component", "content", "topic", "payload", "values"),
    [
        ("switch", SWITCH, "a", "ON", {"power": "on"}),
        ("switch", {**SWITCH, "state_on": "1", "state_off": "0"}, "a", "1", {"power": "on"}),
        ("light", LIGHT, "a", "OFF", {"power": "off"}),
        ("light", LIGHT, "a/bri", "128", {"brightness": 50}),
        ("light", {**LIGHT, "brightness_scale": 100}, "a/bri", "40", {"brightness": 40}),
        ("light", LIGHT, "a/ct", "370", {"color_temperature": 2700}),
        ("light", {**LIGHT, "color_temp_kelvin": True}, "a/ct", "2700",
         {"color_temperature": 2700}),
        ("light", LIGHT, "a/hs", "0,100", {"color": "#ff0000"}),
        ("light", JSON_LIGHT, "a", {"state": "ON", "brightness": 255}, {"power": "on",
         "brightness": 100}),
        ("light", JSON_LIGHT, "a", {"state": "ON", "color_mode": "color_temp", "color_temp": 250,
         "color": {"x": 0.6, "y": 0.3}}, {"power": "on", "color_temperature": 4000}),
        ("light", JSON_LIGHT, "a", {"color_mode": "xy", "color_temp": 250,
         "color": {"x": 0.64, "y": 0.33}}, {"color": "#ff0000"}),
        ("light", TEMPLATE_LIGHT, "a", "on,128,0-0-255",
         {"power": "on", "brightness": 50, "color": "#0000ff"}),
        ("cover", SWITCH, "a", "closed", {"position": 0}),
        ("cover", SWITCH, "a", "opening", {}),
        ("cover", COVER, "a/pos", "30", {"position": 30}),
        ("cover", COVER, "a/pos", {"position": 30, "tilt_position": 5}, {"position": 30}),
        ("cover", {**COVER, "position_open": 0, "position_closed": 255}, "a/pos", "255",
         {"position": 0}),
        ("cover", {**COVER, "position_template": "{{ 100 - value|int }}"}, "a/pos", "30",
         {"position": 70}),
        ("valve", SWITCH, "a", "open", {"position": 100}),
        ("valve", SWITCH, "a", {"state": "closed"}, {"position": 0}),
        ("valve", VALVE, "a", "35", {"position": 35}),
        ("valve", VALVE, "a", {"state": "opening", "position": 10}, {"position": 10}),
        ("lock", SWITCH, "a", "LOCKED", {"lock": "locked"}),
        ("lock", SWITCH, "a", "JAMMED", {"lock": "unlocked"}),
        ("lock", SWITCH, "a", "LOCKING", {}),
        ("climate", CLIMATE, "a/temp", "21.5", {"target_temperature": 21.5}),
        ("climate", CLIMATE, "a/now", "19.25", {"temperature": 19.25}),
        ("climate", CLIMATE, "a/mode", "heat", {"mode": "heat"}),
        ("climate", FAHRENHEIT, "a/temp", "68", {"target_temperature": 20}),
        ("climate", FAHRENHEIT, "a/now", "50", {"temperature": 10}),
        ("climate", {**CLIMATE, "value_template": "{{ value_json.v }}"}, "a/temp", {"v": 20},
         {"target_temperature": 20}),
        ("water_heater", CLIMATE, "a/temp", "48", {"target_temperature": 48}),
        ("water_heater", {**CLIMATE, "power_command_topic": "a/pow/set"}, "a/mode", "off",
         {"mode": "off", "power": "off"}),
        ("water_heater", {**CLIMATE, "power_command_topic": "a/pow/set"}, "a/mode", "heat",
         {"mode": "heat", "power": "on"}),
        ("fan", FAN, "a", "ON", {"power": "on"}),
        ("fan", FAN, "a", "OFF", {"power": "off", "fan_speed": 0}),
        ("fan", FAN, "a/pct", "3", {"fan_speed": 75}),
        ("fan", FAN, "a/pre", "sleep", {"mode": "sleep"}),
        ("humidifier", HUMIDIFIER, "a/hum", "45", {"humidity": 45}),
        ("sensor", {"state_topic": "a", "device_class": "temperature",
         "unit_of_measurement": "°F"}, "a", "212", {"temperature": 100}),
        ("sensor", {"state_topic": "a", "device_class": "temperature",
         "unit_of_measurement": "K"}, "a", "293.15", {"temperature": 20}),
        ("sensor", {"state_topic": "a", "unit_of_measurement": "lx"}, "a", "120",
         {"illuminance": 120}),
        ("sensor", {"state_topic": "a", "device_class": "humidity"}, "a", "51", {"humidity": 51}),
        ("binary_sensor", {"state_topic": "a", "device_class": "garage_door"}, "a", "ON",
         {"contact": "open"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "presence"}, "a", "OFF",
         {"occupancy": "off"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "moisture"}, "a", "ON",
         {"leak": "on"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "smoke"}, "a", "ON",
         {"smoke": "on"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "lock"}, "a", "ON",
         {"lock": "unlocked"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "door", "payload_on": True,
         "payload_off": False, "value_template": "{{ value_json.open }}"}, "a", {"open": True},
         {"contact": "open"}),
        ("siren", SWITCH, "a", {"state": "ON", "tone": "bell"}, {"power": "on"}),
        ("siren", SWITCH, "a", "OFF", {"power": "off"}),
        ("select", {**SWITCH, "options": ["Eco", "Boost"]}, "a", "Boost", {"mode": "Boost"}),
        ("number", {**SWITCH, "device_class": "temperature", "min": 5, "max": 30}, "a", "21",
         {"target_temperature": 21}),
        ("vacuum", SWITCH, "a", {"state": "paused"}, {"vacuum": "paused"}),
        ("lawn_mower", MOWER, "a", "mowing", {"mower": "mowing"}),
        ("alarm_control_panel", ALARM, "a", "armed_away", {"mode": "armed_away"}),
        ("alarm_control_panel", ALARM, "a", "pending", {}),
    ],
)  # fmt: skip
def test_what_a_device_says_is_read(
    component: str, content: dict[str, Any], topic: str, payload: object, values: dict[str, Value]
) -> None:
    assert Announced(component, content).told(topic, payload) == values


@pytest.mark.parametrize(
    ("component", "content", "capability", "value", "sent"),
    [
        ("switch", SWITCH, "power", "off", [("a/set", "OFF")]),
        ("switch", {**SWITCH, "payload_on": 1, "retain": True}, "power", "on", [("a/set", "1")]),
        ("light", LIGHT, "brightness", 50, [("a/bri/set", "128"), ("a/set", "ON")]),
        ("light", {**LIGHT, "on_command_type": "first"}, "brightness", 50,
         [("a/set", "ON"), ("a/bri/set", "128")]),
        ("light", {**LIGHT, "on_command_type": "brightness"}, "brightness", 50,
         [("a/bri/set", "128")]),
        ("light", {**LIGHT, "on_command_type": "brightness"}, "power", "on",
         [("a/bri/set", "255")]),
        ("light", LIGHT, "brightness", 0, [("a/bri/set", "0")]),
        ("light", {**LIGHT, "brightness_command_template": '{"b":{{ value }}}'}, "brightness", 100,
         [("a/bri/set", '{"b":255}'), ("a/set", "ON")]),
        ("light", LIGHT, "color_temperature", 2700, [("a/ct/set", "370"), ("a/set", "ON")]),
        ("light", LIGHT, "color", "red", [("a/hs/set", "0,100"), ("a/set", "ON")]),
        ("light", {**SWITCH, "rgb_command_topic": "a/rgb/set"}, "color", "lime",
         [("a/rgb/set", "0,255,0"), ("a/set", "ON")]),
        ("light", {**SWITCH, "rgbww_command_topic": "a/rgb/set"}, "color", "lime",
         [("a/rgb/set", "0,255,0,0,0"), ("a/set", "ON")]),
        ("light", JSON_LIGHT, "power", "off", [("a/set", '{"state":"OFF"}')]),
        ("light", JSON_LIGHT, "brightness", 50, [("a/set", '{"state":"ON","brightness":128}')]),
        ("light", JSON_LIGHT, "color", "red",
         [("a/set", '{"state":"ON","color":{"x":0.64,"y":0.33}}')]),
        ("light", {**JSON_LIGHT, "color_temp_kelvin": True}, "color_temperature", 3000,
         [("a/set", '{"state":"ON","color_temp":3000}')]),
        ("light", TEMPLATE_LIGHT, "brightness", 50, [("a/set", "on,128,--")]),
        ("light", TEMPLATE_LIGHT, "color", "blue", [("a/set", "on,,0-0-255")]),
        ("light", TEMPLATE_LIGHT, "power", "off", [("a/set", "off")]),
        ("cover", SWITCH, "position", 100, [("a/set", "OPEN")]),
        ("cover", SWITCH, "position", "stop", [("a/set", "STOP")]),
        ("cover", COVER, "position", 40, [("a/pos/set", "40")]),
        ("cover", {**COVER, "position_open": 0, "position_closed": 255}, "position", 20,
         [("a/pos/set", "204")]),
        ("cover", {**COVER, "set_position_template": '{"p":{{ 100 - position }}}'}, "position", 40,
         [("a/pos/set", '{"p":60}')]),
        ("cover", {"set_position_topic": "a/pos/set"}, "position", 0, [("a/pos/set", "0")]),
        ("valve", VALVE, "position", 60, [("a/set", "60")]),
        ("valve", VALVE, "position", "stop", [("a/set", "HALT")]),
        ("valve", SWITCH, "position", 0, [("a/set", "CLOSE")]),
        ("lock", SWITCH, "lock", "unlocked", [("a/set", "UNLOCK")]),
        ("lock", {**SWITCH, "command_template": '{"do":"{{ value }}"}'}, "lock", "locked",
         [("a/set", '{"do":"LOCK"}')]),
        ("climate", CLIMATE, "target_temperature", 21.5, [("a/temp/set", "21.5")]),
        ("climate", FAHRENHEIT, "target_temperature", 20, [("a/temp/set", "68")]),
        ("climate", {**CLIMATE, "temp_step": 0.5}, "target_temperature", 20.3,
         [("a/temp/set", "20.5")]),
        ("climate", CLIMATE, "mode", "heat", [("a/mode/set", "heat")]),
        ("climate", {**CLIMATE, "modes": ["heat"], "power_command_topic": "a/pow/set"}, "power",
         "off", [("a/pow/set", "OFF")]),
        ("water_heater", {**CLIMATE, "power_command_topic": "a/pow/set"}, "power", "off",
         [("a/pow/set", "OFF")]),
        ("fan", FAN, "fan_speed", 50, [("a/pct/set", "2")]),
        ("fan", FAN, "fan_speed", 0, [("a/set", "OFF")]),
        ("fan", FAN, "mode", "auto", [("a/pre/set", "auto")]),
        ("humidifier", HUMIDIFIER, "humidity", 40, [("a/hum/set", "40")]),
        ("button", {"command_topic": "a/set"}, "scene", "activated", [("a/set", "PRESS")]),
        ("scene", {"command_topic": "a/set", "payload_on": "go"}, "scene", "activated",
         [("a/set", "go")]),
        ("siren", SWITCH, "power", "on", [("a/set", '{"state":"ON"}')]),
        ("siren", {**SWITCH, "command_template": "{{ value }}"}, "power", "on", [("a/set", "ON")]),
        ("select", {**SWITCH, "options": ["Eco", "Boost"]}, "mode", "eco", [("a/set", "Eco")]),
        ("vacuum", SWITCH, "vacuum", "docked", [("a/set", "return_to_base")]),
        ("lawn_mower", MOWER, "mower", "mowing", [("a/go", "start_mowing")]),
        ("lawn_mower", MOWER, "mower", "docked", [("a/home", '{"do":"dock"}')]),
        ("alarm_control_panel", ALARM, "mode", "armed_home", [("a/set", "ARM_HOME")]),
        ("alarm_control_panel", {**ALARM, "command_template": "{{ action }}!"}, "mode", "disarmed",
         [("a/set", "DISARM!")]),
    ],
)  # fmt: skip
def test_commands_are_sent_as_documented(
    component: str, content: dict[str, Any], capability: str, value: Value,
    sent: list[tuple[str, str]],
) -> None:  # fmt: skip
    assert Announced(component, content).sent(capability, value) == sent


@pytest.mark.parametrize(
    ("component", "content", "capability", "value"),
    [
        ("light", LIGHT, "color", "black"),
        ("light", LIGHT, "color_temperature", 9_000),
        ("light", SWITCH, "brightness", 50),
        ("cover", SWITCH, "position", 40),
        ("cover", {**SWITCH, "payload_stop": None}, "position", "stop"),
        ("climate", CLIMATE, "target_temperature", 36),
        ("climate", FAHRENHEIT, "target_temperature", 36),
        ("climate", CLIMATE, "mode", "cool"),
        ("humidifier", HUMIDIFIER, "humidity", 90),
        ("sensor", {"state_topic": "a", "device_class": "temperature"}, "temperature", 20),
        ("alarm_control_panel", {**ALARM, "code": "1234"}, "mode", "disarmed"),
        ("lock", {**SWITCH, "code_format": "^\\d{4}$"}, "lock", "unlocked"),
        ("lawn_mower", MOWER, "mower", "paused"),
        ("vacuum", {**SWITCH, "supported_features": ["start"]}, "vacuum", "docked"),
        ("switch", {**SWITCH, "command_template": "{{ value_json.x }}"}, "power", "on"),
        ("switch", {**SWITCH, "command_template": "{{ 'x' * 10**9 }}"}, "power", "on"),
    ],
)
def test_what_a_device_cannot_do_is_refused(
    component: str, content: dict[str, Any], capability: str, value: Value
) -> None:
    with pytest.raises(HomeError):
        Announced(component, content).sent(capability, value)


@pytest.mark.parametrize(
    ("component", "content", "capability", "value", "expected"),
    [
        ("switch", SWITCH, "power", "on", "on"),
        ("switch", {"command_topic": "a/set"}, "power", "on", None),
        ("switch", {**SWITCH, "optimistic": True}, "power", "on", None),
        ("light", {**SWITCH, "brightness_command_topic": "b"}, "brightness", 50, None),
        ("light", {**LIGHT, "brightness_scale": 10}, "brightness", 33, 30),
        ("light", LIGHT, "color", "navy", "navy"),
        ("cover", SWITCH, "position", 100, 100),
        ("cover", {**SWITCH, "set_position_topic": "b"}, "position", 40, None),
        ("cover", COVER, "position", 40, 40),
        ("fan", FAN, "fan_speed", 60, 50),
        ("fan", FAN, "fan_speed", 0, 0),
        ("climate", FAHRENHEIT, "target_temperature", 20.3, 20.56),
        ("button", {"command_topic": "a"}, "scene", "activated", None),
        ("lock", {**SWITCH, "payload_lock": "LOCKED"}, "lock", "locked", "locked"),
    ],
)
def test_what_is_awaited_is_what_the_device_then_reports(
    component: str, content: dict[str, Any], capability: str, value: Value, expected: Value | None
) -> None:
    assert Announced(component, content).order(capability, value).expected == expected


@pytest.mark.parametrize("word", ["None", "unknown", "unavailable", "null"])
def test_a_device_may_say_that_it_has_no_value(word: str) -> None:
    thermostat = Announced("climate", CLIMATE)

    (report,) = thermostat.tell("a/temp", word)

    assert report == Reported(device=thermostat.found.id, gone=("target_temperature",))


@pytest.mark.parametrize("payload", ["warm", "1e999", "nan", "[]", '{"a":1}'])
def test_a_value_that_cannot_be_read_is_counted(payload: str) -> None:
    thermostat = Announced("climate", CLIMATE)

    assert thermostat.tell("a/temp", payload) == (
        Reported(device=thermostat.found.id, unreadable=1),
    )


def test_a_template_that_fails_is_counted_as_one_value() -> None:
    switch = Announced("switch", {**SWITCH, "value_template": "{{ 1 / 0 }}"})

    assert switch.tell("a", "ON") == (Reported(device=switch.found.id, unreadable=1),)


def test_an_echo_of_the_command_locks_nothing() -> None:
    lock = Announced("lock", SWITCH)

    assert lock.tell("a", "LOCK") == (Reported(device=lock.found.id, unreadable=1),)


def test_a_cover_that_only_says_it_stopped_stands_where_it_was_going() -> None:
    cover = Announced("cover", SWITCH)

    assert cover.told("a", "stopped") == {}
    cover.told("a", "closing")
    assert cover.told("a", "stopped") == {"position": 0}


def test_a_white_lamp_has_no_colour_and_a_coloured_one_no_whiteness() -> None:
    lamp = Announced("light", LIGHT)

    (white,), (red,) = lamp.tell("a/ct", "370"), lamp.tell("a/hs", "0,100")

    assert isinstance(white, Reported)
    assert isinstance(red, Reported)
    assert white.gone == ("color",)
    assert red.gone == ("color_temperature",)


def test_a_fan_that_runs_again_does_not_stand_still() -> None:
    fan = Announced("fan", FAN)
    fan.told("a/pct", "3")

    assert fan.told("a", "OFF") == {"power": "off", "fan_speed": 0}
    assert fan.told("a", "ON") == {"power": "on", "fan_speed": 75}


@pytest.mark.parametrize(
    ("mode", "said", "online"),
    [
        ("latest", ["x online"], True),
        ("latest", ["x online", "y offline"], False),
        ("latest", [], False),
        ("any", ["x online", "y offline"], True),
        ("any", ["x offline", "y offline"], False),
        ("all", ["x online"], False),
        ("all", ["x online", "y online"], True),
        ("all", ["x online", "y online", "x gibberish"], True),
    ],
)
def test_availability_counts_as_its_mode_says(mode: str, said: list[str], online: bool) -> None:
    switch = Announced(
        "switch",
        {**SWITCH, "availability": [{"topic": "x"}, {"t": "y"}], "availability_mode": mode},
    )
    heard = list(switch.heard)
    for line in said:
        topic, word = line.split()
        heard += switch.tell(topic, word)

    last = [h.online for h in heard if isinstance(h, Reachable)][-1]

    assert last is online


def test_availability_has_its_own_words_and_template() -> None:
    switch = Announced(
        "switch",
        {
            **SWITCH,
            "avty_t": "x",
            "avty_tpl": "{{ value_json.s }}",
            "pl_avail": 1,
            "pl_not_avail": 0,
        },
    )

    assert switch.tell("x", {"s": 1}) == (Reachable(device=switch.found.id, online=True),)
    assert switch.tell("x", {"s": 1}) == (), "nothing changed"
    assert switch.tell("x", {"s": 0}) == (Reachable(device=switch.found.id, online=False),)


def test_every_component_is_a_kind_of_device_that_homes_know() -> None:
    assert COMPONENTS.keys() <= set(KINDS)


@pytest.mark.parametrize(
    ("component", "content"),
    [
        ("sensor", {"state_topic": "a", "device_class": "energy"}),
        ("sensor", {"state_topic": "a"}),
        ("binary_sensor", {"state_topic": "a", "device_class": "connectivity"}),
        ("sensor", {"state_topic": "a", "device_class": "temperature", "ent_cat": "diagnostic"}),
        ("switch", {**SWITCH, "entity_category": "config"}),
        ("switch", {**SWITCH, "en": False}),
        ("camera", {"topic": "a"}),
        ("number", {**SWITCH, "device_class": "duration"}),
    ],
)
def test_what_nobody_talks_to_stays_out_of_the_home(
    component: str, content: dict[str, Any]
) -> None:
    announced = Announced(component, content)

    assert announced.heard == ()
    assert len(announced.dialect.topics) == 2


def test_a_battery_is_a_diagnosis_that_people_ask_for() -> None:
    content = {"state_topic": "a", "dev_cla": "battery", "ent_cat": "diagnostic"}

    assert Announced("sensor", content).told("a", "83") == {"battery": 83}


@pytest.mark.parametrize(
    ("component", "content"),
    [
        ("switch", {"state_topic": "a"}),
        ("light", {**SWITCH, "schema": "morse"}),
        ("light", {**SWITCH, "schema": "template"}),
        ("light", {**LIGHT, "brightness_scale": 0}),
        ("light", {**LIGHT, "min_mireds": 500, "max_mireds": 100}),
        ("cover", {**COVER, "position_open": 0}),
        ("fan", {**FAN, "speed_range_min": 9, "speed_range_max": 2}),
        ("climate", {**CLIMATE, "min_temp": "cold"}),
        ("climate", {**CLIMATE, "modes": {"a": 1}}),
        ("climate", {**CLIMATE, "modes": [str(n) for n in range(200)]}),
        ("select", SWITCH),
        ("switch", {**SWITCH, "payload_on": ["ON"]}),
        ("switch", {**SWITCH, "payload_on": "x" * 2_000}),
        ("switch", {**SWITCH, "value_template": 5}),
        ("switch", {**SWITCH, "value_template": "{% macro x() %}{% endmacro %}"}),
        ("switch", {**SWITCH, "availability": [{"payload": "x"}]}),
        ("switch", {**SWITCH, "avty_t": "x", "availability_mode": "most"}),
    ],
)
def test_an_announcement_with_nonsense_is_refused_in_a_sentence(
    component: str, content: dict[str, Any]
) -> None:
    with pytest.raises(HomeError, match=r"announcement|template"):
        Announced(component, content)
