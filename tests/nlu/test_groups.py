"""Groups of devices: commanded when they are named, and never counted beside their members."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from device.context import Capability, Context, Device, Home, Room
from device.effects import Notebook
from device.events import DeviceCommand, Request, Slot, Value
from device.nlu.targets import fitting, targets
from device.rules import Rules


def light(id_: str, name: str, room: str, *members: str) -> Device:
    dims = Capability(name="brightness", minimum=0, maximum=100)
    return Device(
        id=id_,
        name=name,
        room=room,
        kind="light",
        capabilities=(Capability(name="power"), dims),
        members=members,
    )


DOOR = Device(id="d", name="Door", room="Garage", kind="cover", device_class="garage")
HOME = Home(
    rooms=(Room(name="Kitchen"), Room(name="Hall"), Room(name="Garage")),
    devices=(
        light("s", "Spots", "Kitchen", "a", "b"),
        light("a", "Spot 1", "Kitchen"),
        light("b", "Spot 2", "Kitchen"),
        light("h", "Hall lamp", "Hall"),
        light("k", "Kitchen", "Kitchen", "a", "b"),
        DOOR,
        replace(DOOR, id="c", name="Covers", device_class="", members=("d", "gone")),
    ),
)
CONTEXT = Context(
    home=HOME, room="Kitchen", now=datetime(2026, 1, 1, tzinfo=UTC), notebook=Notebook()
)


def request(scope: str = "", excepted: tuple[str, ...] = (), **slots: Value) -> Request:
    said = tuple(Slot(name=k, value=v, text=str(v)) for k, v in slots.items())
    return Request(
        text="", span=(), domain="", intent="HassTurnOff", slots=said, confidence=1.0,
        scope=scope, excepted=excepted,
    )  # fmt: skip


def covered(asked: Request) -> list[str]:
    return [d.id for d in targets(asked, CONTEXT).devices]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (request("all", domain="light"), ["a", "b", "h"]),
        (request("all", domain="light", area="Kitchen"), ["a", "b"]),
        (request(domain="light"), ["a", "b"]),
        (request("which", domain="light"), ["a", "b", "h"]),
        (request(area="Kitchen"), ["a", "b"]),
        (request(name="Spots"), ["s"]),
        (request(name="Kitchen"), ["k"]),
        (request("all", ("Spots",), domain="light"), ["h"]),
        (request("all", ("Spot 1",), domain="light"), ["b", "h"]),
        (request("", ("Spot 1",), name="Spots"), ["b"]),
    ],
)
def test_a_group_is_covered_by_its_name_alone(asked: Request, ids: list[str]) -> None:
    assert covered(asked) == ids


def test_a_group_that_was_spoken_of_can_be_meant_by_it() -> None:
    asked = request("it", domain="light")

    assert "s" not in {d.id for d in fitting(asked, CONTEXT)}
    assert "s" in {d.id for d in fitting(asked, CONTEXT, {"s"})}


def test_what_one_member_asks_first_the_group_asks_first() -> None:
    moved = DeviceCommand(device="c", capability="position", value=100)

    assert Rules().risky(moved, HOME)
    assert not Rules(trusted=frozenset({"covers"})).risky(moved, HOME)
    assert not Rules().risky(DeviceCommand(device="s", capability="power", value="on"), HOME)
    asked = Rules(asked=frozenset({"spot 1"}))
    assert asked.risky(DeviceCommand(device="s", capability="power", value="on"), HOME)


def test_a_group_keeps_within_the_limits_of_all_of_its_members() -> None:
    limits = {"spot 1": {"brightness": (10.0, 90.0)}, "spots": {"brightness": (0.0, 50.0)}}
    rules = Rules(limits=MappingProxyType(limits))

    def limit(id_: str) -> object:
        device = HOME.device(id_)
        assert device is not None
        return rules.limit(device, "brightness", HOME)

    assert limit("s") == (10.0, 50.0)
    assert limit("k") == (10.0, 90.0)
    assert limit("b") is None
