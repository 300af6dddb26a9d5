"""The things of the pretend house by themselves: no command can break one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.home.capabilities import RULES
from device.home.homefile import KINDS, Furnishing
from device.home.payloads import Json
from simulator.exposes import speaks_zigbee
from simulator.faults import distorted
from simulator.homefile import furnished
from simulator.plainthing import PlainThing
from simulator.things import Thing, key_of
from simulator.zigbee import ZigbeeThing

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


def thing_of(kind: str, capabilities: tuple[str, ...] = ()) -> Thing:
    device = furnished(
        Furnishing(
            name="Thing", room=None, kind=kind, device_class="", dialect="zigbee2mqtt",
            capabilities=capabilities, state=(), aliases=(),
        )
    )  # fmt: skip
    return ZigbeeThing(device) if speaks_zigbee(device) else PlainThing(device)


@pytest.mark.parametrize(
    "kind", ["light", "fan", "cover", "lock", "climate", "sensor", "media_player", "humidifier"]
)
@settings(max_examples=40)
@given(asked=st.lists(requests, max_size=4))
def test_whatever_a_thing_is_told_it_stays_what_it_is(kind: str, asked: list[Json]) -> None:
    thing = thing_of(kind)
    kept = set(thing.values)

    for request in asked:
        for raw in thing.told(request):
            thing.become(raw)
        thing.asked(request)

    assert set(thing.values) >= kept
    json.dumps(thing.raw, allow_nan=False)
    json.dumps(thing.inventory, allow_nan=False)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_something_to_show_or_to_do(kind: str) -> None:
    thing = thing_of(kind)

    assert thing.raw or kind in ("scene", "script", "button", "input_button")
    assert set(thing.values) <= set(RULES)


def test_a_lamp_with_everything_shines_in_what_it_was_told_last() -> None:
    lamp = thing_of("light", ("power", "brightness", "color", "color_temperature"))
    assert lamp.raw["color_mode"] == "color_temp"

    (raw,) = lamp.told({"color": {"hue": 0, "saturation": 100}, "state": "ON"})
    lamp.become(raw)

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
