"""The things of the pretend house by themselves: no command can break one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.home.capabilities import RULES
from device.home.homefile import DIALECTS, KINDS, Furnishing
from device.home.payloads import Json
from simulator.bridges import BRIDGES, dialect_of
from simulator.faults import distorted
from simulator.homefile import Furnished, furnished
from simulator.things import Asked, Messages, Puzzled, Thing, Told, key_of

keys = st.sampled_from(
    ["state", "brightness", "color", "color_temp", "position", "speed", "fan_mode", "system_mode",
     "occupied_heating_setpoint", "lock_state", "contact", "x", "y", "hue", "saturation", "hex",
     *RULES]
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["ON", "toggle", "STOP", "OPEN", "UNLOCK", "heat", "auto", "#ff0000", "nan"])
)
requests: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


WORDS = [
    "ON", "OFF", "toggle", "STOP", "OPEN", "UNLOCK", "lock", "up", "halt", "heat", "50", "2700",
    "255,0,0", "120,50,50", "#00FF00", "start", "home", "ARM_HOME", "eco", "true", "+", "Power ON",
    "Power ON;Dimmer 20", "10", "0",
]  # fmt: skip
LEVELS = [
    "state", "brightness", "POWER", "Dimmer", "CT", "HSBColor", "HSBColor2", "Color2", "White",
    "FanSpeed", "ShutterPosition1", "ShutterStop1", "STATE", "Status", "TelePeriod", "Backlog",
    "nonsense", "position",
]  # fmt: skip
NAMES = [f"Thing {number}" for number in range(24)]
"""Enough names to meet every style in which Home Assistant's devices speak."""
LIGHT = ("power", "brightness", "color", "color_temperature")
TRIED: dict[str, tuple[str, ...]] = {
    "light": LIGHT, "switch": (), "fan": (), "cover": (), "lock": (), "valve": (),
    "climate": ("target_temperature", "temperature", "mode", "humidity"),
    "sensor": ("temperature", "humidity"), "binary_sensor": ("contact", "battery"),
    "media_player": (), "humidifier": (), "water_heater": (), "siren": (), "vacuum": (),
    "lawn_mower": (), "alarm_control_panel": (), "select": (), "scene": (), "button": (),
}  # fmt: skip


def furniture(
    kind: str, capabilities: tuple[str, ...] = (), dialect: str = "zigbee2mqtt", name: str = "Thing"
) -> Furnished:
    return furnished(
        Furnishing(
            name=name, room=None, kind=kind, device_class="", dialect=dialect,
            capabilities=capabilities, state=(), aliases=(),
        )
    )  # fmt: skip


def thing_of(
    kind: str,
    capabilities: tuple[str, ...] = (),
    *,
    dialect: str = "zigbee2mqtt",
    name: str = "Thing",
) -> Thing:
    device = furniture(kind, capabilities, dialect, name)
    return BRIDGES[dialect_of(device)].make(device)


payloads: st.SearchStrategy[bytes] = (
    requests.map(lambda request: json.dumps(request).encode())
    | st.sampled_from(sorted(WORDS)).map(str.encode)
    | st.binary(max_size=8)
)


def everything_said(thing: Thing, what: list[str]) -> Messages:
    """All that a thing can say."""
    replies = [message for word in what for message in (*thing.reply(word), *thing.refusal(word))]
    present = (*thing.presence(online=True), *thing.presence(online=False))
    return (*thing.announcement(), *thing.report(), *present, *replies, *thing.forgotten())


@pytest.mark.parametrize(
    ("kind", "dialect"),
    [
        (kind, dialect)
        for kind in TRIED
        for dialect in DIALECTS
        if dialect == "zigbee2mqtt" or dialect_of(furniture(kind, TRIED[kind], dialect)) == dialect
    ],
)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_whatever_a_thing_is_told_it_stays_what_it_is(
    kind: str, dialect: str, data: st.DataObject
) -> None:
    thing = thing_of(kind, TRIED[kind], dialect=dialect, name=data.draw(st.sampled_from(NAMES)))
    kept, what = set(thing.values), []

    for _ in range(4):
        heard = data.draw(st.sampled_from(thing.listens or ("x/set",)))
        rest = heard.removeprefix(f"{thing.address}/")
        rest = rest.replace("+", data.draw(st.sampled_from(LEVELS)))
        sense = thing.sense(rest, data.draw(payloads))
        if isinstance(sense, Told):
            what.append(sense.what)
            for raw in (*sense.steps, distorted(thing.raw, sense.steps[-1])):
                thing.become(raw)
        elif isinstance(sense, Asked):
            what.append(sense.what)
        else:
            assert isinstance(sense, Puzzled)

    assert set(thing.values) >= kept
    json.dumps(thing.raw, allow_nan=False)
    json.dumps(thing.inventory, allow_nan=False)
    for message in everything_said(thing, what):
        assert message.topic not in thing.listens, "it would command itself"
        message.payload.decode()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_something_to_show_or_to_do(kind: str, dialect: str) -> None:
    thing = thing_of(kind, dialect=dialect)

    assert thing.raw or kind in ("scene", "script", "button", "input_button")
    assert set(thing.values) <= set(RULES)
    assert set(thing.values) == set(furniture(kind).state)


def test_a_lamp_with_everything_shines_in_what_it_was_told_last() -> None:
    lamp = thing_of("light", ("power", "brightness", "color", "color_temperature"))
    assert lamp.raw["color_mode"] == "color_temp"

    sense = lamp.sense("set", b'{"color":{"hue":0,"saturation":100},"state":"ON"}')
    assert isinstance(sense, Told)
    lamp.become(sense.steps[-1])

    assert lamp.raw["color_mode"] == "xy"
    assert lamp.values["power"] == "on"
    assert lamp.values["color"] == "#ff0000"


def test_addresses_are_stable_and_differ() -> None:
    assert key_of("Kitchen/Lamp") == key_of("Kitchen/Lamp")
    assert len({key_of(f"Lamp {n}") for n in range(1_000)}) == 1_000
    assert key_of("") == "0xcbf29ce484222325", "the offset of FNV-1a"
    assert key_of("a") == "0xaf63dc4c8601ec8c", "its published value for 'a'"


def test_a_wrong_device_never_does_what_it_was_told() -> None:
    for before, after in (
        ({"state": "OFF"}, {"state": "ON"}),
        ({"brightness": 3}, {"brightness": 200}),
        ({"position": 0}, {"position": 0}),
    ):
        assert distorted(dict(before), dict(after)) != after
