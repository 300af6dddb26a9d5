"""What owners have in mind when they say words that the speaker does not know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from device.context import Device, Home
from simulator.teachers.bank import Share, wordings
from simulator.teachers.phrasing import Part


class Topic(StrEnum):
    """Kinds of what is taught."""

    VALUE = "one value"
    VALUES = "several values"
    DEVICES = "several devices"
    GROUP = "name for a group"
    NICKNAME = "name for a device"
    PLACE = "name for a place"
    EXAMPLE = "as it is now"
    REFERENCE = "like another one"
    DECLARATIVE = "how it is"


SETTINGS = frozenset({Topic.VALUE, Topic.VALUES, Topic.DEVICES, Topic.EXAMPLE, Topic.REFERENCE})
"""Topics that say how something should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody has in mind."""

    topic: Topic
    name: str
    """As it is said: "storm mode", "the twins"; of a declarative the whole sentence."""
    target: Mapping[str, str] = field(default_factory=dict)
    """Fillings of a first request: lights, thing, room."""
    parts: tuple[Part, ...] = ()
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Capability -> labels of the devices that the request covers and that have it."""
    called: Mapping[str, str] = field(default_factory=dict)
    """How each device is said, by label; "" is whatever the request names."""
    devices: tuple[str, ...] = ()
    """Labels, of a name for devices."""
    area: str | None = None
    """Of a name for a place."""
    need: str = ""
    """Of a declarative: a kind of needs.yaml."""
    other: str = ""
    """The concept that it is like."""


def request(rng: Random, wish: Wish, *, share: Share = "all") -> str:
    """A first request that holds the words."""
    if wish.topic is Topic.DECLARATIVE:
        return wish.name
    kind = "setting" if wish.topic in SETTINGS else "place" if wish.area else "devices"
    frames = [
        frame
        for frame in wordings("requests", kind, share)
        if all(
            f"{{{gap}}}" not in frame or gap in wish.target for gap in ("lights", "thing", "room")
        )
        and (kind != "setting" or any(f"{{{gap}}}" in frame for gap in wish.target))
    ]
    return rng.choice(frames).format(name=wish.name, **wish.target)


def spoken_name(home: Home, device: Device) -> str:
    """How people say a device: "the floor lamp", "the bedroom ceiling light", "anna's lamp"."""
    name = device.name.lower()
    if home.label(device) != device.name and device.room:
        room = device.room.lower()
        name = name if name.startswith(room) else f"{room} {name}"
    return name if "'s " in name else f"the {name}"
