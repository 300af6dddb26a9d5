"""Home files: rooms, floors, aliases and devices in TOML (DESIGN section 7).

The speaker reads one for what no dialect tells (rooms, floors, aliases, classes); the
simulator reads the same file to furnish a pretend house.
"""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import msgspec

from device.config import read_toml
from device.context import Capability, Room
from device.errors import ConfigError, HomeError
from device.events import Value
from device.home.capabilities import RULES, checked

DIALECTS = ("zigbee2mqtt", "homeassistant", "tasmota")

KINDS = (
    "alarm_control_panel", "binary_sensor", "button", "camera", "climate", "cover", "event",
    "fan", "humidifier", "image", "input_boolean", "input_button", "input_number",
    "input_select", "lawn_mower", "light", "lock", "media_player", "number", "person",
    "remote", "scene", "script", "select", "sensor", "siren", "switch", "text", "update",
    "vacuum", "valve", "water_heater", "weather",
)  # fmt: skip
"""Home Assistant's domains that a device can be."""

_RESERVED = r"(?:(?<=/)|^)(?:get|set|availability)(?=/|$)"
"""Levels of a topic that mean something else than a name."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class RoomTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[rooms]]` table."""

    name: Name
    floor: Name | None = None
    aliases: tuple[Name, ...] = ()


class DeviceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[devices]]` table."""

    name: Name
    room: str | None = None
    kind: str | None = None
    device_class: str = msgspec.field(default="", name="class")
    dialect: str = "zigbee2mqtt"
    capabilities: tuple[str, ...] = ()
    state: dict[str, str | int | float] = {}
    aliases: tuple[Name, ...] = ()


class HomeTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole home file."""

    rooms: tuple[RoomTable, ...] = ()
    devices: tuple[DeviceTable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnishing:
    """One device as a home file describes it."""

    name: str
    room: str | None
    """Name of its room, in the file's own spelling."""
    kind: str | None
    """None where the file leaves it to the device."""
    device_class: str
    dialect: str
    capabilities: tuple[str, ...]
    """Names; empty for what its kind usually has."""
    state: tuple[tuple[str, Value], ...]
    """Capability and value, in the file's order."""
    aliases: tuple[str, ...]

    @property
    def topic_name(self) -> str:
        """What it is called on the bus: "Living Room/Ceiling light"."""
        return topic_name(self.name, self.room)


@dataclass(frozen=True, kw_only=True)
class HomeFile:
    """Rooms and devices, as written down by a person."""

    rooms: tuple[Room, ...] = ()
    devices: tuple[Furnishing, ...] = ()

    def room(self, name: str) -> Room | None:
        """The room that is called so, by its name or an alias, in any case."""
        wanted = name.casefold()
        return next(
            (r for r in self.rooms if wanted in {n.casefold() for n in (r.name, *r.aliases)}), None
        )

    def device(self, announced: str) -> Furnishing | None:
        """The device that was announced as "Room/Name", or as "Name" where only one has it."""
        return self._called.get(announced.casefold())

    @cached_property
    def _called(self) -> dict[str, Furnishing]:
        """Devices by what they may be announced as."""
        names = [(topic_name(d.name, None).casefold(), d) for d in self.devices]
        bearers = Counter(name for name, _ in names)
        alone = {name: device for name, device in names if bearers[name] == 1}
        return alone | {d.topic_name.casefold(): d for d in reversed(self.devices)}


def topic_name(name: str, room: str | None) -> str:
    """What a device is called on the bus.

    Topics cannot hold + or #, nor control characters, and Zigbee2MQTT keeps "bridge" for
    itself: such letters are replaced.

    Example: name="TV #2", room="Den" -> "Den/TV -2"
    """
    whole = name if room is None else f"{room}/{name}"
    clean = re.sub(r"[+#$\x00-\x1f\x7f-\x9f]", "-", whole)
    clean = re.sub(r"/{2,}", "/", clean).strip("/ ")
    clean = re.sub(_RESERVED, lambda found: found.group().title(), clean)
    return f"B{clean[1:]}" if clean.startswith("bridge") else clean


def read_home(path: Path) -> HomeFile:
    """Read a home file.

    Raises:
        ConfigError: It is missing, is not TOML, or something in it is wrong; the sentence
            names the file, what was found and what was wanted.
    """
    table = read_toml(path, HomeTable)
    try:
        return _furnished(table)
    except HomeError as exc:
        raise ConfigError(f"{path}: {exc}") from exc


def _furnished(table: HomeTable) -> HomeFile:
    rooms = tuple(Room(name=r.name, floor=r.floor, aliases=r.aliases) for r in table.rooms)
    _refuse_twins("room", [room.name for room in rooms])
    if not rooms:
        names = dict.fromkeys(device.room for device in table.devices if device.room)
        rooms = tuple(Room(name=name) for name in names)
    home = HomeFile(rooms=rooms)
    devices = tuple(_furnishing(device, home) for device in table.devices)
    _refuse_twins("device", [device.topic_name for device in devices])
    return HomeFile(rooms=rooms, devices=devices)


def _furnishing(table: DeviceTable, home: HomeFile) -> Furnishing:
    if not topic_name(table.name, None):
        raise HomeError(f"a device needs a name that can be said, found {table.name!r}")
    if table.kind is not None:
        _known(f"kind of {table.name}", table.kind, KINDS)
    _known(f"dialect of {table.name}", table.dialect, DIALECTS)
    for name in (*table.capabilities, *table.state):
        _known(f"capability of {table.name}", name, tuple(RULES))
    if table.capabilities:
        for name in table.state:
            _known(f"state of {table.name}", name, table.capabilities)
    state = tuple(
        (name, checked(table.name, Capability(name=name), value))
        for name, value in table.state.items()
    )
    return Furnishing(
        name=table.name,
        room=_room_of(table, home),
        kind=table.kind,
        device_class=table.device_class,
        dialect=table.dialect,
        capabilities=tuple(dict.fromkeys(table.capabilities)),
        state=state,
        aliases=table.aliases,
    )


def _room_of(table: DeviceTable, home: HomeFile) -> str | None:
    if not table.room:
        return None
    room = home.room(table.room)
    if room is None:
        _known(f"room of {table.name}", table.room, tuple(r.name for r in home.rooms))
    return room.name if room else None


def _known(what: str, found: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not among the known ones.

    Raises:
        HomeError: It is not; the sentence suggests the nearest.
    """
    if found in known:
        return
    near = difflib.get_close_matches(found, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise HomeError(f"{what} is unknown: {found!r}; {hint}")


def _refuse_twins(what: str, names: list[str]) -> None:
    for name, times in Counter(name.casefold() for name in names).items():
        if times > 1:
            found = next(n for n in names if n.casefold() == name)
            raise HomeError(f"{times} {what}s are called {found!r}; each needs its own name")
