"""What the voice may do, by the owner's rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Home
from device.events import DeviceCommand
from device.rules import Range, Rules, guarded
from tests.skills.rooms import HOME, device

DOOR = "living room/front door"
UNLOCK = DeviceCommand(device=DOOR, capability="lock", value="unlocked")
LOCK = DeviceCommand(device=DOOR, capability="lock", value="locked")
COFFEE = DeviceCommand(device="kitchen/coffee machine", capability="power", value="on")


@pytest.mark.parametrize("name", ["coffee machine", "kitchen/coffee machine", "switch"])
def test_what_the_owner_adds_is_risky_by_name_room_and_kind(name: str) -> None:
    assert not Rules().risky(COFFEE, HOME)
    assert Rules(asked=frozenset({name})).risky(COFFEE, HOME)


def test_a_class_can_be_added_too() -> None:
    blind = DeviceCommand(device="bedroom/blind", capability="position", value=0)

    assert Rules(asked=frozenset({"blind"})).risky(blind, HOME)
    assert not Rules(asked=frozenset({"blind"})).risky(replace(blind, value="stop"), HOME)


def test_only_a_device_named_by_itself_is_trusted() -> None:
    assert Rules().risky(UNLOCK, HOME)
    assert not Rules().risky(LOCK, HOME)
    assert not Rules(trusted=frozenset({"front door"})).risky(UNLOCK, HOME)
    for too_much in ("lock", "living room", "door", "lamp"):
        assert Rules(trusted=frozenset({too_much})).risky(UNLOCK, HOME)


def test_a_name_that_two_devices_bear_is_trusted_for_neither() -> None:
    twin = replace(device("Front door", "Bedroom", "lock", "lock"), id="other")
    both = Home(rooms=HOME.rooms, devices=(*HOME.devices, twin))

    assert Rules(trusted=frozenset({"front door"})).risky(UNLOCK, both)
    assert not Rules(trusted=frozenset({"living room/front door"})).risky(UNLOCK, both)
    same = Home(rooms=HOME.rooms, devices=(*HOME.devices, replace(twin, room="Living Room")))
    assert Rules(trusted=frozenset({"living room/front door"})).risky(UNLOCK, same)


def test_an_unlocking_of_what_is_not_there_is_risky_all_the_same() -> None:
    assert Rules().risky(replace(UNLOCK, device="gone"), HOME)


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({}, (5, 30)),
        ({"": {"target_temperature": (10, 20)}}, (10, 20)),
        (
            {"": {"target_temperature": (10, 20)}, "climate": {"target_temperature": (8, 22)}},
            (8, 22),
        ),
        (
            {"climate": {"target_temperature": (8, 22)},
             "bedroom thermostat": {"target_temperature": (1, 35)}},
            (1, 35),
        ),
        ({"bedroom thermostat": {"humidity": (1, 35)}}, (5, 30)),
    ],
)  # fmt: skip
def test_the_most_exact_limit_counts(limits: dict[str, dict[str, Range]], found: Range) -> None:
    thermostat = next(d for d in HOME.devices if d.kind == "climate")

    assert Rules(limits=limits).limit(thermostat, "target_temperature", HOME) == found


@given(
    asked=st.frozensets(st.sampled_from(["lamp", "light", "garage", "x", "front door", "lock"])),
    value=st.sampled_from(["unlocked", "locked", "on", 0, 40, "stop"]),
    at=st.integers(0, len(HOME.devices) - 1),
    capability=st.sampled_from(["lock", "power", "position"]),
)
def test_adding_to_the_rules_never_makes_anything_less_safe(
    asked: frozenset[str], value: str | int, at: int, capability: str
) -> None:
    command = DeviceCommand(device=HOME.devices[at].id, capability=capability, value=value)

    assert Rules(asked=asked).risky(command, HOME) >= Rules().risky(command, HOME)
    if guarded(HOME.devices[at]):
        assert Rules(asked=asked).often(HOME.devices[at], HOME) == 6
