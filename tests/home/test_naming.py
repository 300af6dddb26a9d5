"""What devices are called and where they stand, from whatever says something about it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Home, Room
from device.home.dialect import Found
from device.home.homefile import Furnishing, HomeFile
from device.home.naming import home_of
from device.home.placing import speakable

FILE = HomeFile(
    rooms=(
        Room(name="Kitchen", floor="Ground Floor"),
        Room(name="Living Room", floor="Ground Floor", aliases=("lounge",)),
    ),
)


def found(name: str, number: int = 0, **more: Any) -> Found:  # noqa: ANN401
    return Found(id=f"x{number:03}", name=name, **{"kind": "light", **more})


def home(*names: Found | str, file: HomeFile | None = None) -> Home:
    every = [one if isinstance(one, Found) else found(one, n) for n, one in enumerate(names)]
    return home_of(every, file or HomeFile(), lambda _: True)


def places(made: Home) -> dict[str, tuple[str | None, str]]:
    return {device.id: (device.room, device.name) for device in made.devices}


@pytest.mark.parametrize(
    ("announced", "room", "name"),
    [
        ("Living Room/Ceiling light", "Living Room", "Ceiling light"),
        ("living_room/ceiling_light", "Living Room", "ceiling light"),
        ("lounge/lamp", "Living Room", "lamp"),
        ("kitchen_ceiling_light", "Kitchen", "kitchen ceiling light"),
        ("living-room-lamp", "Living Room", "living room lamp"),
        ("Lounge lamp", "Living Room", "Lounge lamp"),
        ("Kitchenette lamp", None, "Kitchenette lamp"),
        ("Attic/Lamp", "Attic", "Lamp"),
        ("Attic/A/C", "Attic", "A/C"),
        ("Ground Floor/Hall/Lamp", "Hall", "Lamp"),
        ("lights/kitchen_lamp", "Kitchen", "kitchen lamp"),
        ("Wi-Fi plug", None, "Wi-Fi plug"),
        ("0x00158d0001abcdef", None, "0x00158d0001abcdef"),
        ("___", None, "___"),
    ],
)
def test_a_name_says_where_a_device_stands(announced: str, room: str | None, name: str) -> None:
    assert places(home(announced, file=FILE)) == {"x000": (room, name)}


def test_rooms_that_other_devices_tell_of_are_known_too() -> None:
    made = home(
        found("Plug", 0, room="guest_room"),
        "Guest room lamp",
        "Attic/Fan",
        "attic_lamp",
        found("attic/heater", 4, room="Attic"),
        "Cellar lamp",
    )

    assert places(made) == {
        "x000": ("guest room", "Plug"),
        "x001": ("guest room", "Guest room lamp"),
        "x002": ("Attic", "Fan"),
        "x003": ("Attic", "attic lamp"),
        "x004": ("Attic", "heater"),
        "x005": (None, "Cellar lamp"),
    }
    assert [room.name for room in made.rooms] == ["guest room", "Attic"]


def test_the_home_file_comes_first_whatever_the_name_looks_like() -> None:
    furnishing = Furnishing(
        name="Reading lamp", room="Kitchen", kind=None, device_class="", dialect="tasmota",
        capabilities=(), state=(), aliases=("book light",),
    )  # fmt: skip
    file = HomeFile(rooms=FILE.rooms, devices=(furnishing,))

    made = home("reading_lamp", "Living Room/Lamp", file=file)

    assert places(made)["x000"] == ("Kitchen", "Reading lamp")
    assert made.devices[0].aliases == ("book light",)


@pytest.mark.parametrize(
    ("group", "room"),
    [
        ("Kitchen", "Kitchen"),
        ("kitchen_lights", "Kitchen"),
        ("Lounge/Everything", "Living Room"),
        ("Spots", None),
    ],
)
def test_a_group_with_a_room_s_name_gives_its_members_that_room(
    group: str, room: str | None
) -> None:
    made = home("Spot one", found(group, 9, members=("x000",)), file=FILE)

    assert {id_: where for id_, (where, _) in places(made).items()} == {"x000": room, "x009": room}


def test_groups_give_rooms_only_where_nothing_else_does() -> None:
    made = home(
        "Spot one",
        "Attic/Spot",
        "Strip",
        found("Kitchen", 3, members=("x000", "x001", "x002", "gone")),
        found("Living Room", 4, members=("x002",)),
        file=FILE,
    )

    rooms = {id_: where for id_, (where, _) in places(made).items()}
    assert rooms == {
        "x000": "Kitchen",
        "x001": "Attic",
        "x002": None,
        "x003": "Kitchen",
        "x004": "Living Room",
    }, "the strip is in groups of two rooms: nobody knows where it is"


def test_a_group_stands_where_all_of_its_members_stand() -> None:
    made = home(
        "Attic/Spot one",
        "Attic/Spot two",
        "Hall/Lamp",
        found("Spots", 3, members=("x000", "x001")),
        found("Everything", 4, members=("x000", "x002")),
        found("Strangers", 5, members=("gone",)),
    )

    rooms = {id_: where for id_, (where, _) in places(made).items()}
    assert (rooms["x003"], rooms["x004"], rooms["x005"]) == ("Attic", None, None)


def test_a_group_with_a_garage_door_in_it_counts_as_one() -> None:
    made = home(
        found("Garage door", 0, kind="cover"),
        found("Kitchen blind", 1, kind="cover"),
        found("All covers", 2, kind="cover", members=("x000", "x001")),
        found("Blinds", 3, kind="cover", members=("x001",)),
    )

    classes = {device.id: device.device_class for device in made.devices}
    assert (classes["x002"], classes["x003"]) == ("garage", "blind")


def test_devices_of_one_name_in_one_room_are_told_apart() -> None:
    made = home("Hall/Lamp", "Hall/lamp", "Attic/Lamp", "Hall/Lamp 2", "Hall/LAMP")

    assert places(made) == {
        "x000": ("Hall", "Lamp"),
        "x001": ("Hall", "lamp 3"),
        "x002": ("Attic", "Lamp"),
        "x003": ("Hall", "Lamp 2"),
        "x004": ("Hall", "LAMP 4"),
    }
    labels = [made.label(device).casefold() for device in made.devices]
    assert len(set(labels)) == len(labels)


NAMES = st.text(alphabet="abL _-/2", max_size=8) | st.sampled_from(
    ["Kitchen", "kitchen_lamp", "Living Room/Lamp", "lounge", "Lamp", "Lamp 2", "/", "Kitchen/"]
)


@given(
    names=st.lists(NAMES, max_size=8),
    groups=st.lists(st.tuples(NAMES, st.lists(st.integers(0, 9), min_size=1)), max_size=3),
    area=st.none() | NAMES,
)
def test_every_home_has_all_devices_once_and_each_can_be_told_apart(
    names: list[str], groups: list[tuple[str, list[int]]], area: str | None
) -> None:
    every = [found(name, n, room=area if n == 0 else None) for n, name in enumerate(names)]
    every += [
        found(name, 100 + n, members=tuple(f"x{m:03}" for m in members))
        for n, (name, members) in enumerate(groups)
    ]

    made = home_of(every, FILE, lambda _: True)

    assert {d.id for d in made.devices} == {one.id for one in every}
    assert len({(d.room, d.name.casefold()) for d in made.devices}) == len(every)
    rooms = [room.name for room in made.rooms]
    assert len({room.casefold() for room in rooms}) == len(rooms)
    assert all(d.room is None or d.room in rooms for d in made.devices)
    assert all(d.name or not one.name for d, one in zip(made.devices, every, strict=True))
    nameless = "_ 0123456789"
    assert all("_" not in d.name or not d.name.strip(nameless) for d in made.devices)


@given(name=st.text(max_size=20))
def test_a_speakable_name_stays_as_it_is(name: str) -> None:
    assert speakable(speakable(name)) == speakable(name)


def test_thousands_of_devices_of_one_name_are_numbered_at_once() -> None:
    made = home(*["Lamp"] * 5_000, "Lamp 7")

    names = [device.name for device in made.devices]
    assert len(set(names)) == 5_001
    assert names[:8] == ["Lamp", *(f"Lamp {n}" for n in (2, 3, 4, 5, 6, 8, 9))]
    assert names[-1] == "Lamp 7"
