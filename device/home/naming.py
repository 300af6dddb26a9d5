"""How the home calls things: names, rooms, floors, aliases and classes of what was found.

The home file comes first; what it does not say is read from the announced name (see
`placing`), and at last from the groups that a device is in.
"""

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import replace

from device.context import Device, Home, Room
from device.home.dialect import Found
from device.home.homefile import Furnishing, HomeFile
from device.home.placing import Rooms, rooms_of_groups, rooms_of_members, speakable

COVER_CLASSES = {
    "garage": "garage",
    "gate": "gate",
    "curtain": "curtain",
    "drape": "curtain",
    "blind": "blind",
    "shade": "shade",
    "shutter": "shutter",
    "awning": "awning",
    "door": "door",
    "window": "window",
}
"""A word in a cover's name -> Home Assistant's device class."""

OPENING_CLASSES = {"garage": "garage_door", "window": "window", "door": "door"}
"""The same for what tells open from closed."""


ASKED_FIRST = ("garage", "gate")
"""Classes that make a group one of them as soon as one member is."""


def home_of(
    found: Iterable[Found],
    file: HomeFile,
    reachable: Callable[[Found], bool],
    watched: Container[str] = (),
) -> Home:
    """The home that these devices make, in the order of the home file.

    Args:
        found: What the dialects announced.
        file: What the owner wrote down.
        reachable: Whether a device can be reached now.
        watched: Ids of those of which it is told when they cannot be reached.
    """
    every = list(found)
    written = {one.id: _written(one, file) for one in every}
    rooms = Rooms(file, (one for one in every if written[one.id] is None))
    placed = {one.id: _placed(one, written[one.id], rooms) for one in every}
    for given_by in (rooms_of_members, rooms_of_groups):
        given = given_by(every, {id_: room for id_, (room, _) in placed.items()})
        placed |= {id_: (room, placed[id_][1]) for id_, room in given.items()}
    devices = [
        _device(
            one,
            written[one.id],
            placed[one.id],
            available=reachable(one),
            watched=one.id in watched,
        )
        for one in every
    ]
    devices = _told_apart(_classed(devices))
    order = {(d.room, d.name.casefold()): place for place, d in enumerate(file.devices)}
    devices.sort(key=lambda d: order.get((d.room, d.name.casefold()), len(order)))
    known = {room.name for room in file.rooms}
    more = dict.fromkeys(d.room for d in devices if d.room is not None and d.room not in known)
    return Home(rooms=(*file.rooms, *(Room(name=n) for n in more)), devices=tuple(devices))


def _written(found: Found, file: HomeFile) -> Furnishing | None:
    """What the home file says of a device, by its name as announced or as it is said."""
    names = dict.fromkeys((found.name, speakable(found.name)))
    placed = () if found.room is None else (f"{found.room}/{name}" for name in names)
    return next((one for name in (*placed, *names) if (one := file.device(name))), None)


def _placed(found: Found, written: Furnishing | None, rooms: Rooms) -> tuple[str | None, str]:
    """Room and name; a group that is called as a room stands there."""
    if written is not None:
        return written.room, written.name
    room, name = rooms.place(found)
    return (rooms.called(name) if room is None and found.members else room), name


def _device(
    found: Found,
    written: Furnishing | None,
    placed: tuple[str | None, str],
    *,
    available: bool,
    watched: bool,
) -> Device:
    room, name = placed
    kind = (written.kind if written else None) or found.kind
    spoken = (written.device_class if written else "") or found.device_class
    return Device(
        id=found.id,
        name=name,
        room=room,
        kind=kind,
        device_class=_class_of(kind, spoken, name),
        aliases=written.aliases if written else (),
        capabilities=found.capabilities,
        available=available,
        watched=watched,
        members=found.members,
        body=found.body,
    )


def _classed(devices: list[Device]) -> list[Device]:
    """Groups with the class of their members: what one of them asks first, the group does."""
    classes = {d.id: d.device_class for d in devices if not d.members}
    made: list[Device] = []
    for device in devices:
        inside = {classes[m] for m in device.members if m in classes}
        asked = next((c for c in ASKED_FIRST if c in inside), None)
        own = device.device_class or (min(inside) if len(inside) == 1 else "")
        new = asked or own
        made.append(device if new == device.device_class else replace(device, device_class=new))
    return made


def _told_apart(devices: list[Device]) -> list[Device]:
    """Devices of one name in one room, numbered from the second on, by id."""
    names = {(d.room, d.name.casefold()) for d in devices}
    if len(names) == len(devices):
        return devices
    seen: set[tuple[str | None, str]] = set()
    free: dict[tuple[str | None, str], int] = {}
    """The lowest number that may be free; all below it are taken."""
    numbered: dict[str, Device] = {}
    for device in sorted(devices, key=lambda d: d.id):
        key = (device.room, device.name.casefold())
        name, number = device.name, free.get(key, 2)
        while (device.room, name.casefold()) in seen or (
            name != device.name and (device.room, name.casefold()) in names
        ):
            name, number = f"{device.name} {number}", number + 1
        seen.add((device.room, name.casefold()))
        free[key] = number
        same = name == device.name
        numbered[device.id] = device if same else replace(device, name=name, aliases=())
    return [numbered[device.id] for device in devices]


def _class_of(kind: str, given: str, name: str) -> str:
    """The device class: as given, or for what opens as the name says."""
    words = re.findall(r"[a-z]+", name.casefold())
    if kind == "cover" and not given:
        return _named_by(words, COVER_CLASSES)
    if kind == "binary_sensor" and given == "opening":
        return _named_by(words, OPENING_CLASSES) or given
    return given


def _named_by(words: list[str], classes: dict[str, str]) -> str:
    """The class of the first of `classes` that is among the words, in singular or plural."""
    return next((c for word, c in classes.items() if {word, f"{word}s"} & set(words)), "")
