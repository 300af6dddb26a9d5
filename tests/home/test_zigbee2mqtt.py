"""Zigbee2MQTT's messages, as reference and recorded payloads have them."""

import json
from typing import Any

import pytest

from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.dialect import Announced, Reachable, Reported
from device.home.zigbee2mqtt import Zigbee2Mqtt
from tests.home.zigbee import (
    BATTERY,
    BRIGHTNESS,
    CLIMATE,
    CLIMATE_SENSOR,
    CONTACT,
    COVER,
    FAN,
    LIGHT,
    LOCK,
    STATE,
    entry,
    inventory,
    message,
)

A = "zigbee2mqtt:0xa"


def setting(kind: str, key: str) -> dict[str, Any]:
    """A setting of a device, in the shape that Zigbee2MQTT gives it."""
    feature = {"type": "binary", "name": "state", "property": key, "access": 3}
    return {"type": kind, "features": [{**feature, "value_on": "LOCK", "value_off": "UNLOCK"}]}


def dialect_with(*exposes: list[Any], name: str = "Thing") -> Zigbee2Mqtt:
    dialect = Zigbee2Mqtt()
    addresses = "abcdef"
    dialect.take(
        inventory(
            *(
                entry(f"0x{address}", name if address == "a" else f"{name} {address}", exposed)
                for address, exposed in zip(addresses, exposes, strict=False)
            )
        )
    )
    return dialect


def told(dialect: Zigbee2Mqtt, content: object) -> dict[str, Value]:
    (report,) = dialect.take(message("Thing", content))
    assert isinstance(report, Reported)
    return dict(report.values)


def sent(dialect: Zigbee2Mqtt, capability: str, value: Value) -> object:
    order = dialect.order(DeviceCommand(device=A, capability=capability, value=value))
    assert order.messages[0].topic == "zigbee2mqtt/Thing/set"
    assert not order.messages[0].retained
    return json.loads(order.messages[0].payload)


@pytest.mark.parametrize(
    ("exposes", "content", "values"),
    [
        (
            LIGHT,
            {"state": "ON", "brightness": 215, "color_temp": 325, "color_mode": "color_temp"},
            {"power": "on", "brightness": 85, "color_temperature": 3080},
        ),
        (
            LIGHT,
            {"state": "OFF", "color": {"x": 0.64, "y": 0.33}, "color_mode": "xy"},
            {"power": "off", "color": "#ff0000"},
        ),
        (LIGHT, {"color": {"hue": 240, "saturation": 100}}, {"color": "#0000ff"}),
        (COVER, {"state": "OPEN", "position": 40}, {"position": 40}),
        (LOCK, {"state": "LOCK", "lock_state": "not_fully_locked"}, {"lock": "unlocked"}),
        (LOCK, {"state": "LOCK", "battery": 61}, {"lock": "locked", "battery": 61}),
        (
            CLIMATE,
            {"occupied_heating_setpoint": 20.5, "local_temperature": 19, "system_mode": "heat"},
            {"target_temperature": 20.5, "temperature": 19, "mode": "heat"},
        ),
        (FAN, {"fan_state": "ON"}, {"power": "on"}),
        (FAN, {"fan_mode": "medium"}, {"fan_speed": 67, "mode": "medium"}),
        (CONTACT, {"contact": True, "battery": 12.5}, {"contact": "closed", "battery": 12.5}),
        (CONTACT, {"contact": False}, {"contact": "open"}),
        (CLIMATE_SENSOR, {"temperature": 21.37}, {"temperature": 21.37}),
        (CLIMATE_SENSOR, {"humidity": 40}, {"humidity": 40}),
    ],
)
def test_states_are_read_in_our_units(
    exposes: list[Any], content: object, values: dict[str, Value]
) -> None:
    assert told(dialect_with(exposes), content) == values


@pytest.mark.parametrize(
    ("exposes", "capability", "value", "content"),
    [
        (LIGHT, "power", "on", {"state": "ON"}),
        (LIGHT, "brightness", 50, {"brightness": 127}),
        (LIGHT, "color_temperature", 2700, {"color_temp": 370}),
        (LIGHT, "color", "red", {"color": {"x": 0.64, "y": 0.33}}),
        (COVER, "position", 40, {"position": 40}),
        (COVER, "position", "stop", {"state": "STOP"}),
        (LOCK, "lock", "unlocked", {"state": "UNLOCK"}),
        (CLIMATE, "target_temperature", 21.5, {"occupied_heating_setpoint": 21.5}),
        (CLIMATE, "mode", "auto", {"system_mode": "auto"}),
        (FAN, "power", "off", {"fan_state": "OFF"}),
        (FAN, "fan_speed", 100, {"fan_mode": "high"}),
        (FAN, "mode", "smart", {"fan_mode": "smart"}),
    ],
)
def test_commands_are_written_as_zigbee2mqtt_takes_them(
    exposes: list[Any], capability: str, value: Value, content: object
) -> None:
    assert sent(dialect_with(exposes), capability, value) == content


@pytest.mark.parametrize(
    ("exposes", "capability", "value"),
    [
        (LIGHT, "brightness", 101),
        (LIGHT, "color_temperature", 1000),
        (LIGHT, "volume", 5),
        (CLIMATE, "target_temperature", 31),
        (CLIMATE, "temperature", 20),
        (CLIMATE, "mode", "dry"),
        (CONTACT, "contact", "open"),
        (LOCK, "lock", "open"),
    ],
)
def test_what_the_device_does_not_expose_is_refused(
    exposes: list[Any], capability: str, value: Value
) -> None:
    with pytest.raises(HomeError):
        sent(dialect_with(exposes), capability, value)


def test_a_cover_without_a_position_only_opens_and_closes() -> None:
    dialect = dialect_with([{"type": "cover", "features": [COVER[0]["features"][0]]}])

    assert told(dialect, {"state": "CLOSE"}) == {"position": 0}
    assert sent(dialect, "position", 100) == {"state": "OPEN"}
    with pytest.raises(HomeError):
        sent(dialect, "position", 40)


def test_both_halves_of_a_double_switch_are_devices_of_their_own() -> None:
    halves: list[Any] = [
        {
            "type": "switch",
            "endpoint": side,
            "features": [{**STATE, "property": f"state_{side}", "endpoint": side}],
        }
        for side in ("left", "right")
    ]
    dialect = Zigbee2Mqtt()

    announced, _ = dialect.take(inventory(entry("0xa", "Wall", halves)))
    reports = dialect.take(message("Wall", {"state_left": "ON", "state_right": "OFF"}))
    order = dialect.order(DeviceCommand(device=f"{A}/right", capability="power", value="on"))

    assert isinstance(announced, Announced)
    assert [(d.id, d.name) for d in announced.devices] == [
        (f"{A}/left", "Wall left"),
        (f"{A}/right", "Wall right"),
    ]
    assert reports == (
        Reported(device=f"{A}/left", values={"power": "on"}),
        Reported(device=f"{A}/right", values={"power": "off"}),
    )
    assert json.loads(order.messages[0].payload) == {"state_right": "ON"}


def test_a_lamp_that_shows_white_has_no_colour() -> None:
    dialect = dialect_with(LIGHT)

    (report,) = dialect.take(
        message(
            "Thing",
            {"color_mode": "color_temp", "color_temp": 250, "color": {"x": 0.64, "y": 0.33}},
        )
    )

    assert report == Reported(device=A, values={"color_temperature": 4000}, gone=("color",))


@pytest.mark.parametrize("payload", [b"online", b'{"state":"online"}', b" online "])
def test_availability_of_both_versions_is_understood(payload: bytes) -> None:
    dialect = dialect_with(LIGHT)

    assert dialect.take(message("Thing/availability", payload)) == (
        Reachable(device=A, online=True),
    )
    assert dialect.take(message("bridge/state", payload)) == (Reachable(device=None, online=True),)


@pytest.mark.parametrize("payload", [b"", b"on", b'{"state":1}', b"{", b"\xff"])
def test_availability_that_says_nothing_is_refused(payload: bytes) -> None:
    with pytest.raises(HomeError):
        dialect_with(LIGHT).take(message("Thing/availability", payload))


@pytest.mark.parametrize(
    "name",
    ["", "a+b", "#", "a/#", "a//b", "/a", "a/", "Lamp/set", "Lamp/set/state", "x/get/y",
     "Lamp/availability", "bridge/devices", "bridge", "a\0b", "$SYS/x", "n" * 1001, None, 7],
)  # fmt: skip
def test_a_name_that_would_lead_a_topic_astray_is_left_out(name: Any) -> None:  # noqa: ANN401
    dialect = Zigbee2Mqtt()

    announced, _ = dialect.take(inventory(entry("0xa", name, LIGHT), entry("0xb", "Good", LIGHT)))

    assert isinstance(announced, Announced)
    assert [d.name for d in announced.devices] == ["Good"]
    assert dialect.topics[-2:] == ("zigbee2mqtt/Good", "zigbee2mqtt/Good/availability")


@pytest.mark.parametrize(
    "more",
    [
        {"disabled": True},
        {"type": "Coordinator"},
        {"definition": None},
        {"ieee_address": None},
        {"definition": {"exposes": "all"}},
        {"definition": {"exposes": [None, 3, {"type": "light"}, {"type": "light", "features": 1}]}},
    ],
)
def test_what_cannot_be_used_is_left_out_of_the_inventory(more: dict[str, Any]) -> None:
    announced, _ = Zigbee2Mqtt().take(
        inventory({**entry("0xa", "Bad", LIGHT), **more}, entry("0xb", "Good", LIGHT))
    )

    assert isinstance(announced, Announced)
    assert [d.name for d in announced.devices] == ["Good"]


def test_exposes_full_of_nonsense_leave_a_device_that_still_works() -> None:
    nonsense = [
        {**BRIGHTNESS, "value_max": -3},
        {**BRIGHTNESS, "name": "color_temp", "value_min": 0, "value_max": 0},
        {"name": "color_xy", "property": 5, "access": True},
    ]
    dialect = dialect_with([{"type": "light", "features": [STATE, *nonsense]}, BATTERY])

    assert told(dialect, {"state": "ON", "battery": 50}) == {"power": "on", "battery": 50}
    assert sent(dialect, "power", "off") == {"state": "OFF"}


def test_a_renamed_device_keeps_its_id_and_changes_its_topics() -> None:
    dialect = dialect_with(LIGHT)

    dialect.take(inventory(entry("0xa", "Hall/Lamp", LIGHT)))
    order = dialect.order(DeviceCommand(device=A, capability="power", value="on"))

    assert order.messages[0].topic == "zigbee2mqtt/Hall/Lamp/set"
    assert dialect.take(message("Thing", {"state": "ON"})) == ()
    assert len(dialect.take(message("Hall/Lamp", {"state": "ON"}))) == 1


def test_only_devices_that_can_be_asked_are_asked() -> None:
    dialect = dialect_with(LIGHT, COVER, CONTACT)

    (light,), (cover,) = dialect.ask(A), dialect.ask("zigbee2mqtt:0xb")

    assert (light.topic, light.payload) == ("zigbee2mqtt/Thing/get", b'{"state":""}')
    assert (cover.topic, cover.payload) == ("zigbee2mqtt/Thing b/get", b'{"position":""}')
    assert dialect.ask("zigbee2mqtt:0xc") == ()
    assert dialect.ask("nobody") == ()


def test_other_topics_mean_nothing() -> None:
    dialect = dialect_with(LIGHT)

    for topic in ("Thing/set", "Thing/get", "Other", "bridge/logging", "bridge/info"):
        assert dialect.take(message(topic, {"state": "ON"})) == ()


def test_values_that_cannot_be_read_are_counted_and_the_rest_is_kept() -> None:
    (report,) = dialect_with(LIGHT).take(
        message("Thing", {"state": {"deep": []}, "brightness": "full", "color_temp": 400})
    )

    assert report == Reported(device=A, values={"color_temperature": 2500}, unreadable=2)


def test_black_is_refused_in_a_sentence() -> None:
    with pytest.raises(HomeError, match="black"):
        sent(dialect_with(LIGHT), "color", "black")


def test_a_child_lock_makes_no_lock_of_a_thermostat_and_a_setting_is_not_its_power() -> None:
    settings = [setting("lock", "child_lock"), setting("switch", "window_detection")]
    dialect = dialect_with([*settings, *CLIMATE], settings, [*LOCK, *settings])

    kinds = {m.id: m.found.kind for m in dialect._members.values()}
    can = [{c.name for c in m.found.capabilities} for m in dialect._members.values()]
    assert list(kinds.values()) == ["climate", "lock"]
    assert "target_temperature" in can[0]
    assert not {"lock", "power"} & can[0]
    assert "power" not in can[1]
    order = dialect.order(DeviceCommand(device=list(kinds)[1], capability="lock", value="locked"))
    assert b"child_lock" not in order.messages[0].payload
