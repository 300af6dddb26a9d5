"""Random plausible homes as home files: furnished rooms whose names collide and confuse.

Most of a house is what such rooms have (furniture.yaml). Some names are made to be trouble: the
same lamp in two rooms, a desk lamp beside a desk fan, a kitchen lamp that stands elsewhere,
a name that is in no dictionary, another word for the same thing.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from device.context import Room
from device.home.homefile import DIALECTS, Furnishing, HomeFile
from simulator.bridges import dialect_of
from simulator.estate import LIGHTS
from simulator.homefile import furnished
from simulator.homes import invented, words

FURNITURE = Path(__file__).parent / "furniture.yaml"
MOST_ROOMS, MOST_DEVICES = 14, 150
_ROOMS = (3, 9)
_OUTSIDE = "Outside"
_TWINS, _RELATIVES, _STRAYS, _INVENTED, _ALIASED, _OWNED = 0.8, 0.6, 0.3, 0.06, 0.12, 0.06
"""Chances of names that are trouble: of each kind in a house, then of each device."""
_SETTABLE_LIGHTS = ("led strip", "lantern", "star lamp", "floor lamp", "night light")


@cache
def furniture() -> Mapping[str, Any]:
    """What stands in which room."""
    table: dict[str, Any] = yaml.safe_load(FURNITURE.read_text(encoding="utf-8"))
    return table


def random_house(seed: int, *, rooms: int | None = None, devices: int | None = None) -> HomeFile:
    """A home that somebody could have; the same for the same seed.

    Args:
        seed: Of everything.
        rooms: How many, 1 to 14; None for 3 to 9.
        devices: How many, at least one a room, up to 150; None for what the rooms have.

    Raises:
        ValueError: There are no such homes.
    """
    rng = Random(f"house {seed}")
    rooms = rng.randint(*_ROOMS) if rooms is None else rooms
    if not 1 <= rooms <= MOST_ROOMS:
        raise ValueError(f"a house has 1 to {MOST_ROOMS} rooms, got {rooms}")
    if devices is not None and not rooms <= devices <= MOST_DEVICES:
        raise ValueError(f"{rooms} rooms hold {rooms} to {MOST_DEVICES} devices, got {devices}")
    return _Furnisher(rng, _rooms(rng, rooms)).house(devices)


def _rooms(rng: Random, count: int) -> dict[Room, str]:
    """Rooms on floors, each with its type; beyond one of each there are second bedrooms."""
    table = furniture()
    types = list(table["rooms"])
    usual = types[:7]
    chosen = usual[:count] if rng.random() < 0.5 else rng.sample(usual, min(count, len(usual)))
    others = rng.sample(types[7:], len(types) - 7)
    chosen += others[: max(0, count - len(chosen))]
    ground, upper, _ = rng.choice(table["floors"])
    storeys = count > 3 and rng.random() < 0.8
    found: dict[Room, str] = {}
    for type_ in chosen:
        floor = upper if storeys and type_ in table["up"] else ground
        floor = _OUTSIDE if type_ in table["outside"] else floor
        name = type_
        if type_ == "bedroom" and rng.random() < 0.3:
            name = rng.choice(("main bedroom", f"{rng.choice(words('people', 'test'))}'s bedroom"))
        found[Room(name=_written(name, title=True), floor=floor)] = type_
    return found


class _Furnisher:
    """Puts devices into rooms until the house is full."""

    def __init__(self, rng: Random, rooms: Mapping[Room, str]) -> None:
        self._rng = rng
        self._rooms = rooms
        self._found: list[Furnishing] = []
        self._topics: set[str] = set()
        self._spoken: Counter[str] = Counter()

    def house(self, devices: int | None) -> HomeFile:
        """All of it."""
        rng = self._rng
        for room in self._rooms:
            self._put(room, furniture()["anywhere"][0])
        offers = [
            (room, piece)
            for room, type_ in self._rooms.items()
            for piece in [*furniture()["rooms"][type_], *furniture()["anywhere"][1:]]
        ]
        rng.shuffle(offers)
        for room, piece in offers:
            taken = rng.random() < piece.get("often", 0.5)
            if taken if devices is None else len(self._found) < devices:
                self._put(room, piece)
        while devices is not None and len(self._found) < devices:
            self._put(*rng.choice(offers))
        self._confuse()
        return HomeFile(rooms=tuple(self._rooms), devices=tuple(self._found))

    def _put(self, room: Room, piece: Mapping[str, Any]) -> None:
        """One more device, with a name that this room does not have yet."""
        rng = self._rng
        names = list(piece["names"])
        for attempt in range(40):
            name = names[min(int(rng.expovariate(0.8)), len(names) - 1)]
            name = name.format(room=room.name.lower(), person=rng.choice(words("people", "test")))
            if rng.random() < _INVENTED or attempt > 20:
                kind = f" {name.split()[-1]}" if rng.random() < 0.5 else ""
                name = invented(rng) + kind
            elif rng.random() < _OWNED or attempt > 10:
                owner, bare = rng.choice(words("people", "test")), name.rpartition("'s ")[2]
                name = f"{owner}'s {bare}"
            if self._new(room, name):
                break
        device = Furnishing(
            name=_written(name),
            room=room.name,
            kind=piece["kind"],
            device_class=piece.get("class", ""),
            dialect=DIALECTS[0],
            capabilities=_capabilities(rng, piece["kind"], name),
            state=_state(rng, piece["kind"]),
            aliases=(invented(rng),) if rng.random() < _ALIASED else (),
        )
        self._found.append(self._speaking(device))

    def _new(self, room: Room, name: str) -> bool:
        """Whether no topic of another device would be the same; notes it."""
        topic = "".join(c if c.isalnum() else "_" for c in f"{room.name}/{name}".casefold())
        topic = topic.replace("_s_", "s_")
        new = topic not in self._topics
        self._topics.add(topic)
        return new

    def _speaking(self, device: Furnishing) -> Furnishing:
        """The same in the dialect that the fewest speak so far, among those that can."""
        able = [
            one
            for one in (replace(device, dialect=dialect) for dialect in DIALECTS)
            if dialect_of(furnished(one)) == one.dialect
        ]
        chosen = min(able, key=lambda one: self._spoken[one.dialect], default=device)
        self._spoken[chosen.dialect] += 1
        return chosen

    def _confuse(self) -> None:
        """Give some devices names that are trouble beside those of others."""
        rng = self._rng
        if rng.random() < _TWINS:
            self._rename(lambda one, other: one.name, same_kind=True, same_room=False)
        if rng.random() < _RELATIVES:
            self._rename(_relative, same_kind=False, same_room=True)
        if rng.random() < _STRAYS:
            self._rename(
                lambda one, other: f"{str(one.room).lower()} {other.name.split()[-1].lower()}",
                same_kind=True,
                same_room=False,
            )

    def _rename(
        self, name: Callable[[Furnishing, Furnishing], str], *, same_kind: bool, same_room: bool
    ) -> None:
        """Name one device after another one, where there are two that fit."""
        rng = self._rng
        pairs = [
            (one, at)
            for one in self._found
            for at, other in enumerate(self._found)
            if one is not other
            and (one.kind == other.kind) is same_kind
            and (one.room == other.room) is same_room
            and {one.kind, other.kind} <= {"light", "switch", "fan"}
        ]
        if not pairs:
            return
        one, at = rng.choice(pairs)
        other = self._found[at]
        room = next(room for room in self._rooms if room.name == other.room)
        wanted = name(one, other)
        if self._new(room, wanted):
            self._found[at] = replace(other, name=_written(wanted))


def _relative(one: Furnishing, other: Furnishing) -> str:
    """The same but for its last word: "desk fan" beside "desk lamp"."""
    first = one.name.split()[0]
    return f"{first} {other.name.split()[-1]}".lower()


def _capabilities(rng: Random, kind: str, name: str) -> tuple[str, ...]:
    """What a light can do is drawn; the others have what their kind usually has."""
    if kind != "light":
        return ()
    return LIGHTS[-1] if name in _SETTABLE_LIGHTS else rng.choice(LIGHTS)


def _state(rng: Random, kind: str) -> tuple[tuple[str, str | float], ...]:
    match kind:
        case "light" | "switch":
            return (("power", rng.choice(("on", "off"))),)
        case "climate":
            return (("target_temperature", rng.randint(16, 22)), ("temperature", 20.5))
        case "cover":
            return (("position", rng.choice((0, 100, 100))),)
        case "media_player":
            return (("power", "on"), ("media", rng.choice(("playing", "paused", "idle"))))
        case _:
            return ()


def _written(name: str, *, title: bool = False) -> str:
    return name.title().replace("'S", "'s") if title else name[:1].upper() + name[1:]
