"""Plain topics: devices that are played by hand, as docs/mqtt.md shows."""

import json
from typing import Any

import pytest

from device.context import Capability
from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.dialect import Announced, Reachable, Reported
from device.home.plain import Plain
from device.ports import BusMessage

TV = {
    "id": "tv1",
    "name": "Living Room/TV",
    "kind": "media_player",
    "class": "tv",
    "capabilities": [
        {"name": "power"},
        {"name": "volume", "maximum": 60},
        {"name": "mode", "options": ["game", "film"]},
        {"name": "temperature"},
        {"name": "telepathy"},
    ],
}
TV_ID = "inglenook/home:tv1"


def message(topic: str, content: object) -> BusMessage:
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return BusMessage(topic=f"inglenook/home/{topic}", payload=payload)


def dialect_with(*entries: dict[str, Any]) -> Plain:
    dialect = Plain()
    dialect.take(message("bridge/devices", list(entries)))
    return dialect


def test_an_inventory_by_hand_makes_a_device() -> None:
    announced, _ = Plain().take(message("bridge/devices", [TV]))

    assert isinstance(announced, Announced)
    (found,) = announced.devices
    assert (found.id, found.name, found.kind, found.device_class) == (
        TV_ID, "Living Room/TV", "media_player", "tv",
    )  # fmt: skip
    assert found.capabilities == (
        Capability(name="power", options=("on", "off")),
        Capability(name="volume", minimum=0, maximum=60),
        Capability(name="mode", options=("game", "film")),
        Capability(name="temperature", settable=False),
    )


def test_values_go_both_ways_untranslated() -> None:
    dialect = dialect_with(TV)

    order = dialect.order(DeviceCommand(device=TV_ID, capability="volume", value=40))
    (report,) = dialect.take(
        message("Living Room/TV", {"power": "ON", "volume": 41.0, "temperature": 31.25, "x": 1})
    )

    assert order.messages[0] == message("Living Room/TV/set", b'{"volume":40}')
    assert report == Reported(
        device=TV_ID, values={"power": "on", "volume": 41, "temperature": 31.25}
    )


@pytest.mark.parametrize(
    ("capability", "value"),
    [("volume", 61), ("volume", "loud"), ("mode", "news"), ("temperature", 3), ("color", "red")],
)
def test_what_the_device_did_not_announce_is_refused(capability: str, value: Value) -> None:
    with pytest.raises(HomeError):
        dialect_with(TV).order(DeviceCommand(device=TV_ID, capability=capability, value=value))


def test_values_that_mean_nothing_are_counted_and_the_rest_is_kept() -> None:
    (report,) = dialect_with(TV).take(
        message(
            "Living Room/TV", {"power": "perhaps", "volume": True, "mode": [], "temperature": 1}
        )
    )

    assert report == Reported(device=TV_ID, values={"temperature": 1}, unreadable=3)


@pytest.mark.parametrize(
    "entry",
    [
        {**TV, "id": ""},
        {**TV, "id": 7},
        {**TV, "name": "a/#"},
        {**TV, "name": "TV/set"},
        {**TV, "kind": "robot"},
        {**TV, "kind": ["light"]},
    ],
)
def test_entries_that_cannot_be_used_are_left_out(entry: dict[str, Any]) -> None:
    announced, _ = Plain().take(message("bridge/devices", [entry, 3, {"id": "y"}]))

    assert announced == Announced(devices=())


def test_the_first_of_two_devices_with_one_id_is_kept_and_can_be_commanded() -> None:
    twin = {**TV, "name": "Twin"}
    dialect = Plain()

    announced, _ = dialect.take(message("bridge/devices", [TV, twin]))
    order = dialect.order(DeviceCommand(device=TV_ID, capability="power", value="on"))

    assert isinstance(announced, Announced)
    assert [device.name for device in announced.devices] == ["Living Room/TV"]
    assert order.messages[0].topic == "inglenook/home/Living Room/TV/set"


def test_availability_and_questions() -> None:
    dialect = dialect_with(TV)

    assert dialect.take(message("Living Room/TV/availability", b"offline")) == (
        Reachable(device=TV_ID, online=False),
    )
    assert dialect.take(message("bridge/state", {"state": "online"})) == (
        Reachable(device=None, online=True),
    )
    assert dialect.ask(TV_ID) == (message("Living Room/TV/get", b"{}"),)
    assert dialect.ask("nobody") == ()


def test_an_inventory_that_is_no_list_changes_nothing() -> None:
    dialect = dialect_with(TV)

    with pytest.raises(HomeError):
        dialect.take(message("bridge/devices", {"tv": TV}))

    assert dialect.ask(TV_ID)
