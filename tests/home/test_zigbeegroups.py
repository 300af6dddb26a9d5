"""Groups of Zigbee2MQTT, states in single values, and commands that failed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import HomeError
from device.events import DeviceCommand, OutcomeKind, Value
from device.home.dialect import Announced, Found, Reachable, Refused, Reported, Wants
from device.home.homestate import HomeState
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.home.zigbeelog import failure_in
from device.ports import BusMessage, BusUp
from tests.home.zigbee import (
    BATTERY,
    CLIMATE,
    COLOR_TEMP,
    CONTACT,
    COVER,
    LIGHT,
    LOCK,
    NOON,
    STATE,
    entry,
    home_with,
    inventory,
    message,
    values_of,
)

PLUG: list[Any] = [{"type": "switch", "features": [STATE]}]
WARM: list[Any] = [{"type": "light", "features": [STATE, {**COLOR_TEMP, "value_min": 250}]}]
HALVES: list[Any] = [
    {
        "type": "switch",
        "endpoint": side,
        "features": [{**STATE, "property": f"state_{side}", "endpoint": side}],
    }
    for side in ("left", "right")
]
GROUP = "zigbee2mqtt:group/1"


def group(name: str, *members: str | tuple[str, int], number: int = 1) -> dict[str, Any]:
    """One group of `bridge/groups`, as version 2.12 publishes it."""
    pairs = [(m, 1) if isinstance(m, str) else m for m in members]
    return {
        "id": number,
        "friendly_name": name,
        "description": None,
        "scenes": [],
        "members": [{"ieee_address": a, "endpoint": e} for a, e in pairs],
    }


def groups(*found: dict[str, Any]) -> BusMessage:
    return message("bridge/groups", list(found), retained=True)


def announced_by(dialect: Zigbee2Mqtt, arrival: BusMessage) -> dict[str, Found]:
    announced = next(h for h in dialect.take(arrival) if isinstance(h, Announced))
    return {found.id: found for found in announced.devices}


def group_of(*exposes: list[Any]) -> Found | None:
    """The group of devices that expose this."""
    dialect = Zigbee2Mqtt()
    addresses = [f"0x{n}" for n in range(len(exposes))]
    dialect.take(
        inventory(*(entry(a, f"Thing {a}", e) for a, e in zip(addresses, exposes, strict=True)))
    )
    return announced_by(dialect, groups(group("All", *addresses))).get(GROUP)


@pytest.mark.parametrize(
    ("exposes", "kind", "capabilities"),
    [
        ([LIGHT, LIGHT], "light", ["power", "brightness", "color_temperature", "color"]),
        ([LIGHT, WARM], "light", ["power", "color_temperature"]),
        ([LIGHT, PLUG], "light", ["power"]),
        ([PLUG, PLUG], "switch", ["power"]),
        ([COVER, COVER], "cover", ["position"]),
        ([LOCK, LOCK], "lock", ["lock"]),
        ([CLIMATE, CLIMATE], "climate", ["target_temperature", "mode"]),
        ([HALVES, PLUG], "switch", ["power"]),
    ],
)
def test_a_group_can_be_told_what_all_of_its_members_can(
    exposes: list[list[Any]], kind: str, capabilities: list[str]
) -> None:
    found = group_of(*exposes)

    assert found is not None
    assert (found.name, found.kind) == ("All", kind)
    assert [c.name for c in found.capabilities] == capabilities
    assert all(c.settable for c in found.capabilities)


@pytest.mark.parametrize("exposes", [[LIGHT, LOCK], [CONTACT], [LIGHT, COVER]])
def test_a_group_that_can_do_nothing_together_is_no_device(exposes: list[list[Any]]) -> None:
    assert group_of(*exposes) is None


def test_a_group_takes_the_range_that_all_of_its_members_take() -> None:
    found = group_of(LIGHT, WARM)

    assert found is not None
    assert (found.capabilities[1].minimum, found.capabilities[1].maximum) == (2000, 4000)


def test_a_group_is_commanded_and_heard_on_its_own_topic() -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(inventory(entry("0xa", "Spot 1", LIGHT), entry("0xb", "Spot 2", LIGHT)))
    found = announced_by(dialect, groups(group("Kitchen/Spots", "0xa", "0xb")))[GROUP]

    order = dialect.order(DeviceCommand(device=GROUP, capability="brightness", value=50))
    heard = dialect.take(message("Kitchen/Spots", {"state": "ON", "brightness": 127}))

    assert found.members == ("zigbee2mqtt:0xa", "zigbee2mqtt:0xb")
    assert [(m.topic, m.payload) for m in order.messages] == [
        ("zigbee2mqtt/Kitchen/Spots/set", b'{"brightness":127}')
    ]
    assert heard == (Reported(device=GROUP, values={"power": "on", "brightness": 50}),)
    assert dialect.take(message("Kitchen/Spots/availability", b"offline")) == (
        Reachable(device=GROUP, online=False),
    )
    assert dialect.ask(GROUP) == ()


@pytest.mark.parametrize(
    ("endpoint", "endpoints", "members"),
    [
        (2, {"1": {"name": "left"}, "2": {"name": "right"}}, ("zigbee2mqtt:0xa/right",)),
        (2, {}, ("zigbee2mqtt:0xa/left", "zigbee2mqtt:0xa/right")),
        (1, {"1": "x", "y": {"name": "left"}}, ("zigbee2mqtt:0xa/left", "zigbee2mqtt:0xa/right")),
    ],
)
def test_one_half_of_a_double_switch_can_be_in_a_group(
    endpoint: int, endpoints: object, members: tuple[str, ...]
) -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(inventory(entry("0xa", "Wall", HALVES, endpoints=endpoints)))

    found = announced_by(dialect, groups(group("Half", ("0xa", endpoint))))[GROUP]
    order = dialect.order(DeviceCommand(device=GROUP, capability="power", value="on"))

    assert found.members == members
    assert json.loads(order.messages[0].payload) == {"state": "ON"}


@pytest.mark.parametrize(
    "more",
    [
        {"friendly_name": "a/set"},
        {"friendly_name": "Spot"},
        {"friendly_name": None},
        {"id": True},
        {"id": 901, "friendly_name": "default_bind_group"},
        {"id": "1"},
        {"members": None},
        {"members": []},
        {"members": [{"ieee_address": "0xz", "endpoint": 1}, 7]},
    ],
)
def test_a_group_that_cannot_be_used_is_left_out(more: dict[str, Any]) -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(inventory(entry("0xa", "Spot", LIGHT)))

    dialect.take(groups(group("All", "0xa") | more))

    assert dialect.topics[-2:] == ("zigbee2mqtt/Spot", "zigbee2mqtt/Spot/availability")


def test_groups_may_be_heard_before_devices_and_are_followed() -> None:
    dialect = Zigbee2Mqtt()

    assert dialect.take(groups(group("All", "0xa"))) == ()
    assert set(announced_by(dialect, inventory(entry("0xa", "Spot", LIGHT)))) == {
        "zigbee2mqtt:0xa",
        GROUP,
    }
    assert dialect.take(groups(group("All", "0xa"))) == (), "nothing is new"
    renamed, wants = dialect.take(groups(group("Every", "0xa")))
    assert isinstance(renamed, Announced)
    assert renamed.devices[1].name == "Every"
    assert wants == Wants(
        topics=("zigbee2mqtt/Every", "zigbee2mqtt/Every/availability"),
        dropped=("zigbee2mqtt/All", "zigbee2mqtt/All/availability"),
    )
    assert set(announced_by(dialect, groups())) == {"zigbee2mqtt:0xa"}


def test_groups_that_are_no_list_change_nothing() -> None:
    dialect = Zigbee2Mqtt()
    with pytest.raises(HomeError, match="bridge/groups is no list"):
        dialect.take(message("bridge/groups", {}))


INFO = {"version": "2.12.1", "config": {"advanced": {"output": "attribute"}}}


def test_states_in_single_values_are_heard_where_the_bridge_says_so() -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(inventory(entry("0xa", "Lamp", LIGHT), entry("0xb", "Door", [*CONTACT])))

    (wants,) = dialect.take(message("bridge/info", INFO))

    assert isinstance(wants, Wants)
    assert set(wants.topics) >= {
        "zigbee2mqtt/Lamp/state",
        "zigbee2mqtt/Lamp/color-x",
        "zigbee2mqtt/Lamp/color_mode",
        "zigbee2mqtt/Door/contact",
    }
    assert told(dialect, "Lamp/state", b"ON") == {"power": "on"}
    assert told(dialect, "Lamp/brightness", b"127") == {"brightness": 50}
    assert told(dialect, "Door/contact", b"false") == {"contact": "open"}
    assert told(dialect, "Door/battery", b"") == {}
    assert told(dialect, "Lamp/color-x", b"0.64") == {}
    assert told(dialect, "Lamp/color-y", b"0.33") == {"color": "#ff0000"}
    assert told(dialect, "Lamp/color_mode", b"xy") == {}
    assert told(dialect, "Lamp/color_temp", b"370") == {}, "it shines in a colour"
    assert told(dialect, "Lamp/color_mode", b"color_temp") == {}
    assert told(dialect, "Lamp/color_temp", b"370") == {"color_temperature": 2700}
    (back,) = dialect.take(message("bridge/info", {"config": {"advanced": {"output": "json"}}}))
    assert isinstance(back, Wants)
    assert set(back.dropped) == set(wants.topics)


def told(dialect: Zigbee2Mqtt, topic: str, payload: bytes) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for one in dialect.take(message(topic, payload)):
        assert isinstance(one, Reported)
        values |= one.values
    return values


@pytest.mark.parametrize(
    ("info", "singly"),
    [
        (INFO, True),
        ({"config": {"experimental": {"output": "attribute"}}}, True),
        ({"config": {"advanced": {"output": "attribute_and_json"}}}, False),
        ({"config": {"advanced": []}}, False),
        ({"config": None}, False),
        ([], False),
    ],
)
def test_both_versions_tell_in_which_form_states_come(info: object, singly: bool) -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(message("bridge/info", info))
    dialect.take(inventory(entry("0xa", "Plug", PLUG)))

    assert ("zigbee2mqtt/Plug/state" in dialect.topics) == singly


FAILED = "Publish 'set' 'state' to 'Lamp' failed: 'Error: ZCL command failed (Timeout)'"


@pytest.mark.parametrize(
    ("level", "text", "refused"),
    [
        ("error", FAILED, ["power"]),
        ("error", f"z2m: {FAILED}", ["power"]),
        ("error", FAILED.replace("'state'", "'brightness'"), ["brightness"]),
        ("error", FAILED.replace("'set'", "'get'"), []),
        ("error", FAILED.replace("Lamp", "Other"), []),
        ("error", FAILED.replace("'state'", "'effect'"), []),
        ("error", FAILED.replace("Lamp", "Wall"), []),
        ("error", "Entity 'Lamp' is unknown", [None]),
        ("error", "Cannot publish to unsupported device 'Lamp'", [None]),
        ("error", "Something else 'Lamp' failed", []),
        ("info", FAILED, []),
    ],
)
def test_a_command_that_failed_is_refused_with_the_reason(
    level: str, text: str, refused: list[str | None]
) -> None:
    dialect = Zigbee2Mqtt()
    dialect.take(inventory(entry("0xa", "Lamp", LIGHT), entry("0xb", "Wall", HALVES)))

    heard = dialect.take(message("bridge/logging", {"level": level, "message": text}))

    assert all(isinstance(one, Refused) and one.device == "zigbee2mqtt:0xa" for one in heard)
    assert [one.capability for one in heard if isinstance(one, Refused)] == refused
    if refused == ["power"]:
        assert isinstance(heard[0], Refused)
        assert heard[0].why == "Error: ZCL command failed (Timeout)"


@given(text=st.text(max_size=30) | st.text(alphabet="'Publish set to failed: ", max_size=60))
def test_any_line_of_the_log_is_read(text: str) -> None:
    failure = failure_in(json.dumps({"level": "error", "message": text}).encode())

    assert failure is None or failure.name in text


def test_only_the_value_that_failed_is_refused() -> None:
    home = home_with(entry("0xa", "Lamp", LIGHT))
    commands = [
        DeviceCommand(device="zigbee2mqtt:0xa", capability=name, value=value)
        for name, value in (("power", "on"), ("brightness", 50))
    ]

    delivery = home.begin(commands, now_ms=0)
    home.take(message("bridge/logging", {"level": "error", "message": FAILED}), at=NOON, now_ms=1)
    home.take(message("Lamp", {"brightness": 127}), at=NOON, now_ms=2)

    outcomes = delivery.outcomes(3)
    assert outcomes is not None
    assert [o.kind for o in outcomes] == [OutcomeKind.REFUSED, OutcomeKind.DONE]


def test_several_instances_stand_side_by_side() -> None:
    home = HomeState([Zigbee2Mqtt(), Zigbee2Mqtt("z2m/garden")])
    home.take(BusUp(), at=NOON, now_ms=0)
    one = inventory(entry("0xa", "Lamp", LIGHT))
    other = BusMessage(topic="z2m/garden/bridge/devices", payload=one.payload, retained=True)

    home.take(one, at=NOON, now_ms=1)
    home.take(other, at=NOON, now_ms=1)
    home.take(BusMessage(topic="z2m/garden/Lamp", payload=b'{"state":"ON"}'), at=NOON, now_ms=2)
    home.take(BusMessage(topic="z2m/garden/bridge/state", payload=b"offline"), at=NOON, now_ms=3)

    assert values_of(home, "z2m/garden:0xa") == {"power": "on"}
    assert values_of(home, "zigbee2mqtt:0xa") == {}
    assert {d.id: (d.name, d.available) for d in home.home.devices} == {
        "z2m/garden:0xa": ("Lamp", False),
        "zigbee2mqtt:0xa": ("Lamp 2", True),
    }
    delivery = home.begin(
        [DeviceCommand(device="zigbee2mqtt:0xa", capability="power", value="on")], now_ms=4
    )
    assert [m.topic for m in delivery.messages] == ["zigbee2mqtt/Lamp/set"]


def test_a_battery_tells_no_group_anything() -> None:
    found = group_of([*LIGHT, BATTERY], LIGHT)

    assert found is not None
    assert "battery" not in [c.name for c in found.capabilities]
