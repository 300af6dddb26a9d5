"""A home of many rooms and devices in three dialects, for measuring how the speaker scales.

`python -m simulator.estate > estate.toml` writes one as a home file.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from device.context import Room
from device.home.homefile import DIALECTS, Furnishing, HomeFile
from simulator.bridges import dialect_of
from simulator.homefile import furnished
from simulator.homes import device_name, lexicon, random_kinds, words
from simulator.tomltext import inline

DEVICES, ROOMS, SEED = 1_000, 200, 5
FLOORS = 5
LIGHTS = (
    ("power",), ("power", "brightness"), ("power", "brightness", "color_temperature"),
    ("power", "brightness", "color"), ("power", "brightness", "color", "color_temperature"),
)  # fmt: skip
"""What the lights of an estate can do, each as often as the others."""


def estate(devices: int = DEVICES, rooms: int = ROOMS, *, seed: int = SEED) -> HomeFile:
    """A home of exactly so many devices and rooms, the same for the same seed.

    A third of the devices speaks each dialect as far as kinds allow; what none of them has
    speaks plain topics. No two names in it are the same word for a Tasmota topic.
    """
    rng = Random(seed)
    floors = rng.sample(lexicon()["floors"], FLOORS)
    named = [
        Room(name=name, floor=floors[number * FLOORS // rooms].capitalize())
        for number, name in enumerate(_room_names(rng, rooms))
    ]
    taken: set[str] = set()
    spoken: Counter[str] = Counter()
    found: list[Furnishing] = []
    while len(found) < devices:
        room = named[len(found) % rooms].name
        (kind,) = random_kinds(rng, 1)
        name = device_name(rng, kind, "train", (room.lower(),)).capitalize()
        if kind != "person" and _new(f"{room}/{name}", taken):
            found.append(_furnishing(rng, kind, name, room, spoken))
            spoken[found[-1].dialect] += 1
    return HomeFile(rooms=tuple(named), devices=tuple(found))


def _room_names(rng: Random, count: int) -> list[str]:
    """Plain names first, then somebody's."""
    plain = list(words("rooms", "train"))
    rng.shuffle(plain)
    people = words("people", "train")
    owned = [f"{person}'s {room}" for person in people for room in plain]
    taken: set[str] = set()
    names = [name.title().replace("'S", "'s") for name in (*plain, *owned) if _new(name, taken)]
    if len(names) < count:
        raise ValueError(f"there are names for {len(names)} rooms, not for {count}")
    return names[:count]


def _new(name: str, taken: set[str]) -> bool:
    word = re.sub(r"[^a-z0-9]+", "_", name.lower().replace("'", ""))
    new = word not in taken
    taken.add(word)
    return new


def _furnishing(
    rng: Random, kind: str, name: str, room: str, spoken: Mapping[str, int]
) -> Furnishing:
    """A device that speaks what the fewest do so far, among what its kind can speak."""
    device = Furnishing(
        name=name,
        room=room,
        kind=kind,
        device_class="",
        dialect=DIALECTS[0],
        capabilities=rng.choice(LIGHTS) if kind == "light" else (),
        state=(("power", rng.choice(("on", "off"))),) if kind in ("light", "switch") else (),
        aliases=(),
    )
    able = [
        one
        for one in (replace(device, dialect=dialect) for dialect in DIALECTS)
        if dialect_of(furnished(one)) == one.dialect
    ]
    return min(able, key=lambda one: spoken[one.dialect], default=device)


def as_toml(file: HomeFile) -> str:
    """A home file's text."""
    lines: list[str] = []
    for room in file.rooms:
        lines += ["[[rooms]]", f"name = {inline(room.name)}"]
        lines += [f"floor = {inline(room.floor)}"] if room.floor else []
        lines += [f"aliases = {inline(room.aliases)}"] if room.aliases else []
        lines.append("")
    for device in file.devices:
        lines += ["[[devices]]", f"name = {inline(device.name)}"]
        given = {
            "room": device.room, "kind": device.kind, "class": device.device_class,
            "dialect": device.dialect, "capabilities": device.capabilities,
            "aliases": device.aliases,
        }  # fmt: skip
        lines += [f"{key} = {inline(value)}" for key, value in given.items() if value]
        lines += [f"state = {inline(dict(device.state))}"] if device.state else []
        lines.append("")
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Write an estate to standard output.

    Args:
        argv: Arguments, as `python -m simulator.estate --help` lists them.
    """
    parser = argparse.ArgumentParser(
        prog="python -m simulator.estate", description="Write the home file of a large home."
    )
    parser.add_argument("--devices", type=int, default=DEVICES)
    parser.add_argument("--rooms", type=int, default=ROOMS)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args(argv)
    file = estate(arguments.devices, arguments.rooms, seed=arguments.seed)
    sys.stdout.write(as_toml(file))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
