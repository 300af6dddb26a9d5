"""Random plausible homes, for training text and for tests.

Half of all names are ordinary ("Desk lamp"), some carry a room or a person ("Anna's lamp"),
some are invented ("Zelmo"), because owners invent names too.
"""

import hashlib
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import yaml

from device.context import Capability, Device, Home, Room

LEXICON = Path(__file__).parent / "lexicon.yaml"

Split = Literal["train", "test"]

_SCREENS = ("tv", "television", "projector", "screen", "theater", "roku", "chromecast")
_TEST_SHARE = 0.15
_CONSONANTS = [
    "b",
    "c",
    "ch",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sh",
    "t",
    "v",
    "w",
    "z",
    "br",
    "cr",
    "dr",
    "fl",
    "gl",
    "kr",
    "pl",
    "st",
    "tr",
]
_VOWELS = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ee", "oo", "ai", "ou", "y"]

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "light": ("lights", ("power", "brightness", "color_temperature", "color")),
    "switch": ("switches", ("power",)),
    "cover": ("covers", ("position",)),
    "climate": ("climates", ("target_temperature", "temperature", "mode")),
    "fan": ("fans", ("power", "fan_speed")),
    "lock": ("locks", ("lock",)),
    "media_player": ("players", ("power", "media", "volume")),
    "sensor": ("sensors", ("temperature",)),
    "binary_sensor": ("sensors", ("contact",)),
    "vacuum": ("vacuums", ("vacuum",)),
    "lawn_mower": ("mowers", ("mower",)),
    "scene": ("scenes", ("scene",)),
    "script": ("scenes", ("scene",)),
    "weather": ("weathers", ("temperature",)),
    "valve": ("valves", ("position",)),
    "button": ("buttons", ("power",)),
    "person": ("people", ("occupancy",)),
}
"""Kind of device -> its word list in the lexicon and its capabilities."""

_SHARES: dict[str, float] = {"light": 9, "switch": 5, "cover": 4, "climate": 3, "fan": 2, "lock": 2}
_SHARES |= {"media_player": 2, "sensor": 2, "binary_sensor": 1, "vacuum": 1, "lawn_mower": 0.4}
_SHARES |= {"scene": 1.5, "script": 0.5, "weather": 0.4, "valve": 0.4, "button": 0.4, "person": 0.4}


@cache
def lexicon() -> dict[str, list[str]]:
    """All word lists of the lexicon."""
    table: dict[str, list[str]] = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return table


@cache
def words(name: str, split: Split) -> tuple[str, ...]:
    """One word list without the words kept for the other split; short lists are whole.

    Args:
        name: A key of the lexicon.
        split: "test" holds what training never sees.
    """
    everything = lexicon()[name]
    if len(everything) < 20:
        return tuple(everything)
    everyday = lexicon()["everyday"]
    kept = {w for w in everything if held(w) and w not in everyday}
    return tuple(w for w in everything if (w in kept) == (split == "test"))


def held(word: str) -> bool:
    """Whether a word or name is kept from training; it depends on the word only."""
    return _share(word) < _TEST_SHARE


def invented(rng: Random) -> str:
    """A name that is in no dictionary."""
    count = rng.choice((2, 2, 3))
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(count)) + (
        rng.choice(("", "", "n", "r", "x", "l", "s"))
    )


def device_name(rng: Random, kind: str, split: Split, rooms: tuple[str, ...]) -> str:
    """A name that an owner could give to a device of this kind, in lower case."""
    noun = rng.choice(words(KINDS[kind][0], split))
    style = rng.random()
    if kind in ("scene", "script", "weather", "button", "person"):
        return invented(rng) if style < 0.1 else noun
    generic = noun.split()[-1]
    for share, name in (
        (0.45, noun),
        (0.15, f"{rng.choice(rooms)} {noun}"),
        (0.15, f"{rng.choice(words('adjectives', split))} {generic}"),
        (0.08, f"{rng.choice(words('people', split))}'s {noun}"),
        (0.05, f"{noun} {rng.choice(('1', '2', '3', 'one', 'two', 'left', 'right', 'a', 'b'))}"),
        (0.06, invented(rng)),
        (0.06, f"{invented(rng)} {generic}"),
    ):
        style -= share
        if style < 0:
            return name
    return noun


def random_kinds(rng: Random, count: int) -> list[str]:
    """Kinds of devices, as often as homes have them."""
    return rng.choices(list(_SHARES), weights=list(_SHARES.values()), k=count)


def random_home(rng: Random, split: Split = "train") -> Home:
    """A home with 2 to 10 rooms, up to 3 floors and 4 to 40 devices.

    Args:
        rng: The only source of chance.
        split: Which part of the lexicon names come from.
    """
    pool = list(words("rooms", split))
    names = rng.sample(pool, min(len(pool), rng.randint(2, 10)))
    names = [invented(rng) if rng.random() < 0.05 else name for name in names]
    floors = rng.sample(lexicon()["floors"], rng.choice((1, 1, 2, 3)))
    rooms = tuple(
        Room(name=_title(name, rng), floor=_title(rng.choice(floors), rng)) for name in names
    )
    kinds = random_kinds(rng, rng.randint(4, 40))
    devices: dict[tuple[str, str], Device] = {}
    for index, kind in enumerate(kinds):
        name = device_name(rng, kind, split, tuple(names))
        room = rng.choice(rooms).name
        alias = device_name(rng, kind, split, tuple(names))
        devices.setdefault(
            (name, room),
            Device(
                id=str(index),
                name=_title(name, rng),
                room=room,
                kind=kind,
                device_class=_device_class(kind, name),
                aliases=(alias,) if rng.random() < 0.1 else (),
                capabilities=tuple(Capability(name=c) for c in KINDS[kind][1]),
            ),
        )
    return Home(rooms=rooms, devices=tuple(devices.values()))


def _device_class(kind: str, name: str) -> str:
    if kind == "cover":
        classes = ("garage", "gate", "blind", "curtain", "shutter", "shade", "awning", "window")
        return next((c for c in classes if c in name), "blind")
    if kind == "media_player":
        return "tv" if any(word in name for word in _SCREENS) else "speaker"
    return "outlet" if kind == "switch" else ""


def _title(name: str, rng: Random) -> str:
    style = rng.random()
    return name.title() if style < 0.3 else name.capitalize() if style < 0.8 else name


def _share(word: str) -> float:
    """A number in [0, 1) that depends on the word only."""
    digest = hashlib.sha256(word.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
