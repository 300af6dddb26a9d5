"""Taught names for devices, groups and rooms: names like any other of the home.

A name for one device whose own name is unique, or for a room, is an alias of it. Any other
name for devices is a group in the eyes of whoever looks up names; `device.nlu.targets` puts the
devices themselves in its place, so that nothing is ever sent to the name.
"""

from collections.abc import Iterable
from dataclasses import replace

from device.concepts import Concept
from device.context import Context, Device, Home, Room
from device.nlu.names import ARTICLES
from device.nlu.words import plain

MIXED = "group"
"""The kind of a group of devices of several kinds."""


def named_home(home: Home, concepts: Iterable[Concept]) -> Home:
    """The home with everything by the names that were taught for it.

    Args:
        home: The home.
        concepts: What was taught to who speaks; of two that are called alike the first counts.
    """
    rooms = {room.name.casefold(): room for room in home.rooms}
    devices = {device.id: device for device in home.devices}
    groups: list[Device] = []
    for name, concept in _names(concepts).items():
        area = (concept.meaning.area or "").casefold()
        if area in rooms:
            room: Room = rooms[area]
            rooms[area] = replace(room, aliases=(*room.aliases, name))
        meant = members(concept, home)
        alone = len(meant) == 1 and home.label(meant[0]) == meant[0].name
        if alone:
            device = devices[meant[0].id]
            devices[device.id] = replace(device, aliases=(*device.aliases, name))
        elif meant:
            groups.append(_group(name, meant))
    return Home(rooms=tuple(rooms.values()), devices=(*devices.values(), *groups))


def members(concept: Concept, home: Home) -> tuple[Device, ...]:
    """The devices that a concept is a name for, those that are there, in the home's order."""
    wanted = {label.casefold() for label in concept.meaning.devices}
    return tuple(d for d in home.devices if home.label(d).casefold() in wanted) if wanted else ()


def bearers(name: str, context: Context) -> tuple[Device, ...]:
    """The devices for which somebody taught this name."""
    if not context.taught:
        return ()
    concept = _names(context.concepts).get(_key(name))
    return () if concept is None else members(concept, context.home)


def _names(concepts: Iterable[Concept]) -> dict[str, Concept]:
    """Names for things, without article; what sets something is no name."""
    found: dict[str, Concept] = {}
    for concept in concepts:
        meaning = concept.meaning
        if (meaning.devices or meaning.area) and not meaning.settings:
            found.setdefault(_key(concept.name), concept)
    return found


def _key(name: str) -> str:
    words = plain(name).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def _group(name: str, meant: tuple[Device, ...]) -> Device:
    kinds, rooms = {d.kind for d in meant}, {d.room for d in meant}
    return Device(
        id=f"taught/{name}",
        name=name,
        room=rooms.pop() if len(rooms) == 1 else None,
        kind=kinds.pop() if len(kinds) == 1 else MIXED,
        members=tuple(d.id for d in meant),
    )
