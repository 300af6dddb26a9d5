"""How the home calls things: names, rooms, floors, aliases and classes of what was found.

The home file comes first; what it does not say is read from the announced name:
"Living Room/Ceiling light" is a ceiling light in the living room, and "Kitchen light"
stands in the kitchen where the home has one.
"""

import re
from collections.abc import Callable, Container, Iterable

from device.context import Device, Home, Room
from device.home.dialect import Found
from device.home.homefile import HomeFile

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
    devices = [
        _device(one, file, available=reachable(one), watched=one.id in watched) for one in found
    ]
    order = {(d.room, d.name.casefold()): place for place, d in enumerate(file.devices)}
    devices.sort(key=lambda d: order.get((d.room, d.name.casefold()), len(order)))
    known = {room.name for room in file.rooms}
    more = dict.fromkeys(d.room for d in devices if d.room is not None and d.room not in known)
    rooms = (*file.rooms, *(Room(name=name) for name in more))
    return Home(rooms=rooms, devices=tuple(devices))


def _device(found: Found, file: HomeFile, *, available: bool, watched: bool) -> Device:
    written = file.device(found.name)
    room, name = (written.room, written.name) if written else _placed(found, file)
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
    )


def _placed(found: Found, file: HomeFile) -> tuple[str | None, str]:
    """Room and name of a device that the home file does not know."""
    head, slash, tail = found.name.partition("/")
    if found.room is not None:
        room = file.room(found.room)
        return (room.name if room else found.room), found.name
    if slash:
        room = file.room(head)
        return (room.name if room else head), tail
    spoken = found.name.casefold()
    prefixes = [
        (len(called), room.name)
        for room in file.rooms
        for called in (room.name, *room.aliases)
        if re.match(rf"{re.escape(called.casefold())}\b", spoken)
    ]
    return (max(prefixes)[1] if prefixes else None), found.name


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
