"""What a home's things are called, and whether words mean one of them and nothing else.

A name that stands alone means one device; "the lamp in the kitchen" and "the kitchen lamp" mean
the same one. A sentence is clear where every name in it is part of what is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from device.home.homefile import Furnishing, HomeFile
from simulator.fillings import GENERIC


class Names:
    """The names of one house."""

    def __init__(self, house: HomeFile) -> None:
        self._house = house

    @cached_property
    def _bearers(self) -> dict[tuple[str, ...], set[str]]:
        """Words -> the devices, by their names on the bus, that they could mean."""
        found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for device in self._house.devices:
            for name in (device.name, *device.aliases):
                found[split(name)].add(device.topic_name)
                for room in self._rooms_of(device):
                    found[*split(room), *split(name)].add(device.topic_name)
        return found

    @cached_property
    def _places(self) -> set[tuple[str, ...]]:
        """Words for rooms and floors."""
        rooms = self._house.rooms
        names = [name for room in rooms for name in (room.name, *room.aliases, room.floor)]
        return {split(name) for name in names if name}

    def label(self, device: Furnishing) -> str:
        """What the speaker calls it: Room/Name where another one has the name, too."""
        same = [d for d in self._house.devices if d.name.casefold() == device.name.casefold()]
        return device.name if len(same) == 1 else f"{device.room}/{device.name}"

    def bearers(self, name: str) -> set[str]:
        """The devices that could be meant by these words, by their names on the bus."""
        return self._bearers.get(split(name), set())

    def alone(self, device: Furnishing, name: str) -> bool:
        """Whether a name needs no room: only one device has it, and it is not just a kind."""
        return self.bearers(name) == {device.topic_name} and not (
            name.casefold() in GENERIC or split(name) in self._places
        )

    def in_room(self, device: Furnishing, name: str) -> bool:
        """Whether name and room together mean this device and no other."""
        if split(name) in self._places or not device.room:
            return False
        kin = [d for d in self._house.devices if d.room == device.room and d is not device]
        if name.casefold() in GENERIC and any(d.kind == device.kind for d in kin):
            return False
        return self.bearers(f"{device.room} {name}") == {device.topic_name}

    def clear(self, words: Sequence[str], meant: Iterable[tuple[int, int]]) -> bool:
        """Whether a sentence names nothing but what is meant.

        Args:
            words: The sentence.
            meant: Where in it devices and rooms that are meant are named, half-open.
        """
        spans = list(meant)
        plain = [split(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                said = tuple(part for word in plain[start:end] for part in word)
                if said not in self._bearers and said not in self._places:
                    continue
                if not any(low <= start and end <= high for low, high in spans):
                    return False
        return True

    def _rooms_of(self, device: Furnishing) -> tuple[str, ...]:
        room = None if device.room is None else self._house.room(device.room)
        return () if room is None else (room.name, *room.aliases)


def split(name: str) -> tuple[str, ...]:
    """The words of a name, as they are compared.

    Example: "Anna's Lamp," -> ("anna's", "lamp")
    """
    return tuple(word.strip(".,?!") for word in name.casefold().split())
