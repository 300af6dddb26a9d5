"""Rooms of a home, and which of them a name leads to.

"Living Room/Ceiling light"   the ceiling light in the living room
"kitchen_ceiling_light"       stands in the kitchen, where there is one
"Ground Floor/Hall/Lamp"      the lamp in the hall, where the home file knows the floor
"""

import re
from collections.abc import Iterable, Mapping

from device.home.dialect import Found
from device.home.homefile import HomeFile

_EDGE = re.compile(r"\b")


class Rooms:
    """The rooms of a home: those of its file, and those that devices tell of."""

    def __init__(self, file: HomeFile, found: Iterable[Found]) -> None:
        """Take the rooms that are named for sure: written down, suggested, or before a slash.

        Args:
            file: What the owner wrote down; its spelling comes first.
            found: What the dialects announced.
        """
        self._floors = {room.floor.casefold() for room in file.rooms if room.floor}
        self._rooms: dict[str, str] = {}
        for room in file.rooms:
            for name in (room.name, *room.aliases):
                self._rooms.setdefault(_key(name), room.name)
        self._written = frozenset(self._rooms)
        for one in found:
            slash = "/" in one.name.strip("/")
            head = one.room or (self._split(one.name)[0] if slash else None)
            if head and _key(head):
                self._rooms.setdefault(_key(head), speakable(head))

    def called(self, name: str) -> str | None:
        """The room of this name, in the home's own spelling, or None."""
        return self._rooms.get(_key(name))

    def place(self, one: Found) -> tuple[str | None, str]:
        """Room and name of a device that the home file does not know."""
        if one.room is not None:
            head, tail = self._split(one.name)
            again = _key(head) == _key(one.room)
            return self.called(one.room), speakable(tail if again else one.name)
        if "/" not in one.name.strip("/"):
            return self._before(one.name), speakable(one.name)
        head, tail = self._split(one.name)
        elsewhere = self._before(tail)
        if _key(head) not in self._written and elsewhere and _key(elsewhere) in self._written:
            # "lights/kitchen lamp": sorted by what it is, not by where.
            return elsewhere, speakable(tail)
        return self.called(head), speakable(tail)

    def _split(self, name: str) -> tuple[str, str]:
        """Room and rest of a name with a slash; a name without rest is its own."""
        head, _, tail = name.strip("/").partition("/")
        if head.casefold() in self._floors and "/" in tail:
            head, _, tail = tail.partition("/")
        return head, tail.strip("/") or head or name

    def _before(self, name: str) -> str | None:
        """The room at the beginning of a name; the longest one where there are several."""
        spoken = _key(name)
        ends = [edge.start() for edge in _EDGE.finditer(spoken)]
        return next(
            (self._rooms[key] for end in reversed(ends) if (key := spoken[:end]) in self._rooms),
            None,
        )


def rooms_of_members(found: Iterable[Found], placed: Mapping[str, str | None]) -> dict[str, str]:
    """The rooms that groups give to their members that have none.

    Args:
        found: What the dialects announced.
        placed: Id -> room, as far as the devices themselves tell.

    Returns:
        Id -> room; where groups in several rooms share a member, nothing.
    """
    given: dict[str, set[str]] = {}
    for group in found:
        room = placed.get(group.id)
        for member in group.members if room is not None else ():
            if member in placed and placed[member] is None and room is not None:
                given.setdefault(member, set()).add(room)
    return {member: min(rooms) for member, rooms in given.items() if len(rooms) == 1}


def rooms_of_groups(found: Iterable[Found], placed: Mapping[str, str | None]) -> dict[str, str]:
    """The rooms of groups that have none, and all of whose members stand in one.

    Args:
        found: What the dialects announced.
        placed: Id -> room, as far as it is known.
    """
    given: dict[str, str] = {}
    for group in found:
        rooms = {placed.get(member) for member in group.members}
        room = next(iter(rooms)) if len(rooms) == 1 else None
        if room is not None and placed.get(group.id) is None:
            given[group.id] = room
    return given


def speakable(name: str) -> str:
    """A name as it is said: "kitchen_ceiling_light" -> "kitchen ceiling light".

    Dashes are spaces only in names without any: "Wi-Fi plug" stays.
    """
    plain = name.replace("_", " ")
    if " " not in plain.strip():
        plain = re.sub(r"(?<=\w)-(?=\w)", " ", plain)
    return " ".join(plain.split()) or name


def _key(name: str) -> str:
    return speakable(name).casefold()
